package feedback

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/money"
	"regulars/app/kit/page"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/feedback-cases", Read, s.showList)
	r.Get("/feedback-cases/columns", Read, listOf(s).Panel)
	r.Get("/feedback-cases/filter", Read, listOf(s).Filter)
	s.rulesRoutes(r)
	s.causeRoutes(r)
	s.routeRoutes(r)
	s.replyRoutes(r)
	r.Get("/feedback-cases/figures", Read, s.showFigures)
	r.Get("/feedback-cases/new", Write, s.newComplaint)
	r.Post("/feedback-cases", Write, s.postComplaint)
	r.Get("/feedback-cases/:id", Read, s.showCase)
	r.Post("/feedback-cases/:id/contact", Write, s.postContact)
	r.Post("/feedback-cases/:id/owner", Write, s.postOwner)
	r.Post("/feedback-cases/:id/department", Write, s.postHand)
	r.Post("/feedback-cases/:id/department-answer", Write, s.postTeamAnswer)
	r.Post("/feedback-cases/:id/:state", Write, s.postMove)
}

// line is a case in the list with the clock that runs.
type line struct {
	Row
	Clock   Clock
	Running bool
	OfTeam  Clock // of the department whose turn it is
}

type listBody struct {
	listing.Page // its saved views
	Lines        []line
	View         string // open, mine, team, closed
	Open         int
	Late         int
	Metrics      *Metrics // nil for those who do not see the whole shop
}

func (s *Service) showList(c *fiber.Ctx) error {
	switch c.Query("look") {
	case tableLook:
		return s.showTable(c)
	case boardLook:
		return s.showBoard(c)
	}
	ctx := web.Ctx(c)
	views, err := listOf(s).Views(c)
	if err != nil {
		return err
	}
	if views.Opens != "" {
		return web.Redirect(c, views.Opens)
	}
	b := listBody{Page: views, View: c.Query("view", "open")}
	conds, err := filter.Parse(queryOf(c))
	if err != nil {
		return err
	}
	req := page.Request{Limit: 50, Cursor: c.Query("cursor"), Sort: c.Query("sort"), Q: c.Query("q")}
	switch b.View {
	case "mine":
		conds = append(conds, filter.Cond{Field: "open", Op: "eq", Value: "true"},
			filter.Cond{Field: "owner_id", Op: "eq", Value: strconv.FormatInt(auth.From(ctx).UserID, 10)})
	case "team":
		conds = append(conds, filter.Cond{Field: "open", Op: "eq", Value: "true"},
			filter.Cond{Field: "team_id", Op: "eq", Value: strconv.FormatInt(auth.From(ctx).TeamID, 10)})
	case "closed":
		conds = append(conds, filter.Cond{Field: "open", Op: "eq", Value: "false"})
		if req.Sort == "" {
			req.Sort = "-due_at"
		}
	default:
		conds = append(conds, filter.Cond{Field: "open", Op: "eq", Value: "true"})
	}
	p, err := s.List(ctx, req, conds)
	if err != nil {
		return err
	}
	if b.Lines, err = s.lines(ctx, p.Items); err != nil {
		return err
	}
	b.Next = p.Next
	if b.Open, b.Late, err = s.Count(ctx); err != nil {
		return err
	}
	if seesAll(ctx) {
		m, err := s.Metrics(ctx)
		if err != nil {
			return err
		}
		b.Metrics = &m
	}
	for _, name := range []string{"open", "mine", "team", "closed"} {
		if name == "team" && auth.From(ctx).TeamID == 0 {
			continue
		}
		tab := listing.Tab{Label: web.Locale(c).T("feedback.view." + name), Href: "/feedback-cases?view=" + name, Current: b.View == name}
		if name == "open" {
			tab.N = b.Open
		}
		b.Tabs = append(b.Tabs, tab)
	}
	return web.Render(c, web.Page{Name: "feedback/list", Title: "feedback.title", Body: b, Fragment: "results"})
}

func (s *Service) lines(ctx context.Context, rows []Row) ([]line, error) {
	p, err := s.pace(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	out := make([]line, len(rows))
	for i, r := range rows {
		out[i].Row = r
		out[i].Clock, out[i].Running = r.running(p, s.db.Now())
		out[i].OfTeam = r.ofTeam(p, s.db.Now())
	}
	return out, nil
}

// caseBody is the page of one case, with everything to act on it.
type caseBody struct {
	Guest    Guest
	Case     Case
	Client   Client
	Currency string
	Events   []Event
	Before   []Answer
	Reply    Clock
	Resolve  Clock
	Causes   []Cause
	Staff    []Person
	Others   []Case // open cases of the same customer, to merge into
	Metrics  *Metrics
	Rules    Rules
	Above    string // who decides about what the customer got, where the reader may not
	Together bool   // several people work here
	Sees     bool   // the customer too, not only this case
	To       Recipient
	Replies  []Ready
	Ready    int      // the ready text that was filled in
	Script   []string // what to say on the telephone
	Masked   bool
	Teams    []Team
	OfTeam   Clock
	Why      Why
	MayGive  bool // to a colleague, with a note
}

// caseForm is what was typed about a case.
type caseForm struct {
	Cause, Action, Told, Reason, Channel, Content, RecheckDays, Note, Words string
	ReplyBy, Subject, Text, Amount, CompensationFor                         string
	OwnerID, Into, TeamID                                                   int64
	Version                                                                 int64       // of the case when what it got was typed
	Theirs                                                                  []web.Clash // what somebody else wrote down meanwhile
}

func (s *Service) showCase(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return s.render(c, id, nil, nil)
}

func (s *Service) render(c *fiber.Ctx, id int64, form *caseForm, problem error) error {
	ctx := web.Ctx(c)
	b, err := s.body(ctx, id)
	if err != nil {
		return err
	}
	b.Currency = web.Business(c).Currency
	own, err := readScripts(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	b.Script = steps(own, s.View.Bundle().For(cmp.Or(b.To.Language, web.Locale(c).Tag())), b.Case.Kind)
	b.Ready = c.QueryInt("reply")
	if form == nil {
		form = &caseForm{Cause: b.Case.Cause, Action: b.Case.Action, OwnerID: int64(b.Case.OwnerID), Channel: "call", CompensationFor: b.Case.CompensationFor}
		form.Version = b.Case.Version
		if b.Case.Compensation > 0 {
			form.Amount = money.Decimal(b.Case.Compensation, b.Currency)
		}
		if err := s.fillIn(c, &b, form); err != nil {
			return err
		}
	}
	if form.Version == 0 {
		form.Version = b.Case.Version
	}
	return web.Render(c, web.Page{Name: "feedback/case", Heading: b.Case.who(web.Locale(c)), Body: b, Form: form, Err: problem})
}

// fillIn writes the ready text that the address asks for into the form.
func (s *Service) fillIn(c *fiber.Ctx, b *caseBody, form *caseForm) error {
	if b.Ready == 0 || !b.Case.Open() {
		return nil
	}
	language := c.Query("language")
	if !slices.Contains(i18n.Tags(), language) {
		language = ""
	}
	r, err := s.Draft(web.Ctx(c), b.Case.ID, int64(b.Ready), language)
	if errs.Is(err, errs.NotFound) {
		return nil // it was removed meanwhile
	}
	form.Subject, form.Text = r.Subject, r.Text
	return err
}

func (s *Service) body(ctx context.Context, id int64) (caseBody, error) {
	var b caseBody
	var err error
	if b.Case, err = s.Get(ctx, id); err != nil {
		return b, err
	}
	q, k := s.db.Reader(ctx), b.Case
	if b.Client, err = client(ctx, q, k.CustomerID); err != nil {
		return b, err
	}
	if _, err = db.Found(q.Get(ctx, &b.Guest, sqlLeft, k.ResponseID, k.ID)); err != nil {
		return b, err
	}
	if b.To, err = recipient(ctx, q, k); err != nil {
		return b, err
	}
	if b.Replies, err = s.Replies(ctx); err != nil {
		return b, err
	}
	if b.Masked = auth.From(ctx).Masked(); b.Masked {
		b.Guest.Phone, b.Guest.Email = text.Mask(b.Guest.Phone), text.MaskEmail(b.Guest.Email)
	}
	if b.Events, err = s.Events(ctx, id); err != nil {
		return b, err
	}
	if err = q.Select(ctx, &b.Before, sqlBefore, k.CustomerID, answeredBefore(k)); err != nil {
		return b, err
	}
	p, err := s.pace(ctx, q)
	if err != nil {
		return b, err
	}
	b.Reply, b.Resolve, b.Rules = k.reply(p, s.db.Now()), k.resolve(p, s.db.Now()), p.rules
	if least := max(1, k.Compensation); !p.rules.allows(auth.From(ctx).Role, least) {
		if b.Above, err = deciders(ctx, q, p.rules, least); err != nil {
			return b, err
		}
	}
	if b.Together, err = together(ctx, q); err != nil {
		return b, err
	}
	a := auth.From(ctx)
	b.MayGive = b.Together && k.Open() && k.OwnerID != 0 && a.Can(Write) && a.Can("handover.write") && (int64(k.OwnerID) == a.UserID || a.Can("handover.admin"))
	if b.Sees = k.CustomerID != 0 && sees(ctx, q, auth.From(ctx).Scope(), k.CustomerID) == nil; b.Together {
		if err = q.Select(ctx, &b.Teams, sqlTeams); err != nil {
			return b, err
		}
	}
	b.OfTeam = k.ofTeam(p, s.db.Now())
	if b.Why, err = whyOwner(ctx, q, k); err != nil {
		return b, err
	}
	if b.Causes, err = causesIn(ctx, q); err != nil {
		return b, err
	}
	if err = q.Select(ctx, &b.Staff, sqlStaff); err != nil {
		return b, err
	}
	if err = q.Select(ctx, &b.Others, sqlOpenAll, k.CustomerID); err != nil {
		return b, err
	}
	b.Others = slices.DeleteFunc(b.Others, func(o Case) bool { return o.ID == k.ID })
	if seesAll(ctx) && k.Outcome != "" {
		m, err := s.Metrics(ctx)
		if err != nil {
			return b, err
		}
		b.Metrics = &m
	}
	return b, nil
}

func answeredBefore(c Case) int64 {
	if c.AnsweredAt.IsZero() {
		return c.OpenedAt.UnixMilli()
	}
	return c.AnsweredAt.UnixMilli()
}

func (s *Service) postMove(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := caseForm{Cause: c.FormValue("cause"), Action: c.FormValue("action"), Told: c.FormValue("told"), Reason: c.FormValue("reason"), RecheckDays: c.FormValue("recheck_days")}
	f.Into, _ = strconv.ParseInt(c.FormValue("into"), 10, 64) // 0 is refused by the service
	m := Move{To: State(c.Params("state")), Cause: f.Cause, Action: f.Action, Reason: f.Reason, Into: f.Into}
	if f.Told != "" {
		told := f.Told == "yes"
		m.Told = &told
	}
	if f.RecheckDays != "" {
		m.RecheckDays, err = strconv.Atoi(f.RecheckDays)
		if err != nil {
			m.RecheckDays = -1
		}
	}
	if !m.To.Valid() {
		return errs.NotVisible()
	}
	if _, err := s.Move(web.Ctx(c), id, m); err != nil {
		return s.render(c, id, &f, err)
	}
	return web.Done(c, path(id), "feedback.done."+string(m.To))
}

func (s *Service) postContact(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := caseForm{Channel: c.FormValue("channel"), Content: strings.TrimSpace(c.FormValue("content"))}
	if _, err := s.LogContact(web.Ctx(c), id, f.Channel, f.Content); err != nil {
		return s.render(c, id, &f, err)
	}
	return web.Done(c, path(id), "feedback.done.contact")
}

func (s *Service) postOwner(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := caseForm{}
	f.OwnerID, _ = strconv.ParseInt(c.FormValue("owner_id"), 10, 64) // 0 is refused by the service
	if _, err := s.Assign(web.Ctx(c), id, 0, f.OwnerID); err != nil {
		return s.render(c, id, &f, err)
	}
	return web.Done(c, path(id), "feedback.done.owner")
}

func (s *Service) postHand(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := caseForm{Note: c.FormValue("note"), Cause: c.FormValue("cause")}
	f.TeamID, _ = strconv.ParseInt(c.FormValue("team_id"), 10, 64) // 0 is whose business the cause is
	if _, err := s.HandToTeam(web.Ctx(c), id, Handing{TeamID: f.TeamID, Cause: f.Cause, Note: f.Note}); err != nil {
		return s.render(c, id, &f, err)
	}
	return web.Done(c, path(id), "feedback.done.hand")
}

// postTeamAnswer writes down what the department says, or takes the case back.
func (s *Service) postTeamAnswer(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if c.FormValue("back") != "" {
		if _, err := s.TakeBack(web.Ctx(c), id, 0); err != nil {
			return s.render(c, id, nil, err)
		}
		return web.Done(c, path(id), "feedback.done.take_back")
	}
	f := caseForm{Words: c.FormValue("words")}
	if _, err := s.AnswerForTeam(web.Ctx(c), id, 0, f.Words); err != nil {
		return s.render(c, id, &f, err)
	}
	return web.Done(c, path(id), "feedback.done.team_answer")
}

// panel is the open case on a customer's record.
func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	k, found, err := openOf(ctx, s.db.Reader(ctx), customer)
	if err != nil || !found {
		return nil, err
	}
	lines, err := s.lines(ctx, []Row{{Case: k}})
	if err != nil {
		return nil, err
	}
	return panelBody{lines[0]}, nil
}

type panelBody struct{ Line line }

func queryOf(c *fiber.Ctx) map[string][]string {
	out := map[string][]string{}
	for k, v := range c.Context().QueryArgs().All() {
		out[string(k)] = append(out[string(k)], string(v))
	}
	return out
}
