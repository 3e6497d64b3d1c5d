package lead

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/oneline"
	"regulars/app/staff/notify"
	"regulars/app/sys/custom"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/task"
)

func (s *Service) routes(r *web.Router) {
	r.Get(home, Read, s.index)
	r.Get(home+"/columns", Read, listOf(s).Panel)
	r.Get(home+"/filter", Read, listOf(s).Filter)
	r.Get(home+"/new", Write, s.blank)
	r.Post(home, Write, s.create)
	r.Post(home+"/line", Write, s.line)
	s.settingsRoutes(r)
	s.formRoutes(r)
	s.scoreRoutes(r)
	s.routeRoutes(r)
	s.publicRoutes(r)
	r.Get(home+"/:id", Read, s.show)
	r.Get(home+"/:id/edit", Write, s.edit)
	r.Post(home+"/:id", Write, s.save)
	r.Post(home+"/:id/log", Write, s.postLog)
	r.Get(home+"/:id/convert", Write, s.askConvert)
	r.Post(home+"/:id/convert", Write, s.postConvert)
	r.Get(home+"/:id/disqualify", Write, s.askGiveUp)
	r.Post(home+"/:id/disqualify", Write, s.postGiveUp)
	r.Post(home+"/:id/reopen", Write, s.postReopen)
	r.Post(home+"/:id/claim", Write, s.postClaim)
	r.Post(home+"/:id/owner", Write, s.postOwner)
	r.Post(home+"/:id/assign", Assign, s.postAssign)
	r.Post(home+"/:id/state", Write, s.postState)
	r.Post(home+"/:id/delete", Delete, s.drop)
}

// ListPage feeds the list.
type ListPage struct {
	listing.Page
	Q            string
	State, Owner string
	States, Whom []view.Option
	Any          bool // some filter or search is on
	MayWrite     bool
	MaySet       bool
	Line         string // what was typed into the one line
	Pool         int    // that wait for somebody to take them
}

func (s *Service) index(c *fiber.Ctx) error { return s.showList(c, "", nil) }

func (s *Service) showList(c *fiber.Ctx, line string, problem error) error {
	req, conds, err := listing.Request(c)
	if err != nil {
		return err
	}
	found, err := listOf(s).Page(c, req, conds)
	if err != nil {
		return err
	}
	if found.Opens != "" && problem == nil {
		return web.Redirect(c, found.Opens)
	}
	b := ListPage{Page: found, Q: req.Q, State: c.Query("filter[state][eq]"), Owner: c.Query("filter[owner_id][eq]"), Line: line,
		Any: req.Q != "" || len(conds) > 0, MayWrite: web.Actor(c).Can(Write), MaySet: web.Actor(c).Can(Settings)}
	for _, st := range States {
		b.States = append(b.States, view.Option{Value: st, Label: web.Locale(c).T("lead.state." + st)})
	}
	if b.Whom, err = s.whom(c); err != nil {
		return err
	}
	if len(b.Whom) > 0 {
		ctx := web.Ctx(c)
		if b.Pool, err = counts(ctx, s.db.Reader(ctx), sqlPooled); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "sales/leads", Title: "lead.title", Body: b, Fragment: "result", Err: problem})
}

// whom are the people that a lead can be given to; nobody to choose from where
// one person works alone.
func (s *Service) whom(c *fiber.Ctx) ([]view.Option, error) {
	people, err := s.People.Colleagues(web.Ctx(c))
	if err != nil || len(people) < 2 {
		return nil, err
	}
	return task.Options(people), nil
}

// line takes a lead in from one line: a name, a number, what they want.
func (s *Service) line(c *fiber.Ctx) error {
	typed := strings.TrimSpace(c.FormValue("line"))
	in, err := s.read(c, typed)
	var l Lead
	if err == nil {
		in.Fields = nil
		l, err = s.Create(web.Ctx(c), in)
	}
	if errs.Is(err, errs.Invalid) {
		return s.showList(c, typed, err)
	}
	if err != nil {
		return err
	}
	return web.Done(c, path(l.ID), "lead.created", "name", l.Name)
}

// read understands a line.
func (s *Service) read(c *fiber.Ctx, typed string) (Input, error) {
	in := Input{}
	ck := &errs.Check{}
	ck.That(typed != "", "line", "error.required")
	ck.That(len([]rune(typed)) <= 2000, "line", "error.long", "n", 2000)
	if err := ck.Err(); err != nil {
		return in, err
	}
	b, l := web.Business(c), web.Locale(c)
	o := oneline.Input{Text: typed, Now: l.Now(), Zone: l.Zone(), Region: b.Region, Currency: b.Currency}
	const most = 500
	offered, err := s.Products.Offered(web.Ctx(c), most)
	if err != nil && !errs.Is(err, errs.Denied) {
		return in, err
	}
	for _, p := range offered {
		o.Products = append(o.Products, oneline.Item{Name: p.Name, Code: string(p.Code)})
	}
	got := oneline.Read(o)
	for _, n := range got.Names {
		if n.Value.Company && in.Company == "" {
			in.Company = n.Value.Name
		} else if !n.Value.Company && in.Name == "" {
			in.Name = n.Value.Name
		}
	}
	for _, p := range got.Phones {
		in.Phones = append(in.Phones, p.Value.Raw)
	}
	for _, e := range got.Emails {
		in.Emails = append(in.Emails, e.Value)
	}
	for _, a := range got.Amounts {
		if a.Value.Currency == "" || a.Value.Currency == b.Currency {
			in.Amount = a.Value.Minor
		}
	}
	for _, ln := range got.Lines {
		if len(ln.Value.Products) == 1 && in.Interest == "" {
			in.Interest = offered[ln.Value.Products[0]].Name
		}
	}
	in.Need = strings.Trim(strings.TrimSpace(got.Note), ",，;； ")
	if len(got.Lines) > 0 { // what they order reads best in their own words
		in.Need = typed
	}
	if in.Name == "" && in.Company == "" && len(in.Phones)+len(in.Emails) == 0 {
		in.Name, in.Need = firstWords(typed), typed
	}
	return in, nil
}

// firstWords is what a lead is called whose line names nobody.
func firstWords(s string) string {
	if name, _, ok := strings.Cut(strings.ReplaceAll(s, "，", ","), ","); ok && name != "" {
		s = name
	}
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// ShowPage feeds the record page.
type ShowPage struct {
	Lead
	Log       []Event
	Kinds     []view.Option
	States    []view.Option
	Whom      []view.Option
	Told      []custom.Told
	Kind      string // of the log's line that was typed
	Typed     string
	IsLate    bool
	Mine      bool
	MayWrite  bool
	MayAssign bool
	MayDelete bool
	MayHand   bool // over what is held about them
	MayPass   bool // to a colleague, with a note
	Because   []Because
	BackOn    time.Time // when it goes back to the pool
	Routed    bool      // there are rules of assignment
	Learned   bool      // the score is a chance
	Learnt    int       // from so many leads
}

func (s *Service) show(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.showLead(c, l, "", "", nil)
}

func (s *Service) showLead(c *fiber.Ctx, l Lead, kind, typed string, problem error) error {
	ctx, loc, actor := web.Ctx(c), web.Locale(c), web.Actor(c)
	if kind == "" {
		kind = "call"
	}
	b := ShowPage{Lead: l, Told: web.Told(c, l.Added), Kind: kind, Typed: typed, IsLate: l.Late(loc.Now()), Mine: int64(l.OwnerID) == actor.UserID,
		MayWrite: actor.Can(Write), MayAssign: actor.Can(Assign), MayDelete: actor.Can(Delete),
		MayHand: actor.Can("person.export") && !actor.Masked() && l.CustomerID == 0}
	for _, k := range logKinds() {
		b.Kinds = append(b.Kinds, view.Option{Value: k, Label: loc.T("lead.log." + k)})
	}
	for _, st := range openStates {
		b.States = append(b.States, view.Option{Value: st, Label: loc.T("lead.state." + st)})
	}
	why, by, err := s.because(ctx, loc, l)
	if err != nil {
		return err
	}
	b.Because, b.Learned, b.Learnt = why, by.Fit.Used, by.Fit.Ended
	if b.Whom, err = s.whom(c); err != nil {
		return err
	}
	b.MayPass = len(b.Whom) > 0 && l.IsOpen() && l.OwnerID != 0 && b.MayWrite && (b.Mine || b.MayAssign) && actor.Can("handover.write")
	routes, err := routesNow(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	b.Routed = len(routes) > 0
	rules, err := s.rules(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	b.BackOn = rules.back(l)
	if b.Log, err = events(ctx, s.db.Reader(ctx), l.ID); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/lead", Heading: l.Title(), Body: b, Err: problem})
}

func (s *Service) byParam(c *fiber.Ctx) (Lead, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Lead{}, err
	}
	return s.Get(web.Ctx(c), id)
}

func (s *Service) drop(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), l.ID); err != nil {
		return err
	}
	return web.Done(c, home, "lead.deleted", "name", l.Name)
}

func number(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func decimal(minor int64, currency string) string {
	if minor == 0 {
		return ""
	}
	return money.Decimal(minor, currency)
}

var _ People = (*notify.Service)(nil)
