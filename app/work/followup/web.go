package followup

import (
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/note"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/export"
	"regulars/app/sys/field"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/task"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/follow-ups", Read, s.showDue)
	r.Get("/follow-ups/said", Read, s.showSaid)
	r.Get("/follow-ups/:id", Read, s.showOne)
	r.Post("/follow-ups/:id", Write, s.postOne)
	r.Post("/follow-ups/:id/delete", Delete, s.postDelete)
	r.Get("/log", Write, s.showLog)
	r.Upload("/customers/:customer/log", Write, note.MaxUpload, s.postLog)
	r.Post("/customers/:customer/follow-ups", Write, s.postLog)
	r.Get("/settings/rhythm", "settings.write", s.showRhythm)
	r.Post("/settings/rhythm", "settings.write", s.postRhythm)
}

// dueBody is the page of whom to get back to, by when.
type dueBody struct {
	Scope string // mine, team, all
	Due   task.Due
	Next  string
	Quiet []Quiet
}

// showDue lists the open follow-ups in groups, and below them who has not been
// contacted for longer than their rhythm allows.
func (s *Service) showDue(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	body := dueBody{Scope: scopeOf(c)}
	where := append(ofScope("t.owner_id", body.Scope, web.Actor(c)), field.Where{SQL: "t.done_at IS NULL"}, field.Where{SQL: "t.kind IN ('follow_up', 'after_order', 'rhythm', 'case', 'thank')"})
	p, err := s.tasks.ListOnly(ctx, page.Request{Limit: 100, Cursor: c.Query("cursor"), Q: c.Query("q")}, nil, where...)
	if err != nil {
		return err
	}
	body.Due, body.Next = task.Group(p.Items, s.db.Now(), web.Actor(c).Zone), p.Next
	if body.Due, err = s.tasks.WithReach(ctx, body.Due); err != nil {
		return err
	}
	if c.Query("cursor") == "" {
		if body.Quiet, err = s.Quiet(ctx, body.Scope == "mine", 20); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "work/follow-ups", Title: "nav.follow_ups", Body: body})
}

func scopeOf(c *fiber.Ctx) string {
	if scope := c.Query("scope"); scope == "team" || scope == "all" {
		return scope
	}
	return "mine"
}

// ofScope narrows a list to one's own, one's team's or all records.
func ofScope(column, scope string, a *auth.Actor) []field.Where {
	switch scope {
	case "all":
		return nil
	case "team":
		return []field.Where{{SQL: "(" + column + " = ? OR " + column + " IN (SELECT id FROM user WHERE team_id = ?))", Args: []any{a.UserID, a.TeamID}}}
	}
	return []field.Where{{SQL: column + " = ?", Args: []any{a.UserID}}}
}

// saidBody is the page of what was said, the latest first.
type saidBody struct {
	Scope     string
	Channel   string
	Page      page.Page[FollowUp]
	MayExport bool // everybody's
}

// Channels offers the channels as a filter.
func (saidBody) Channels() []string { return Channels }

// Icon is a channel's symbol.
func (saidBody) Icon(channel string) string { return logBody{}.Icon(channel) }

func (s *Service) showSaid(c *fiber.Ctx) error {
	body := saidBody{Scope: scopeOf(c), Channel: c.Query("channel")}
	body.MayExport = body.Scope == "all" && web.Actor(c).Can(export.Permission)
	query := map[string][]string{}
	for name, value := range c.Queries() {
		query[name] = []string{value}
	}
	conds, err := filter.Parse(query)
	if err != nil {
		return err
	}
	if body.Channel != "" {
		conds = append(conds, filter.Cond{Field: "channel", Op: "eq", Value: body.Channel})
	}
	req := page.Request{Limit: page.DefaultLimit, Cursor: c.Query("cursor"), Q: c.Query("q"), Sort: c.Query("sort")}
	if body.Page, err = s.List(web.Ctx(c), req, conds, ofScope("f.user_id", body.Scope, web.Actor(c))...); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "work/said", Title: "followup.said", Body: body})
}

// editForm is an exchange as typed.
type editForm struct {
	Channel, Content   string
	Contact            string
	Date, Time         string // when it was
	NextDate, NextTime string
	Version            string
}

// editBody is the page of one exchange.
type editBody struct {
	FollowUp FollowUp
	Contacts []Person
	Theirs   []web.Clash // what somebody else saved meanwhile
}

// Persons are the people of the customer with whom one can have spoken.
func (b editBody) Persons() []view.Option { return persons(b.Contacts) }

// Channels offers the channels in the reader's language.
func (editBody) Channels(d view.Data) []view.Option {
	var out []view.Option
	for _, name := range Channels {
		out = append(out, view.Option{Value: name, Label: d.Locale.T("followup.channel." + name)})
	}
	return out
}

func (s *Service) ofPath(c *fiber.Ctx) (FollowUp, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return FollowUp{}, err
	}
	return s.Get(web.Ctx(c), id)
}

func (s *Service) showOne(c *fiber.Ctx) error {
	f, err := s.ofPath(c)
	if err != nil {
		return err
	}
	zone := web.Actor(c).Zone
	typed := editForm{Channel: f.Channel, Content: f.Content, Contact: chosen(f.ContactID), Version: strconv.FormatInt(f.Version, 10)}
	typed.Date, typed.Time = split(f.At.Time, zone)
	typed.NextDate, typed.NextTime = split(f.NextAt.Time, zone)
	return s.render(c, f, typed, nil)
}

// chosen is a contact as a select shows it; none is empty.
func chosen(id db.ID) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(int64(id), 10)
}

// split is a moment as a date and a time field show it.
func split(t time.Time, zone *time.Location) (day, clock string) {
	if t.IsZero() {
		return "", ""
	}
	local := t.In(zone)
	return local.Format(time.DateOnly), local.Format("15:04")
}

func (s *Service) render(c *fiber.Ctx, f FollowUp, typed editForm, problem error) error {
	contacts, err := contactsOf(web.Ctx(c), s.db.Reader(web.Ctx(c)), f.CustomerID)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "work/follow-up", Title: "followup.title", Body: editBody{f, contacts, s.clashes(c, f, typed, problem)}, Form: typed, Err: problem})
}

// clashes shows what two editors want of one exchange.
func (s *Service) clashes(c *fiber.Ctx, f FollowUp, ours editForm, problem error) []web.Clash {
	if !errs.Is(problem, errs.Conflict) {
		return nil
	}
	l, zone := web.Locale(c), web.Actor(c).Zone
	day, clock := split(f.At.Time, zone)
	nextDay, nextClock := split(f.NextAt.Time, zone)
	return web.Clashes(l,
		web.Clash{Name: "content", Label: "followup.words", Ours: ours.Content, Theirs: f.Content},
		web.Clash{Name: "channel", Label: "followup.field.channel", Ours: ours.Channel, Theirs: f.Channel, Show: func(v string) string { return l.T("followup.channel." + v) }},
		web.Clash{Name: "date", Label: "followup.field.at", Ours: ours.Date, Theirs: day},
		web.Clash{Name: "time", Label: "task.field.time", Ours: ours.Time, Theirs: clock},
		web.Clash{Name: "next_date", Label: "followup.get_back", Ours: ours.NextDate, Theirs: nextDay},
		web.Clash{Name: "next_time", Label: "task.field.time", Ours: ours.NextTime, Theirs: nextClock})
}

func (s *Service) postOne(c *fiber.Ctx) error {
	f, err := s.ofPath(c)
	if err != nil {
		return err
	}
	typed := editForm{Channel: c.FormValue("channel"), Content: c.FormValue("content"), Contact: c.FormValue("contact_id"), Date: c.FormValue("date"), Time: c.FormValue("time"),
		NextDate: c.FormValue("next_date"), NextTime: c.FormValue("next_time"), Version: c.FormValue("version")}
	in := f.Input()
	in.Channel, in.Content = typed.Channel, typed.Content
	if in.ContactID, err = contactIn(typed.Contact); err != nil {
		return s.render(c, f, typed, err)
	}
	zone := web.Actor(c).Zone
	if in.At, err = task.Pick("", typed.Date, typed.Time, s.db.Now(), zone); err != nil {
		return s.render(c, f, typed, wrong("date", "error.date"))
	}
	if day, clock := split(f.At.Time, zone); day == typed.Date && clock == typed.Time {
		in.At = task.When{At: f.At.Time} // seconds that the form cannot show
	}
	if in.Next, err = task.Pick("", typed.NextDate, typed.NextTime, s.db.Now(), zone); err != nil {
		return s.render(c, f, typed, wrong("next_date", "error.date"))
	}
	if day, clock := split(f.NextAt.Time, zone); day == typed.NextDate && clock == typed.NextTime {
		in.Next = task.When{At: f.NextAt.Time}
	}
	version, _ := strconv.ParseInt(typed.Version, 10, 64) // 0 is simply stale
	if _, err := s.Update(web.Ctx(c), f.ID, version, in); err != nil {
		typed.Version = strconv.FormatInt(f.Version, 10) // having seen both, the reader may choose
		return s.render(c, f, typed, err)
	}
	return web.Done(c, customerPath(f.CustomerID), "common.saved")
}

func customerPath(id int64) string { return fmt.Sprintf("/customers/%d", id) }

func (s *Service) postDelete(c *fiber.Ctx) error {
	f, err := s.ofPath(c)
	if err != nil {
		return err
	}
	if err := s.Remove(web.Ctx(c), f.ID); err != nil {
		return err
	}
	return web.Done(c, customerPath(f.CustomerID), "common.deleted")
}

// rhythmBody is the settings page of how often to keep in touch.
type rhythmBody struct{ Settings any }

// Levels are the levels that have a rhythm.
func (rhythmBody) Levels() []string { return Levels }

func (s *Service) showRhythm(c *fiber.Ctx) error {
	days, err := s.Rhythms(web.Ctx(c))
	if err != nil {
		return err
	}
	typed := map[string]string{}
	for level, n := range days {
		typed[level] = strconv.Itoa(n)
	}
	return s.renderRhythm(c, typed, nil)
}

func (s *Service) renderRhythm(c *fiber.Ctx, typed map[string]string, problem error) error {
	return web.Render(c, web.Page{Name: "work/rhythm", Title: "settings.rhythm", Body: rhythmBody{web.SettingsNav(c)}, Form: typed, Err: problem})
}

func (s *Service) postRhythm(c *fiber.Ctx) error {
	typed, days := map[string]string{}, map[string]int{}
	for _, level := range Levels {
		typed[level] = c.FormValue("rhythm_" + level)
		if typed[level] == "" {
			continue
		}
		n, err := strconv.Atoi(typed[level])
		if err != nil {
			return s.renderRhythm(c, typed, wrong("rhythm_"+level, "error.number"))
		}
		days[level] = n
	}
	if err := s.SetRhythms(web.Ctx(c), days); err != nil {
		return s.renderRhythm(c, typed, err)
	}
	return web.Done(c, "/settings/rhythm", "common.saved")
}

// colleagueOptions offers colleagues in a select.
func colleagueOptions(people []notify.Colleague) []view.Option { return task.Options(people) }
