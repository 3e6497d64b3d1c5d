package advice

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/survey"
)

const home = "/next-steps"

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name: "advice",
		Routes: func(r *web.Router) {
			r.Get(home, Read, s.show)
			r.Post(home+"/away", Read, s.putAway)
			r.Post(home+"/task", "task.write", s.makeTask)
			r.Post(home+"/review-ask", survey.Ask, s.askReview)
		},
		API:         s.api,
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}},
		Nav:         []web.Nav{{Group: "nav.group.back", Order: 119, Key: "nav.next_steps", Icon: "check", Href: home, Permission: Read}},
		Journal:     []journal.Table{{Name: "prediction_dismissal", Customer: "SELECT customer_id FROM prediction_dismissal WHERE id = ?"}},
		Subjects:    []web.Subject{{Kind: "prediction_dismissal", Path: func(int64) string { return home }}},
	}
}

// body is the page.
type body struct {
	Groups   []group
	All      bool
	Several  bool // more than one person's customers can be seen
	Currency string
	MayPlan  bool
	MayOrder bool
	MayAsk   bool     // promoters for a review: there is a page to lead to, and an address of ours
	Silent   []string // what says nothing here and is off: late, gone, due
	MaySee   bool     // why they are
	NoPage   bool     // nobody said yet where reviews are written
}

type group struct {
	Kind  string
	Steps []Step
}

func (s *Service) show(c *fiber.Ctx) error {
	actor := web.Actor(c)
	b := body{All: c.Query("whose") == "all", Currency: web.Business(c).Currency, MayPlan: actor.Can("task.write"), MayOrder: actor.Can("order.write")}
	one, err := alone(web.Ctx(c), s.db.Reader(web.Ctx(c)))
	if err != nil {
		return err
	}
	page, err := reviewPage(web.Ctx(c), s.db.Reader(web.Ctx(c)))
	if err != nil {
		return err
	}
	b.MayAsk = page != "" && s.BaseURL() != "" && actor.Can(survey.Ask)
	b.NoPage = page == "" && actor.Can(survey.Write)
	b.Several = !one && actor.Scope().Reach != auth.Own
	list, err := s.Steps(web.Ctx(c), !b.All)
	if err != nil {
		return err
	}
	if b.Silent, err = s.off(web.Ctx(c)); err != nil {
		return err
	}
	b.MaySee = prediction.MaySee(web.Ctx(c)) == nil
	for _, kind := range Kinds {
		g := group{Kind: kind}
		for _, st := range list {
			if st.Kind == kind {
				g.Steps = append(g.Steps, st)
			}
		}
		if len(g.Steps) > 0 {
			b.Groups = append(b.Groups, g)
		}
	}
	return web.Render(c, web.Page{Name: "insight/next-steps", Title: "nav.next_steps", Body: b})
}

// off are the alarms that say nothing in this shop, for those who would be told.
func (s *Service) off(ctx context.Context) (out []string, err error) {
	if !auth.From(ctx).Can("order.read") {
		return nil, nil
	}
	tried, err := prediction.SilenceOf(ctx, s.db.Reader(ctx))
	if tried.Late.Off() {
		out = append(out, Late)
	}
	if tried.Gone.Off() {
		out = append(out, Gone)
	}
	if tried.Due.Off() {
		out = append(out, Due)
	}
	return out, err
}

// Quick are the reasons of which one press is enough.
func (body) Quick(d view.Data) []string {
	return []string{d.Locale.T("advice.quick.spoke"), d.Locale.T("advice.quick.known"), d.Locale.T("advice.quick.later")}
}

// Why is the reason in the reader's language.
func (b body) Why(d view.Data, st Step) string { return why(d.Locale, b.Currency, st) }

func why(l *i18n.Locale, currency string, st Step) string {
	n := st.N
	if st.Kind == Rescue {
		n = math.Floor(n) // 49.6 is below 50
	}
	args := []any{"n", l.Decimal(n, 0), "sum", l.Money(st.Amount, currency), "label", string(st.Label)}
	if day := string(st.On); day != "" {
		args = append(args, "day", l.Date(cal.Date(day).Time(l.Zone())))
	}
	key := "advice.why." + st.Kind
	switch {
	case st.Kind == Gone && st.N == 0:
		key = "advice.why.gone_once"
	case st.Lunar:
		key = "advice.why.birthday_lunar"
	}
	return l.T(key, args...)
}

// Do is where a step is done beside making a task of it: a path and the words
// of the button, empty for none.
func (b body) Do(st Step) [2]string {
	switch {
	case st.Kind == Quote:
		return [2]string{fmt.Sprintf("/quotes/%d", st.Subject), "advice.do.quote"}
	case st.Kind == Contract:
		return [2]string{fmt.Sprintf("/contracts/%d", st.Subject), "advice.do.contract"}
	case (st.Kind == Due || st.Kind == Late || st.Kind == Reorder) && b.MayOrder:
		return [2]string{fmt.Sprintf("/orders/new?customer=%d", st.CustomerID), "advice.do.order"}
	case st.Kind == Promoter:
		return [2]string{fmt.Sprintf("/responses/%d", st.Subject), "advice.do.answer"}
	}
	return [2]string{fmt.Sprintf("/customers/%d", st.CustomerID), "advice.do.call"}
}

func (s *Service) putAway(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.FormValue("customer_id"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	if err := s.Away(web.Ctx(c), id, c.FormValue("kind"), cmp.Or(c.FormValue("quick"), c.FormValue("reason"))); err != nil {
		return err
	}
	return web.Done(c, home, "advice.put_away")
}

// Asks tells whether a promoter can be asked for a review at one press.
func (b body) Asks(st Step) bool { return st.Kind == Promoter && b.MayAsk && st.Label != "" }

func (s *Service) askReview(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.FormValue("customer_id"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	if err := s.Ask(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, home, "advice.asked")
}

func (s *Service) makeTask(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.FormValue("customer_id"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	kind := c.FormValue("kind")
	if _, known := quiet[kind]; !known {
		return errs.NotVisible()
	}
	if err := s.Plan(web.Ctx(c), id, kind, web.Locale(c).T("advice.task."+kind)); err != nil {
		return err
	}
	return web.Done(c, home, "advice.planned")
}

// Object is a step as the API shows it.
type Object struct {
	Kind       string    `json:"kind" enum:"rescue,quote,contract,late,gone,due,reorder,promoter,birthday"`
	CustomerID int64     `json:"customer_id"`
	Customer   string    `json:"customer"`
	On         string    `json:"on,omitempty" doc:"the day it is about"`
	N          float64   `json:"n,omitempty" doc:"the usual gap in days, or the score"`
	Amount     api.Money `json:"amount"`
	SubjectID  int64     `json:"subject_id,omitempty" doc:"the quote, contract, product or answer"`
}

// AskObject names whom to ask.
type AskObject struct {
	CustomerID int64 `json:"customer_id"`
}

// AwayObject puts a step away.
type AwayObject struct {
	CustomerID int64  `json:"customer_id"`
	Kind       string `json:"kind" enum:"rescue,quote,contract,late,gone,due,reorder,promoter,birthday"`
	Reason     string `json:"reason" maxLength:"500"`
}

func (s *Service) api(a *api.API) {
	const tag = "insight"
	type ask struct {
		All bool `query:"all" doc:"also the customers of colleagues whom one may see"`
	}
	api.Register(a, api.Op{Method: api.Get, Path: "/next-steps", Tag: tag, Summary: "What to do next for which customer, and why"},
		func(ctx context.Context, in *ask) (*api.Body[api.Items[Object]], error) {
			list, err := s.Steps(ctx, !in.All)
			if err != nil {
				return nil, err
			}
			b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
			out := api.Items[Object]{Items: []Object{}}
			for _, st := range list {
				out.Items = append(out.Items, Object{st.Kind, st.CustomerID, st.Name, string(st.On), st.N, api.MoneyOf(st.Amount, b.Currency), st.Subject})
			}
			return &api.Body[api.Items[Object]]{Body: out}, err
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/next-steps/review-asks", Tag: tag, Summary: "Ask a promoter for a review, by mail and once a year"},
		func(ctx context.Context, in *api.Body[AskObject]) (*struct{}, error) {
			return nil, s.Ask(ctx, in.Body.CustomerID)
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/next-steps/dismissals", Tag: tag, Summary: "Put a next step away for a time, with a reason"},
		func(ctx context.Context, in *api.Body[AwayObject]) (*struct{}, error) {
			return nil, s.Away(ctx, in.Body.CustomerID, in.Body.Kind, in.Body.Reason)
		})
}
