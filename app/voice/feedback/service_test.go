package feedback

import (
	"context"
	"fmt"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/work/task"
)

func TestAnUnhappyAnswerIsAnsweredProvenAndClosed(t *testing.T) {
	h := newShop(t) // Monday 09:00
	h.answer(1, 1, 1, 3, "Beans came after ten", 0)
	c := h.cases()[0]
	if c.State != Unseen || !c.Red || c.OwnerID != 3 || c.ResponseID != 1 {
		t.Fatalf("opened as %+v", c.Case)
	}
	if want := dbtest.Start.Add(4 * time.Hour); !c.RespondBy.Equal(want) || !c.DueAt.Equal(want) {
		t.Errorf("red replies are due in 4 working hours, got %v", c.RespondBy)
	}
	if want := time.Date(2026, 3, 6, 18, 0, 0, 0, time.UTC); !c.ResolveBy.Equal(want) {
		t.Errorf("put right by %v, want Friday evening", c.ResolveBy)
	}
	h.clock.Add(time.Hour)
	if c := h.move(c.ID, Move{To: Acknowledged}); !c.RespondedAt.IsZero() {
		t.Error("a change of state counted as the first reply")
	}
	got, err := h.svc.LogContact(boss, c.ID, "call", "Rang Mina")
	if err != nil || !got.RespondedAt.Equal(h.clock.Now()) {
		t.Fatalf("after the call: %v, %v", got.RespondedAt, err)
	}
	h.drain() // the follow-up's own fact changes nothing any more
	h.move(c.ID, Move{To: Working})
	resolved := h.move(c.ID, Move{To: Resolved, Cause: "delivery", Action: "First drop now", Told: yes()})
	if resolved.RecheckOn != "2026-03-16" {
		t.Errorf("asks again on %s", resolved.RecheckOn)
	}
	h.clock.Set(time.Date(2026, 3, 16, 10, 0, 0, 0, time.UTC))
	h.tick()
	h.tick()
	if len(h.asked) != 1 || h.cases()[0].State != AwaitingRecheck {
		t.Fatalf("asked %v, state %s", h.asked, h.cases()[0].State)
	}
	h.answer(2, 1, 1, 8, "Much better", c.ID)
	end := h.cases()
	if len(end) != 1 || end[0].State != Recovered || end[0].Open() || end[0].RecheckScore != 8 || end[0].Outcome != "recovered" {
		t.Fatalf("ended as %+v", end)
	}
	h.move(c.ID, Move{To: Closed})
	if open, _, err := h.svc.Count(boss); err != nil || open != 0 {
		t.Errorf("%d open, %v", open, err)
	}
	m, err := h.svc.Metrics(boss)
	if err != nil || m.InTime.K != 1 || m.InTime.N != 1 || m.Rechecked.K != 1 || m.Opened.N != 1 || m.Known {
		t.Errorf("metrics %+v, %v", m, err)
	}
}

func (h *shop) tick() {
	h.t.Helper()
	if err := h.svc.Tick(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

func TestFurtherAnswersJoinTheOpenCase(t *testing.T) {
	h := newShop(t)
	h.answer(1, 1, 1, 6, "", 0)
	h.answer(2, 1, 2, 1, "again", 0)
	cs := h.cases()
	if len(cs) != 1 || !cs[0].Red {
		t.Fatalf("%d cases, red %v", len(cs), cs[0].Red)
	}
	h.putRight(cs[0].ID)
	h.answer(3, 1, 1, 4, "and again", 0)
	if cs = h.cases(); len(cs) != 1 || cs[0].State != Reopened || !cs[0].ResolvedAt.IsZero() {
		t.Fatalf("a new complaint left the case %+v", cs)
	}
	h.answer(4, 1, 1, 9, "was cold", 0) // a chosen word at any score, and still a promoter
	if len(h.tasks) != 1 || h.tasks[0].Kind != task.Thank || h.tasks[0].SourceKey != "thank:4" {
		t.Errorf("thanks %+v", h.tasks)
	}
	events, err := h.svc.Events(boss, cs[0].ID)
	if err != nil || len(events) < 6 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

func TestEditedAnswerKeepsItsCase(t *testing.T) {
	h := newShop(t)
	h.answer(1, 1, 1, 2, "", 0)
	err := h.db.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE survey_response SET score = 9 WHERE id = 1`); err != nil {
			return err
		}
		return h.bus.Publish(ctx, tx, answered{ID: 1, Customer: 1, changed: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	h.drain()
	if cs := h.cases(); len(cs) != 1 || !cs[0].Open() || cs[0].Score != 2 {
		t.Fatalf("after the edit %+v", cs)
	}
}

func TestImportedHistoryOpensNothing(t *testing.T) {
	h := newShop(t)
	ctx := event.Importing(context.Background())
	err := h.db.Write(ctx, "test", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO survey_response (id, survey_id, customer_id, score, channel, answered_at, created_at, updated_at) VALUES (1, 1, 1, 0, 'import', 0, 0, 0)`); err != nil {
			return err
		}
		return h.bus.Publish(ctx, tx, oldAnswer{})
	})
	if err != nil {
		t.Fatal(err)
	}
	h.drain()
	if len(h.cases()) != 0 {
		t.Fatal("a case from last year's answer")
	}
}

type oldAnswer struct{}

func (oldAnswer) Meta() event.Meta {
	return event.Meta{Kind: "response.given", CustomerID: 1, SubjectKind: "response", SubjectID: 1, At: dbtest.Start.AddDate(-1, 0, 0)}
}

func TestOwnersTakeTurns(t *testing.T) {
	h := newShop(t)
	h.exec(`INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, created_at, updated_at) VALUES (3, 'person', 'Eve', 'eve', 'eve', NULL, 0, 0), (4, 'person', 'Kim', 'kim', 'kim', 3, 0, 0)`)
	h.exec(`UPDATE user SET status = 'disabled' WHERE id = 3`)
	for i := range 4 {
		h.answer(int64(i+1), int64(i+1), 1, 5, "", 0)
	}
	var got []db.ID
	for _, c := range h.cases() {
		got = append(got, c.OwnerID)
	}
	if fmt.Sprint(got) != "[1 2 1 2]" {
		t.Errorf("owners %v", got)
	}
}

func TestTheClockWarnsAndEscalatesOnce(t *testing.T) {
	h := newShop(t)
	h.answer(1, 1, 1, 5, "", 0) // 24 working hours from Monday 09:00: Wednesday 15:00
	steps := []struct {
		at   time.Time
		told string
	}{
		{time.Date(2026, 3, 3, 17, 59, 0, 0, time.UTC), "[]"},
		{time.Date(2026, 3, 4, 9, 1, 0, 0, time.UTC), "[3]"},
		{time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC), "[3]"},
		{time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC), "[3 2 3]"},
		{time.Date(2026, 3, 8, 15, 0, 0, 0, time.UTC), "[3 2 3]"}, // the weekend does not count
		{time.Date(2026, 3, 9, 12, 1, 0, 0, time.UTC), "[3 2 3 1]"},
		{time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC), "[3 2 3 1]"},
	}
	for _, s := range steps {
		h.clock.Set(s.at)
		h.tick()
		var told []int64
		for _, n := range h.told {
			told = append(told, n.UserID)
		}
		if fmt.Sprint(told) != s.told {
			t.Errorf("at %s told %v, want %s", s.at, told, s.told)
		}
	}
}

func TestWhoMustNotBeAskedEndsWithoutAnAnswer(t *testing.T) {
	h := newShop(t)
	h.answer(1, 1, 1, 5, "", 0)
	id := h.cases()[0].ID
	h.putRight(id)
	h.refuse = errs.New(errs.Conflict, "survey.refused.objected")
	h.clock.Add(15 * 24 * time.Hour)
	h.tick()
	if c := h.cases()[0]; c.State != NoAnswer || c.Open() {
		t.Fatalf("state %s", c.State)
	}
}

func TestSilenceEndsTheCase(t *testing.T) {
	h := newShop(t)
	h.answer(1, 1, 1, 5, "", 0)
	h.putRight(h.cases()[0].ID)
	h.clock.Add(14 * 24 * time.Hour)
	h.tick()
	h.clock.Add(20 * 24 * time.Hour)
	h.tick()
	if h.cases()[0].State != AwaitingRecheck {
		t.Fatal("gave up too early")
	}
	h.clock.Add(2 * 24 * time.Hour)
	h.tick()
	if h.cases()[0].State != NoAnswer {
		t.Fatalf("still %s", h.cases()[0].State)
	}
}

func TestAContactByStaffIsTheFirstReply(t *testing.T) {
	h := newShop(t)
	h.answer(1, 1, 1, 5, "", 0)
	h.clock.Add(time.Hour)
	say := func(ctx context.Context) {
		if err := h.db.Write(ctx, "test", func(ctx context.Context, tx *db.Tx) error { return h.bus.Publish(ctx, tx, spoke{1, 70}) }); err != nil {
			t.Fatal(err)
		}
		h.drain()
	}
	say(context.Background()) // nobody of ours
	if !h.cases()[0].RespondedAt.IsZero() {
		t.Fatal("a contact by nobody counted")
	}
	say(boss)
	c := h.cases()[0]
	if !c.RespondedAt.Equal(h.clock.Now()) || c.State != Unseen || !c.DueAt.Equal(c.ResolveBy.Time) {
		t.Fatalf("after the contact %+v", c.Case)
	}
}

func TestMovesAreCheckedAndIdempotent(t *testing.T) {
	h := newShop(t)
	h.answer(1, 1, 1, 5, "", 0)
	h.answer(2, 2, 1, 5, "", 0)
	id, other := h.cases()[0].ID, h.cases()[1].ID
	if _, err := h.svc.Move(boss, id, Move{To: Resolved, Cause: "x", Action: "y", Told: yes()}); !errs.Is(err, errs.Conflict) {
		t.Errorf("new to resolved: %v", err)
	}
	if _, err := h.svc.Move(boss, id, Move{To: Recovered}); !errs.Is(err, errs.Invalid) {
		t.Errorf("people do not decide that it recovered: %v", err)
	}
	first := h.move(id, Move{To: Working, Key: "k1"})
	again := h.move(id, Move{To: Working, Key: "k1"})
	if first.Version != again.Version {
		t.Error("the second press changed something")
	}
	_, err := h.svc.Move(boss, id, Move{To: Resolved})
	e, _ := errs.As(err)
	if e == nil || fmt.Sprint(e.FieldNames()) != "[action cause told]" {
		t.Errorf("resolving with nothing: %v", err)
	}
	if _, err := h.svc.Move(boss, id, Move{To: Working, Version: 99}); !errs.Is(err, errs.Conflict) {
		t.Errorf("stale: %v", err)
	}
	if _, err := h.svc.Move(boss, id, Move{To: Dismissed}); !errs.Is(err, errs.Invalid) {
		t.Errorf("dismissed without a reason: %v", err)
	}
	if _, err := h.svc.Move(boss, id, Move{To: Merged, Into: other}); !errs.Is(err, errs.Invalid) {
		t.Errorf("merged into a stranger's case: %v", err)
	}
	h.move(id, Move{To: Dismissed, Reason: "typed by mistake"})
	if c := h.move(id, Move{To: Reopened}); !c.Open() || c.ClockAt.IsZero() {
		t.Errorf("reopened %+v", c)
	}
}

func TestMergeEndsOneOfTwo(t *testing.T) {
	h := newShop(t)
	h.answer(1, 1, 1, 5, "", 0)
	first := h.cases()[0].ID
	h.move(first, Move{To: Dismissed, Reason: "r"})
	h.answer(2, 1, 2, 2, "", 0)
	h.move(first, Move{To: Reopened})
	second := h.cases()[1].ID
	c := h.move(second, Move{To: Merged, Into: first})
	if c.Open() || int64(c.MergedInto) != first {
		t.Fatalf("merged %+v", c)
	}
	if _, err := h.svc.Move(boss, second, Move{To: Reopened}); err == nil {
		t.Error("a merged case was reopened")
	}
}

func TestScopeAndPermissions(t *testing.T) {
	h := newShop(t)
	h.answer(1, 1, 1, 5, "", 0) // Cy's customer
	id := h.cases()[0].ID
	stranger := as(2, auth.Member, Read, Write)
	auth.From(stranger).Reach = auth.Own
	if _, err := h.svc.Get(stranger, id); !errs.Is(err, errs.NotFound) {
		t.Errorf("read by a stranger: %v", err)
	}
	if _, err := h.svc.Move(stranger, id, Move{To: Working}); !errs.Is(err, errs.NotFound) {
		t.Errorf("moved by a stranger: %v", err)
	}
	if p, err := h.svc.List(stranger, page.Request{}, nil); err != nil || len(p.Items) != 0 {
		t.Errorf("listed %d, %v", len(p.Items), err)
	}
	reader := as(3, auth.Member, Read)
	if _, err := h.svc.Move(reader, id, Move{To: Working}); !errs.Is(err, errs.Denied) {
		t.Errorf("moved by a reader: %v", err)
	}
	if _, err := h.svc.Assign(reader, id, 0, 1); !errs.Is(err, errs.Denied) {
		t.Errorf("assigned by a reader: %v", err)
	}
	if _, err := h.svc.List(context.Background(), page.Request{}, nil); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("listed by nobody: %v", err)
	}
	if err := h.svc.SetRules(as(3, auth.Member, Read, Write), Rules{}); !errs.Is(err, errs.Denied) {
		t.Errorf("rules by a member: %v", err)
	}
}

func TestListFiltersAndPages(t *testing.T) {
	h := newShop(t)
	for i := range 2 {
		h.answer(int64(i+1), int64(i+1), 1, 5, "", 0)
		h.clock.Add(time.Hour)
	}
	p, err := h.svc.List(boss, page.Request{Limit: 1}, []filter.Cond{{Field: "open", Op: "eq", Value: "true"}})
	if err != nil || len(p.Items) != 1 || p.Next == "" || p.Items[0].CustomerID != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	p, err = h.svc.List(boss, page.Request{Limit: 1, Cursor: p.Next}, []filter.Cond{{Field: "open", Op: "eq", Value: "true"}})
	if err != nil || len(p.Items) != 1 || p.Next != "" || p.Items[0].CustomerID != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := h.svc.List(boss, page.Request{}, []filter.Cond{{Field: "x'; DROP TABLE user", Op: "eq", Value: "1"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("hostile filter: %v", err)
	}
}

func TestNaturalRateNeedsThirtyPairs(t *testing.T) {
	h := newShop(t)
	for i := range 60 {
		h.exec(`INSERT INTO customer (id, kind, name, name_key, sort_key, created_at, updated_at) VALUES (?, 'person', 'x', 'x', 'x', 0, 0)`, 100+i)
		first, second := 2, 2
		if i%3 == 0 {
			second = 9
		}
		for k, score := range []int{first, second} {
			h.exec(`INSERT INTO survey_response (survey_id, customer_id, score, channel, answered_at, created_at, updated_at) VALUES (1, ?, ?, 'import', ?, 0, 0)`,
				100+i, score, db.At(dbtest.Start.AddDate(0, 0, -60+k)))
		}
		if i == 28 {
			m, err := h.svc.Metrics(boss)
			if err != nil || m.Known {
				t.Fatalf("known after 29 pairs: %+v, %v", m, err)
			}
			h.clock.Add(time.Hour) // past the cache
		}
	}
	m, err := h.svc.Metrics(boss)
	if err != nil || !m.Known || m.Natural.N != 60 || m.Natural.K != 20 {
		t.Fatalf("%+v, %v", m, err)
	}
}

func TestRules(t *testing.T) {
	h := newShop(t)
	rules := usualRules()
	rules.RecheckDays = 30
	if err := h.svc.SetRules(boss, rules); err != nil {
		t.Fatal(err)
	}
	r, err := h.svc.Rules(boss)
	if err != nil || r.RecheckDays != 30 || r.ReplyHours != 24 {
		t.Fatalf("%v, %v", r, err)
	}
	if err := h.svc.SetRules(boss, func() Rules { r := usualRules(); r.RecheckDays = 2; return r }()); !errs.Is(err, errs.Invalid) {
		t.Errorf("2 days: %v", err)
	}
}
