package task

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/staff/notify"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/tasks", Read, s.showList)
	r.Get("/tasks/columns", Read, listOf(s).Panel)
	r.Get("/tasks/filter", Read, listOf(s).Filter)
	r.Get("/tasks/new", Write, s.showNew)
	r.Post("/tasks", Write, s.postNew)
	r.Post("/customers/:customer/tasks", Write, s.postNew)
	r.Get("/tasks/:id", Read, s.showTask)
	r.Post("/tasks/:id", Write, s.postTask)
	r.Post("/tasks/:id/completion", Write, s.postDone)
	r.Post("/tasks/:id/reopening", Write, s.postReopen)
	r.Post("/tasks/:id/snooze", Write, s.postSnooze)
	r.Post("/tasks/:id/assignment", Write, s.postAssign)
	r.Post("/tasks/:id/delete", Delete, s.postDelete)
	r.Get("/profile/calendar", web.Self, s.showCalendar)
	r.Post("/profile/calendar", web.Self, s.postCalendar)
	r.Post("/profile/calendar/delete", web.Self, s.deleteCalendar)
	r.Get("/calendar/:file", web.Public, s.serveFeed)
}

// listBody is the page of tasks: one page of them, in groups.
type listBody struct {
	listing.Page        // its saved views
	Scope        string // mine, team, all
	Done         bool
	Due          Due
	Found        page.Page[Task]
	Table        string // the address of the table that shows the same
}

// reachable lists the scopes that a reader can choose.
func reachable(several bool) []string {
	if several {
		return []string{"mine", "team", "all"}
	}
	return []string{"mine"}
}

func (s *Service) showList(c *fiber.Ctx) error {
	if c.Query("look") == tableLook {
		return s.showTable(c)
	}
	views, err := listOf(s).Views(c)
	if err != nil {
		return err
	}
	if views.Opens != "" {
		return web.Redirect(c, views.Opens)
	}
	body := listBody{Page: views, Scope: scopeOf(c), Done: c.Query("show") == "done"}
	conds, err := filter.Parse(queryOf(c))
	if err != nil {
		return err
	}
	limit, err := page.ParseLimit(c.Query("limit"))
	if err != nil {
		return err
	}
	req := page.Request{Limit: limit, Cursor: c.Query("cursor"), Q: c.Query("q")}
	where := append(ofScope(body.Scope, web.Actor(c)), field.Where{SQL: "t.done_at IS NULL"})
	if body.Done {
		req.Sort = "-due_at"
		where[len(where)-1].SQL = "t.done_at IS NOT NULL"
	}
	if body.Found, err = s.ListOnly(web.Ctx(c), req, conds, where...); err != nil {
		return err
	}
	several, err := s.several(web.Ctx(c))
	if err != nil {
		return err
	}
	body.look(web.Locale(c), several, req.Q)
	body.Due = Group(body.Found.Items, s.db.Now(), web.Actor(c).Zone)
	return web.Render(c, web.Page{Name: "work/tasks", Title: "nav.tasks", Body: body})
}

// look says the ways to see the tasks: by whom they are of, done ones, and all of
// it as a table.
func (b *listBody) look(l *i18n.Locale, several bool, search string) {
	tab := func(name, key, value string, current bool) {
		q := url.Values{key: {value}}
		if search != "" {
			q.Set("q", search)
		}
		b.Tabs = append(b.Tabs, listing.Tab{Label: scopeLabel(l, name, several), Href: "/tasks?" + q.Encode(), Current: current})
	}
	for _, scope := range reachable(several) {
		tab(scope, "scope", scope, scope == b.Scope && !b.Done)
	}
	tab("done", "show", "done", b.Done)
	table := url.Values{"look": {tableLook}, "filter[open][eq]": {strconv.FormatBool(!b.Done)}}
	if several && b.Scope == "mine" {
		table.Set("filter[owner_id][eq]", "me")
	}
	b.Table = "/tasks?" + table.Encode()
}

func scopeOf(c *fiber.Ctx) string {
	if scope := c.Query("scope"); scope == "team" || scope == "all" {
		return scope
	}
	return "mine"
}

func queryOf(c *fiber.Ctx) map[string][]string {
	out := map[string][]string{}
	for name, value := range c.Queries() {
		out[name] = []string{value}
	}
	return out
}

// form is the input as typed.
type form struct {
	Title, Kind, Notes string
	CustomerID         string
	OwnerID            string
	Pick, Date, Time   string
	Version            string
	Next               string
}

func formOf(c *fiber.Ctx) form {
	f := form{Title: c.FormValue("title"), Kind: c.FormValue("kind"), Notes: c.FormValue("notes"), CustomerID: c.FormValue("customer_id"), OwnerID: c.FormValue("owner_id"),
		Pick: c.FormValue("pick"), Date: c.FormValue("date"), Time: c.FormValue("time"), Version: c.FormValue("version"), Next: c.FormValue("next")}
	if text := c.FormValue("text"); f.Title == "" && text != "" {
		f.Title = Headline(text)
		if f.Title != strings.TrimSpace(text) {
			f.Notes = text
		}
	}
	if id := c.Params("customer"); id != "" {
		f.CustomerID = id
	}
	return f
}

// input reads the form; mistakes in it stand beside their fields.
func (f form) input(now time.Time, zone *time.Location) (Input, error) {
	c := &errs.Check{}
	in := Input{Title: f.Title, Kind: f.Kind, Notes: f.Notes}
	in.CustomerID = number(c, "customer_id", f.CustomerID)
	in.OwnerID = number(c, "owner_id", f.OwnerID)
	due, err := Pick(f.Pick, f.Date, f.Time, now, zone)
	if e, ok := errs.As(err); ok {
		c.Add("date", e.Message.Key)
	}
	in.Due = due
	return in, c.Err()
}

func number(c *errs.Check, name, s string) int64 {
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		c.Add(name, "error.choice")
	}
	return n
}

// editBody is the page of one task and of a new one.
type editBody struct {
	Theirs     []web.Clash // what somebody else saved meanwhile
	Task       Task
	Customer   string
	About      string // the page of what it is about
	Colleagues []notify.Colleague
	Handed     any  // by whom to whom, for partials/handed
	MayHand    bool // to a colleague, with a note
}

// Owners are the people a task can be given to.
func (b editBody) Owners() []view.Option { return Options(b.Colleagues) }

// Options offers colleagues in a select.
func Options(people []notify.Colleague) []view.Option {
	out := make([]view.Option, 0, len(people))
	for _, p := range people {
		out = append(out, view.Option{Value: p.ID, Label: p.Name})
	}
	return out
}

func (s *Service) showNew(c *fiber.Ctx) error {
	return s.renderNew(c, form{Title: c.Query("title"), CustomerID: c.Query("customer"), Pick: "tomorrow", OwnerID: strconv.FormatInt(web.Actor(c).UserID, 10), Next: c.Query("next")}, nil)
}

func (s *Service) renderNew(c *fiber.Ctx, f form, problem error) error {
	body := editBody{}
	ctx := web.Ctx(c)
	if id, err := strconv.ParseInt(f.CustomerID, 10, 64); err == nil && id > 0 {
		r, err := s.customers.MustSee(ctx, id)
		if err != nil {
			return err
		}
		body.Customer = r.Name
	}
	var err error
	if body.Colleagues, err = s.notices.Colleagues(ctx); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "work/task-new", Title: "task.new", Body: body, Form: f, Err: problem})
}

func (s *Service) postNew(c *fiber.Ctx) error {
	f := formOf(c)
	in, err := f.input(s.db.Now(), web.Actor(c).Zone)
	if err != nil {
		return s.renderNew(c, f, err)
	}
	t, err := s.Create(web.Ctx(c), in)
	if err != nil {
		return s.renderNew(c, f, err)
	}
	return web.Done(c, web.SafePath(f.Next, t.Path()), "task.added", "title", t.Title)
}

func (s *Service) showTask(c *fiber.Ctx) error {
	t, err := s.ofPath(c)
	if err != nil {
		return err
	}
	return s.renderTask(c, t, saved(t, web.Actor(c).Zone), nil)
}

// saved is a task as its form shows it.
func saved(t Task, zone *time.Location) form {
	f := form{Title: t.Title, Kind: t.Kind, Notes: t.Notes, CustomerID: idText(int64(t.CustomerID)), OwnerID: idText(int64(t.OwnerID)), Version: idText(t.Version), Pick: "date"}
	if !t.DueAt.IsZero() {
		local := t.DueAt.In(zone)
		f.Date, f.Time = local.Format(time.DateOnly), local.Format("15:04")
	}
	return f
}

// clashes shows what two editors want of one task.
func (b editBody) clashes(c *fiber.Ctx, ours, theirs form) []web.Clash {
	named := func(id string) string {
		for _, o := range b.Owners() {
			if fmt.Sprint(o.Value) == id {
				return o.Label
			}
		}
		return ""
	}
	return web.Clashes(web.Locale(c),
		web.Clash{Name: "title", Label: "task.field.title", Ours: ours.Title, Theirs: theirs.Title},
		web.Clash{Name: "date", Label: "task.field.due_at", Ours: ours.Date, Theirs: theirs.Date},
		web.Clash{Name: "time", Label: "task.field.time", Ours: ours.Time, Theirs: theirs.Time},
		web.Clash{Name: "owner_id", Label: "common.owner", Ours: ours.OwnerID, Theirs: theirs.OwnerID, Show: named},
		web.Clash{Name: "notes", Label: "common.notes", Ours: ours.Notes, Theirs: theirs.Notes})
}

func idText(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func (s *Service) renderTask(c *fiber.Ctx, t Task, f form, problem error) error {
	people, err := s.notices.Colleagues(web.Ctx(c))
	if err != nil {
		return err
	}
	body := editBody{Task: t, Customer: string(t.CustomerName), Colleagues: people, About: web.PathOf(c, t.Subject.Kind, int64(t.Subject.ID))}
	if s.handed != nil {
		if body.Handed, err = s.handed.Handed(web.Ctx(c), t.ID); err != nil {
			return err
		}
	}
	a := web.Actor(c)
	body.MayHand = len(people) > 1 && t.Open() && t.OwnerID != 0 && a.Can(Write) && a.Can("handover.write") && (int64(t.OwnerID) == a.UserID || a.Can("handover.admin"))
	if errs.Is(problem, errs.Conflict) {
		body.Theirs = body.clashes(c, f, saved(t, web.Actor(c).Zone))
	}
	return web.Render(c, web.Page{Name: "work/task", Heading: t.Heading(web.Locale(c)), Body: body, Form: f, Err: problem})
}

func (s *Service) ofPath(c *fiber.Ctx) (Task, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Task{}, err
	}
	return s.Get(web.Ctx(c), id)
}

func (s *Service) postTask(c *fiber.Ctx) error {
	t, err := s.ofPath(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	f.Kind, f.CustomerID = t.Kind, idText(int64(t.CustomerID))
	if f.Date == "" {
		f.Pick = ""
	}
	in, err := f.input(s.db.Now(), web.Actor(c).Zone)
	if err != nil {
		return s.renderTask(c, t, f, err)
	}
	if in.Title == "" && t.Title == "" {
		in.Title = t.Heading(web.Locale(c))
	}
	version, _ := strconv.ParseInt(f.Version, 10, 64) // 0 is simply stale
	if _, err := s.Update(web.Ctx(c), t.ID, version, in); err != nil {
		f.Version = idText(t.Version) // having seen both, the reader may choose
		return s.renderTask(c, t, f, err)
	}
	return web.Done(c, web.SafePath(f.Next, fmt.Sprintf("/tasks/%d", t.ID)), "common.saved")
}

// rowBody is a task that changes in the place where it stands in a list.
type rowBody struct {
	Task Task
	Next string // where its forms return to without script
	Bare bool   // on its customer's own page
}

// act runs a one-tap change and returns to where it was tapped. With script
// only the row changes; one that cannot change any more shows the list again.
func (s *Service) act(c *fiber.Ctx, said string, do func(ctx context.Context, id int64) (Task, error)) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	next, row := web.SafePath(c.FormValue("next"), "/tasks"), c.FormValue("row")
	t, err := do(web.Ctx(c), id)
	if e, ok := errs.As(err); ok && row != "" && web.Part(c) && (e.Kind == errs.Conflict || e.Kind == errs.NotFound) {
		return web.Said(c, next, e.Message.Key)
	}
	if err != nil {
		return err
	}
	l := web.Locale(c)
	when := ""
	if !t.DueAt.IsZero() {
		when = l.DateTime(t.DueAt.Time)
	}
	args := []any{"title", t.Heading(l), "when", when, "who", string(t.OwnerName)}
	if row != "" && web.Part(c) {
		if t.Open() && row != "bare" {
			one := []Task{t}
			if err := s.reached(web.Ctx(c), one); err != nil {
				return err
			}
			t = one[0]
		}
		return web.Swap(c, web.Page{Name: "work/row", Fragment: "work/row", Body: rowBody{t, next, row == "bare"}}, said, args...)
	}
	return web.Done(c, next, said, args...)
}

func (s *Service) postDone(c *fiber.Ctx) error   { return s.act(c, "task.completed", s.Complete) }
func (s *Service) postReopen(c *fiber.Ctx) error { return s.act(c, "task.reopened", s.Reopen) }

func (s *Service) postSnooze(c *fiber.Ctx) error {
	return s.act(c, "task.snoozed", func(ctx context.Context, id int64) (Task, error) {
		return s.Snooze(ctx, id, c.FormValue("by"), c.FormValue("date"), c.FormValue("time"))
	})
}

func (s *Service) postAssign(c *fiber.Ctx) error {
	owner, err := strconv.ParseInt(c.FormValue("owner_id"), 10, 64)
	if err != nil || owner < 1 {
		return errs.New(errs.Invalid, "error.choice")
	}
	return s.act(c, "task.assigned", func(ctx context.Context, id int64) (Task, error) { return s.Assign(ctx, id, owner) })
}

func (s *Service) postDelete(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Remove(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, web.SafePath(c.FormValue("next"), "/tasks"), "common.deleted")
}

// panelBody is "open things" on a customer's record page.
type panelBody struct {
	Customer int64
	Tasks    []Task
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	tasks, err := s.OfCustomer(ctx, customer)
	return &panelBody{customer, tasks}, err
}
