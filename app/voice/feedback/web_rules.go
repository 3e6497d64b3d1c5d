package feedback

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/money"
	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const rulesHome = "/feedback-cases/rules"

func (s *Service) rulesRoutes(r *web.Router) {
	r.Get(rulesHome, Decide, s.showRules)
	r.Post(rulesHome, Decide, s.postRules)
}

// rulesForm is what was typed about the rules.
type rulesForm struct {
	RecheckDays, ReplyHours, RedHours, ResolveDays, WarnPercent, RedNPS, RedShort string
	LimitMember, LimitManager                                                     string

	Levels []string
	Tags   []int64
}

func rulesTyped(r Rules, currency string) rulesForm {
	f := rulesForm{RecheckDays: strconv.Itoa(r.RecheckDays), ReplyHours: strconv.Itoa(r.ReplyHours), RedHours: strconv.Itoa(r.RedHours),
		ResolveDays: strconv.Itoa(r.ResolveDays), WarnPercent: strconv.Itoa(r.WarnPercent), Levels: r.RedLevels, Tags: r.RedTags}
	for role, into := range map[string]*string{auth.Member: &f.LimitMember, auth.Manager: &f.LimitManager} {
		if most, ok := r.Limits[role]; ok {
			*into = money.Decimal(most, currency)
		}
	}
	if r.RedNPS >= 0 {
		f.RedNPS = strconv.Itoa(r.RedNPS)
	}
	if r.RedShort > 0 {
		f.RedShort = strconv.Itoa(r.RedShort)
	}
	return f
}

// read takes over what was typed; what is no number is refused by the service.
func (f rulesForm) read(r *Rules, currency string) {
	number := func(typed string, into *int, none int) {
		n, err := strconv.Atoi(strings.TrimSpace(typed))
		if err != nil {
			n = none
		}
		*into = n
	}
	number(f.RecheckDays, &r.RecheckDays, 0)
	number(f.ReplyHours, &r.ReplyHours, 0)
	number(f.RedHours, &r.RedHours, 0)
	number(f.ResolveDays, &r.ResolveDays, 0)
	number(f.WarnPercent, &r.WarnPercent, 0)
	number(f.RedNPS, &r.RedNPS, -1)
	number(f.RedShort, &r.RedShort, 0)
	r.RedLevels, r.RedTags, r.Limits = f.Levels, f.Tags, map[string]int64{}
	for role, typed := range map[string]string{auth.Member: f.LimitMember, auth.Manager: f.LimitManager} {
		if strings.TrimSpace(typed) == "" {
			continue
		}
		most, err := parseAmount(typed, currency)
		if err != nil {
			most = -1
		}
		r.Limits[role] = most
	}
}

// rulesBody is the page of the rules.
type rulesBody struct {
	Example struct{ Reply, Red, Right time.Time } // deadlines of a case that would come in now
	Hours   int                                   // in which the shop is open on a usual day
	All     []Person                              // the tags
	Levels  []string
	Alone   bool

	Currency string
}

// Ticked tells whether a tag is on the red list.
func (f rulesForm) Ticked(tag int64) bool { return slices.Contains(f.Tags, tag) }

// Level tells whether a level is on the red list.
func (f rulesForm) Level(level string) bool { return slices.Contains(f.Levels, level) }

// OpenDay says what the hours mean for this shop.
func (b rulesBody) OpenDay(d view.Data) string {
	return d.Locale.T("feedback.rules.open_day", "n", b.Hours)
}

// WarnHelp says who hears what; who works alone hears it all.
func (b rulesBody) WarnHelp(d view.Data) string {
	if b.Alone {
		return d.Locale.T("feedback.rules.warn_alone")
	}
	return d.Locale.T("feedback.rules.warn_help")
}

func (s *Service) showRules(c *fiber.Ctx) error {
	r, err := s.Rules(web.Ctx(c))
	if err != nil {
		return err
	}
	return s.renderRules(c, rulesTyped(r, web.Business(c).Currency), nil)
}

func (s *Service) renderRules(c *fiber.Ctx, f rulesForm, problem error) error {
	ctx := web.Ctx(c)
	q, now := s.db.Reader(ctx), s.db.Now()
	b := rulesBody{Levels: customer.Levels, Currency: web.Business(c).Currency}
	p, err := s.pace(ctx, q)
	if err != nil {
		return err
	}
	b.Example.Reply, b.Example.Right = p.deadlines(now, false)
	b.Example.Red, _ = p.deadlines(now, true)
	b.Hours = int(workday(p.hours, now).Hours())
	several, err := together(ctx, q)
	if err != nil {
		return err
	}
	b.Alone = !several
	if err := q.Select(ctx, &b.All, sqlTags); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "feedback/rules", Title: "feedback.rules", Body: b, Form: f, Err: problem})
}

func (s *Service) postRules(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	f := rulesForm{RecheckDays: c.FormValue("recheck_days"), ReplyHours: c.FormValue("reply_hours"), RedHours: c.FormValue("red_hours"),
		ResolveDays: c.FormValue("resolve_days"), WarnPercent: c.FormValue("warn_percent"), RedNPS: c.FormValue("red_nps"), RedShort: c.FormValue("red_short"),
		LimitMember: c.FormValue("limit_member"), LimitManager: c.FormValue("limit_manager"), Levels: many(c, "red_level")}
	for _, tag := range many(c, "red_tag") {
		if id, err := strconv.ParseInt(tag, 10, 64); err == nil {
			f.Tags = append(f.Tags, id)
		}
	}
	r, err := s.Rules(ctx)
	if err != nil {
		return err
	}
	f.read(&r, web.Business(c).Currency)
	if err := s.SetRules(ctx, r); err != nil {
		return s.renderRules(c, f, err)
	}
	return web.Done(c, rulesHome, "common.saved")
}

// many reads a field that stands on the form several times.
func many(c *fiber.Ctx, name string) []string {
	var out []string
	for _, v := range c.Context().PostArgs().PeekMulti(name) {
		out = append(out, string(v))
	}
	return out
}
