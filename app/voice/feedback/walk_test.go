package feedback

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// festive are working hours with holidays in the middle of the week.
type festive struct{ hours *cal.Hours }

func (f festive) Hours(context.Context) (*cal.Hours, error) { return f.hours, nil }

// walk is a shop in which everybody does whatever they like.
type walk struct {
	*shop
	rnd   *rand.Rand
	hours *cal.Hours
	was   map[int64]Case

	undone, merged, asked int // how often it came to that
}

// see holds what may never happen, whatever anybody did.
func (w *walk) see(did string, undone bool) {
	w.t.Helper()
	var all []Case
	if err := w.db.Reader(context.Background()).Select(context.Background(), &all, `SELECT k.id, coalesce(k.customer_id, 0) AS customer_id, k.state, k.owner_id, k.team_id, k.team_by, k.respond_by, k.resolve_by,
			k.resolved_at, k.closed_at, k.outcome, k.merged_into, k.version FROM feedback_case k WHERE k.id > ? ORDER BY k.id`, w.from()); err != nil {
		w.t.Fatal(err)
	}
	into := map[int64]int64{}
	for _, c := range all {
		into[c.ID] = int64(c.MergedInto)
	}
	for _, c := range all {
		before, known := w.was[c.ID]
		switch {
		case !c.State.Valid():
			w.t.Fatalf("%s: %q is no state", did, c.State)
		case c.State.Final() == c.ClosedAt.IsZero():
			w.t.Fatalf("%s: %s, closed at %v", did, c.State, c.ClosedAt)
		case known && !undone && before.State != c.State && !reaches(before.State, c.State):
			w.t.Fatalf("%s: went from %s to %s", did, before.State, c.State)
		case c.TeamID != 0 && (!c.mayHand() || c.TeamBy.IsZero()):
			w.t.Fatalf("%s: %s waits for a department until %v", did, c.State, c.TeamBy)
		case c.OwnerID != 3:
			w.t.Fatalf("%s: somebody else owns case %d", did, c.ID)
		case slices.Contains(outcomes, c.State) && (c.ResolvedAt.IsZero() || c.Outcome != string(c.State)):
			w.t.Fatalf("%s: %s without being put right", did, c.State)
		case (c.State == Merged) != (c.MergedInto != 0) && !slices.Contains([]State{Reopened}, c.State):
			w.t.Fatalf("%s: %s into %d", did, c.State, c.MergedInto)
		}
		for _, at := range []time.Time{c.RespondBy.Time, c.ResolveBy.Time} {
			if !w.hours.Open(at.Add(-time.Millisecond)) {
				w.t.Fatalf("%s: due at %s, when nobody works", did, at)
			}
		}
		steps := 0
		for at := c.ID; into[at] != 0; at = into[at] {
			if steps++; steps > len(all) {
				w.t.Fatalf("%s: case %d was merged into itself over others", did, c.ID)
			}
		}
		w.was[c.ID] = c
		if c.TeamID != 0 {
			w.asked++
		}
		if c.State == Merged {
			w.merged++
		}
	}
}

// from is before the cases of this walk.
func (w *walk) from() int64 {
	least := int64(1 << 40)
	for id := range w.was {
		least = min(least, id)
	}
	return least - 1
}

// reaches tells whether a state follows another in one or two legal steps: the
// clock asks again and gives up in one go.
func reaches(from, to State) bool {
	return Transition(from, to) == nil || slices.ContainsFunc(next[from], func(s State) bool { return Transition(s, to) == nil })
}

// step does one thing to one of the cases, as often as not a wrong one.
func (w *walk) step(ids []int64) string {
	id, other := ids[w.rnd.Intn(len(ids))], ids[w.rnd.Intn(len(ids))]
	receipt := &journal.Receipt{}
	ctx := journal.WithReceipt(boss, receipt)
	var err error
	did := ""
	switch n := w.rnd.Intn(12); {
	case n < 7:
		m := Move{To: byPeople[w.rnd.Intn(len(byPeople))], Cause: "delivery", Action: "A new box", Told: yes(), Reason: "so", Into: other, Key: fmt.Sprintf("k%d", w.rnd.Intn(1<<30))}
		did = fmt.Sprintf("%d to %s (%d)", id, m.To, other)
		if m.To == Merged && id == other && w.was[id].State != Merged {
			if _, err := w.svc.Move(boss, id, m); err == nil {
				w.t.Fatalf("%s: merged into itself", did)
			}
		}
		var once, twice Case
		if once, err = w.svc.Move(ctx, id, m); err == nil && w.rnd.Intn(4) == 0 {
			if twice, err = w.svc.Move(boss, id, m); err != nil || twice.Version != once.Version {
				w.t.Fatalf("%s pressed twice: %v, version %d and %d", did, err, once.Version, twice.Version)
			}
		}
	case n == 7:
		did = fmt.Sprintf("%d to a department", id)
		_, err = w.svc.HandToTeam(ctx, id, Handing{TeamID: int64(1 + w.rnd.Intn(3))})
	case n == 8:
		did = fmt.Sprintf("%d answered", id)
		_, err = w.svc.AnswerForTeam(ctx, id, 0, "It was the box")
	case n == 9:
		did = fmt.Sprintf("%d contacted", id)
		_, err = w.svc.LogContact(boss, id, "call", "Rang")
	case n == 10:
		did = "time passes"
		w.clock.Add(time.Duration(w.rnd.Intn(20*24)) * time.Hour)
		w.tick()
	default:
		did = fmt.Sprintf("%d compensated", id)
		_, err = w.svc.Compensate(ctx, id, Compensation{Amount: int64(w.rnd.Intn(3)), For: "A box"})
	}
	var known *errs.Error
	if err != nil && !errors.As(err, &known) {
		w.t.Fatalf("%s: %v", did, err)
	}
	w.see(did, false)
	if err == nil && receipt.Set != 0 && w.rnd.Intn(4) == 0 {
		if _, err := w.journal.Undo(boss, receipt.Set, journal.Options{}); err != nil {
			w.t.Fatalf("undo of %s: %v", did, err)
		}
		w.undone++
		w.see("undo of "+did, true)
	}
	return did
}

// A thousand walks in which everything is tried in any order: no illegal state,
// no deadline at night or on a holiday, no ring of merged cases, nothing twice,
// and every move can be taken back.
func TestWhateverPeopleDoTheCaseStaysWhole(t *testing.T) {
	h := staffed(t)
	if err := h.journal.Install(context.Background()); err != nil {
		t.Fatal(err)
	}
	open := cal.Spans{{From: 9 * 60, To: 18 * 60}}
	hours, err := cal.NewHours(time.UTC, cal.Week{1: open, 2: open, 3: open, 4: open, 5: open}, []cal.Date{"2026-03-04", "2026-03-05", "2026-04-06", "2026-05-01"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	h.svc.Days = festive{hours}
	h.exec(`WITH RECURSIVE n (id) AS (SELECT 1000 UNION ALL SELECT id + 1 FROM n WHERE id < 2000)
		INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, created_at, updated_at) SELECT id, 'person', 'x', 'x', 'x', 3, 0, 0 FROM n`)
	w := &walk{shop: h, rnd: rand.New(rand.NewSource(11)), hours: hours}
	began := h.clock.Now()
	for n := range 1000 {
		h.clock.Set(began.Add(time.Duration(w.rnd.Intn(60*24)) * time.Hour))
		w.was = map[int64]Case{}
		ids := w.begin(int64(1000+n), 1+n%2)
		for range 1 + n%3 {
			w.step(ids)
		}
		h.exec(`UPDATE feedback_case SET closed_at = 1, state = 'closed' WHERE closed_at IS NULL`)
	}
	if w.undone < 50 || w.merged < 20 || w.asked < 50 {
		t.Errorf("the walks went nowhere: %d undone, %d merged, %d with a department", w.undone, w.merged, w.asked)
	}
}

// begin opens so many cases of a new customer at once, as when several were
// closed and taken up again.
func (w *walk) begin(customer int64, n int) []int64 {
	w.t.Helper()
	var ids []int64
	if err := w.db.Write(boss, "test", func(ctx context.Context, tx *db.Tx) error {
		for range n {
			c := Case{CustomerID: customer, Score: -1}
			if err := w.svc.start(ctx, tx, &c, about{OwnerID: 3}, Client{Score: -1}); err != nil {
				return err
			}
			ids = append(ids, c.ID)
			w.was[c.ID] = Case{ID: c.ID, State: Unseen}
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	return ids
}
