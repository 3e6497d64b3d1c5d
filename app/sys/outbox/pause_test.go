package outbox

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

func TestHeldModeAndQuarantine(t *testing.T) {
	f := newOffice(t)
	old := f.queue(Message{DedupeKey: "old", Purpose: Service})
	cut := f.queue(Message{DedupeKey: "cut", Purpose: Security})
	if _, _, err := f.box.claim(t.Context(), Email); err != nil { // takes the security mail
		t.Fatal(err)
	}
	err := f.db.Write(t.Context(), "test", func(ctx context.Context, tx *db.Tx) error { return Quarantine(ctx, tx, "restored") })
	if err != nil {
		t.Fatal(err)
	}
	f.is(old, Held, "restored")
	f.is(cut, Unknown, "restored")
	fresh := f.queue(Message{DedupeKey: "new", Purpose: Security})
	f.drain()
	f.sent(0)
	if st, err := f.box.Status(t.Context()); err != nil || st.Hold.Reason != "restored" {
		t.Fatalf("%+v %v", st, err)
	}
	if err := f.box.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.drain()
	f.is(fresh, Sent, "")
	f.is(old, Held, "restored")
	if err := f.box.Retry(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	f.drain()
	f.sent(2)
	if err := f.box.Hold(t.Context(), "owner"); err != nil {
		t.Fatal(err)
	}
	f.queue(Message{DedupeKey: "later", Purpose: Staff})
	f.drain()
	f.sent(2)
}

func TestClockSetBackPauses(t *testing.T) {
	f := newOffice(t)
	f.queue(Message{DedupeKey: "a", Purpose: Staff})
	f.back = true
	f.drain()
	f.sent(0)
	f.back = false
	f.drain()
	f.sent(1)
}

func TestWithoutSMTPMailWaitsAndSaysSo(t *testing.T) {
	f := newOffice(t)
	f.post.ready = false
	a := f.queue(Message{DedupeKey: "a", Purpose: Survey})
	f.drain()
	f.is(a, Queued, "no_smtp")
	f.is(f.queue(Message{DedupeKey: "b", Purpose: Survey}), Queued, "no_smtp")
	f.clock.Add(30 * 24 * time.Hour)
	f.drain()
	f.is(a, Queued, "no_smtp")
	f.post.ready = true
	f.drain()
	f.is(a, Sent, "")
	f.sent(2)
}

func TestWrongPasswordPausesTheChannel(t *testing.T) {
	f := newOffice(t)
	tries := 0
	f.post.answer = func(Delivery) error { tries++; return &Failure{Class: Config, Code: "535", Text: "bad password"} }
	a := f.queue(Message{DedupeKey: "a", Purpose: Service})
	b := f.queue(Message{DedupeKey: "b", Purpose: Service})
	for range 5 {
		f.drain()
	}
	if tries != 1 {
		t.Fatalf("%d tries with a wrong password", tries)
	}
	f.is(a, Queued, "channel_paused")
	f.is(b, Queued, "")
	st, err := f.box.Status(t.Context())
	if err != nil || st.Channels[0].Pause.Code != "535" {
		t.Fatalf("%+v %v", st, err)
	}
	for range 24 * 5 { // the owner is away for five days
		f.clock.Add(time.Hour)
		f.drain()
	}
	f.is(a, Queued, "channel_paused")
	f.post.answer = nil
	if err := f.box.Resume(t.Context(), Email); err != nil {
		t.Fatal(err)
	}
	f.drain()
	f.is(a, Sent, "")
	f.sent(2)
	if st, _ := f.box.Status(t.Context()); st.Channels[0].Pause.Since != 0 {
		t.Fatalf("%+v", st)
	}
}

func TestThrottlingIsObeyed(t *testing.T) {
	f := newOffice(t)
	f.post.answer = func(Delivery) error { return &Failure{Class: Throttle, Code: "421", RetryAfter: 5 * time.Minute} }
	a := f.queue(Message{DedupeKey: "a", Purpose: Service})
	b := f.queue(Message{DedupeKey: "b", Purpose: Service})
	f.drain()
	f.post.answer = nil
	f.clock.Add(4 * time.Minute)
	f.drain()
	f.sent(0)
	f.clock.Add(time.Minute)
	f.drain()
	f.is(a, Sent, "")
	f.is(b, Sent, "")
}

func TestOneBadAddressBlocksNobody(t *testing.T) {
	f := newOffice(t)
	f.post.answer = func(d Delivery) error {
		switch d.ToAddress {
		case "bad@example.com":
			return &Failure{Class: Permanent, Code: "550", Text: "no such user"}
		case "crash@example.com":
			panic("boom")
		case "odd@example.com":
			return errors.New("connection lost")
		}
		return nil
	}
	var bad, crash, odd, staff int64
	err := f.db.Write(t.Context(), "wave", func(ctx context.Context, tx *db.Tx) error {
		for i := range 1000 {
			m := Message{DedupeKey: fmt.Sprint("wave:", i), Channel: Email, Purpose: Survey, ToAddress: fmt.Sprintf("p%d@example.com", i), Payload: "{}"}
			into := new(int64)
			switch i {
			case 3:
				m.ToAddress, into = "bad@example.com", &bad
			case 5:
				m.ToAddress, into = "crash@example.com", &crash
			case 7:
				m.ToAddress, into = "odd@example.com", &odd
			case 9:
				m.ToAddress, m.Purpose, into = "odd@example.com", Staff, &staff
			}
			id, _, err := f.box.Queue(ctx, tx, m)
			if err != nil {
				return err
			}
			*into = id
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f.drain()
	f.sent(996)
	f.is(bad, Failed, "rejected")
	f.is(crash, Unknown, "unknown")
	f.is(odd, Unknown, "unknown")
	f.is(staff, Queued, "retry")
	n, err := f.box.Counts(t.Context())
	if err != nil || n[Sent] != 996 || n[Failed] != 1 || n[Unknown] != 2 || n[Queued] != 1 {
		t.Fatalf("%v %v", n, err)
	}
	page, err := f.box.List(t.Context(), Filter{State: Unknown, Limit: 1})
	if err != nil || len(page) != 1 || page[0].ID != odd {
		t.Fatalf("%+v %v", page, err)
	}
	if page, err = f.box.List(t.Context(), Filter{State: Unknown, Before: odd, Limit: 5}); err != nil || len(page) != 1 || page[0].ID != crash {
		t.Fatalf("%+v %v", page, err)
	}
}

func TestRateLimitLetsSecurityThrough(t *testing.T) {
	f := newOffice(t)
	f.limit(10)
	for i := range 25 {
		f.queue(Message{DedupeKey: fmt.Sprint(i), Purpose: Marketing})
	}
	f.drain()
	f.sent(10)
	reset := f.queue(Message{DedupeKey: "reset", Purpose: Security})
	f.drain()
	f.is(reset, Sent, "")
	f.sent(11)
	f.clock.Add(time.Minute)
	f.drain()
	f.clock.Add(time.Minute)
	f.drain()
	f.sent(26)
}

func TestExpiredMessagesDoNotLeave(t *testing.T) {
	f := newOffice(t)
	id := f.queue(Message{DedupeKey: "reset", Purpose: Security, ExpiresAt: db.At(f.clock.Now().Add(30 * time.Minute))})
	f.clock.Add(time.Hour)
	f.drain()
	f.is(id, Failed, "expired")
	if f.row(id).Payload != "null" {
		t.Fatal("the secret is still there")
	}
	if err := f.box.Retry(t.Context(), id); !errs.Is(err, errs.Conflict) {
		t.Fatalf("got %v", err)
	}
}

func TestCancelDiscardAndForget(t *testing.T) {
	f := newOffice(t)
	later := db.At(f.clock.Now().Add(time.Hour))
	a := f.queue(Message{DedupeKey: "a", Purpose: Staff, SubjectKind: "task", SubjectID: 4, NotBefore: later})
	b := f.queue(Message{DedupeKey: "b", Purpose: Survey, SubjectKind: "task", SubjectID: 5, NotBefore: later})
	c := f.queue(Message{DedupeKey: "c", Purpose: Service, CustomerID: 9, ToAddress: "c@example.com"})
	d := f.queue(Message{DedupeKey: "d", Purpose: Service, CustomerID: 9, ToAddress: "c@example.com", NotBefore: later})
	f.drain()
	f.sent(1)
	if err := f.box.Cancel(t.Context(), "task", 4); err != nil {
		t.Fatal(err)
	}
	f.is(a, Cancelled, "cancelled")
	if err := f.box.Discard(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	f.is(b, Cancelled, "discarded")
	if err := f.box.Discard(t.Context(), c); !errs.Is(err, errs.Conflict) {
		t.Fatalf("got %v", err)
	}
	if err := f.box.Forget(t.Context(), 9); err != nil {
		t.Fatal(err)
	}
	f.is(c, Sent, "")
	f.is(d, Cancelled, "erased")
	if row := f.row(c); row.ToAddress != "" || row.Payload != "null" {
		t.Fatalf("%+v", row)
	}
	f.clock.Add(2 * time.Hour)
	f.drain()
	f.sent(1)
}
