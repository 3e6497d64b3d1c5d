package history

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/custom"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const (
	path        = "/history"
	shownRows   = 100
	webPatience = 3 * time.Second
)

func (s *Service) routes(r *web.Router) {
	r.Get(path, web.Self, s.showList)
	r.Get(path+"/:id", web.Self, s.showOne)
	r.Post(path+"/:id/undo", web.Self, s.postUndo)
}

// listBody is the journal's page.
type listBody struct {
	Settings []view.NavGroup
	Days     []day
	Next     string
	View     string // "", mine, audit
	MayAll   bool
	MayAudit bool
	Subject  string // label of the record whose changes these are
	Back     string // its page
	Window   int
	Sought   sought
}

// day is a group of the list.
type day struct {
	Title string
	Sets  []setRow
}

// setRow is a change in the list.
type setRow struct {
	Entry
	Title    string // what was done, in the reader's language
	Who      string
	Person   bool // a person did it, not a job
	Size     int  // rows in all sets of the action
	Left     int  // days until it can no longer be taken back
	Undoable bool
	Stands   string // why it cannot be taken back at all, an i18n key
	Href     string // the record's page
}

func (s *Service) showList(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	b := listBody{Settings: web.SettingsNav(c), View: c.Query("view"), MayAll: seesAll(web.Actor(c)),
		MayAudit: web.Actor(c).Can("audit.read"), Window: int(journal.Window.Hours() / 24)}
	names, err := s.Names(ctx)
	if err != nil {
		return err
	}
	if b.Sought, err = s.sought(c, names); err != nil {
		return err
	}
	req := page.Request{Q: b.Sought.Q, Limit: page.DefaultLimit, Cursor: c.Query("cursor")}
	var found page.Page[Entry]
	if b.View == "audit" {
		found, err = s.Audit(ctx, req, b.Sought.conds)
	} else {
		l := List{Request: req, Mine: b.View == "mine", Conds: b.Sought.conds}
		if text := c.Query("subject"); text != "" {
			var ok bool
			if l.Kind, l.Subject, ok = parseSubject(text); !ok {
				return errs.NotVisible()
			}
			b.Back = web.PathOf(c, l.Kind, l.Subject)
		}
		found, err = s.Find(ctx, l)
	}
	if err != nil {
		return err
	}
	b.Next = found.Next
	if b.Back != "" && len(found.Items) > 0 {
		b.Subject = found.Items[0].Label
	}
	for _, e := range found.Items {
		row := s.setRow(c, e, names)
		if e.ID == e.Group && e.Rows > 0 {
			if row.Size, err = s.journal.Size(ctx, e.ID); err != nil {
				return err
			}
		}
		title := dayTitle(web.Locale(c), e.At.Time)
		if len(b.Days) == 0 || b.Days[len(b.Days)-1].Title != title {
			b.Days = append(b.Days, day{Title: title})
		}
		d := &b.Days[len(b.Days)-1]
		d.Sets = append(d.Sets, row)
	}
	return web.Render(c, web.Page{Name: "settings/history", Title: "settings.history", Body: b, Fragment: "result"})
}

func (s *Service) setRow(c *fiber.Ctx, e Entry, names map[int64]string) setRow {
	l := web.Locale(c)
	now := s.DB.Now()
	r := setRow{Entry: e, Title: opTitle(l, e.Op), Size: e.Rows, Who: names[int64(e.UserID)], Person: e.UserID != 0,
		Href: web.PathOf(c, e.SubjectKind, int64(e.SubjectID))}
	if r.Who == "" {
		r.Who = via(l, e.Via)
		if strings.HasPrefix(e.Op, "job.") { // the heartbeat has no actor of its own
			r.Who = via(l, "job")
		}
	}
	me := web.Actor(c)
	mine := int64(e.UserID) == me.UserID
	r.Stands = s.journal.Stands(e.Op)
	r.Undoable = r.Stands == "" && e.UndoneBy == 0 && e.Rows > 0 && now.Sub(e.At.Time) <= journal.Window && (mine || me.Can("history.undo_all"))
	r.Left = int((journal.Window - now.Sub(e.At.Time)).Hours() / 24)
	return r
}

// opTitle is what was done; an operation without words shows its name.
func opTitle(l *i18n.Locale, op string) string {
	if key := "op." + op; l.Has(key) {
		return l.T(key)
	}
	return op
}

func via(l *i18n.Locale, name string) string {
	if key := "history.via." + name; l.Has(key) {
		return l.T(key)
	}
	return name
}

func dayTitle(l *i18n.Locale, at time.Time) string {
	switch i18n.Days(l.Now(), at.In(l.Zone())) {
	case 0:
		return l.T("history.day.today")
	case -1:
		return l.T("history.day.yesterday")
	}
	return l.DateLong(at)
}

// oneBody is the page of one change.
type oneBody struct {
	Settings []view.NavGroup
	Set      setRow
	Detail   Detail
	Rows     []rowView
	Clashes  int
	Progress *Progress
	Running  bool
	NextRows string
}

// own reads the shop's own fields of a table's row; ok is false for a table that
// has none.
func (s *Service) own(ctx context.Context) func(table string, v custom.Values) (custom.Record, bool) {
	return func(table string, v custom.Values) (custom.Record, bool) {
		if s.Fields == nil {
			return custom.Record{}, false
		}
		for _, of := range s.Fields.Subjects() {
			if of.Table == table {
				r, err := s.Fields.Of(ctx, s.DB.Reader(ctx), of.Name, v)
				return r, err == nil && len(r.Set) > 0
			}
		}
		return custom.Record{}, false
	}
}

// rowView is a row with its fields as text.
type rowView struct {
	ID      int64 // of the recorded change
	Name    string
	Table   string // in the reader's language
	What    string // i18n key of what happened to it
	Fields  []fieldView
	Since   string // who changed it since
	Blocked bool
	Force   bool // it can be set back all the same
}

// fieldView is a column before and after; Now is what others wrote since, where
// that differs.
type fieldView struct{ Label, Old, New, Now string }

func (s *Service) showOne(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return s.one(c, id, nil)
}

func (s *Service) one(c *fiber.Ctx, id int64, problem error) error {
	ctx := web.Ctx(c)
	after, err := strconv.ParseInt(c.Query("after"), 10, 64)
	if err != nil {
		after = 0
	}
	d, err := s.Get(ctx, id, after, shownRows)
	if err != nil {
		return err
	}
	names, err := s.Names(ctx)
	if err != nil {
		return err
	}
	if e, ok := errs.As(problem); ok {
		if out, ok := e.Current.(journal.Outcome); ok {
			if err := s.note(ctx, &d, out.Conflicts); err != nil {
				return err
			}
		}
	}
	b := oneBody{Settings: web.SettingsNav(c), Set: s.setRow(c, Entry{Set: d.Set}, names), Detail: d, Clashes: len(d.Conflicts)}
	b.Set.Undoable = d.Undoable
	w := words{locale: web.Locale(c), people: names, currency: web.Business(c).Currency, added: s.own(ctx)}
	for _, ch := range d.Changes {
		b.Rows = append(b.Rows, w.row(ch))
	}
	if d.More {
		b.NextRows = fmt.Sprint(d.Changes[len(d.Changes)-1].Row.Change)
	}
	if p, ok := s.Progress(id); ok {
		b.Progress, b.Running = &p, p.Running
	}
	return web.Render(c, web.Page{Name: "settings/history_one", Title: "settings.history", Body: b, Err: problem, Fragment: "rows"})
}

// ticked are the rows that a form ticks under a name.
func ticked(c *fiber.Ctx, name string) ([]int64, error) {
	var out []int64
	for _, raw := range c.Request().PostArgs().PeekMulti(name) {
		n, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil {
			return nil, errs.New(errs.Malformed, "error.malformed")
		}
		out = append(out, n)
	}
	return out, nil
}

func (s *Service) postUndo(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	o := journal.Options{SkipConflicts: c.FormValue("skip") == "1"}
	if o.Only, err = ticked(c, "change"); err != nil {
		return err
	}
	if o.Force, err = ticked(c, "force"); err != nil {
		return err
	}
	switch scope := c.FormValue("scope"); {
	case scope == "rows" && len(o.Only) == 0 && len(o.Force) > 0:
		o.Only = o.Force
	case scope == "rows" && len(o.Only) == 0:
		return s.one(c, id, errs.New(errs.Invalid, "history.error.no_rows"))
	case scope != "rows": // the other button of the same form
		o.Only = nil
	}
	out, done, err := s.Undo(web.Ctx(c), id, o, webPatience)
	if err != nil {
		return s.one(c, id, err)
	}
	next := web.SafePath(c.FormValue("next"), fmt.Sprintf("%s/%d", path, id))
	switch {
	case !done:
		return web.Said(c, fmt.Sprintf("%s/%d", path, id), "history.running")
	case out.Rows == 0:
		return web.Said(c, next, "history.nothing")
	case len(out.Conflicts) > 0:
		return web.Done(c, next, "history.undone_partly", "n", out.Rows, "left", len(out.Conflicts))
	}
	return web.Done(c, next, "history.undone", "n", out.Rows)
}
