package topic

import (
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/survey"
)

const home = "/topics"

func (s *Service) routes(r *web.Router) {
	r.Get(home, survey.Read, s.showAll)
	r.Get(home+"/new", survey.Write, s.showNew)
	r.Post(home, survey.Write, s.post)
	r.Post(home+"/ready", survey.Write, s.postReady)
	r.Get(home+"/:id", survey.Write, s.showOne)
	r.Post(home+"/:id", survey.Write, s.post)
	r.Post(home+"/:id/delete", survey.Write, s.remove)
}

// listBody is all topics.
type listBody struct {
	Topics   []Topic
	Teams    map[int64]string
	MayWrite bool
}

// Team is the department that answers for a topic.
func (b listBody) Team(t Topic) string { return b.Teams[int64(t.TeamID)] }

func (s *Service) showAll(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	p, err := s.List(ctx, page.Request{Limit: page.MaxLimit}, nil)
	if err != nil {
		return err
	}
	b := listBody{Topics: p.Items, Teams: map[int64]string{}, MayWrite: web.Actor(c).Can(survey.Write)}
	var teams []team
	if err := s.db.Reader(ctx).Select(ctx, &teams, sqlTeams); err != nil {
		return err
	}
	for _, t := range teams {
		b.Teams[t.ID] = t.Name
	}
	return web.Render(c, web.Page{Name: "voice/topics", Title: "topic.title", Body: b})
}

// form is what was typed about a topic.
type form struct {
	ID int64
	Input
	Theirs []web.Clash // what somebody else saved meanwhile
}

// formBody is the page of one topic.
type formBody struct {
	Topic Topic // zero for a new one
	Teams []view.Option
}

func (s *Service) showNew(c *fiber.Ctx) error {
	return s.render(c, Topic{}, form{Input: Input{Active: true}}, nil)
}

func (s *Service) showOne(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	t, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.render(c, t, form{ID: id, Input: t.Input()}, nil)
}

// Input is the topic as its form shows it.
func (t Topic) Input() Input {
	return Input{t.NameEN, t.NameZH, t.Words, int64(t.TeamID), t.Active, t.Version}
}

func (s *Service) render(c *fiber.Ctx, t Topic, f form, problem error) error {
	ctx := web.Ctx(c)
	b := formBody{Topic: t}
	var teams []team
	if err := s.db.Reader(ctx).Select(ctx, &teams, sqlTeams); err != nil {
		return err
	}
	for _, one := range teams {
		b.Teams = append(b.Teams, view.Option{Value: one.ID, Label: one.Name})
	}
	title := "topic.new"
	if t.ID != 0 {
		title = "topic.edit"
	}
	return web.Render(c, web.Page{Name: "voice/topic", Title: title, Body: b, Form: f, Err: problem})
}

func (s *Service) post(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	f := form{Input: Input{NameEN: c.FormValue("name_en"), NameZH: c.FormValue("name_zh"), Words: c.FormValue("words"), Active: c.FormValue("active") != ""}}
	f.TeamID, _ = strconv.ParseInt(c.FormValue("team_id"), 10, 64)
	f.Input.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	if c.Params("id") == "" {
		t, err := s.Create(ctx, f.Input)
		if err != nil {
			return s.render(c, Topic{}, f, err)
		}
		return web.Done(c, home, "topic.saved", "name", t.Name(web.Locale(c).Tag()))
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f.ID = id
	t, err := s.Update(ctx, id, f.Input)
	if err != nil {
		before, gone := s.Get(ctx, id)
		if gone != nil {
			return gone
		}
		if errs.Is(err, errs.Conflict) {
			f.Theirs = web.Clashes(web.Locale(c), clashes(f.Input, before.Input())...)
			f.Input.Version = before.Version
		}
		return s.render(c, before, f, err)
	}
	return web.Done(c, home, "topic.saved", "name", t.Name(web.Locale(c).Tag()))
}

func clashes(ours, theirs Input) []web.Clash {
	return []web.Clash{
		{Name: "name_en", Label: "topic.name_en", Ours: ours.NameEN, Theirs: theirs.NameEN},
		{Name: "name_zh", Label: "topic.name_zh", Ours: ours.NameZH, Theirs: theirs.NameZH},
		{Name: "words", Label: "topic.words", Ours: ours.Words, Theirs: theirs.Words},
		{Name: "active", Label: "topic.active", Ours: web.Ticked(ours.Active), Theirs: web.Ticked(theirs.Active)},
	}
}

func (s *Service) postReady(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	n, err := s.AddReady(ctx, b.Pack)
	if err != nil {
		return err
	}
	return web.Done(c, home, "topic.added", "n", n)
}

func (s *Service) remove(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, home, "common.deleted")
}

// ReviewRows is the page of the reviews that speak of the topic.
func (t Topic) ReviewRows() string { return fmt.Sprintf("/reviews?filter[topic_id][eq]=%d", t.ID) }

// Rows is the page of the answers that speak of the topic.
func (t Topic) Rows() string { return fmt.Sprintf("/responses?filter[topic_id][eq]=%d", t.ID) }
