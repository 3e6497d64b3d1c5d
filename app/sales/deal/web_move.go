package deal

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/custom"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// MovePage asks what a stage wants known before a deal goes on.
type MovePage struct {
	Deal
	Stages    []view.Option // of its pipeline
	Wants     []string      // built-in things that are wanted
	Checklist []string
	Done      []string
	Whom      []view.Option
	Who       []view.Option // customers to choose from
	Asked     []custom.Asked
	Back      string
}

// Want tells whether something is wanted.
func (b MovePage) Want(key string) bool { return slices.Contains(b.Wants, key) }

// IsDone tells whether an item of the checklist is ticked.
func (b MovePage) IsDone(item string) bool { return slices.Contains(b.Done, item) }

// MoveForm is what is said on the way, as it was typed.
type MoveForm struct {
	Version                         int64
	Stage                           int64
	Amount, ExpectedClose, Customer string
	Owner, After                    string
	Fields                          custom.Typed
}

func (s *Service) askMove(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.movePage(c, d, MoveForm{Version: d.Version, Stage: number(c.Query("stage")), ExpectedClose: string(d.ExpectedClose), Fields: d.Added.Typed()}, nil)
}

func (s *Service) movePage(c *fiber.Ctx, d Deal, f MoveForm, problem error) error {
	ctx := web.Ctx(c)
	q := s.db.Reader(ctx)
	all, err := pipelines(ctx, q)
	if err != nil {
		return err
	}
	p, err := s.pipeline(all, d.PipelineID)
	if err != nil {
		return err
	}
	from, _ := p.Stage(d.StageID)
	b := MovePage{Deal: d, Wants: from.Required, Checklist: from.Checklist, Back: web.SafePath(c.FormValue("next"), path(d.ID))}
	for _, st := range p.Stages {
		b.Stages = append(b.Stages, view.Option{Value: st.ID, Label: st.Name})
		if f.Stage == 0 && st.Position > from.Position {
			f.Stage = st.ID // the next one
		}
	}
	if b.Done, err = ticked(ctx, q, d.ID, d.StageID); err != nil {
		return err
	}
	if b.Whom, err = s.whom(c); err != nil {
		return err
	}
	if b.Want(needCustomer) && d.CustomerID == 0 {
		found, err := s.customers.List(ctx, page.Request{Limit: 200, Sort: "sort_name"}, nil)
		if err != nil && !errs.Is(err, errs.Denied) {
			return err
		}
		for _, r := range found.Items {
			b.Who = append(b.Who, view.Option{Value: r.ID, Label: r.Name})
		}
	}
	record, err := s.fields.Record(ctx, q, "deal")
	if err != nil {
		return err
	}
	asked, err := record.Asked(ctx, q, f.Fields, facts(d.Result), web.Locale(c))
	if err != nil {
		return err
	}
	for _, a := range asked {
		if slices.Contains(from.Required, ownPrefix+a.Key) {
			b.Asked = append(b.Asked, a)
		}
	}
	return web.Render(c, web.Page{Name: "sales/deal-move", Heading: d.Name, Body: b, Form: f, Err: problem})
}

// Moved is what the board hears after a card was dropped: what became of it,
// and the heads of the columns.
type movedAnswer struct {
	Version int64       `json:"version,omitempty"`
	Stage   int64       `json:"stage,omitempty"`   // where it stands
	Message string      `json:"message,omitempty"` // why it could not go
	Ask     string      `json:"ask,omitempty"`     // the page that asks what is wanted
	Heads   []headWords `json:"heads,omitempty"`
}

func (s *Service) postMove(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	board := c.Get(fiber.HeaderAccept) == fiber.MIMEApplicationJSON
	f := MoveForm{Version: number(c.FormValue("version")), Stage: number(c.FormValue("stage_id")), Amount: c.FormValue("amount"),
		ExpectedClose: strings.TrimSpace(c.FormValue("expected_close")), Customer: c.FormValue("customer_id"), Owner: c.FormValue("owner_id"),
		After: c.FormValue("after"), Fields: web.Typed(c)}
	w, err := f.way(c, d.Currency)
	var after Deal
	if err == nil {
		after, err = s.Move(web.Ctx(c), d.ID, f.Version, w)
	}
	if err == nil && c.FormValue("step") != "" {
		return s.postStep(c)
	}
	switch {
	case board:
		return s.answerBoard(c, d, after, f, err)
	case errs.Is(err, errs.Invalid):
		return s.movePage(c, d, f, err)
	case err != nil:
		return err
	}
	return web.Done(c, web.SafePath(c.FormValue("next"), path(d.ID)), "deal.moved", "name", d.Name, "stage", after.StageName)
}

func (f MoveForm) way(c *fiber.Ctx, currency string) (Way, error) {
	check := &errs.Check{}
	w := Way{StageID: f.Stage, CustomerID: number(f.Customer), OwnerID: number(f.Owner), Fields: f.Fields}
	if strings.TrimSpace(f.Amount) != "" {
		n := amount(check, "amount", f.Amount, currency)
		w.Amount = &n
	}
	w.ExpectedClose = day(check, "expected_close", f.ExpectedClose)
	if f.After != "" {
		n := number(f.After)
		w.After = &n
	}
	for _, item := range c.Request().PostArgs().PeekMulti("tick") {
		w.Ticked = append(w.Ticked, string(item))
	}
	return w, check.Err()
}

// EndPage asks why a deal was won or lost.
type EndPage struct {
	Deal
	Result  string
	Reasons []view.Option
	Today   cal.Date
	Back    string
}

// EndForm is what was typed.
type EndForm struct {
	Version                int64
	Reason, Note, ClosedOn string
}

func (s *Service) askEnd(result string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		d, err := s.byParam(c)
		if err != nil {
			return err
		}
		return s.endPage(c, d, result, EndForm{Version: d.Version, ClosedOn: string(today(web.Locale(c)))}, nil)
	}
}

func (s *Service) endPage(c *fiber.Ctx, d Deal, result string, f EndForm, problem error) error {
	b := EndPage{Deal: d, Result: result, Today: today(web.Locale(c)), Back: web.SafePath(c.FormValue("next"), path(d.ID))}
	why, err := reasons(web.Ctx(c), s.db.Reader(web.Ctx(c)))
	if err != nil {
		return err
	}
	for _, r := range why {
		if r.Result == result && r.Active {
			b.Reasons = append(b.Reasons, view.Option{Value: r.ID, Label: r.Name})
		}
	}
	return web.Render(c, web.Page{Name: "sales/deal-end", Heading: d.Name, Body: b, Form: f, Err: problem})
}

func (s *Service) postEnd(result string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		d, err := s.byParam(c)
		if err != nil {
			return err
		}
		f := EndForm{Version: number(c.FormValue("version")), Reason: c.FormValue("reason_id"), Note: c.FormValue("reason_note"), ClosedOn: strings.TrimSpace(c.FormValue("closed_on"))}
		check := &errs.Check{}
		e := Ending{ReasonID: number(f.Reason), Note: f.Note, On: day(check, "closed_on", f.ClosedOn)}
		end := s.Win
		if result == Lost {
			end = s.Lose
		}
		err = check.Err()
		if err == nil {
			_, err = end(web.Ctx(c), d.ID, &f.Version, e)
		}
		if errs.Is(err, errs.Invalid) {
			return s.endPage(c, d, result, f, err)
		}
		if err != nil {
			return err
		}
		return web.Done(c, web.SafePath(c.FormValue("next"), path(d.ID)), "deal.ended."+result, "name", d.Name)
	}
}

func (s *Service) postReopen(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	version := number(c.FormValue("version"))
	if _, err := s.Reopen(web.Ctx(c), d.ID, &version); err != nil {
		return err
	}
	return web.Done(c, path(d.ID), "deal.reopened", "name", d.Name)
}
