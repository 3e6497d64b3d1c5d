package survey

import (
	"context"
	"fmt"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// becomes brings an order to a state and tells of it; kind "" tells nobody, as
// an undo does.
func (f *shop) becomes(order int64, state, kind string) {
	f.t.Helper()
	f.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE order_head SET status = ? WHERE id = ?`, state, order); err != nil || kind == "" {
			return err
		}
		var customer int64
		if err := tx.Get(ctx, &customer, `SELECT customer_id FROM order_head WHERE id = ?`, order); err != nil {
			return err
		}
		return f.bus.Publish(ctx, tx, placed{order, customer, kind, f.clock.Now()})
	})
	must(f.t, f.bus.Drain(f.t.Context()))
}

// program makes one about a moment.
func (f *shop) program(kind string, survey, second int64) Program {
	f.t.Helper()
	p, err := f.s.CreateProgram(f.owner(), ProgramInput{Kind: kind, Name: kind, SurveyID: survey, AlternateID: second, Active: true, EveryDays: 90, DelayDays: 1, RemindDays: 5, ExpireDays: 21})
	must(f.t, err)
	return p
}

func (f *shop) ces() Survey {
	f.t.Helper()
	v, err := f.s.Create(f.owner(), Input{Kind: CES, Name: "Effort", Active: true, Document: Document{Scored: true, Texts: readyCSAT}})
	must(f.t, err)
	return v
}

// Of those who come to an event about half get the one survey and half the
// other; it is drawn, not dealt, so that a second look finds the same.
func TestTwoSurveysTakeTurnsAndNobodyGetsBoth(t *testing.T) {
	f := newShop(t)
	must(t, f.s.DeleteProgram(f.owner(), 2))
	ces := f.ces()
	f.program("after_delivery", f.csat.ID, ces.ID)
	f.program("after_order", ces.ID, 0) // a second program about the same orders
	for k := range 60 {
		id := f.customer(fmt.Sprint("Customer ", k))
		order := f.order(id, f.clock.Now())
		f.becomes(order, "completed", "order.completed")
		f.becomes(order, "completed", "order.completed") // told twice
	}
	if n := f.count(`SELECT count(*) FROM survey_invitation`); n != 60 {
		t.Fatalf("%d invitations about 60 orders", n)
	}
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE program_id = 3`); n != 60 {
		t.Errorf("%d of 60 gave way to the delivery", n)
	}
	csat := f.count(`SELECT count(*) FROM survey_invitation WHERE survey_id = ?`, f.csat.ID)
	if csat < 18 || csat > 42 {
		t.Errorf("%d of 60 were asked the first survey", csat)
	}
	f.clock.Add(day + time.Hour)
	f.wave()
	f.drain()
	if len(f.post.took) != 60 {
		t.Errorf("%d letters", len(f.post.took))
	}
	if _, err := f.s.CreateProgram(f.owner(), ProgramInput{Kind: "after_ticket", Name: "x", SurveyID: 1, EveryDays: 90, ExpireDays: 21}); err == nil {
		t.Error("a moment that no slice knows is taken")
	}
	if _, err := f.s.CreateProgram(f.owner(), ProgramInput{Kind: "after_order", Name: "x", SurveyID: 1, AlternateID: 1, EveryDays: 90, ExpireDays: 21}); err == nil {
		t.Error("a survey takes turns with itself")
	}
}

// A program whose survey is over asks nobody, says so, and stands in no other
// program's way; of two surveys in turn the one that goes on is asked.
func TestAProgramWhoseSurveyIsOverStopsNoOther(t *testing.T) {
	f := newShop(t)
	ces := f.ces()
	later := f.program("after_order", ces.ID, 0)
	f.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE survey SET closes_on = '2026-03-01' WHERE id = ?`, f.csat.ID)
		return err
	})
	id := f.customer("Ann")
	f.order(id, f.clock.Now())
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE survey_id = ? AND program_id = ?`, ces.ID, later.ID); n != 1 {
		t.Fatalf("%d invitations by the program that goes on", n)
	}
	why, err := f.s.Why(f.owner(), id)
	must(t, err)
	if why[1].Program.ID != 2 || why[1].Reason != "closed" {
		t.Errorf("%+v", why[1])
	}
	for _, c := range []struct {
		program int64
		want    bool
	}{{2, true}, {later.ID, false}} {
		p, err := f.s.Program(f.owner(), c.program)
		must(t, err)
		if idle, err := f.s.idle(f.owner(), f.db.Reader(t.Context()), p, f.clock.Now()); err != nil || idle != c.want {
			t.Errorf("program %d: %v %v", c.program, idle, err)
		}
	}
	must(t, f.s.DeleteProgram(f.owner(), later.ID))
	turns := f.program("after_order", f.csat.ID, ces.ID)
	f.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE survey SET active = 0 WHERE id = ?`, f.csat.ID)
		return err
	})
	f.order(f.customer("Bo"), f.clock.Now())
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE survey_id = ? AND program_id = ?`, ces.ID, turns.ID); n != 1 {
		t.Errorf("%d invitations by the survey in turn that goes on", n)
	}
}

func TestWhatIsUndoneInTimeIsNotAskedAbout(t *testing.T) {
	f := newShop(t)
	must(t, f.s.DeleteProgram(f.owner(), 2))
	f.program("after_delivery", f.csat.ID, 0)
	reopened, undone, back, kept := f.customer("A"), f.customer("B"), f.customer("C"), f.customer("D")
	var orders []int64
	for _, id := range []int64{reopened, undone, back, kept} {
		order := f.order(id, f.clock.Now())
		f.becomes(order, "completed", "order.completed")
		orders = append(orders, order)
	}
	f.becomes(orders[0], "confirmed", "order.changed")
	f.becomes(orders[1], "confirmed", "")
	f.becomes(orders[2], "confirmed", "order.changed")
	f.becomes(orders[2], "completed", "order.completed") // and delivered after all
	f.clock.Add(day + time.Hour)
	f.wave()
	f.drain()
	if len(f.post.took) != 2 || f.post.took[0].CustomerID != db.ID(kept) && f.post.took[1].CustomerID != db.ID(kept) {
		t.Fatalf("%d letters", len(f.post.took))
	}
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE state = 'refused' AND reason = 'order_cancelled'`); n != 2 {
		t.Errorf("%d were taken back", n)
	}
}

// What comes by itself waits for what is about an event.
func TestAnEventGoesBeforeTheRhythm(t *testing.T) {
	f := newShop(t)
	id := f.customer("Ann")
	f.bought(id, 3, "2025-01-01", "2026-01-01")
	f.order(id, f.clock.Now()) // asked about in three days
	f.s.enrolNow(t, f)
	f.wave()
	f.drain()
	if len(f.post.took) != 0 || f.count(`SELECT count(*) FROM survey_enrolment WHERE reason = 'asked_sooner'`) != 1 {
		t.Fatalf("%d letters", len(f.post.took))
	}
	why, err := f.s.Why(f.owner(), id)
	must(t, err)
	if why[0].Reason != "asked_sooner" || why[1].Reason != "scheduled" {
		t.Fatalf("%+v", why)
	}
	f.clock.Add(3 * day)
	f.wave()
	f.drain()
	if len(f.post.took) != 1 || f.post.took[0].Subject != "How was your order?" {
		t.Fatalf("%+v", f.post.took)
	}
}

// enrolNow makes everybody due today.
func (s *Service) enrolNow(t *testing.T, f *shop) {
	t.Helper()
	p, err := s.Program(f.owner(), 1)
	must(t, err)
	must(t, s.enrol(f.owner(), p))
	f.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE survey_enrolment SET due_on = '2026-03-01'`)
		return err
	})
}

func TestAProgramIsHeldGoesOnAndIsStopped(t *testing.T) {
	f := newShop(t)
	night := f.clock.Now().Add(13 * time.Hour)
	for k := range 3 {
		f.order(f.customer(fmt.Sprint("Customer ", k)), f.clock.Now())
	}
	is := func(want string, p Program, n, count int, err error) {
		t.Helper()
		if err != nil || p.State() != want || n != count {
			t.Fatalf("%s %d %v, want %s %d", p.State(), n, err, want, count)
		}
	}
	f.clock.Set(night.Add(3 * day)) // quiet: what is handed over waits in the outbox
	f.wave()
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE state = 'deferred'`); n != 3 {
		t.Fatalf("%d wait for the morning", n)
	}
	p, n, err := f.s.Pause(f.owner(), 2)
	is(Paused, p, n, 3, err)
	if _, _, err := f.s.Pause(f.owner(), 2); !errs.Is(err, errs.Conflict) {
		t.Fatal("paused twice:", err)
	}
	f.clock.Add(11 * time.Hour)
	f.wave()
	f.drain()
	if len(f.post.took) != 0 {
		t.Fatalf("%d left while it was paused", len(f.post.took))
	}
	p, n, err = f.s.Resume(f.owner(), 2)
	is(On, p, n, 3, err)
	f.wave()
	f.drain()
	if len(f.post.took) != 3 {
		t.Fatalf("%d left after it went on", len(f.post.took))
	}
	for k := range 4 {
		f.order(f.customer(fmt.Sprint("Later ", k)), f.clock.Now())
	}
	p, n, err = f.s.Stop(f.owner(), 2)
	is(Stopped, p, n, 4, err)
	f.clock.Add(4 * day)
	f.wave()
	f.drain()
	if len(f.post.took) != 3 || f.count(`SELECT count(*) FROM survey_invitation WHERE reason = 'program_stopped'`) != 4 {
		t.Fatalf("%d left after it was stopped", len(f.post.took))
	}
	if _, _, err := f.s.Stop(t.Context(), 2); !errs.Is(err, errs.Unauthenticated) {
		t.Fatal("anybody stops it:", err)
	}
}

func TestAPausedRhythmAsksTheSamePeopleWhenItGoesOn(t *testing.T) {
	f := newShop(t)
	id := f.customer("Ann")
	f.bought(id, 3, "2025-01-01", "2026-01-01")
	f.s.enrolNow(t, f)
	f.post.fail = errGone
	f.wave()
	_, n, err := f.s.Pause(f.owner(), 1)
	if err != nil || n != 1 || f.count(`SELECT count(*) FROM survey_invitation`) != 0 {
		t.Fatalf("%d %v", n, err)
	}
	f.post.fail = nil
	f.wave()
	_, _, err = f.s.Resume(f.owner(), 1)
	must(t, err)
	f.wave()
	f.drain()
	if len(f.post.took) != 1 {
		t.Fatalf("%d letters", len(f.post.took))
	}
}

func TestAProgramEndsByItself(t *testing.T) {
	f := newShop(t)
	p, err := f.s.Program(f.owner(), 2)
	must(t, err)
	in := p.Input()
	in.ClosesAtN = 1
	_, err = f.s.UpdateProgram(f.owner(), 2, in)
	must(t, err)
	f.order(f.customer("Ann"), f.clock.Now())
	f.order(f.customer("Bo"), f.clock.Now().Add(2*time.Hour))
	f.clock.Add(3*day + time.Hour)
	f.wave()
	f.write(func(ctx context.Context, tx *db.Tx) error {
		i, err := readInvitation(ctx, tx, 1)
		if err != nil {
			return err
		}
		v, err := readSurvey(ctx, tx, i.SurveyID)
		if err != nil {
			return err
		}
		_, err = f.s.keep(ctx, tx, v, &i, Answer{Score: 5, Channel: Email, AnsweredAt: tx.Now})
		return err
	})
	f.order(f.customer("Cy"), f.clock.Now())
	f.wave()
	p, err = f.s.Program(f.owner(), 2)
	must(t, err)
	if p.State() != Stopped || f.count(`SELECT count(*) FROM survey_invitation WHERE reason = 'closed'`) == 0 {
		t.Fatalf("%+v", p)
	}
	if _, _, err := f.s.Resume(f.owner(), 2); !errs.Is(err, errs.Conflict) {
		t.Fatal("it goes on although it has ended:", err)
	}
}
