package deal

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/attachment"
	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sales/product"
	"regulars/app/staff/notify"
	"regulars/app/sys/custom"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/task"
)

func (s *Service) routes(r *web.Router) {
	r.Get(home, Read, s.index)
	r.Get(home+"/columns", Read, listOf(s).Panel)
	r.Get(home+"/filter", Read, listOf(s).Filter)
	r.Get(home+"/cards", Read, s.showCards)
	r.Get(home+"/new", Write, s.blank)
	r.Post(home, Write, s.create)
	r.Get(home+"/:id", Read, s.show)
	r.Get(home+"/:id/edit", Write, s.edit)
	r.Post(home+"/:id", Write, s.save)
	r.Get(home+"/:id/move", Write, s.askMove)
	r.Post(home+"/:id/move", Write, s.postMove)
	r.Get(home+"/:id/won", Write, s.askEnd(Won))
	r.Post(home+"/:id/won", Write, s.postEnd(Won))
	r.Get(home+"/:id/lost", Write, s.askEnd(Lost))
	r.Post(home+"/:id/lost", Write, s.postEnd(Lost))
	r.Post(home+"/:id/open", Write, s.postReopen)
	r.Post(home+"/:id/checks", Write, s.postTick)
	r.Post(home+"/:id/steps", Write, s.postStep)
	r.Post(home+"/:id/lines", Write, s.postLines)
	r.Post(home+"/:id/delete", Delete, s.drop)
	r.Post(home+"/:id/rivals", Write, s.postRival)
	r.Upload(home+"/:id/attachments", Write, attachment.MaxSize+1<<20, s.upload)
	r.Post(home+"/:id/rivals/:rival/delete", Write, s.dropRival)
	r.Post(home+"/:id/collaborators", Read, s.postCollaborator)
	s.settingsRoutes(r)
}

// listLook is the way to see the deals as rows.
const listLook = "list"

// index is the board, or the list as soon as the address asks for one.
func (s *Service) index(c *fiber.Ctx) error {
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	rows := q.Get("view") == listLook
	for name := range q {
		rows = rows || strings.HasPrefix(name, "filter[") || name == "columns" || name == "sort" || name == "group" || name == "q"
	}
	switch {
	case rows:
		return s.showList(c)
	case q.Get("view") == calendarLook:
		return s.showCalendar(c)
	}
	return s.showBoard(c)
}

// ListPage feeds the list.
type ListPage struct {
	listing.Page
	Q                     string
	Customer              customer.Ref // the list is theirs only
	Result, Stage, Owner  string
	Results, Stages, Whom []view.Option
	Any                   bool // some filter or search is on
	With                  bool // only those on which the reader collaborates
	MayWrite              bool
}

func (s *Service) showList(c *fiber.Ctx) error {
	req, conds, err := listing.Request(c)
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	found, err := listOf(s).Page(c, req, conds)
	if err != nil {
		return err
	}
	found.All = home + "?view=" + listLook
	pick, err := s.pick(ctx)
	if err != nil {
		return err
	}
	b := ListPage{Page: found, Q: req.Q, Result: c.Query("filter[result][eq]"), Stage: c.Query("filter[stage_id][eq]"), Owner: c.Query("filter[owner_id][eq]"),
		Any: req.Q != "" || len(conds) > 0, Stages: pick["stage"], With: c.Query("filter[collaborator_id][eq]") == "me", MayWrite: web.Actor(c).Can(Write)}
	for _, r := range Results {
		b.Results = append(b.Results, view.Option{Value: r, Label: web.Locale(c).T("deal.result." + r)})
	}
	if b.Whom, err = s.whom(c); err != nil {
		return err
	}
	if id, err := strconv.ParseInt(c.Query("filter[customer_id][eq]"), 10, 64); err == nil {
		if b.Customer, err = s.customers.MustSee(ctx, id); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "sales/deals", Title: "deal.title", Body: b, Fragment: "result"})
}

// whom are the people that a deal can be given to; nobody to choose from where
// one person works alone.
func (s *Service) whom(c *fiber.Ctx) ([]view.Option, error) {
	people, err := s.people.Colleagues(web.Ctx(c))
	if err != nil || len(people) < 2 {
		return nil, err
	}
	return task.Options(people), nil
}

func today(l *i18n.Locale) cal.Date { return cal.Today(l.Now(), l.Zone()) }

// ShowPage feeds the record page.
type ShowPage struct {
	Deal
	Stage     Stage
	Stages    []Stage // of its pipeline
	Done      []string
	Steps     []task.Task
	Stays     []Stay
	Rivals    []Rival
	Files     []attachment.Attachment
	MayAttach bool
	Quotes    any
	AgreedN   int    // of them accepted
	Agreed    int64  // what those come to
	Learnt    string // what history makes of its chance, "" too early
	Products  []Offer
	Form      []FormLine
	Told      []custom.Told
	Today     cal.Date
	Late      bool
	Rotten    int // days it stood too long in its stage, 0 for none
	Stand     int // days in its stage
	MayWrite  bool
	MayDelete bool

	Sees    bool // the reader sees its customer
	With    []Collaborator
	Whom    []view.Option // who can be let in; none where one works alone
	MayGive bool
	Within  bool // the reader is one of those who were let in
	Me      int64
	Handed  any  // by whom to whom, for partials/handed
	MayHand bool // to a colleague, with a note
}

// Ticked tells whether an item of the checklist is done.
func (b ShowPage) Ticked(item string) bool {
	for _, done := range b.Done {
		if done == item {
			return true
		}
	}
	return false
}

// StoodWords say how long it has stood in its stage.
func (b ShowPage) StoodWords(d view.Data) string { return d.Locale.T("deal.stood", "n", b.Stand) }

// Offer is a product in the list behind the name of a line.
type Offer struct{ Name, Unit, Price string }

func (s *Service) show(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.showDeal(c, d, linesOf(d), nil)
}

func (s *Service) showDeal(c *fiber.Ctx, d Deal, lines []FormLine, problem error) error {
	ctx, l, actor := web.Ctx(c), web.Locale(c), web.Actor(c)
	q := s.db.Reader(ctx)
	b := ShowPage{Deal: d, Today: today(l), Told: web.Told(c, d.Added), MayWrite: actor.Can(Write), MayDelete: actor.Can(Delete), Form: lines}
	if err := s.showWith(c, &b); err != nil {
		return err
	}
	b.Late, b.Stand = d.Late(b.Today), d.Stood(l.Now())
	if d.Rots(l.Now()) {
		b.Rotten = b.Stand
	}
	all, err := pipelines(ctx, q)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.ID == d.PipelineID {
			b.Stages = p.Stages
			b.Stage, _ = p.Stage(d.StageID)
		}
	}
	if b.Done, err = ticked(ctx, q, d.ID, d.StageID); err != nil {
		return err
	}
	if b.Stays, err = stays(ctx, q, d.ID); err != nil {
		return err
	}
	if b.Sees {
		if b.Files, err = s.files.OfRecord(ctx, "deal", d.ID); err != nil {
			return err
		}
	}
	if s.quotes != nil {
		if b.Quotes, err = s.quotes.OfDeal(ctx, d.ID); err != nil {
			return err
		}
		if b.AgreedN, b.Agreed, err = s.quotes.AgreedFor(ctx, d.ID); err != nil {
			return err
		}
	}
	b.MayAttach = b.MayWrite && b.Sees && actor.Can(customer.Write)
	if b.Rivals, err = rivals(ctx, q, d.ID); err != nil {
		return err
	}
	if p, err := s.pipeline(all, d.PipelineID); err == nil && d.IsOpen() {
		known, err := learn(ctx, q, p)
		if err != nil {
			return err
		}
		if !known.Early() {
			b.Learnt = l.Percent(known.Now(d.StageID, float64(b.Today.Sub(d.OpenedOn))))
		}
	}
	if actor.Can(task.Read) {
		if b.Steps, err = s.tasks.About(ctx, "deal", d.ID); err != nil {
			return err
		}
	}
	if b.Products, err = s.offers(c, d.Currency); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/deal", Heading: d.Name, Body: b, Err: problem})
}

func (s *Service) offers(c *fiber.Ctx, currency string) ([]Offer, error) {
	if !web.Actor(c).Can(product.Read) {
		return nil, nil
	}
	const most = 500
	list, err := s.products.Offered(web.Ctx(c), most)
	var out []Offer
	for _, p := range list {
		out = append(out, Offer{p.Name, p.Unit, decimal(p.Price, currency)})
	}
	return out, err
}

func (s *Service) drop(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), d.ID); err != nil {
		return err
	}
	return web.Done(c, home, "deal.deleted", "name", d.Name)
}

func (s *Service) postTick(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	if err := s.Tick(web.Ctx(c), d.ID, c.FormValue("item"), c.FormValue("done") != ""); err != nil {
		return err
	}
	return web.Redirect(c, path(d.ID))
}

// postStep plans what is to be done next about a deal.
func (s *Service) postStep(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	due, err := task.Pick("date", c.FormValue("step_on"), c.FormValue("step_at"), s.db.Now(), web.Actor(c).Zone)
	if err == nil {
		err = s.AddStep(web.Ctx(c), d, c.FormValue("step"), due)
	}
	if err != nil {
		return s.showDeal(c, d, linesOf(d), err)
	}
	return web.Done(c, path(d.ID), "deal.step_added")
}

func (s *Service) byParam(c *fiber.Ctx) (Deal, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Deal{}, err
	}
	return s.Get(web.Ctx(c), id)
}

var _ People = (*notify.Service)(nil)
