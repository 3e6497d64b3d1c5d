package improvement

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/feedback"
)

func (s *Service) routes(r *web.Router) {
	r.Get(home, Read, s.showAll)
	r.Get(home+"/new", Write, s.showNew)
	r.Post(home, Write, s.post)
	r.Get(home+"/:id", Read, s.showOne)
	r.Post(home+"/:id", Write, s.post)
	r.Get(home+"/:id/edit", Write, s.showEdit)
	r.Post(home+"/:id/move", Write, s.postMove)
	r.Post(home+"/:id/delete", Write, s.postDelete)
	r.Post(home+"/:id/cases", Write, s.postLink)
	r.Post(home+"/:id/cases/:case/delete", Write, s.postUnlink)
	r.Get(home+"/:id/letter", Write, s.showLetter)
	r.Post(home+"/:id/letter", Write, s.postLetter)
}

// most is how many improvements the board shows; the list has all.
const most = 300

// Lane is one column of the board.
type Lane struct {
	State State
	Cards []Row
}

// boardBody is the board or the list.
type boardBody struct {
	Lanes    []Lane
	Rows     []Row
	Look     string
	Next     string
	Any      bool
	MayWrite bool
	Themes   map[int64]string // topics by number
	Causes   map[string]string
}

// Theme is what an improvement is about, in words.
func (b boardBody) Theme(i Improvement) string {
	if name := b.Themes[int64(i.TopicID)]; name != "" {
		return name
	}
	return b.Causes[i.Cause]
}

func (s *Service) showAll(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	b := boardBody{Look: c.Query("look"), MayWrite: web.Actor(c).Can(Write)}
	req := page.Request{Limit: page.MaxLimit, Cursor: c.Query("cursor")}
	if b.Look == "list" {
		req.Limit = 50
	}
	conds, err := filter.Parse(queryOf(c))
	if err != nil {
		return err
	}
	for len(b.Rows) < most {
		p, err := s.List(ctx, req, conds)
		if err != nil {
			return err
		}
		b.Rows, b.Next, req.Cursor = append(b.Rows, p.Items...), p.Next, p.Next
		if p.Next == "" || b.Look == "list" {
			break
		}
	}
	b.Any = len(b.Rows) > 0
	if b.Look != "list" {
		for _, state := range States {
			lane := Lane{State: state}
			for _, r := range b.Rows {
				if r.State == state {
					lane.Cards = append(lane.Cards, r)
				}
			}
			b.Lanes = append(b.Lanes, lane)
		}
	}
	if b.Themes, b.Causes, err = s.names(c); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/improvements", Title: "improvement.title", Body: b})
}

// names are what topics and causes are called for the reader.
func (s *Service) names(c *fiber.Ctx) (map[int64]string, map[string]string, error) {
	ctx := web.Ctx(c)
	q := s.db.Reader(ctx)
	themes, causes := map[int64]string{}, map[string]string{}
	list, err := s.themes(ctx, q, web.Locale(c).Tag())
	if err != nil {
		return nil, nil, err
	}
	for _, t := range list {
		themes[t.ID] = t.Name
	}
	all, err := s.Cases.Causes(ctx, q)
	for _, one := range all {
		causes[one.Code] = one.Name(web.Locale(c))
	}
	return themes, causes, err
}

// formData is what was typed about an improvement.
type formData struct {
	ID int64
	Input
	CaseID int64
	Theirs []web.Clash // what somebody else saved meanwhile
}

// formBody is the form of one improvement.
type formBody struct {
	Improvement Improvement // zero for a new one
	Topics      []view.Option
	Causes      []view.Option
	People      []view.Option
	Case        *feedback.Case // the case it comes from
}

func (s *Service) showNew(c *fiber.Ctx) error {
	f := formData{Input: Input{WaitDays: usual, OwnerID: web.Actor(c).UserID}}
	f.CaseID, _ = strconv.ParseInt(c.Query("case"), 10, 64)   // none
	f.TopicID, _ = strconv.ParseInt(c.Query("topic"), 10, 64) // one that there is not is not among the choices
	if f.CaseID != 0 {
		k, err := s.Cases.Get(web.Ctx(c), f.CaseID)
		if err != nil {
			return err
		}
		f.Cause = k.Cause
	}
	return s.renderForm(c, Improvement{}, f, nil)
}

func (s *Service) showEdit(c *fiber.Ctx) error {
	i, err := s.asked(c)
	if err != nil {
		return err
	}
	return s.renderForm(c, i, formData{ID: i.ID, Input: i.Input()}, nil)
}

func (s *Service) asked(c *fiber.Ctx) (Improvement, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Improvement{}, err
	}
	return s.Get(web.Ctx(c), id)
}

func (s *Service) renderForm(c *fiber.Ctx, i Improvement, f formData, problem error) error {
	ctx := web.Ctx(c)
	q, b := s.db.Reader(ctx), formBody{Improvement: i}
	topics, err := s.themes(ctx, q, web.Locale(c).Tag())
	if err != nil {
		return err
	}
	for _, t := range topics {
		b.Topics = append(b.Topics, view.Option{Value: t.ID, Label: t.Name})
	}
	causes, err := s.Cases.Causes(ctx, q)
	if err != nil {
		return err
	}
	for _, one := range causes {
		if one.Active || one.Code == f.Cause {
			b.Causes = append(b.Causes, view.Option{Value: one.Code, Label: strings.Repeat("– ", one.Depth) + one.Name(web.Locale(c))})
		}
	}
	people, err := staff(ctx, q)
	if err != nil {
		return err
	}
	for _, p := range people {
		b.People = append(b.People, view.Option{Value: p.ID, Label: p.Name})
	}
	if f.CaseID != 0 {
		k, err := s.Cases.Get(ctx, f.CaseID)
		if err != nil {
			return err
		}
		b.Case = &k
	}
	title := "improvement.new"
	if i.ID != 0 {
		title = "improvement.edit"
	}
	return web.Render(c, web.Page{Name: "voice/improvement-form", Title: title, Body: b, Form: f, Err: problem})
}

func (s *Service) post(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(c.FormValue(name), 10, 64) // 0 is none, or refused by the service
		return n
	}
	f := formData{CaseID: number("case_id"), Input: Input{Title: c.FormValue("title"), TopicID: number("topic_id"), Cause: c.FormValue("cause"),
		Change: c.FormValue("change"), Expected: c.FormValue("expected"), OwnerID: number("owner_id"), LiveOn: c.FormValue("live_on"),
		WaitDays: int(number("wait_days")), Version: number("version")}}
	if c.Params("id") == "" {
		i, err := s.Create(ctx, f.Input, f.CaseID)
		if err != nil {
			return s.renderForm(c, Improvement{}, f, err)
		}
		return web.Done(c, path(i.ID), "common.saved")
	}
	before, err := s.asked(c)
	if err != nil {
		return err
	}
	f.ID = before.ID
	if _, err := s.Update(ctx, before.ID, f.Input); err != nil {
		if errs.Is(err, errs.Conflict) {
			f.Theirs, f.Version = clashes(c, f.Input, before.Input()), before.Version
		}
		return s.renderForm(c, before, f, err)
	}
	return web.Done(c, path(before.ID), "common.saved")
}

func clashes(c *fiber.Ctx, ours, theirs Input) []web.Clash {
	return web.Clashes(web.Locale(c), web.Clash{Name: "title", Label: "improvement.title_of", Ours: ours.Title, Theirs: theirs.Title},
		web.Clash{Name: "change", Label: "improvement.change", Ours: ours.Change, Theirs: theirs.Change},
		web.Clash{Name: "expected", Label: "improvement.expected", Ours: ours.Expected, Theirs: theirs.Expected},
		web.Clash{Name: "live_on", Label: "improvement.live_on", Ours: ours.LiveOn, Theirs: theirs.LiveOn},
		web.Clash{Name: "wait_days", Label: "improvement.wait_days", Ours: strconv.Itoa(ours.WaitDays), Theirs: strconv.Itoa(theirs.WaitDays)})
}

// linked is a case of the improvement.
type linked struct {
	ID           int64  `db:"id"`
	CustomerName string `db:"customer_name"`
	Kind         string `db:"kind"`
	Score        int    `db:"score"`
	RecheckScore int    `db:"recheck_score"`
	State        string `db:"state"`
}

// oneBody is the page of one improvement.
type oneBody struct {
	I        Improvement
	Theme    string
	Cause    string
	Cases    []linked
	Verdicts []Verdict
	MayWrite bool
	MayTell  bool
}

// MayDelete tells whether it can be deleted: nobody was told of it.
func (b oneBody) MayDelete() bool { return b.MayWrite && b.I.Letters == 0 }

// Told tells whether it is far enough to write to those who complained.
func (b oneBody) Told() bool { return b.I.State == Live || b.I.State == Judged }

func (s *Service) showOne(c *fiber.Ctx) error {
	i, err := s.asked(c)
	if err != nil {
		return err
	}
	return s.renderOne(c, i, nil)
}

func (s *Service) renderOne(c *fiber.Ctx, i Improvement, problem error) error {
	ctx := web.Ctx(c)
	b := oneBody{I: i, MayWrite: web.Actor(c).Can(Write), MayTell: web.Actor(c).Can(Tell)}
	themes, causes, err := s.names(c)
	if err != nil {
		return err
	}
	b.Theme, b.Cause = themes[int64(i.TopicID)], causes[i.Cause]
	if b.Verdicts, err = s.Verdicts(ctx, i.ID); err != nil {
		return err
	}
	if b.Cases, err = s.casesOf(ctx, i.ID); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/improvement", Heading: i.Title, Body: b, Err: problem})
}

// casesOf are the linked cases that the actor sees.
func (s *Service) casesOf(ctx context.Context, id int64) ([]linked, error) {
	var out []linked
	err := s.db.Reader(ctx).Select(ctx, &out, sqlCasesOf, append([]any{id}, auth.From(ctx).Scope().Args()...)...)
	return out, err
}

func (s *Service) postMove(c *fiber.Ctx) error {
	i, err := s.asked(c)
	if err != nil {
		return err
	}
	to := State(c.FormValue("to"))
	if _, err := s.Move(web.Ctx(c), i.ID, 0, to); err != nil {
		return s.renderOne(c, i, err)
	}
	back := path(i.ID)
	if c.FormValue("back") == "board" {
		back = home
	}
	return web.Done(c, back, "improvement.moved."+string(to))
}

func (s *Service) postDelete(c *fiber.Ctx) error {
	i, err := s.asked(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), i.ID); err != nil {
		return s.renderOne(c, i, err)
	}
	return web.Done(c, home, "common.deleted")
}

func (s *Service) postLink(c *fiber.Ctx) error {
	i, err := s.asked(c)
	if err != nil {
		return err
	}
	number, _ := strconv.ParseInt(strings.TrimLeft(strings.TrimSpace(c.FormValue("case_id")), "#"), 10, 64) // 0 is refused by the service
	if err := s.Link(web.Ctx(c), i.ID, number); err != nil {
		return s.renderOne(c, i, err)
	}
	return web.Done(c, path(i.ID), "common.saved")
}

func (s *Service) postUnlink(c *fiber.Ctx) error {
	i, err := s.asked(c)
	if err != nil {
		return err
	}
	id, err := web.ID(c, "case")
	if err != nil {
		return err
	}
	if err := s.Unlink(web.Ctx(c), i.ID, id); err != nil {
		return err
	}
	return web.Done(c, path(i.ID), "common.saved")
}

func queryOf(c *fiber.Ctx) map[string][]string {
	out := map[string][]string{}
	for k, v := range c.Context().QueryArgs().All() {
		out[string(k)] = append(out[string(k)], string(v))
	}
	return out
}
