package followup_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"regulars/app/customer/note"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/work/followup"
	"regulars/app/work/task"
	"regulars/app/work/worktest"
)

func log(t *testing.T, h *worktest.House, ctx context.Context, in followup.Input) followup.FollowUp {
	t.Helper()
	if in.Channel == "" {
		in.Channel = "call"
	}
	if in.Content == "" {
		in.Content = "Spoke about the spring contract"
	}
	f, err := h.FollowUps.Create(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const open = `SELECT count(*) FROM task WHERE done_at IS NULL`

func TestTheNextExchangeReplacesTheOpenFollowUp(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin", Zone: "Asia/Shanghai", DigestAt: "09:30"})
	who := h.Customer("Ines Calder", meiID)
	first := log(t, h, mei, followup.Input{CustomerID: who, Next: task.When{Day: "2026-03-05"}})
	if want := time.Date(2026, 3, 5, 1, 30, 0, 0, time.UTC); !first.NextAt.Equal(want) {
		t.Errorf("a day without a time is %s, want the digest's %s", first.NextAt.Time, want)
	}
	h.Clock.Add(time.Hour)
	log(t, h, mei, followup.Input{CustomerID: who, Next: task.When{Day: "2026-03-09"}})
	if n := h.Count(open); n != 1 {
		t.Fatalf("%d open follow-ups", n)
	}
	if n := h.Count(`SELECT count(*) FROM task WHERE done_at IS NOT NULL AND done_by = ?`, meiID); n != 1 {
		t.Error("the first is not done by her")
	}
	h.Clock.Add(time.Hour)
	log(t, h, mei, followup.Input{CustomerID: who})
	if n := h.Count(open); n != 0 {
		t.Errorf("%d open after an exchange without a next time", n)
	}
	if n := h.Count(`SELECT count(*) FROM timeline_entry WHERE kind = 'followup.happened' AND words <> ''`); n != 3 {
		t.Errorf("%d on the timeline", n)
	}
	if n := h.Count(`SELECT last_contact_at FROM customer_stat WHERE customer_id = ?`, who); int64(n) != h.Clock.Now().UnixMilli() {
		t.Error("the last contact did not move")
	}
}

func TestAnOlderExchangeWrittenDownLaterSettlesNothing(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	who := h.Customer("Ines Calder", meiID)
	log(t, h, mei, followup.Input{CustomerID: who, Next: task.When{Day: "2026-03-09"}})
	log(t, h, mei, followup.Input{CustomerID: who, At: task.When{At: h.Clock.Now().AddDate(0, 0, -3)}})
	if n := h.Count(open); n != 1 {
		t.Errorf("%d open", n)
	}
}

func TestEditingMovesClearsAndMakesTheFollowUp(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	who := h.Customer("Ines Calder", meiID)
	f := log(t, h, mei, followup.Input{CustomerID: who, Next: task.When{Day: "2026-03-09"}})
	edit := func(w task.When) {
		in := f.Input()
		in.Next, in.Content = w, "They want it in June"
		var err error
		if f, err = h.FollowUps.Update(mei, f.ID, f.Version, in); err != nil {
			t.Fatal(err)
		}
	}
	moved := time.Date(2026, 3, 10, 11, 0, 0, 0, time.UTC)
	edit(task.When{At: moved})
	if n := h.Count(`SELECT due_at FROM task WHERE done_at IS NULL`); int64(n) != moved.UnixMilli() {
		t.Error("it did not move")
	}
	edit(task.When{})
	if n := h.Count(open); n != 0 {
		t.Error("clearing did not close it")
	}
	edit(task.When{Day: "2026-03-12"})
	if n := h.Count(open); n != 1 {
		t.Errorf("%d open after setting it again", n)
	}
	if n := h.Count(`SELECT count(*) FROM timeline_entry WHERE words = 'They want it in June'`); n != 1 {
		t.Error("the timeline kept the old words")
	}
	if _, err := h.FollowUps.Update(mei, f.ID, 1, f.Input()); !errs.Is(err, errs.Conflict) {
		t.Errorf("a stale edit: %v", err)
	}
}

func TestDeleteIsUndoneWithItsFollowUp(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	who := h.Customer("Ines Calder", meiID)
	f := log(t, h, mei, followup.Input{CustomerID: who, Next: task.When{Day: "2026-03-09"}})
	receipt := &journal.Receipt{}
	if err := h.FollowUps.Remove(journal.WithReceipt(mei, receipt), f.ID); err != nil {
		t.Fatal(err)
	}
	if h.Count(open) != 0 || h.Count(`SELECT count(*) FROM timeline_entry WHERE subject_kind = 'follow_up'`) != 0 {
		t.Fatal("something stayed")
	}
	if n := h.Count(`SELECT last_contact_at FROM customer_stat WHERE customer_id = ?`, who); n != 0 {
		t.Error("the last contact stayed")
	}
	if _, err := h.Journal.Undo(mei, receipt.Set, journal.Options{}); err != nil {
		t.Fatal(err)
	}
	if h.Count(open) != 1 || h.Count(`SELECT count(*) FROM task_reminder`) != 1 || h.Count(`SELECT count(*) FROM task WHERE followup_id = ?`, f.ID) != 1 {
		t.Error("undo did not bring everything back")
	}
	if n := h.Count(`SELECT last_contact_at FROM customer_stat WHERE customer_id = ?`, who); n == 0 {
		t.Error("the last contact did not come back")
	}
}

func TestAColleagueGetsBackToThem(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	_, tomID := h.Person(worktest.Person{Name: "Tom Okafor", Zone: "America/New_York"})
	who := h.Customer("Ines Calder", meiID)
	log(t, h, mei, followup.Input{CustomerID: who, Next: task.When{Day: "2026-03-05"}})
	h.Clock.Add(time.Minute)
	f := log(t, h, mei, followup.Input{CustomerID: who, Next: task.When{Day: "2026-03-06"}, OwnerID: tomID})
	if !f.NextAt.Equal(time.Date(2026, 3, 6, 13, 0, 0, 0, time.UTC)) {
		t.Errorf("due at %s, want Tom's 08:00", f.NextAt.Time)
	}
	if n := h.Count(`SELECT count(*) FROM task WHERE done_at IS NULL AND owner_id = ?`, tomID); n != 1 || h.Count(open) != 1 {
		t.Error("it is not Tom's alone")
	}
	h.Drain()
	if n := h.Count(`SELECT count(*) FROM notification WHERE kind = 'assigned' AND user_id = ?`, tomID); n != 1 {
		t.Error("Tom was not told")
	}
}

func TestImportedHistoryStartsNothing(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	_, tomID := h.Person(worktest.Person{Name: "Tom Okafor"})
	who := h.Customer("Ines Calder", meiID)
	importing := event.Importing(mei)
	now := h.Clock.Now()
	log(t, h, importing, followup.Input{CustomerID: who, Content: "@Tom Okafor knows", At: task.When{At: now.AddDate(-1, 0, 0)}, Next: task.When{At: now.AddDate(0, -11, 0)}})
	log(t, h, importing, followup.Input{CustomerID: who, At: task.When{At: now.AddDate(0, 0, -8)}, Next: task.When{At: now.AddDate(0, 0, -7)}, OwnerID: tomID})
	h.Drain()
	if h.Count(`SELECT count(*) FROM task`) != 0 || h.Count(`SELECT count(*) FROM notification`) != 0 {
		t.Error("old history started something")
	}
	log(t, h, importing, followup.Input{CustomerID: who, At: task.When{At: now.AddDate(0, 0, -2)}, Next: task.When{At: now.AddDate(0, 0, 1)}})
	if n := h.Count(open); n != 1 {
		t.Errorf("%d open from last week's history", n)
	}
}

func TestMentionsTellThoseWhoMaySee(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	tom, tomID := h.Person(worktest.Person{Name: "Tom Okafor"})
	_, ownID := h.Person(worktest.Person{Name: "小李", Reach: auth.Own})
	who := h.Customer("Ines Calder", meiID)
	n, err := h.Notes.Add(mei, note.Input{CustomerID: who, Text: "@tom please call, 请@小李看一下, @Mei Lin too, mail a@tom.example, @Tomas no"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "@[Tom Okafor](user:2) please call, 请@[小李](user:3)看一下, @[Mei Lin](user:1) too, mail a@tom.example, @Tomas no"; n.Text != want {
		t.Errorf("got %s", n.Text)
	}
	h.Drain()
	h.Drain()
	if h.Count(`SELECT count(*) FROM notification WHERE user_id = ? AND kind = 'mention'`, tomID) != 1 {
		t.Error("Tom was not told once")
	}
	if h.Count(`SELECT count(*) FROM notification WHERE user_id IN (?, ?)`, ownID, meiID) != 0 {
		t.Error("told somebody who may not see the customer, or the author")
	}
	if _, err := h.Notes.Update(mei, n.ID, n.Version, note.Input{Text: n.Text + " again"}); err != nil {
		t.Fatal(err)
	}
	h.Drain()
	if h.Count(`SELECT count(*) FROM notification WHERE user_id = ?`, tomID) != 1 {
		t.Error("an edit told him again")
	}
	if unread, err := h.Notify.Unread(tom); err != nil || unread != 1 {
		t.Errorf("%d unread, %v", unread, err)
	}
	p, err := h.Notify.List(tom, page.Request{}, nil)
	if err != nil || len(p.Items) != 1 {
		t.Fatal(err)
	}
	if got := h.View.Bundle().For("zh-CN").Message(p.Items[0].Message()); got != "Mei Lin 提到了你：Ines Calder" {
		t.Errorf("got %s", got)
	}
	if _, err := h.Notify.Read(mei, p.Items[0].ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("somebody else's: %v", err)
	}
	if err := h.Notify.SetSwitches(tom, []string{"assigned"}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Notes.Add(mei, note.Input{CustomerID: who, Text: "@Tom"}); err != nil {
		t.Fatal(err)
	}
	h.Drain()
	if h.Count(`SELECT count(*) FROM notification WHERE user_id = ?`, tomID) != 1 {
		t.Error("told in spite of his switch")
	}
}

func TestScopeAndPermission(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	own, _ := h.Person(worktest.Person{Name: "Own Only", Reach: auth.Own})
	reader, _ := h.Person(worktest.Person{Name: "Reader", Without: []string{"followup.write", "note.write", "followup.delete"}})
	who := h.Customer("Ines Calder", meiID)
	f := log(t, h, mei, followup.Input{CustomerID: who})
	n, err := h.Notes.Add(mei, note.Input{CustomerID: who, Text: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	for name, act := range map[string]func() error{
		"read": func() error { _, err := h.FollowUps.Get(own, f.ID); return err },
		"write": func() error {
			_, err := h.FollowUps.Create(own, followup.Input{CustomerID: who, Content: "x"})
			return err
		},
		"edit":        func() error { _, err := h.FollowUps.Update(own, f.ID, f.Version, f.Input()); return err },
		"delete":      func() error { return h.FollowUps.Remove(own, f.ID) },
		"note":        func() error { _, err := h.Notes.Get(own, n.ID); return err },
		"note write":  func() error { _, err := h.Notes.Add(own, note.Input{CustomerID: who, Text: "x"}); return err },
		"note delete": func() error { return h.Notes.Remove(own, n.ID) },
	} {
		if err := act(); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p, err := h.FollowUps.List(own, page.Request{Count: true}, nil); err != nil || *p.Total != 0 {
		t.Errorf("listed %v, %v", p.Items, err)
	}
	if p, err := h.Notes.List(own, page.Request{Q: "secret"}, nil); err != nil || len(p.Items) != 0 {
		t.Errorf("listed %v, %v", p.Items, err)
	}
	if _, err := h.FollowUps.Create(reader, followup.Input{CustomerID: who, Content: "x"}); !errs.Is(err, errs.Denied) {
		t.Errorf("without permission: %v", err)
	}
	if _, err := h.Notes.Add(reader, note.Input{CustomerID: who, Text: "x"}); !errs.Is(err, errs.Denied) {
		t.Errorf("without permission: %v", err)
	}
	if err := h.FollowUps.Remove(reader, f.ID); !errs.Is(err, errs.Denied) {
		t.Errorf("without permission: %v", err)
	}
}

func TestHostileInputIsRefused(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	who, other := h.Customer("Ines Calder", meiID), h.Customer("Other", meiID)
	var foreign int64
	h.Write(func(ctx context.Context, tx *db.Tx) error {
		var err error
		foreign, err = tx.Insert(ctx, `INSERT INTO contact (customer_id, name, created_at, updated_at) VALUES (?, 'x', 0, 0)`, other)
		return err
	})
	ok := followup.Input{CustomerID: who, Channel: "call", Content: "x"}
	for field, change := range map[string]func(*followup.Input){
		"content":    func(in *followup.Input) { in.Content = " \n " },
		"channel":    func(in *followup.Input) { in.Channel = "telepathy" },
		"at":         func(in *followup.Input) { in.At.At = h.Clock.Now().AddDate(0, 0, 3) },
		"contact_id": func(in *followup.Input) { in.ContactID = foreign },
		"owner_id":   func(in *followup.Input) { in.OwnerID = 4711 },
		"user_id":    func(in *followup.Input) { in.UserID = 4711 },
	} {
		in := ok
		change(&in)
		_, err := h.FollowUps.Create(mei, in)
		if e, is := errs.As(err); !is || e.Fields[field].Key == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	long := ok
	long.Content = strings.Repeat("x", 20001)
	if _, err := h.FollowUps.Create(mei, long); !errs.Is(err, errs.Invalid) {
		t.Errorf("a long text: %v", err)
	}
	raw := ok
	raw.Content = "bad \xff utf8 <script>alert(1)</script>"
	if f, err := h.FollowUps.Create(mei, raw); err != nil || !strings.Contains(f.Content, "<script>") {
		t.Errorf("words are kept as typed and escaped when shown: %v %v", f.Content, err)
	}
	if _, err := h.FollowUps.List(mei, page.Request{}, []filter.Cond{{Field: "nothing", Op: "eq", Value: "1"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("an unknown filter: %v", err)
	}
}

func TestTheRhythmAsksForContact(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	who := h.Customer("Ines Calder", meiID)
	h.Write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE customer SET level = 'A' WHERE id = ?`, who); err != nil {
			return err
		}
		return setting.Put(ctx, tx, followup.RhythmSetting, map[string]int{"A": 14})
	})
	if days, err := followup.RhythmDays(t.Context(), h.DB.Reader(t.Context()), "A"); err != nil || days != 14 {
		t.Fatal(days, err)
	}
	log(t, h, mei, followup.Input{CustomerID: who})
	if q, err := h.FollowUps.Quiet(mei, true, 10); err != nil || len(q) != 0 {
		t.Errorf("asked at once: %v, %v", q, err)
	}
	h.Clock.Add(14 * 24 * time.Hour)
	q, err := h.FollowUps.Quiet(mei, true, 10)
	if err != nil || len(q) != 1 || q[0].Next != "2026-03-16" {
		t.Fatalf("got %v, %v", q, err)
	}
	tom, _ := h.Person(worktest.Person{Name: "Tom Okafor"})
	log(t, h, tom, followup.Input{CustomerID: who}) // anybody's contact counts
	if q, err := h.FollowUps.Quiet(mei, true, 10); err != nil || len(q) != 0 {
		t.Errorf("still asked: %v, %v", q, err)
	}
	if err := h.FollowUps.SetRhythms(mei, map[string]int{"A": -1}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a negative rhythm: %v", err)
	}
}
