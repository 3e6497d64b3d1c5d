package history

import (
	"context"
	"errors"
	"strings"
	"sync"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
)

// maxTried is how many rows a change may have to be tried out when it is
// looked at.
const maxTried = 500

// Options are what the service stands on.
type Options struct {
	DB *db.DB
	// Names gives the people's names by id.
	Names func(ctx context.Context) (map[int64]string, error)
	// MaySee refuses a record that the actor may not see; nil refuses none.
	MaySee func(ctx context.Context, kind string, id int64) error
	// Fields knows the shop's own fields; nil knows none.
	Fields *custom.Book
}

// Service reads the journal and takes changes back.
type Service struct {
	Options
	journal *journal.Journal
	known   map[string]bool // permissions that exist
	ctx     context.Context // ends background work

	mu      sync.Mutex
	running map[int64]*run // actions being taken back, by group
}

// New makes the service; Attach completes it once the journal exists.
func New(o Options) *Service {
	return &Service{Options: o, known: map[string]bool{}, running: map[int64]*run{}}
}

// Attach gives the service its journal and all permissions; ctx ends what runs
// in the background.
func (s *Service) Attach(ctx context.Context, j *journal.Journal, permissions []auth.Permission) {
	s.ctx, s.journal = ctx, j
	for _, p := range permissions {
		s.known[p.Name] = true
	}
}

// List asks for changes in pages, newest first.
type List struct {
	page.Request
	Mine    bool
	Kind    string // with Subject: only changes of this record
	Subject int64
	Conds   []filter.Cond
}

// Find lists changes of rows. Members see their own and those of records they
// may see.
func (s *Service) Find(ctx context.Context, l List) (page.Page[Entry], error) {
	me := auth.From(ctx)
	if !me.Signed() && me.May("history.read") != nil {
		return page.Page[Entry]{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	where := []field.Where{{SQL: "rows > 0"}}
	if l.Kind != "" {
		if err := s.maySubject(ctx, l.Kind, l.Subject); err != nil {
			return page.Page[Entry]{}, err
		}
		where = append(where, field.Where{SQL: "subject_kind = ? AND subject_id = ?", Args: []any{l.Kind, l.Subject}})
	} else {
		where = append(where, field.Where{SQL: "id = group_id"})
	}
	if l.Kind == "" && (l.Mine || !seesAll(me)) {
		where = append(where, field.Where{SQL: "user_id = ?", Args: []any{me.UserID}})
	}
	return find(ctx, s.DB.Reader(ctx), l.Request, l.Conds, where)
}

// Audit lists everything that was recorded, also what changed no row: logins,
// exports, reveals, denials.
func (s *Service) Audit(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Entry], error) {
	if err := auth.From(ctx).May("audit.read"); err != nil {
		return page.Page[Entry]{}, err
	}
	return find(ctx, s.DB.Reader(ctx), req, conds, nil)
}

// seesAll tells who may look at everybody's changes: with the permission, and
// with no record hidden from them.
func seesAll(a *auth.Actor) bool { return a.Can("history.read") && a.Scope().Everything() }

func (s *Service) maySubject(ctx context.Context, kind string, id int64) error {
	if seesAll(auth.From(ctx)) {
		return nil
	}
	if kind != "customer" && !auth.From(ctx).Can("history.read") {
		return errs.NotVisible()
	}
	return s.mayRecord(ctx, kind, id)
}

// mayRecord refuses a record that the actor may not see. What hangs on a
// customer is seen by those who see the customer; a task of nobody's customer
// only by whoever changed it.
func (s *Service) mayRecord(ctx context.Context, kind string, id int64) error {
	if s.MaySee == nil {
		return nil
	}
	customer, hangs, err := customerOf(ctx, s.DB.Reader(ctx), kind, id)
	switch {
	case err != nil:
		return err
	case !hangs:
		return s.MaySee(ctx, kind, id)
	case customer == 0:
		return errs.NotVisible()
	}
	return s.MaySee(ctx, "customer", customer)
}

// mayLook is nil for one's own changes, for those who read all, and for
// changes of records the actor may see; else "not found".
func (s *Service) mayLook(ctx context.Context, set journal.Set) error {
	me := auth.From(ctx)
	if seesAll(me) || me.UserID != 0 && int64(set.UserID) == me.UserID {
		return nil
	}
	if set.SubjectID == 0 || s.maySubject(ctx, set.SubjectKind, int64(set.SubjectID)) != nil {
		return errs.NotVisible()
	}
	return nil
}

// Get reads one change with up to limit rows after a row.
func (s *Service) Get(ctx context.Context, id, after int64, limit int) (Detail, error) {
	set, err := s.journal.One(ctx, id)
	if err != nil {
		return Detail{}, err
	}
	if err := s.mayLook(ctx, set); err != nil {
		return Detail{}, err
	}
	d := Detail{Set: set, Size: set.Rows}
	for _, other := range []*db.ID{&d.UndoOf, &d.UndoneBy} { // a part of a large action is shown as the whole
		if *other == 0 {
			continue
		}
		part, err := s.journal.One(ctx, int64(*other))
		if err != nil {
			return d, err
		}
		*other = db.ID(part.Group)
	}
	if set.Group == set.ID {
		if d.Size, err = s.journal.Size(ctx, set.ID); err != nil {
			return d, err
		}
		d.Grouped = d.Size > set.Rows
	}
	rows, err := s.rows(ctx, d, after, limit+1)
	if err != nil {
		return d, err
	}
	if d.More = len(rows) > limit; d.More {
		rows = rows[:limit]
	}
	veiled := auth.From(ctx).Masked()
	mask(rows, auth.From(ctx))
	names, err := rowNames(ctx, s.DB.Reader(ctx), rows)
	if err != nil {
		return d, err
	}
	for _, r := range rows {
		hidden, err := s.journal.Hidden(ctx, r)
		if err != nil {
			return d, err
		}
		name := names[rowKey{r.Table, r.ID}]
		switch {
		case hidden: // what it is called today is no longer theirs to know
			name = ""
		case veiled && r.Table == "customer_phone":
			name = phone.Mask(name)
		case veiled && r.Table == "customer_email":
			name = text.MaskEmail(name)
		}
		d.Changes = append(d.Changes, Change{Row: r, Name: name})
	}
	d.Undoable = set.MayUndo(db.At(s.DB.Now())) && s.journal.Stands(set.Op) == "" && s.mayUndo(ctx, set) == nil
	if d.Undoable && !d.Grouped && set.Rows <= maxTried {
		return d, s.try(ctx, &d)
	}
	return d, nil
}

// rows reads a change's rows, for a large action those of all its sets.
func (s *Service) rows(ctx context.Context, d Detail, after int64, limit int) ([]journal.Row, error) {
	if !d.Grouped {
		return s.journal.Rows(ctx, d.ID, after, limit)
	}
	sets, err := groupSets(ctx, s.DB.Reader(ctx), d.ID, after)
	if err != nil {
		return nil, err
	}
	var out []journal.Row
	for _, set := range sets {
		rows, err := s.journal.Rows(ctx, set, after, limit-len(out))
		if err != nil {
			return nil, err
		}
		if out = append(out, rows...); len(out) >= limit {
			break
		}
	}
	return out, nil
}

// errTried rolls a trial back.
var errTried = errors.New("only tried")

// try finds out which rows an undo would leave alone, by doing it in a
// transaction that is rolled back.
func (s *Service) try(ctx context.Context, d *Detail) error {
	var found []journal.Conflict
	err := s.DB.Write(ctx, "history.try", func(ctx context.Context, _ *db.Tx) error {
		out, err := s.journal.Undo(ctx, d.ID, journal.Options{SkipConflicts: true})
		found = out.Conflicts
		if err != nil {
			return err
		}
		return errTried
	})
	if _, expected := errs.As(err); !errors.Is(err, errTried) && !expected {
		return err
	}
	return s.note(ctx, d, found)
}

// note writes conflicts onto the rows they concern.
func (s *Service) note(ctx context.Context, d *Detail, found []journal.Conflict) error {
	d.Conflicts = map[int64]string{}
	for _, c := range found {
		d.Conflicts[c.Change] = c.Reason
	}
	for i := range d.Changes {
		c := &d.Changes[i]
		if c.Conflict = d.Conflicts[c.Row.Change]; c.Conflict == "" || c.Conflict == "hidden" {
			continue
		}
		var err error
		if c.Since, err = since(ctx, s.DB.Reader(ctx), c.Table, c.ID, c.Row.Change); err != nil {
			return err
		}
		if err := s.current(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// current reads what stands in a row now that was changed again, as far as the
// actor may see it.
func (s *Service) current(ctx context.Context, c *Change) error {
	if c.Conflict != "changed" || c.Op != "U" {
		return nil
	}
	values, err := s.journal.Current(ctx, c.Table, c.ID)
	if err != nil || values == nil {
		return err
	}
	row := journal.Row{Table: c.Table, Op: "U"}
	for _, f := range c.Fields {
		row.Fields = append(row.Fields, journal.Field{Name: f.Name, New: values[f.Name]})
	}
	rows := []journal.Row{row}
	mask(rows, auth.From(ctx))
	c.Current = map[string]any{}
	for _, f := range rows[0].Fields {
		c.Current[f.Name] = f.New
	}
	return nil
}

// parseSubject reads "customer.12".
func parseSubject(text string) (kind string, id int64, ok bool) {
	kind, number, found := strings.Cut(text, ".")
	if !found || kind == "" {
		return "", 0, false
	}
	for _, r := range number {
		if r < '0' || r > '9' || id > 1<<52 {
			return "", 0, false
		}
		id = id*10 + int64(r-'0')
	}
	return kind, id, id > 0
}
