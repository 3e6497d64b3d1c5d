package survey

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/qr"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/surveys/new", Write, s.newSurvey)
	r.Post("/surveys", Write, s.postSurvey)
	r.Post("/surveys/go-on", Write, s.goOn)
	r.Post("/surveys/skip", Write, s.skipWave)
	r.Post("/surveys/:id/delete", Write, s.deleteSurvey)
	s.builderRoutes(r)
	r.Get("/survey-programs", Read, s.showPrograms)
	r.Get("/survey-programs/new", Write, s.newProgram)
	r.Post("/survey-programs", Write, s.postProgram)
	r.Get("/survey-programs/:id", Read, s.showProgram)
	r.Get("/survey-programs/:id/edit", Write, s.editProgram)
	r.Post("/survey-programs/:id/pause", Write, s.turnProgram(s.Pause, "survey.program.paused"))
	r.Post("/survey-programs/:id/resume", Write, s.turnProgram(s.Resume, "survey.program.resumed"))
	r.Post("/survey-programs/:id/stop", Write, s.turnProgram(s.Stop, "survey.program.stopped"))
	r.Post("/survey-programs/:id", Write, s.postProgram)
	r.Post("/survey-programs/:id/delete", Write, s.deleteProgram)
	r.Get("/invitations", Read, s.showInvitations)
	r.Get("/invitation-texts", Ask, s.showTexts)
	r.Post("/invitations/:id/sent", Ask, s.postSent)
	r.Post("/invitations/:id/spared", Ask, s.postSpared)
	r.Get("/invitations/new", Ask, s.newInvitation)
	r.Post("/invitations", Ask, s.postInvitation)
	r.Get("/invitations/:id", Read, s.showInvitation)
	r.Get("/invitations/:id/qr.png", Ask, s.showQR)
	r.Post("/invitations/:id/replies/:reply/read", Ask, s.postPutAway)
	r.Get("/responses", Read, s.showResponses)
	r.Get("/responses/new", Ask, s.newResponse)
	r.Post("/responses", Ask, s.postResponse)
	r.Post("/responses/:id/delete", Delete, s.deleteResponse)
	r.Get("/s/:token", web.Public, s.showForm)
	r.Post("/s/:token", web.Public, s.postForm)
	r.Post("/s/:token/talk", web.Public, s.postTalk)
}

// request reads paging, search, order and filters of a list page.
func request(c *fiber.Ctx) (page.Request, []filter.Cond, error) {
	limit, err := page.ParseLimit(c.Query("limit"))
	if err != nil {
		return page.Request{}, nil, err
	}
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		query = url.Values{}
	}
	conds, err := filter.Parse(query)
	return page.Request{Limit: limit, Cursor: c.Query("cursor"), Sort: c.Query("sort"), Q: c.Query("q")}, conds, err
}

func number(c *fiber.Ctx, name string) int {
	n, err := strconv.Atoi(strings.TrimSpace(c.FormValue(name)))
	if err != nil {
		return -1 // no number is out of every range
	}
	return n
}

func reference(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// invitationsBody is the list of who was asked and what became of it.
type invitationsBody struct {
	List   page.Page[Invitation]
	State  string
	NoBase bool // without a public address nothing can be mailed
	MaySet bool // the reader may set one
	Texts  bool // text messages wait to be sent by hand
	Reach  web.Reach
}

// maySet tells whether the reader can open the settings of the address.
func maySet(c *fiber.Ctx) bool { return web.Actor(c).Can("settings.write") }

// States are the tabs of the list.
func (invitationsBody) States() []string { return States }

func (s *Service) showInvitations(c *fiber.Ctx) error {
	req, conds, err := request(c)
	if err != nil {
		return err
	}
	list, err := s.Invitations(web.Ctx(c), req, conds)
	if err != nil {
		return err
	}
	var texts []SMSText
	if web.Actor(c).Can(Ask) {
		if texts, err = s.Texts(web.Ctx(c), ""); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "voice/invitations", Title: "survey.invitations", Fragment: "list",
		Body: invitationsBody{list, c.Query("filter[state][eq]"), s.homeless(web.Ctx(c)), maySet(c), len(texts) > 0, s.reach(c)}})
}

// inviteBody is the form that asks one customer now.
type inviteBody struct {
	CustomerID int64
	Surveys    []Survey
	HasBase    bool
	Why        []Why
	Reach      web.Reach
}

// Options are the surveys in use.
func (b inviteBody) Options() []view.Option {
	var out []view.Option
	for _, v := range b.Surveys {
		if v.Active {
			out = append(out, view.Option{Value: v.ID, Label: v.Name})
		}
	}
	return out
}

func (s *Service) newInvitation(c *fiber.Ctx) error {
	usual := Email
	if s.homeless(web.Ctx(c)) {
		usual = Link // a mail could not leave
	}
	return s.inviteForm(c, InviteInput{CustomerID: reference(c.Query("customer")), Channel: c.Query("channel", usual)}, nil)
}

func (s *Service) inviteForm(c *fiber.Ctx, in InviteInput, problem error) error {
	ctx := web.Ctx(c)
	why, err := s.Why(ctx, in.CustomerID)
	if err != nil {
		return err
	}
	list, err := s.List(ctx, page.Request{Limit: page.MaxLimit}, nil)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/invite", Title: "survey.ask_now", Form: in, Err: problem,
		Body: inviteBody{in.CustomerID, list.Items, !s.homeless(ctx), why, s.reach(c)}})
}

func (s *Service) postInvitation(c *fiber.Ctx) error {
	in := InviteInput{SurveyID: reference(c.FormValue("survey_id")), CustomerID: reference(c.FormValue("customer_id")),
		ContactID: reference(c.FormValue("contact_id")), Channel: c.FormValue("channel"), OverrideQuietHours: c.FormValue("override_quiet_hours") != ""}
	in.Base, in.Public = web.BaseURL(c)
	i, err := s.Invite(web.Ctx(c), in)
	if err != nil {
		return s.inviteForm(c, in, err)
	}
	if i.Channel == Staff && i.State == Sent {
		return web.Redirect(c, fmt.Sprintf("/responses/new?invitation=%d", i.ID))
	}
	if i.Channel == SMS && i.State == Queued {
		return web.Redirect(c, "/invitation-texts")
	}
	return web.Done(c, fmt.Sprintf("/invitations/%d", i.ID), "survey.invited")
}

// invitationBody is one invitation; Address is there for a link to hand over.
type invitationBody struct {
	Invitation Invitation
	Traces     []Trace
	Address    string
	Private    bool
	MaySet     bool // the reader may set the public address
	MayAsk     bool
	Letters    []Letter
	Reach      web.Reach
}

// Open tells whether an answer can still be written down.
func (b invitationBody) Open() bool { return b.Invitation.open() }

// postPutAway notes that somebody has read what was written back.
func (s *Service) postPutAway(c *fiber.Ctx) error {
	id, err := web.ID(c, "reply")
	if err != nil {
		return err
	}
	l, err := s.PutAway(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return web.Said(c, fmt.Sprintf("/invitations/%d", l.InvitationID), "survey.letter_put_away")
}

func (s *Service) showInvitation(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	i, list, err := s.Invitation(web.Ctx(c), id)
	if err != nil {
		return err
	}
	b := invitationBody{Invitation: i, Traces: list, MaySet: maySet(c), MayAsk: web.Actor(c).Can(Ask), Reach: s.reach(c)}
	if b.Letters, err = s.Letters(web.Ctx(c), id); err != nil {
		return err
	}
	if i.Channel == Link && i.State == Sent && web.Actor(c).Can(Ask) {
		base, public := web.BaseURL(c)
		if _, b.Address, err = s.Address(web.Ctx(c), id, base); err != nil {
			return err
		}
		b.Private = !public
	}
	return web.Render(c, web.Page{Name: "voice/invitation", Title: "survey.invitation", Body: b})
}

// showQR draws the link of an invitation.
func (s *Service) showQR(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	base, _ := web.BaseURL(c)
	_, address, err := s.Address(web.Ctx(c), id, base)
	if err != nil {
		return err
	}
	png, err := qr.PNG(address, 320)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/png")
	return c.Send(png)
}

// responsesBody is the list of what was said.
type responsesBody struct {
	List    page.Page[Response]
	Surveys []Survey
	MayDel  bool
	Chips   []responseChip
}

// responseChip is a condition under which answers are listed.
type responseChip struct{ Label, Value, Key string }

// chips are the conditions that no chip of the page's own stands for: they came
// with a number that was opened.
func chips(conds []filter.Cond) []responseChip {
	var out []responseChip
	for _, c := range conds {
		f, ok := responseList.Field(c.Field)
		if c.Field == InView {
			f.Label, ok = "satisfaction.by.view_id", true
		}
		if !ok || c.Group != "" || c.Field == "survey_id" || c.Field == "comment" || c.Key() == "filter[score][lte]" || c.Key() == "filter[score][gte]" && c.Value == "0" {
			continue
		}
		value := c.Value
		switch c.Op {
		case "gte":
			value = "≥ " + value
		case "lte":
			value = "≤ " + value
		case "empty":
			value = "–"
		}
		out = append(out, responseChip{f.Label, value, c.Key()})
	}
	return out
}

func (s *Service) showResponses(c *fiber.Ctx) error {
	req, conds, err := request(c)
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	list, err := s.Responses(ctx, req, conds)
	if err != nil {
		return err
	}
	surveys, err := s.List(ctx, page.Request{Limit: page.MaxLimit}, nil)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/responses", Title: "survey.responses", Fragment: "list",
		Body: responsesBody{list, surveys.Items, web.Actor(c).Can(Delete), chips(conds)}})
}

func (s *Service) deleteResponse(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Remove(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/responses", "common.deleted")
}
