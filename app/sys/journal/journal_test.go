package journal_test

import (
	"context"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/journal"
)

type house struct {
	*testing.T
	db  *db.DB
	j   *journal.Journal
	ctx context.Context
}

// open is a database in which tags, teams and people are journaled.
func open(t *testing.T) house {
	t.Helper()
	d := dbtest.New(t)
	j := journal.New(d, []journal.Table{{Name: "tag"}, {Name: "team"}, {Name: "user"}})
	ctx := auth.With(t.Context(), auth.System("test"))
	if err := j.Install(ctx); err != nil {
		t.Fatal(err)
	}
	return house{t, d, j, ctx}
}

// do runs statements as one set and returns it.
func (h house) do(statements ...string) int64 {
	h.Helper()
	var r journal.Receipt
	err := h.db.Write(journal.WithReceipt(h.ctx, &r), "test.change", func(ctx context.Context, tx *db.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(ctx, s); err != nil {
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

// tags is all tags as one text.
func (h house) tags() string {
	h.Helper()
	var text string
	if err := h.db.Reader(h.ctx).Get(h.ctx, &text, "SELECT coalesce(group_concat(id || ':' || name || ':' || colour, ' '), '') FROM (SELECT * FROM tag ORDER BY id)"); err != nil {
		h.Fatal(err)
	}
	return text
}

const addTag = "INSERT INTO tag (id, name, colour, created_at, updated_at) VALUES "

func TestUndoAndRedoRestoreRowsExactly(t *testing.T) {
	h := open(t)
	h.do(addTag + "(1, 'a', 1, 0, 0), (2, 'b', 2, 0, 0)")
	before := h.tags()
	set := h.do("UPDATE tag SET name = 'aa', colour = 5 WHERE id = 1", "DELETE FROM tag WHERE id = 2", addTag+"(3, 'c', 3, 0, 0)")
	after := h.tags()
	out, err := h.j.Undo(h.ctx, set, journal.Options{})
	if err != nil || out.Rows != 3 {
		t.Fatalf("undo: %+v %v", out, err)
	}
	if got := h.tags(); got != before {
		t.Errorf("after undo %q, want %q", got, before)
	}
	if _, err := h.j.Undo(h.ctx, set, journal.Options{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second undo: %v", err)
	}
	if _, err := h.j.Undo(h.ctx, out.Set, journal.Options{}); err != nil {
		t.Fatalf("redo: %v", err)
	}
	if got := h.tags(); got != after {
		t.Errorf("after redo %q, want %q", got, after)
	}
	if _, err := h.j.Undo(h.ctx, set, journal.Options{}); err != nil {
		t.Errorf("undo after redo: %v", err)
	}
}

func TestRowsChangedSinceAreLeftAloneAndReported(t *testing.T) {
	h := open(t)
	made := h.do(addTag + "(1, 'a', 1, 0, 0), (2, 'b', 2, 0, 0)")
	h.do("UPDATE tag SET name = 'mine' WHERE id = 1")
	if _, err := h.j.Undo(h.ctx, made, journal.Options{}); !errs.Is(err, errs.Conflict) {
		t.Fatalf("undoing a row that somebody worked on: %v", err)
	}
	if got := h.tags(); got != "1:mine:1 2:b:2" {
		t.Errorf("a refused undo changed %q", got)
	}
	out, err := h.j.Undo(h.ctx, made, journal.Options{SkipConflicts: true})
	if err != nil || out.Rows != 1 || len(out.Conflicts) != 1 || out.Conflicts[0].Row != 1 {
		t.Fatalf("undo of the rest: %+v %v", out, err)
	}
	if got := h.tags(); got != "1:mine:1" {
		t.Errorf("left %q", got)
	}
}

func TestDeletedPeopleAreTakenBackWithWhatPointedAtThem(t *testing.T) {
	h := open(t)
	h.do("INSERT INTO team (id, name, created_at, updated_at) VALUES (1, 'North', 0, 0)",
		"INSERT INTO user (id, name, email, role, team_id, created_at, updated_at) VALUES (7, 'Jo', 'jo@example.com', 'member', 1, 0, 0)")
	set := h.do("DELETE FROM team WHERE id = 1")
	if _, err := h.j.Undo(h.ctx, set, journal.Options{}); err != nil {
		t.Fatal(err)
	}
	var team int64
	if err := h.db.Reader(h.ctx).Get(h.ctx, &team, "SELECT team_id FROM user WHERE id = 7"); err != nil || team != 1 {
		t.Errorf("the member's team is %d, %v", team, err)
	}
}

func TestAnActionOfManySetsIsTakenBackAsAWhole(t *testing.T) {
	h := open(t)
	var group int64
	for _, rows := range []string{"(1, 'a', 1, 0, 0)", "(2, 'b', 1, 0, 0)", "(3, 'c', 1, 0, 0)"} {
		ctx := journal.WithNote(h.ctx, &journal.Note{Group: group})
		var r journal.Receipt
		err := h.db.Write(journal.WithReceipt(ctx, &r), "test.batch", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, addTag+rows)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if group == 0 {
			group = r.Set
		}
	}
	h.do("UPDATE tag SET colour = 8 WHERE id = 2")
	out, err := h.j.UndoGroup(h.ctx, group, nil)
	if err != nil || out.Rows != 2 || len(out.Conflicts) != 1 {
		t.Fatalf("undo of the group: %+v %v", out, err)
	}
	if got := h.tags(); got != "2:b:8" {
		t.Errorf("left %q", got)
	}
}

func TestTheChainShowsTampering(t *testing.T) {
	h := open(t)
	for i := range 5 {
		h.do(addTag + "(" + string(rune('1'+i)) + ", '" + string(rune('a'+i)) + "', 1, 0, 0)")
	}
	set := h.do("UPDATE tag SET name = 'z' WHERE id = 1")
	if bad, err := h.j.Verify(h.ctx); err != nil || bad != 0 {
		t.Fatalf("an honest chain: %d %v", bad, err)
	}
	err := h.db.Write(h.ctx, "test.tamper", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE journal_change SET data = replace(data, 'z', 'y') WHERE set_id = ?`, set)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if bad, err := h.j.Verify(h.ctx); err != nil || bad != set {
		t.Errorf("tampering with set %d was found at %d, %v", set, bad, err)
	}
}

func TestAfterThirtyDaysAChangeStays(t *testing.T) {
	h := open(t)
	set := h.do(addTag + "(1, 'a', 1, 0, 0)")
	dbtest.Clock(t).Add(31 * 24 * time.Hour)
	if _, err := h.j.Undo(h.ctx, set, journal.Options{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("undo after 31 days: %v", err)
	}
}

func TestAFailedChangeLeavesNoSet(t *testing.T) {
	h := open(t)
	set := h.do(addTag + "(1, 'a', 1, 0, 0)")
	err := h.db.Write(h.ctx, "test.fail", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, addTag+"(2, 'b', 1, 0, 0)"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, addTag+"(3, 'a', 1, 0, 0)")
		return err
	})
	if !db.IsUnique(err) {
		t.Fatalf("the second name: %v", err)
	}
	sets, err := h.j.List(h.ctx, journal.Query{Limit: 10})
	if err != nil || len(sets) != 1 || sets[0].ID != set {
		t.Errorf("sets after a failure: %+v %v", sets, err)
	}
}

// A kill in the middle of taking a large action back: what follows joins what
// was done before.
func TestTheUndoOfALargeActionIsOneAction(t *testing.T) {
	h := open(t)
	group := h.do(addTag + "(1, 'a', 1, 0, 0)")
	for _, values := range []string{"(2, 'b', 1, 0, 0)", "(3, 'c', 1, 0, 0)"} {
		err := h.db.Write(journal.WithNote(h.ctx, &journal.Note{Group: group}), "test.change", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, addTag+values)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, kill := context.WithCancel(h.ctx)
	if _, err := h.j.UndoGroup(ctx, group, func(int, int) { kill() }); err == nil || h.tags() != "1:a:1 2:b:1" {
		t.Fatalf("%v %q", err, h.tags())
	}
	out, err := h.j.UndoGroup(h.ctx, group, nil)
	if err != nil || h.tags() != "" {
		t.Fatalf("%+v %v %q", out, err, h.tags())
	}
	if n, err := h.j.Size(h.ctx, out.Set); err != nil || n != 3 {
		t.Errorf("%d rows in the undo %d, %v", n, out.Set, err)
	}
}
