package history

import (
	"context"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/journal"
)

type house struct {
	*testing.T
	s  *Service
	d  *db.DB
	no map[int64]bool // records that members may not see
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, d: dbtest.New(t), no: map[int64]bool{}}
	j := journal.New(h.d, []journal.Table{{Name: "tag"}, {Name: "team"}, {Name: "setting"}})
	if err := j.Install(context.Background()); err != nil {
		t.Fatal(err)
	}
	h.s = New(Options{DB: h.d,
		Names: func(context.Context) (map[int64]string, error) { return map[int64]string{1: "Mei", 2: "Jo"}, nil },
		MaySee: func(_ context.Context, _ string, id int64) error {
			if h.no[id] {
				return errs.NotVisible()
			}
			return nil
		}})
	ctx, end := context.WithCancel(context.Background())
	t.Cleanup(end)
	h.s.Attach(ctx, j, []auth.Permission{{Name: "history.read"}, {Name: "history.undo_all"}, {Name: "tag.write"}, {Name: "audit.read"}})
	return h
}

func person(id int64, role string, reach auth.Reach, may ...string) context.Context {
	a := &auth.Actor{UserID: id, Role: role, Reach: reach, Via: "session", Zone: time.UTC}
	grants := map[string]bool{}
	for _, p := range may {
		grants[p] = true
	}
	a.Grant(grants)
	return auth.With(context.Background(), a)
}

func owner() context.Context {
	return person(1, auth.Owner, auth.All, "history.read", "history.undo_all", "tag.write", "audit.read")
}

func member() context.Context { return person(2, auth.Member, auth.Own, "tag.write") }

// write runs statements as one change and returns its set.
func (h *house) write(ctx context.Context, op string, group int64, statements ...string) int64 {
	h.Helper()
	var r journal.Receipt
	ctx = journal.WithReceipt(journal.WithNote(ctx, &journal.Note{SubjectKind: "tag", SubjectID: 1, Label: "VIP", Group: group}), &r)
	err := h.d.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		for _, q := range statements {
			if _, err := tx.Exec(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.Fatal(err)
	}
	return r.Set
}

func (h *house) names() (out string) {
	h.Helper()
	var names []string
	if err := h.d.Reader(context.Background()).Select(context.Background(), &names, "SELECT name FROM tag ORDER BY id"); err != nil {
		h.Fatal(err)
	}
	for _, n := range names {
		out += n + " "
	}
	return out
}

const addTags = "INSERT INTO tag (id, name, created_at, updated_at) VALUES (1, 'VIP', 1, 1), (2, 'Late', 1, 1)"

func (h *house) undo(ctx context.Context, set int64, o journal.Options) (journal.Outcome, error) {
	h.Helper()
	out, done, err := h.s.Undo(ctx, set, o, 10*time.Second)
	if err == nil && !done {
		h.Fatal("not done")
	}
	return out, err
}

func TestUndoAndRedo(t *testing.T) {
	h := newHouse(t)
	set := h.write(member(), "tag.create", 0, addTags)
	out, err := h.undo(member(), set, journal.Options{})
	if err != nil || out.Rows != 2 || h.names() != "" {
		t.Fatalf("undo: %+v %v, left %q", out, err, h.names())
	}
	if _, err := h.undo(member(), set, journal.Options{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("undone twice: %v", err)
	}
	if out, err = h.undo(member(), out.Set, journal.Options{}); err != nil || h.names() != "VIP Late " {
		t.Errorf("redo: %+v %v %q", out, err, h.names())
	}
}

func TestAConflictCanBeDecidedRowByRow(t *testing.T) {
	h := newHouse(t)
	h.write(owner(), "tag.create", 0, addTags)
	set := h.write(owner(), "tag.update", 0, "UPDATE tag SET name = name || '!'")
	h.write(member(), "tag.update", 0, "UPDATE tag SET name = 'Big' WHERE id = 1")
	h.write(member(), "tag.update", 0, "UPDATE tag SET name = 'Small' WHERE id = 2")
	d, err := h.s.Get(owner(), set, 0, 10)
	if err != nil || !d.Changes[0].Forcible() || d.Changes[0].Current["name"] != "Big" || d.Changes[1].Current["name"] != "Small" {
		t.Fatalf("%+v %v", d.Changes, err)
	}
	out, err := h.undo(owner(), set, journal.Options{SkipConflicts: true, Force: []int64{d.Changes[0].Row.Change}})
	if err != nil || out.Rows != 1 || len(out.Conflicts) != 1 || h.names() != "VIP Small " {
		t.Fatalf("%+v %v %q", out, err, h.names())
	}
	if _, err := h.undo(owner(), out.Set, journal.Options{}); err != nil || h.names() != "Big Small " {
		t.Errorf("back again: %v %q", err, h.names())
	}
}

func TestOnlyTickedRows(t *testing.T) {
	h := newHouse(t)
	set := h.write(owner(), "tag.create", 0, addTags)
	d, err := h.s.Get(owner(), set, 0, 10)
	if err != nil || len(d.Changes) != 2 || d.Changes[1].Name != "Late" || !d.Undoable {
		t.Fatalf("%+v %v", d, err)
	}
	if _, err := h.undo(owner(), set, journal.Options{Only: []int64{d.Changes[1].Row.Change}}); err != nil || h.names() != "VIP " {
		t.Errorf("%v %q", err, h.names())
	}
}

func TestConflictsAreShownAndLeftAlone(t *testing.T) {
	h := newHouse(t)
	h.write(owner(), "tag.create", 0, addTags)
	set := h.write(owner(), "tag.update", 0, "UPDATE tag SET name = name || '!'")
	later := h.write(member(), "tag.update", 0, "UPDATE tag SET name = 'Big' WHERE id = 1")
	d, err := h.s.Get(owner(), set, 0, 10)
	if err != nil || d.Changes[0].Conflict != "changed" || d.Changes[1].Conflict != "" {
		t.Fatalf("%+v %v", d.Changes, err)
	}
	if s := d.Changes[0].Since; s.Set != later || s.UserID != 2 {
		t.Errorf("since %+v", s)
	}
	if h.names() != "Big Late! " {
		t.Fatalf("looking changed something: %q", h.names())
	}
	_, err = h.undo(owner(), set, journal.Options{})
	e, ok := errs.As(err)
	if !ok || e.Kind != errs.Conflict || len(e.Current.(journal.Outcome).Conflicts) != 1 {
		t.Errorf("conflict: %v", err)
	}
	if _, err := h.undo(owner(), set, journal.Options{SkipConflicts: true}); err != nil || h.names() != "Big Late " {
		t.Errorf("%v %q", err, h.names())
	}
}

func TestALargeActionIsTakenBackAsAWhole(t *testing.T) {
	h := newHouse(t)
	first := h.write(owner(), "import.run", 0, "INSERT INTO tag (id, name, created_at, updated_at) VALUES (1, 'A', 1, 1)")
	h.write(owner(), "import.run", first, "INSERT INTO tag (id, name, created_at, updated_at) VALUES (2, 'B', 1, 1)")
	h.write(owner(), "import.run", first, "INSERT INTO tag (id, name, created_at, updated_at) VALUES (3, 'C', 1, 1)")
	d, err := h.s.Get(owner(), first, 0, 10)
	if err != nil || d.Size != 3 || !d.Grouped || len(d.Changes) != 3 {
		t.Fatalf("%+v %v", d, err)
	}
	found, err := h.s.Find(owner(), List{})
	if err != nil || len(found.Items) != 1 {
		t.Errorf("an action of three sets is one line: %d %v", len(found.Items), err)
	}
	if out, err := h.undo(owner(), first, journal.Options{}); err != nil || out.Rows != 3 || h.names() != "" {
		t.Errorf("%+v %v %q", out, err, h.names())
	}
	if p, ok := h.s.Progress(first); !ok || p.Running || p.Done != 3 {
		t.Errorf("progress %+v", p)
	}
	found, err = h.s.Find(owner(), List{})
	if err != nil || len(found.Items) != 2 {
		t.Fatalf("the import and its undo are two lines: %d %v", len(found.Items), err)
	}
	back, err := h.s.Get(owner(), found.Items[0].ID, 0, 10)
	if err != nil || !back.Grouped || back.Size != 3 || int64(back.UndoOf) != first {
		t.Errorf("the undo: %+v %v", back.Set, err)
	}
	if d, err = h.s.Get(owner(), first, 0, 10); err != nil || int64(d.UndoneBy) != back.ID {
		t.Errorf("taken back by %d, want %d %v", d.UndoneBy, back.ID, err)
	}
	if out, err := h.undo(owner(), back.ID, journal.Options{}); err != nil || out.Rows != 3 || h.names() != "A B C " {
		t.Errorf("redo: %+v %v %q", out, err, h.names())
	}
	if found, err = h.s.Find(owner(), List{}); err != nil || len(found.Items) != 3 {
		t.Errorf("and its redo one more: %d %v", len(found.Items), err)
	}
	if out, err := h.undo(owner(), first, journal.Options{}); err != nil || out.Rows != 3 || h.names() != "" {
		t.Errorf("taken back again: %+v %v %q", out, err, h.names())
	}
}

func TestWhoMayTakeBackWhat(t *testing.T) {
	h := newHouse(t)
	owners := h.write(owner(), "tag.create", 0, addTags)
	theirs := h.write(member(), "tag.update", 0, "UPDATE tag SET name = 'Mine' WHERE id = 1")
	reader := person(3, auth.Member, auth.Own)
	if _, err := h.s.Get(person(3, auth.Member, auth.Own), owners, 0, 10); !errs.Is(err, errs.NotFound) {
		t.Errorf("a member looked at somebody's change: %v", err)
	}
	if _, err := h.undo(person(2, auth.Member, auth.Own), theirs, journal.Options{}); !errs.Is(err, errs.Denied) {
		t.Errorf("undone without tag.write: %v", err)
	}
	if _, err := h.undo(reader, theirs, journal.Options{}); err == nil {
		t.Error("somebody else's change was undone")
	}
	h.no[1] = true
	if _, err := h.undo(member(), theirs, journal.Options{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a record that is theirs no more was changed: %v", err)
	}
	h.no[1] = false
	readOnly := auth.From(member())
	readOnly.ReadOnly = true
	if _, err := h.undo(auth.With(context.Background(), readOnly), theirs, journal.Options{}); !errs.Is(err, errs.Denied) {
		t.Errorf("a read token undid something: %v", err)
	}
	mine, err := h.s.Find(member(), List{})
	if err != nil || len(mine.Items) != 1 || mine.Items[0].ID != theirs {
		t.Errorf("a member's list: %+v %v", mine.Items, err)
	}
	if _, err := h.s.Audit(member(), page.Request{}, nil); !errs.Is(err, errs.Denied) {
		t.Errorf("audit for a member: %v", err)
	}
	if _, err := h.undo(owner(), theirs, journal.Options{}); err != nil {
		t.Errorf("the owner may: %v", err)
	}
}

func TestTooOldStays(t *testing.T) {
	h := newHouse(t)
	set := h.write(owner(), "tag.create", 0, addTags)
	dbtest.Clock(t).Add(31 * 24 * time.Hour)
	if _, err := h.undo(owner(), set, journal.Options{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("%v", err)
	}
	if d, err := h.s.Get(owner(), set, 0, 10); err != nil || d.Undoable {
		t.Errorf("offered: %v %v", d.Undoable, err)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	h := newHouse(t)
	set := h.write(owner(), "channel.update", 0,
		`INSERT INTO setting (name, value, updated_at) VALUES ('channel.smtp', '{"password":"v1:0badf00d:AAAA_bbb-1"}', 1)`,
		`UPDATE setting SET value = '{"password":"v1:0badf00d:CCCC"}'`)
	d, err := h.s.Get(owner(), set, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range d.Changes {
		for _, f := range c.Fields {
			if f.Name == "value" && (f.Old != `{"password":"•••"}` || f.New != `{"password":"•••"}`) {
				t.Errorf("%v %v", f.Old, f.New)
			}
		}
	}
	if masked("totp_secret", "x") != dots || masked("name", "x") != "x" {
		t.Error("mask")
	}
}

func TestNouns(t *testing.T) {
	known := map[string]bool{"order.write": true, "followup.write": true}
	for name, want := range map[string]string{"order_line": "order", "order.update": "order", "follow_up": "followup", "import.run": "", "order_": "order"} {
		if got := nounOf(name, known); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestSubjects(t *testing.T) {
	for text, want := range map[string]int64{"customer.12": 12, "customer": 0, ".3": 0, "a.": 0, "a.x": 0, "a.99999999999999999999": 0} {
		if _, id, ok := parseSubject(text); ok != (want > 0) || ok && id != want {
			t.Errorf("%s: %d %v", text, id, ok)
		}
	}
}

// A note, an order or a task is as private as its customer: whoever may read
// the history but not the customer finds nothing and takes nothing back.
func TestWhatHangsOnAHiddenCustomerIsHidden(t *testing.T) {
	h := newHouse(t)
	h.write(owner(), "customer.create", 0, "INSERT INTO customer (id, kind, name, name_key, sort_key, created_at, updated_at) VALUES (7, 'person', 'Li', 'li', 'li', 1, 1)")
	var r journal.Receipt
	ctx := journal.WithReceipt(journal.WithNote(owner(), &journal.Note{SubjectKind: "note", SubjectID: 1}), &r)
	err := h.d.Write(ctx, "note.create", func(ctx context.Context, tx *db.Tx) error {
		for _, q := range []string{"INSERT INTO note (id, customer_id, user_id, text, created_at, updated_at) VALUES (1, 7, NULL, 'secret', 1, 1)", addTags} {
			if _, err := tx.Exec(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	reader := person(3, auth.Member, auth.Own, "history.read", "history.undo_all", "tag.write")
	if _, err := h.s.Get(reader, r.Set, 0, 10); err != nil {
		t.Errorf("a note of a visible customer: %v", err)
	}
	h.no[7] = true
	if _, err := h.s.Get(reader, r.Set, 0, 10); !errs.Is(err, errs.NotFound) {
		t.Errorf("a note of a hidden customer was shown: %v", err)
	}
	if _, err := h.undo(reader, r.Set, journal.Options{}); !errs.Is(err, errs.NotFound) || h.names() != "VIP Late " {
		t.Errorf("and taken back: %v %q", err, h.names())
	}
	if _, err := h.s.Find(reader, List{Kind: "note", Subject: 1}); !errs.Is(err, errs.NotFound) {
		t.Errorf("and listed: %v", err)
	}
}
