package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/clock"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/setting"
)

// post is a mail server that does what a test tells it to.
type post struct {
	mu     sync.Mutex
	ready  bool
	answer func(d Delivery) error
	took   []Delivery
}

func (p *post) Ready(context.Context) (bool, string) {
	if p.ready {
		return true, ""
	}
	return false, "no_smtp"
}

func (p *post) Send(_ context.Context, d Delivery) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answer != nil {
		if err := p.answer(d); err != nil {
			return err
		}
	}
	p.took = append(p.took, d)
	return nil
}

// ask is a gate that answers with the function in force.
type ask struct {
	f func(Message) (Decision, error)
}

func (a *ask) Decide(_ context.Context, _ *db.Tx, m Message) (Decision, error) { return a.f(m) }

type office struct {
	t     *testing.T
	db    *db.DB
	clock *clock.Fake
	post  *post
	gate  *ask
	back  bool
	box   *Outbox
}

func newOffice(t *testing.T) *office {
	t.Helper()
	f := &office{t: t, db: dbtest.New(t), clock: dbtest.Clock(t), post: &post{ready: true}, gate: &ask{}}
	f.gate.f = func(Message) (Decision, error) { return Allow(), nil }
	f.box = f.open(f.db)
	f.limit(100_000)
	return f
}

// open is another process's outbox.
func (f *office) open(d *db.DB) *Outbox {
	return New(d, Options{Gate: f.gate, Channels: map[string]Channel{Email: f.post}, Seed: 7,
		ClockBack: func() bool { return f.back }, Host: func(context.Context) string { return "shop.example.com" }})
}

func (f *office) limit(n int) {
	f.t.Helper()
	if err := f.box.SetPerMinute(f.t.Context(), n); err != nil {
		f.t.Fatal(err)
	}
}

func (f *office) queue(m Message) int64 {
	f.t.Helper()
	if m.Channel == "" {
		m.Channel = Email
	}
	if m.ToAddress == "" {
		m.ToAddress = "ann@example.com"
	}
	if m.Payload == "" {
		m.Payload = `{"text":"secret link"}`
	}
	id, err := db.WriteOne(f.t.Context(), f.db, "test.queue", func(ctx context.Context, tx *db.Tx) (int64, error) {
		id, _, err := f.box.Queue(ctx, tx, m)
		return id, err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

func (f *office) drain() {
	f.t.Helper()
	if err := f.box.Drain(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

func (f *office) row(id int64) Row {
	f.t.Helper()
	row, err := f.box.Get(f.t.Context(), id)
	if err != nil {
		f.t.Fatal(err)
	}
	return row
}

func (f *office) is(id int64, s State, reason string) {
	f.t.Helper()
	if row := f.row(id); row.State != s || row.Reason != reason {
		f.t.Fatalf("message %d is %s (%s), want %s (%s); error %s", id, row.State, row.Reason, s, reason, row.Error)
	}
}

func (f *office) sent(n int) {
	f.t.Helper()
	if len(f.post.took) != n {
		f.t.Fatalf("%d messages left, want %d", len(f.post.took), n)
	}
}

func TestSameKeyIsQueuedOnce(t *testing.T) {
	f := newOffice(t)
	a := f.queue(Message{DedupeKey: "survey:1:2", Purpose: Survey, Subject: "How was it?"})
	if b := f.queue(Message{DedupeKey: "survey:1:2", Purpose: Survey, Subject: "Again"}); a != b {
		t.Fatalf("two rows: %d, %d", a, b)
	}
	f.drain()
	f.queue(Message{DedupeKey: "survey:1:2", Purpose: Survey})
	f.drain()
	f.sent(1)
	row := f.row(a)
	if row.State != Sent || row.Payload != "null" || row.SentAt.IsZero() || row.Attempts != 1 {
		t.Fatalf("%+v", row)
	}
	if d := f.post.took[0]; d.Payload == "null" || d.MessageID != row.MessageID || !strings.HasSuffix(d.MessageID, "@shop.example.com") {
		t.Fatalf("%+v", d)
	}
}

func TestRolledBackUseCaseSendsNothing(t *testing.T) {
	f := newOffice(t)
	err := f.db.Write(t.Context(), "test", func(ctx context.Context, tx *db.Tx) error {
		if _, _, err := f.box.Queue(ctx, tx, Message{DedupeKey: "a", Channel: Email, Purpose: Staff, ToAddress: "a@example.com", Payload: "{}"}); err != nil {
			t.Fatal(err)
		}
		return errors.New("no")
	})
	if err == nil {
		t.Fatal("rolled back without an error")
	}
	f.drain()
	f.sent(0)
}

func TestForgedHeadersAreRefused(t *testing.T) {
	f := newOffice(t)
	for _, m := range []Message{
		{ToAddress: "a@example.com\r\nBcc: b@example.com"}, {ToAddress: "a@example.com", Subject: "Hi\nBcc: x"},
		{ToAddress: "a@example.com", Purpose: "spam"}, {},
	} {
		m.DedupeKey, m.Channel, m.Payload = "k", Email, "{}"
		if m.Purpose == "" {
			m.Purpose = Staff
		}
		err := f.db.Write(t.Context(), "test", func(ctx context.Context, tx *db.Tx) error {
			_, _, err := f.box.Queue(ctx, tx, m)
			return err
		})
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

// A line break in somebody's name forges nothing and stops nothing.
func TestALineBreakInANameBecomesASpace(t *testing.T) {
	f := newOffice(t)
	m := Message{DedupeKey: "k", Channel: Email, Payload: "{}", Purpose: Staff, ToAddress: "a@example.com", ToName: "Ada\r\nBcc: b@example.com"}
	err := f.db.Write(t.Context(), "test", func(ctx context.Context, tx *db.Tx) error {
		_, _, err := f.box.Queue(ctx, tx, m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var name string
	if err := f.db.Reader(t.Context()).Get(t.Context(), &name, "SELECT to_name FROM outbox"); err != nil || name != "Ada  Bcc: b@example.com" {
		t.Errorf("%q %v", name, err)
	}
}

func TestTwoDrainsAtOnceSendOnce(t *testing.T) {
	f := newOffice(t)
	other := f.open(dbtest.Open(t, f.db.Path()))
	for i := range 60 {
		f.queue(Message{DedupeKey: fmt.Sprint(i), Purpose: Survey})
	}
	var wg sync.WaitGroup
	for _, box := range []*Outbox{f.box, other, f.box, other} {
		wg.Go(func() {
			if err := box.Drain(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	f.drain()
	f.sent(60)
	seen := map[string]bool{}
	for _, d := range f.post.took {
		if seen[d.DedupeKey] {
			t.Fatalf("%s left twice", d.DedupeKey)
		}
		seen[d.DedupeKey] = true
	}
}

func TestCrashInEveryState(t *testing.T) {
	for _, c := range []struct {
		purpose Purpose
		after   State
	}{{Security, Queued}, {Staff, Queued}, {Service, Unknown}, {Survey, Unknown}, {Marketing, Unknown}} {
		f := newOffice(t)
		id := f.queue(Message{DedupeKey: "k", Purpose: c.purpose})
		if err := f.open(f.db).Recover(t.Context()); err != nil { // crash while queued
			t.Fatal(err)
		}
		f.is(id, Queued, "")
		claimed, _, err := f.box.claim(t.Context(), Email) // crash during the hand-over
		if err != nil || claimed.ID != id {
			t.Fatalf("%+v %v", claimed, err)
		}
		f.is(id, Sending, "")
		var told []State
		next := f.open(f.db)
		next.OnResult(c.purpose, func(_ context.Context, _ *db.Tx, r Row) error { told = append(told, r.State); return nil })
		f.box = next
		if err := next.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := f.row(id).State; got != c.after {
			t.Fatalf("%s: %s, want %s", c.purpose, got, c.after)
		}
		f.clock.Add(2 * time.Minute)
		f.drain()
		if c.after == Unknown {
			f.sent(0)
			if len(told) != 1 || told[0] != Unknown {
				t.Fatalf("told %v", told)
			}
			if err := next.Retry(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			f.drain()
			if f.post.took[0].MessageID == claimed.MessageID {
				t.Fatal("a person's retry must have its own Message-ID")
			}
		} else if f.post.took[0].MessageID != claimed.MessageID {
			t.Fatal("the Message-ID changed")
		}
		f.sent(1)
		if err := f.open(f.db).Recover(t.Context()); err != nil { // crash after it
			t.Fatal(err)
		}
		f.is(id, Sent, "")
	}
}

func TestHangingHandOverOfAnotherProcessIsSettled(t *testing.T) {
	f := newOffice(t)
	id := f.queue(Message{DedupeKey: "k", Purpose: Survey})
	if _, _, err := f.box.claim(t.Context(), Email); err != nil {
		t.Fatal(err)
	}
	f.clock.Add(5 * time.Minute)
	f.drain()
	f.is(id, Sending, "")
	f.clock.Add(6 * time.Minute)
	f.drain()
	f.is(id, Unknown, "unknown")
}

func TestBackoffGrowsAndGivesUpAfterThreeDays(t *testing.T) {
	f := newOffice(t)
	f.post.answer = func(Delivery) error { return &Failure{Class: Retry, Code: "451", Text: "try later"} }
	var told []State
	f.box.OnResult(Service, func(_ context.Context, _ *db.Tx, r Row) error { told = append(told, r.State); return nil })
	id := f.queue(Message{DedupeKey: "k", Purpose: Service})
	start := f.clock.Now()
	var waits []time.Duration
	for range 100 {
		f.drain()
		row := f.row(id)
		if row.State != Queued {
			break
		}
		waits = append(waits, row.NotBefore.Sub(f.clock.Now()))
		f.clock.Set(row.NotBefore.Add(-time.Second))
		f.drain()
		if f.row(id).Attempts != row.Attempts {
			t.Fatal("tried before its time")
		}
		f.clock.Set(row.NotBefore.Time)
	}
	f.is(id, Failed, "gave_up")
	if took := f.clock.Now().Sub(start); took != giveUpAfter {
		t.Fatalf("gave up after %s", took)
	}
	for i, w := range waits[:len(waits)-1] {
		want := min(time.Minute<<min(i, 20), 6*time.Hour)
		if w < want*8/10 || w > want*12/10 {
			t.Fatalf("wait %d is %s, want about %s", i+1, w, want)
		}
	}
	if len(told) != 1 || told[0] != Failed || len(waits) < 15 || len(waits) > 30 {
		t.Fatalf("told %v, %d waits", told, len(waits))
	}
	f.post.answer = nil
	if err := f.box.Retry(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	f.drain()
	f.is(id, Sent, "")
}

func TestGateIsAskedAgainAtSendTime(t *testing.T) {
	f := newOffice(t)
	until := f.clock.Now().Add(3 * time.Hour)
	var told []State
	f.box.OnResult(Survey, func(_ context.Context, _ *db.Tx, r Row) error { told = append(told, r.State); return nil })
	a := f.queue(Message{DedupeKey: "a", Purpose: Survey})
	f.gate.f = func(Message) (Decision, error) { return Defer(until, "quiet_hours"), nil }
	f.drain()
	f.is(a, Deferred, "quiet_hours")
	b := f.queue(Message{DedupeKey: "b", Purpose: Marketing})
	f.is(b, Deferred, "quiet_hours")
	s := f.queue(Message{DedupeKey: "s", Purpose: Security})
	f.drain()
	f.is(s, Sent, "")
	f.clock.Set(until)
	f.gate.f = func(m Message) (Decision, error) {
		if m.Purpose == Survey {
			return Refuse("objected"), nil
		}
		return Allow(), nil
	}
	f.drain()
	f.is(a, Cancelled, "objected")
	f.is(b, Sent, "")
	if f.row(a).Payload != "null" || len(told) != 2 || told[1] != Cancelled {
		t.Fatalf("told %v", told)
	}
	c := f.queue(Message{DedupeKey: "c", Purpose: Survey})
	f.is(c, Cancelled, "objected")
	f.sent(2)
}

func TestTroubledGateOrHookHoldsUpNobody(t *testing.T) {
	f := newOffice(t)
	a := f.queue(Message{DedupeKey: "a", Purpose: Survey})
	b := f.queue(Message{DedupeKey: "b", Purpose: Survey})
	f.gate.f = func(m Message) (Decision, error) {
		if m.DedupeKey == "a" {
			return Decision{}, errors.New("row is gone")
		}
		return Allow(), nil
	}
	f.box.OnResult(Survey, func(ctx context.Context, tx *db.Tx, r Row) error {
		if err := setting.Put(ctx, tx, "test", r.ID); err != nil {
			t.Error(err)
		}
		panic("hook")
	})
	f.drain()
	f.is(a, Deferred, "gate_error")
	f.is(b, Sent, "")
	var left int64
	if err := setting.Get(t.Context(), f.db.Reader(t.Context()), "test", &left); err != nil || left != 0 {
		t.Fatalf("the failed hook left %d behind, %v", left, err)
	}
}

func TestWorkerIsWokenByTheCommit(t *testing.T) {
	f := newOffice(t)
	took := make(chan string, 1)
	f.post.answer = func(d Delivery) error { took <- d.DedupeKey; return nil }
	if err := f.box.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.queue(Message{DedupeKey: "now", Purpose: Staff})
	if got := <-took; got != "now" {
		t.Fatal(got)
	}
}
