package survey

import (
	"context"
	"fmt"
	"testing"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/web"
)

// Five hundred customers over ninety days: nobody is left out or asked twice,
// no day exceeds the cap of science.md 1.3, and the cap delays nobody by more
// than a few days.
func TestSpreadOverAQuarter(t *testing.T) {
	f := newShop(t)
	const crowd = 500
	f.write(func(ctx context.Context, tx *db.Tx) error {
		for n := range crowd {
			id, err := tx.Insert(ctx, `INSERT INTO customer (kind, name, name_key, sort_key, created_at, updated_at) VALUES ('person', ?, ?, ?, 1, 1)`, fmt.Sprint(n), "", "")
			if err != nil {
				return err
			}
			if _, err := tx.Insert(ctx, `INSERT INTO customer_email (customer_id, email) VALUES (?, ?)`, id, fmt.Sprintf("c%d@example.com", n)); err != nil {
				return err
			}
			if _, err := tx.Insert(ctx, `INSERT INTO customer_stat (customer_id, orders, first_order_on, last_order_on) VALUES (?, 5, '2025-01-01', '2026-02-20')`, id); err != nil {
				return err
			}
		}
		return nil
	})
	perDay := map[cal.Date]int{}
	delay := 0
	for n := range 100 {
		today := cal.DateOf(f.clock.Now(), time.UTC)
		var due []enrolment
		for range 1 + n%2 { // a second tick changes nothing
			before := f.count(`SELECT count(*) FROM survey_invitation`)
			f.wave()
			perDay[today] += f.count(`SELECT count(*) FROM survey_invitation`) - before
		}
		must(t, f.db.Reader(t.Context()).Select(t.Context(), &due, `SELECT * FROM survey_enrolment WHERE due_on <= ?`, string(today)))
		for _, e := range due {
			if w := today.Weekday(); w != time.Saturday && w != time.Sunday {
				delay = max(delay, today.Sub(e.DueOn)+1)
			}
		}
		f.drain()
		f.clock.Add(day)
	}
	peak := 0
	for d, n := range perDay {
		peak = max(peak, n)
		if w := d.Weekday(); n > 0 && (w == time.Saturday || w == time.Sunday) {
			t.Fatalf("%d asked on %s", n, d)
		}
	}
	t.Logf("peak %d a day, worst delay %d days", peak, delay)
	if peak > 10 || delay > 5 {
		t.Fatalf("peak %d a day, delay %d days", peak, delay)
	}
	once := f.count(`SELECT count(DISTINCT customer_id) FROM survey_invitation`)
	if once != crowd {
		t.Fatalf("%d of %d were asked", once, crowd)
	}
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE state NOT IN ('sent', 'expired')`); n != 0 {
		t.Fatalf("%d did not leave", n)
	}
	if n := f.count(`SELECT count(*) FROM (SELECT to_address, count(*) AS n FROM outbox WHERE dedupe_key LIKE '%:ask' GROUP BY 1 HAVING n > 1)`); n > 60 {
		t.Fatalf("%d were asked twice in a hundred days", n) // only those whose next round has begun
	}
}

func TestTheFirstQuestionWaitsForTheSecondPurchase(t *testing.T) {
	for _, c := range []struct {
		orders      int
		first, last cal.Date
		day         cal.Date
		ok          bool
	}{
		{0, "", "", "", false},
		{1, "2026-01-01", "2026-01-01", "", false},
		{2, "2026-01-01", "2026-01-10", "2026-01-31", true}, // thirty days come later
		{2, "2026-01-01", "2026-02-20", "2026-02-20", true}, // the second purchase does
		{9, "2026-01-01", "2026-02-20", "2026-01-31", true},
	} {
		day, ok := eligible(c.orders, c.first, c.last)
		if day != c.day || ok != c.ok {
			t.Errorf("%+v: %s %v", c, day, ok)
		}
	}
}

// Why she was not asked has one answer for every case.
func TestWhySheWasNotAsked(t *testing.T) {
	f := newShop(t)
	id := f.customer("Ann Lee")
	why := func(want string) {
		t.Helper()
		list, err := f.s.Why(f.owner(), id)
		must(t, err)
		if got := list[0].Reason; got != want {
			t.Fatalf("%s, want %s", got, want)
		}
		if !f.s.d.View.Bundle().For("zh-CN").Has(list[0].Key()) || !f.s.d.View.Bundle().For("en").Has(list[0].Key()) {
			t.Fatal("no words for", list[0].Key())
		}
	}
	why("second_purchase")
	f.bought(id, 2, "2026-01-01", "2026-03-02")
	f.base = ""
	f.wave()
	why("no_base_url")
	f.base = base
	f.cases[id] = true
	why("open_case")
	f.wave()
	why("open_case")
	delete(f.cases, id)
	why("not_due") // looked at again tomorrow
	f.clock.Add(day)
	f.wave()
	why("queued")
	f.drain()
	why("waiting_answer")
	f.clock.Add(22 * day)
	f.wave()
	why("budget")
	f.clock.Add(20 * day)
	why("not_due")
	f.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM customer_email`)
		return err
	})
	why("no_email")
}

// The contact budget counts over all surveys and channels.
func TestTheContactBudget(t *testing.T) {
	f := newShop(t)
	id := f.customer("Ann Lee")
	f.invite(InviteInput{CustomerID: id, Channel: Link})
	i := f.invite(InviteInput{CustomerID: id, SurveyID: f.csat.ID, OverrideQuietHours: true})
	f.is(i.ID, Deferred, "budget")
	f.clock.Add(29 * day)
	f.drain()
	f.is(i.ID, Deferred, "budget")
	f.clock.Add(day + time.Hour)
	f.drain()
	f.is(i.ID, Sent, "") // the window is open
}

func TestFourSurveysAYear(t *testing.T) {
	f := newShop(t)
	id := f.customer("Ann Lee")
	for range 4 {
		f.invite(InviteInput{CustomerID: id, Channel: Link})
		f.clock.Add(35 * day)
	}
	i := f.invite(InviteInput{CustomerID: id, OverrideQuietHours: true})
	f.is(i.ID, Deferred, "budget")
}

func TestQuietHoursInTheCustomersOwnZone(t *testing.T) {
	f := newShop(t)
	id := f.customer("Ann Lee")
	f.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE customer SET timezone = 'America/New_York' WHERE id = ?`, id)
		return err
	})
	i := f.invite(InviteInput{CustomerID: id}) // ten o'clock here, five there
	f.is(i.ID, Deferred, "quiet_hours")
	f.clock.Set(time.Date(2026, 3, 2, 13, 59, 0, 0, time.UTC))
	f.drain()
	f.is(i.ID, Deferred, "quiet_hours")
	f.clock.Set(time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC))
	f.drain()
	f.is(i.ID, Sent, "")
	other := f.customer("Bo")
	f.clock.Set(time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)) // Saturday
	f.is(f.invite(InviteInput{CustomerID: other}).ID, Deferred, "day_off")
	f.is(f.invite(InviteInput{CustomerID: other, OverrideQuietHours: true}).ID, Queued, "")
}

// A jump of the clock, back or forth, over a change to summer time or into
// the next month, asks nobody twice.
func TestClockJumpsAskNobodyTwice(t *testing.T) {
	f := newShop(t)
	f.write(func(ctx context.Context, tx *db.Tx) error {
		return setting.Put(ctx, tx, setting.BusinessName, setting.Business{Name: "K", Locale: "en", Timezone: "Europe/Berlin", SetupAt: 1})
	})
	f.clock.Set(time.Date(2026, 3, 27, 10, 0, 0, 0, time.UTC)) // Friday before summer time
	id := f.customer("Ann Lee")
	f.bought(id, 2, "2026-01-01", "2026-03-27")
	f.wave()
	f.drain()
	for _, jump := range []time.Duration{0, -time.Hour, 8 * time.Hour, -8 * time.Hour, 3 * day, -time.Hour, 10 * day} {
		f.clock.Add(jump)
		f.wave()
		f.drain()
	}
	if n := f.count(`SELECT count(*) FROM outbox WHERE dedupe_key LIKE '%:ask'`); n != 1 {
		t.Fatalf("asked %d times", n)
	}
	if n := f.count(`SELECT count(*) FROM outbox WHERE dedupe_key LIKE '%:remind'`); n != 1 {
		t.Fatalf("reminded %d times", n)
	}
}

// After two weeks' absence the wave warns and waits a day; then it keeps to
// the daily cap.
func TestALongAbsenceIsNoFlood(t *testing.T) {
	f := newShop(t)
	for n := range 30 {
		f.bought(f.customer(fmt.Sprint("c", n)), 3, "2025-01-01", "2026-02-01")
	}
	f.wave()
	f.clock.Add(98 * day) // Monday again: all thirty are due
	before := f.count(`SELECT count(*) FROM survey_invitation`)
	f.wave()
	banners, err := f.s.banners(f.owner())
	must(t, err)
	if n := f.count(`SELECT count(*) FROM survey_invitation`); n != before || len(banners) != 1 {
		t.Fatalf("%d asked at once, %d banners", n-before, len(banners))
	}
	f.clock.Add(day)
	f.wave()
	if n := f.count(`SELECT count(*) FROM survey_invitation`) - before; n != 1 {
		t.Fatalf("%d asked on one day, the cap of 30 in 90 days is 1", n)
	}
}

// away makes thirty customers due and the house asleep for long.
func away(t *testing.T) (*shop, []web.Banner) {
	f := newShop(t)
	for n := range 30 {
		f.bought(f.customer(fmt.Sprint("c", n)), 3, "2025-01-01", "2026-02-01")
	}
	f.wave()
	f.clock.Add(98 * day)
	f.wave()
	banners, err := f.s.banners(f.owner())
	must(t, err)
	if len(banners) != 1 {
		t.Fatalf("%d banners", len(banners))
	}
	return f, banners
}

func TestTheOwnerSendsAtOnceAfterALongAbsence(t *testing.T) {
	f, banners := away(t)
	if banners[0].Press[0].Href != "/surveys/go-on" || banners[0].Press[1].Href != "/surveys/skip" || banners[0].Press[1].Ask == "" {
		t.Fatalf("the banner offers %+v", banners[0].Press)
	}
	before := f.count(`SELECT count(*) FROM survey_invitation`)
	must(t, f.s.GoOn(f.owner()))
	f.wave()
	if n := f.count(`SELECT count(*) FROM survey_invitation`) - before; n != 1 {
		t.Errorf("%d asked at once, the day's share is 1", n)
	}
	if banners, err := f.s.banners(f.owner()); err != nil || len(banners) != 0 {
		t.Errorf("the banner stays: %v %v", banners, err)
	}
}

func TestTheOwnerSkipsARoundAfterALongAbsence(t *testing.T) {
	f, _ := away(t)
	before := f.count(`SELECT count(*) FROM survey_invitation`)
	due := f.count(`SELECT count(*) FROM survey_enrolment WHERE due_on <= ?`, string(cal.Today(f.clock.Now(), time.UTC)))
	n, err := f.s.Skip(f.owner())
	must(t, err)
	if n != due || n < 29 {
		t.Fatalf("skipped %d of %d", n, due)
	}
	if n := f.count(`SELECT count(*) FROM survey_enrolment WHERE due_on <= ?`, string(cal.Today(f.clock.Now(), time.UTC))); n != 0 {
		t.Errorf("%d are still due", n)
	}
	if n := f.count(`SELECT count(*) FROM survey_enrolment WHERE due_on > ?`, string(cal.Today(f.clock.Now(), time.UTC).AddDays(90))); n != 0 {
		t.Errorf("%d wait longer than one round", n)
	}
	if n := f.count(`SELECT count(DISTINCT due_on) FROM survey_enrolment`); n < 15 {
		t.Errorf("the next round is not spread: %d days", n)
	}
	f.wave()
	if banners, err := f.s.banners(f.owner()); err != nil || len(banners) != 0 || f.count(`SELECT count(*) FROM survey_invitation`) != before {
		t.Errorf("after skipping: %v %v", banners, err)
	}
	if n, err := f.s.Skip(f.owner()); err != nil || n != 0 {
		t.Errorf("a second press skipped %d, %v", n, err)
	}
	if n := f.count(`SELECT count(*) FROM journal_set WHERE op = 'survey.skip_wave'`); n != 1 {
		t.Errorf("history knows of %d", n)
	}
	if _, err := f.s.Skip(t.Context()); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("nobody skipped: %v", err)
	}
}

type placed struct {
	OrderID, CustomerID int64
	kind                string
	at                  time.Time
}

func (p placed) Meta() event.Meta {
	return event.Meta{Kind: p.kind, CustomerID: p.CustomerID, SubjectKind: "order", SubjectID: p.OrderID, At: p.at}
}

func (f *shop) order(customer int64, at time.Time) int64 {
	var id int64
	f.write(func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = tx.Insert(ctx, `INSERT INTO order_head (number, customer_id, ordered_on, status, currency, created_at, updated_at) VALUES (?, ?, ?, 'confirmed', 'EUR', 1, 1)`,
			fmt.Sprint(at.UnixNano(), customer), customer, string(cal.DateOf(at, time.UTC)))
		if err != nil {
			return err
		}
		return f.bus.Publish(ctx, tx, placed{id, customer, "order.placed", at})
	})
	must(f.t, f.bus.Drain(f.t.Context()))
	return id
}

func TestAPurchaseIsAskedAboutOnceAndInTime(t *testing.T) {
	f := newShop(t)
	id, other, third := f.customer("Ann Lee"), f.customer("Bo"), f.customer("Cy")
	f.order(id, f.clock.Now())
	cancelled := f.order(other, f.clock.Now())
	f.order(third, f.clock.Now().Add(-30*day)) // history
	f.becomes(cancelled, "cancelled", "order.cancelled")
	f.wave()
	f.drain()
	if len(f.post.took) != 0 {
		t.Fatal("asked too early")
	}
	f.clock.Add(3*day + time.Hour)
	f.wave()
	f.wave()
	f.drain()
	if len(f.post.took) != 1 || f.post.took[0].CustomerID != db.ID(id) || f.post.took[0].Subject != "How was your order?" {
		t.Fatalf("%+v", f.post.took)
	}
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE state = 'refused' AND reason = 'order_cancelled'`); n != 1 {
		t.Fatal("the cancelled order is still planned")
	}
	late := f.customer("Dee")
	f.order(late, f.clock.Now())
	f.clock.Add(30 * day)
	f.wave()
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE customer_id = ? AND state = 'expired' AND reason = 'stale'`, late); n != 1 {
		t.Fatal("a purchase of a month ago is still asked about")
	}
}

func TestOneReminderWithAnotherSubjectAndTheSameLink(t *testing.T) {
	f, i, first := asked(t)
	for range 4 {
		f.clock.Add(7 * day)
		f.wave()
		f.drain()
	}
	if len(f.post.took) != 2 {
		t.Fatalf("%d letters", len(f.post.took))
	}
	d, second := f.sent(1)
	if d.Subject != "We would still like to know what you think" || second.links()[0] != first.links()[0] {
		t.Fatal(d.Subject, second.links()[0])
	}
	f.is(i.ID, Expired, "unanswered")
	if res := f.do("GET", first.links()[0], nil); res.StatusCode != 410 {
		t.Fatal("a late visitor got", res.StatusCode)
	}
}

// Whoever complained since the first mail is not reminded while the complaint
// is being dealt with; the one question after it is exempt, a reminder is not.
func TestNobodyIsRemindedWhileACaseIsOpen(t *testing.T) {
	f, i, _ := asked(t)
	f.cases[i.CustomerID] = true
	f.clock.Add(7 * day)
	f.wave()
	f.drain()
	if len(f.post.took) != 1 || f.count(`SELECT count(*) FROM outbox WHERE dedupe_key LIKE '%:remind' AND state = 'deferred' AND reason = 'open_case'`) != 1 {
		t.Fatalf("%d letters", len(f.post.took))
	}
	f.write(func(ctx context.Context, tx *db.Tx) error { return f.s.Reask(ctx, tx, 7, 1, i.CustomerID, f.nps.ID) })
	f.drain()
	if len(f.post.took) != 2 {
		t.Fatal("the question after the case waits for the case")
	}
	f.cases[i.CustomerID] = false
	f.clock.Add(day)
	f.drain()
	if len(f.post.took) != 3 {
		t.Fatal("the reminder did not wait, it was lost")
	}
}

// A crash between the hand-over and its record leaves "unknown": shown, and
// never sent again by itself.
func TestACrashAfterTheHandOverIsUnknownAndNotResent(t *testing.T) {
	f := newShop(t)
	i := f.invite(InviteInput{CustomerID: f.customer("Ann Lee")})
	f.write(func(ctx context.Context, tx *db.Tx) error { // as the killed process left it
		_, err := tx.Exec(ctx, `UPDATE outbox SET state = 'sending', attempts = 1, attempted_at = ?, first_attempt_at = ?`, db.At(tx.Now), db.At(tx.Now))
		return err
	})
	must(t, f.box.Recover(t.Context()))
	f.is(i.ID, Unknown, "unknown")
	for range 10 {
		f.clock.Add(day)
		f.wave()
		f.drain()
	}
	if len(f.post.took) != 0 {
		t.Fatal("sent again")
	}
	f.post.fail = &outbox.Failure{Class: outbox.Permanent, Code: "550", Text: "no such user"}
	bad := f.invite(InviteInput{CustomerID: f.customer("Bo"), OverrideQuietHours: true})
	f.drain()
	f.is(bad.ID, Failed, "rejected")
}

func TestTheReaskIsExemptFromTheBudgetButNotFromAnObjection(t *testing.T) {
	f, i, _ := asked(t)
	f.cases[i.CustomerID] = true
	f.write(func(ctx context.Context, tx *db.Tx) error { return f.s.Reask(ctx, tx, 7, 1, i.CustomerID, f.nps.ID) })
	f.drain()
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE case_id = 7 AND state = 'sent'`); n != 1 {
		t.Fatal("the re-ask did not leave")
	}
	f.write(func(ctx context.Context, tx *db.Tx) error {
		return f.bus.Publish(ctx, tx, objection{i.CustomerID})
	})
	no := f.customer("Bo")
	f.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Insert(ctx, `INSERT INTO consent (customer_id, purpose, state, basis, source, at) VALUES (?, 'survey', 'objected', 'objection', 'staff', 1)`, no)
		return err
	})
	err := f.db.Write(f.owner(), "test", func(ctx context.Context, tx *db.Tx) error { return f.s.Reask(ctx, tx, 8, 1, no, f.nps.ID) })
	if e, ok := errs.As(err); !ok || e.Message.Key != "reason.objected" {
		t.Fatal(err)
	}
}

type objection struct{ CustomerID int64 }

func (o objection) Meta() event.Meta {
	return event.Meta{Kind: "consent.withdrawn", CustomerID: o.CustomerID}
}

// Each round of a case asks once: the second is no repetition of the first.
func TestEachRoundOfACaseIsAskedOnce(t *testing.T) {
	f := newShop(t)
	id := f.customer("Mina Park")
	for _, round := range []int{1, 2} {
		f.write(func(ctx context.Context, tx *db.Tx) error { return f.s.Reask(ctx, tx, 7, round, id, f.nps.ID) })
		err := f.db.Write(f.owner(), "test", func(ctx context.Context, tx *db.Tx) error { return f.s.Reask(ctx, tx, 7, round, id, f.nps.ID) })
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("round %d asked twice: %v", round, err)
		}
	}
	f.drain()
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE case_id = 7 AND state = 'sent'`); n != 2 {
		t.Errorf("%d questions left, want one a round", n)
	}
}

// A company's contacts are asked in turn, one per period, the primary first.
func TestACompanysContactsTakeTurns(t *testing.T) {
	f := newShop(t)
	id := f.customer("Northgate Ltd")
	var people [2]int64
	f.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if _, err = tx.Exec(ctx, `UPDATE customer SET kind = 'company' WHERE id = ?`, id); err != nil {
			return err
		}
		for n := range people {
			if people[n], err = tx.Insert(ctx, `INSERT INTO contact (customer_id, name, is_primary, created_at, updated_at) VALUES (?, ?, ?, 1, 1)`, id, fmt.Sprint("p", n), n == 1); err != nil {
				return err
			}
			if _, err = tx.Insert(ctx, `INSERT INTO customer_email (customer_id, contact_id, email) VALUES (?, ?, ?)`, id, people[n], fmt.Sprintf("p%d@example.com", n)); err != nil {
				return err
			}
		}
		return nil
	})
	f.bought(id, 2, "2026-01-01", "2026-03-02")
	f.wave()
	f.drain()
	for range 100 {
		f.clock.Add(day)
		f.wave()
		f.drain()
	}
	var to []string
	must(t, f.db.Reader(t.Context()).Select(t.Context(), &to, `SELECT to_address FROM outbox WHERE dedupe_key LIKE '%:ask' ORDER BY id`))
	if fmt.Sprint(to) != "[p1@example.com p0@example.com]" {
		t.Fatal(to)
	}
}

func TestPermissionAndScope(t *testing.T) {
	f := newShop(t)
	id := f.customer("Ann Lee")
	f.write(func(ctx context.Context, tx *db.Tx) error {
		for n, name := range []string{"a", "b"} {
			if _, err := tx.Insert(ctx, `INSERT INTO user (id, name, email, role, created_at, updated_at) VALUES (?, ?, ?, 'member', 1, 1)`, n+1, name, name+"@example.com"); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `UPDATE customer SET owner_id = 1 WHERE id = ?`, id)
		return err
	})
	r, err := f.s.Record(f.owner(), Answer{CustomerID: id, Score: 3})
	must(t, err)
	i := f.invite(InviteInput{CustomerID: id, Channel: Link})
	as := func(user int64, grants ...string) context.Context {
		a := &auth.Actor{UserID: user, Role: "member", Reach: auth.Own}
		g := map[string]bool{}
		for _, p := range grants {
			g[p] = true
		}
		a.Grant(g)
		return auth.With(t.Context(), a)
	}
	stranger, nobody := as(2, Read, Write, Ask, Delete), as(2)
	for name, call := range map[string]func(context.Context) error{
		"response":   func(ctx context.Context) error { _, err := f.s.Response(ctx, r.ID); return err },
		"remove":     func(ctx context.Context) error { return f.s.Remove(ctx, r.ID) },
		"invitation": func(ctx context.Context) error { _, _, err := f.s.Invitation(ctx, i.ID); return err },
		"address":    func(ctx context.Context) error { _, _, err := f.s.Address(ctx, i.ID, base); return err },
		"why":        func(ctx context.Context) error { _, err := f.s.Why(ctx, id); return err },
		"invite": func(ctx context.Context) error {
			_, err := f.s.Invite(ctx, InviteInput{CustomerID: id, SurveyID: f.nps.ID, Channel: Link})
			return err
		},
	} {
		if err := call(stranger); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s for a stranger: %v", name, err)
		}
		if err := call(nobody); !errs.Is(err, errs.Denied) {
			t.Errorf("%s without permission: %v", name, err)
		}
		if name != "remove" {
			if err := call(as(1, Read, Ask)); err != nil {
				t.Errorf("%s for the owner: %v", name, err)
			}
		}
	}
	list, err := f.s.Responses(stranger, pageAll, nil)
	must(t, err)
	if len(list.Items) != 0 {
		t.Fatal("a stranger sees answers")
	}
	tallies, err := f.s.Tally(stranger, nil, "")
	must(t, err)
	if len(tallies) != 0 {
		t.Fatal("a stranger counts answers they may not see")
	}
}

// A survey that is switched off is sent to nobody, and reminds nobody.
func TestASurveyThatIsSwitchedOffSendsNothing(t *testing.T) {
	f := newShop(t)
	off := func(survey int64) {
		f.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE survey SET active = 0 WHERE id = ?`, survey)
			return err
		})
	}
	i := f.invite(InviteInput{CustomerID: f.customer("Ann Lee")})
	f.drain()
	f.is(i.ID, Sent, "")
	f.order(f.customer("Bo"), f.clock.Now())
	off(f.nps.ID)
	off(f.csat.ID)
	for range 8 {
		f.clock.Add(day)
		f.wave()
		f.drain()
	}
	if len(f.post.took) != 1 {
		t.Fatalf("%d letters left", len(f.post.took))
	}
	f.is(i.ID, Sent, "") // its link goes on taking answers
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE state = 'refused' AND reason = 'closed'`); n != 1 {
		t.Errorf("%d are refused", n)
	}
}
