package reveal

import (
	"context"
	"testing"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
)

// Every look is in the audit log, and so many in an hour raise the alarm once.
func TestLooksAreRecordedAndManyAreTold(t *testing.T) {
	d, clock := dbtest.New(t), dbtest.Clock(t)
	clock.Set(dbtest.Start)
	journal.New(d, nil)
	bus := event.New(d)
	ctx := auth.With(context.Background(), &auth.Actor{UserID: 2, Role: auth.Member, Via: "session"})
	look := func(op string, id int64) error {
		return d.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
			return Record(ctx, tx, bus, Seen{Kind: "customer", ID: id, Label: "Mei Lin", Parts: []string{"phone", "email"}})
		})
	}
	count := func(query string) (n int) {
		if err := d.Reader(ctx).Get(ctx, &n, query); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i := range int64(Many - 1) {
		if err := look("customer.reveal", i+1); err != nil {
			t.Fatal(err)
		}
	}
	const sets = `SELECT count(*) FROM journal_set WHERE op = 'customer.reveal' AND user_id = 2 AND subject_kind = 'customer' AND reason = 'phone, email' AND label = 'Mei Lin'`
	const alarms = `SELECT count(*) FROM event WHERE kind = 'reveal.often'`
	if n := count(sets); n != Many-1 || count(alarms) != 0 {
		t.Fatalf("%d looks recorded, %d alarms", n, count(alarms))
	}
	if err := look("customer.reveal", 99); err != nil || count(alarms) != 1 {
		t.Errorf("no alarm at look %d: %v", Many, err)
	}
	if err := look("customer.reveal", 100); err != nil || count(alarms) != 1 {
		t.Errorf("another alarm at once: %v", err)
	}
	clock.Set(dbtest.Start.Add(2 * time.Hour))
	for i := range int64(Many - 1) {
		if err := look("customer.reveal", i+1); err != nil {
			t.Fatal(err)
		}
	}
	if count(alarms) != 1 {
		t.Error("looks of other hours count")
	}
	if look("customer.show", 1) == nil {
		t.Error("a look under another name was taken")
	}
}
