package survey

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Why answers "why was she not asked?" for one program: one reason code, and
// when that changes if it does by itself. Reason "" means that she is next.
type Why struct {
	Program Program
	Reason  string
	On      cal.Date // when she is asked or looked at again; "" unknown
	Asked   db.Time  // the last time she was
}

// Key is the i18n key of the reason.
func (w Why) Key() string {
	if w.Reason == "" {
		return "reason.next"
	}
	return "reason." + w.Reason
}

// Why tells it for every program.
func (s *Service) Why(ctx context.Context, customerID int64) ([]Why, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	q := s.db.Reader(ctx)
	c, err := seen(ctx, q, customerID)
	if err != nil {
		return nil, err
	}
	var programs []Program
	if err := q.Select(ctx, &programs, sqlPrograms); err != nil {
		return nil, fmt.Errorf("list survey programs: %w", err)
	}
	var latest []Invitation
	if err := q.Select(ctx, &latest, sqlLatestOf, customerID); err != nil {
		return nil, fmt.Errorf("list the invitations of customer %d: %w", customerID, err)
	}
	zone, err := s.zone(ctx)
	if err != nil {
		return nil, err
	}
	var out []Why
	for _, p := range programs {
		w, err := s.why(ctx, q, p, c, latest, zone)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

func (s *Service) why(ctx context.Context, q db.Q, p Program, c customer, latest []Invitation, zone *time.Location) (Why, error) {
	w := Why{Program: p}
	now := s.db.Now()
	today := cal.Today(now, zone)
	for k := len(latest) - 1; k >= 0; k-- {
		if int64(latest[k].ProgramID) == p.ID && !latest[k].SentAt.IsZero() {
			w.Asked = latest[k].SentAt
		}
	}
	if !p.Active {
		w.Reason = "program_off"
		return w, nil
	}
	idle, err := s.idle(ctx, q, p, now)
	if err != nil {
		return w, err
	}
	for _, i := range latest {
		if int64(i.ProgramID) != p.ID {
			continue
		}
		if i.waiting() {
			w.Reason, w.On = i.Reason, cal.DateOf(i.DueAt.Time, zone)
			if w.Reason == "" {
				w.Reason = "queued"
			}
			return w, nil
		}
		if i.State == Sent {
			w.Reason = "waiting_answer"
			return w, nil
		}
		if p.Kind != Relationship && (i.State == Refused || i.State == Expired || i.State == Failed || i.State == Unknown) {
			w.Reason = i.Reason
			return w, nil
		}
		break
	}
	if idle {
		w.Reason = "closed"
		return w, nil
	}
	o, err := s.obstacle(ctx, q, p.SurveyID, p.Texts, c, 0, now)
	if err != nil {
		return w, err
	}
	if o.reason != "" {
		w.Reason = o.reason
		if !o.until.IsZero() {
			w.On = cal.DateOf(o.until, zone)
		}
		return w, nil
	}
	if p.Kind != Relationship {
		w.Reason = "no_occasion"
		if p.Kind == AfterOrder {
			w.Reason = "no_order"
		}
		return w, nil
	}
	if o, err = sooner(ctx, q, o, c.ID); err != nil {
		return w, err
	}
	if o.reason != "" {
		w.Reason, w.On = o.reason, cal.DateOf(o.until, zone)
		return w, nil
	}
	return s.place(ctx, q, p, c.ID, today, w)
}

// place reads where in the rhythm a customer stands whom nothing keeps from
// being asked.
func (s *Service) place(ctx context.Context, q db.Q, p Program, customer int64, today cal.Date, w Why) (Why, error) {
	var e enrolment
	found, err := db.Found(q.Get(ctx, &e, sqlPlaceOf, p.ID, customer))
	if err != nil {
		return w, fmt.Errorf("read the enrolment of customer %d: %w", customer, err)
	}
	if found {
		w.On = e.DueOn
		switch {
		case e.DueOn > today:
			w.Reason = "not_due"
		case e.Reason != "" && e.Reason != "asked":
			w.Reason = e.Reason
		default:
			w.Reason = "daily_cap"
		}
		return w, nil
	}
	var stat struct {
		Orders int      `db:"orders"`
		First  cal.Date `db:"first_order_on"`
		Last   cal.Date `db:"last_order_on"`
	}
	if _, err := db.Found(q.Get(ctx, &stat, sqlStat, customer)); err != nil {
		return w, fmt.Errorf("read the purchases of customer %d: %w", customer, err)
	}
	if stat.Orders < 2 {
		w.Reason = "second_purchase"
		return w, nil
	}
	w.Reason = "not_due"
	w.On, _ = eligible(stat.Orders, stat.First, stat.Last)
	return w, nil
}
