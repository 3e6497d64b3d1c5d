package task_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/work/task"
	"regulars/app/work/worktest"
)

func add(t *testing.T, h *worktest.House, ctx context.Context, in task.Input) task.Task {
	t.Helper()
	out, err := h.Tasks.Create(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestATaskIsMadeChangedDoneAndTakenBack(t *testing.T) {
	h := worktest.New(t)
	mei, id := h.Person(worktest.Person{Name: "Mei Lin", Zone: "Asia/Shanghai"})
	who := h.Customer("Ines Calder", id)
	got := add(t, h, mei, task.Input{Title: "  Send the   samples ", CustomerID: who, Due: task.When{Day: "2026-03-05"}})
	if got.Title != "Send the samples" || int64(got.OwnerID) != id || !got.DueAt.Equal(time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)) {
		t.Fatalf("got %+v", got)
	}
	in := got.Input()
	in.Title = "Send two samples"
	if _, err := h.Tasks.Update(mei, got.ID, got.Version, in); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Tasks.Update(mei, got.ID, got.Version, in); !errs.Is(err, errs.Conflict) {
		t.Errorf("a stale edit: %v", err)
	}
	receipt := &journal.Receipt{}
	done, err := h.Tasks.Complete(journal.WithReceipt(mei, receipt), got.ID)
	if err != nil || done.Open() || int64(done.DoneBy) != id {
		t.Fatalf("got %+v, %v", done, err)
	}
	if again, err := h.Tasks.Complete(mei, got.ID); err != nil || again.Version != done.Version {
		t.Errorf("done twice: %+v, %v", again, err)
	}
	if n := h.Count(`SELECT count(*) FROM timeline_entry WHERE kind = 'task.done'`); n != 1 {
		t.Errorf("%d entries on the timeline", n)
	}
	if _, err := h.Journal.Undo(mei, receipt.Set, journal.Options{}); err != nil {
		t.Fatal(err)
	}
	if back, _ := h.Tasks.Get(mei, got.ID); !back.Open() {
		t.Error("undo did not open it again")
	}
	if n := h.Count(`SELECT count(*) FROM task_reminder`); n != 1 {
		t.Errorf("%d reminders after the undo", n)
	}
}

func TestHostileInputIsRefused(t *testing.T) {
	h := worktest.New(t)
	mei, _ := h.Person(worktest.Person{Name: "Mei Lin"})
	for name, in := range map[string]task.Input{
		"title":       {Title: "   "},
		"kind":        {Title: "x", Kind: "drop"},
		"customer_id": {Title: "x", Kind: task.FollowUp},
		"owner_id":    {Title: "x", OwnerID: 999},
		"notes":       {Title: "x", Notes: strings.Repeat("y", 20001)},
	} {
		_, err := h.Tasks.Create(mei, in)
		e, ok := errs.As(err)
		if !ok || e.Fields[name].Key == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.Tasks.Create(mei, task.Input{Title: strings.Repeat("长", 201)}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a long title: %v", err)
	}
	if _, err := h.Tasks.Create(mei, task.Input{Title: "x", CustomerID: 999}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a customer that is not there: %v", err)
	}
	for _, bad := range []filter.Cond{{Field: "title; --", Op: "eq"}, {Field: "due_at", Op: "contains", Value: "x"}, {Field: "kind", Op: "eq", Value: "y"}} {
		if _, err := h.Tasks.List(mei, page.Request{}, []filter.Cond{bad}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestWhoSeesATask(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin", Reach: auth.Own})
	tom, tomID := h.Person(worktest.Person{Name: "Tom Okafor", Reach: auth.Own})
	ana, _ := h.Person(worktest.Person{Name: "Ana Ruiz", Reach: auth.Team, TeamID: 7})
	ben, benID := h.Person(worktest.Person{Name: "Ben Hale", Reach: auth.Own, TeamID: 7})
	his := h.Customer("Toms customer", tomID)
	secret := add(t, h, tom, task.Input{Title: "Toms own", CustomerID: his})
	bens := add(t, h, ben, task.Input{Title: "Bens own"})
	given := add(t, h, tom, task.Input{Title: "For Mei", OwnerID: meiID})
	unowned := add(t, h, tom, task.Input{Title: "x", CustomerID: his})
	h.Write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE task SET owner_id = NULL WHERE id = ?`, unowned.ID)
		return err
	})
	for _, c := range []struct {
		who  string
		ctx  context.Context
		id   int64
		sees bool
	}{{"mei", mei, secret.ID, false}, {"mei", mei, given.ID, true}, {"tom", tom, given.ID, true}, {"mei", mei, unowned.ID, false}, {"tom", tom, unowned.ID, true},
		{"ana", ana, bens.ID, true}, {"ana", ana, secret.ID, false}, {"tom", tom, bens.ID, false}} {
		_, err := h.Tasks.Get(c.ctx, c.id)
		if (err == nil) != c.sees || (err != nil && !errs.Is(err, errs.NotFound)) {
			t.Errorf("%s on %d: %v", c.who, c.id, err)
		}
		if _, err := h.Tasks.Complete(c.ctx, c.id); !c.sees && !errs.Is(err, errs.NotFound) {
			t.Errorf("%s finished %d: %v", c.who, c.id, err)
		}
	}
	p, err := h.Tasks.List(mei, page.Request{}, nil)
	if err != nil || len(p.Items) != 1 || p.Items[0].ID != given.ID {
		t.Errorf("mei lists %+v, %v", p.Items, err)
	}
	reader, _ := h.Person(worktest.Person{Name: "Reader", Without: []string{"task.write", "task.delete"}})
	if _, err := h.Tasks.Create(reader, task.Input{Title: "x"}); !errs.Is(err, errs.Denied) {
		t.Errorf("without permission: %v", err)
	}
	if err := h.Tasks.Remove(reader, bens.ID); !errs.Is(err, errs.Denied) {
		t.Errorf("deleted without permission: %v", err)
	}
	_ = benID
}

func TestAListIsSortedByDueTimeAndPaged(t *testing.T) {
	h := worktest.New(t)
	mei, _ := h.Person(worktest.Person{Name: "Mei Lin"})
	for _, day := range []string{"2026-03-09", "", "2026-03-03", "2026-03-05"} {
		w, err := task.ParseWhen(day, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		add(t, h, mei, task.Input{Title: "due " + day, Due: w})
	}
	var titles []string
	req := page.Request{Limit: 1}
	for {
		p, err := h.Tasks.List(mei, req, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range p.Items {
			titles = append(titles, x.Title)
		}
		if p.Next == "" {
			break
		}
		req.Cursor = p.Next
	}
	if got := strings.Join(titles, "|"); got != "due 2026-03-03|due 2026-03-05|due 2026-03-09|due " && got != "due 2026-03-03|due 2026-03-05|due 2026-03-09|due" {
		t.Errorf("got %s", got)
	}
	late, err := h.Tasks.List(mei, page.Request{}, []filter.Cond{{Field: "due_at", Op: "gte", Value: "2026-03-05"}})
	if err != nil || len(late.Items) != 2 {
		t.Errorf("a filter took the one without a time: %d, %v", len(late.Items), err)
	}
}

func TestSnoozeMovesTheReminder(t *testing.T) {
	h := worktest.New(t)
	mei, _ := h.Person(worktest.Person{Name: "Mei Lin"})
	x := add(t, h, mei, task.Input{Title: "Call", Due: task.When{At: h.Clock.Now()}})
	if err := h.Tasks.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := h.Tasks.Remind(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := h.Count(`SELECT count(*) FROM notification`); n != 1 {
		t.Fatalf("told %d times", n)
	}
	if _, err := h.Tasks.Snooze(mei, x.ID, "hour", "", ""); err != nil {
		t.Fatal(err)
	}
	h.Clock.Add(59 * time.Minute)
	_ = h.Tasks.Remind(t.Context())
	if n := h.Count(`SELECT count(*) FROM notification`); n != 1 {
		t.Errorf("told too early, %d", n)
	}
	h.Clock.Add(2 * time.Minute)
	_ = h.Tasks.Remind(t.Context())
	if n := h.Count(`SELECT count(*) FROM notification WHERE kind = 'task_due'`); n != 2 {
		t.Errorf("not told again, %d", n)
	}
	if _, err := h.Tasks.Snooze(mei, x.ID, "date", "2026-01-01", ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("into the past: %v", err)
	}
	if _, err := h.Tasks.Complete(mei, x.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Tasks.Snooze(mei, x.ID, "hour", "", ""); !errs.Is(err, errs.Conflict) {
		t.Errorf("a finished task: %v", err)
	}
}

func TestTheHouseMakesATaskOnce(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin", Locale: "zh-CN"})
	who := h.Customer("Ines Calder", meiID)
	ensure := func(due time.Time) (id int64) {
		h.Write(func(ctx context.Context, tx *db.Tx) error {
			var err error
			id, err = h.Tasks.Ensure(ctx, tx, task.Task{Kind: task.AfterOrder, CustomerID: db.ID(who), OwnerID: db.ID(meiID), DueAt: db.At(due), SourceKey: "order:1"})
			return err
		})
		return id
	}
	now := h.Clock.Now()
	a, b := ensure(now.Add(time.Hour)), ensure(now.Add(2*time.Hour))
	if a != b || h.Count(`SELECT count(*) FROM task`) != 1 || h.Count(`SELECT due_at FROM task`) != int(now.Add(2*time.Hour).UnixMilli()) {
		t.Fatal("a second call made a second task or did not move the first")
	}
	if _, err := h.Tasks.Complete(mei, a); err != nil {
		t.Fatal(err)
	}
	if ensure(now.Add(9*time.Hour)) != a || h.Count(`SELECT count(*) FROM task WHERE done_at IS NULL`) != 0 {
		t.Error("what was done came back")
	}
	if got := h.Count(`SELECT count(*) FROM timeline_entry WHERE kind = 'task.done' AND data LIKE '%询问购买体验%'`); got != 1 {
		t.Error("the timeline does not name the task")
	}
	h.Write(func(ctx context.Context, tx *db.Tx) error { return h.Tasks.CloseBySource(ctx, tx, "order:none") })
}

func TestAFollowUpGivenAwayReplacesTheirs(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	_, tomID := h.Person(worktest.Person{Name: "Tom Okafor"})
	who := h.Customer("Ines Calder", meiID)
	mine := add(t, h, mei, task.Input{Title: "a", Kind: task.FollowUp, CustomerID: who})
	add(t, h, mei, task.Input{Title: "b", Kind: task.FollowUp, CustomerID: who, OwnerID: tomID})
	if _, err := h.Tasks.Assign(mei, mine.ID, tomID); err != nil {
		t.Fatal(err)
	}
	if n := h.Count(`SELECT count(*) FROM task WHERE done_at IS NULL`); n != 1 {
		t.Errorf("%d open", n)
	}
	h.Drain()
	if n := h.Count(`SELECT count(*) FROM notification WHERE kind = 'assigned' AND user_id = ?`, tomID); n != 2 {
		t.Errorf("Tom was told %d times", n)
	}
	if n := h.Count(`SELECT count(*) FROM notification WHERE user_id = ?`, meiID); n != 0 {
		t.Error("Mei was told what she did herself")
	}
}

func TestTheCalendarIsPrivateValidAndRevocable(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin", Locale: "zh-CN"})
	who := h.Customer("港口街面包房，还有很长很长的名字，长到日历里的一行放不下，所以要折行", meiID)
	add(t, h, mei, task.Input{Title: "Call; then, \\ write\nBEGIN:VEVENT", CustomerID: who, Due: task.When{At: h.Clock.Now().Add(time.Hour)}, Notes: "line\r\nDTSTART:evil"})
	add(t, h, mei, task.Input{Title: "no time"})
	token, err := h.Tasks.NewFeed(mei)
	if err != nil || len(token) < 22 {
		t.Fatal(token, err)
	}
	if n := h.Count(`SELECT count(*) FROM calendar_feed WHERE token_hash LIKE ?`, "%"+token+"%"); n != 0 {
		t.Error("the token itself is stored")
	}
	body, err := h.Tasks.Feed(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	text := string(body)
	if strings.Count(text, "BEGIN:VEVENT\r\n") != 1 || strings.Count(text, "BEGIN:VALARM\r\n") != 1 || !strings.Contains(text, "DTSTART:20260302T100000Z\r\n") {
		t.Errorf("got %s", text)
	}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
	if !strings.Contains(text, "Kettle & Crane 任务") {
		t.Error("not in the reader's language")
	}
	if again, _ := h.Tasks.Feed(t.Context(), token); !bytes.Equal(again, body) {
		t.Error("the same tasks gave another file, so no 304")
	}
	second, err := h.Tasks.NewFeed(mei)
	if err != nil {
		t.Fatal(err)
	}
	for _, dead := range []string{token, "", "x", strings.Repeat("a", 22)} {
		if _, err := h.Tasks.Feed(t.Context(), dead); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %v", dead, err)
		}
	}
	h.Leave(meiID)
	if _, err := h.Tasks.Feed(t.Context(), second); !errs.Is(err, errs.NotFound) {
		t.Errorf("somebody who left: %v", err)
	}
}
