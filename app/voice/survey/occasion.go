// Asking about an event: an order, a delivery, a visit, whatever a slice of the
// house knows of. Nobody is asked twice about one event, by whatever programs;
// what is taken back in time is not asked about.

package survey

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
)

const (
	reasonUndone = "order_cancelled"
	reasonGone   = "taken_back"
)

// Listen takes what the house can ask about, and gives the subscriber that waits
// for it. History that was brought in asks nobody.
func (s *Service) Listen(moments []event.Moment) event.Subscriber {
	s.moments = map[string]event.Moment{}
	var kinds []string
	for _, m := range moments {
		s.moments[m.Name] = m
		kinds = append(append(kinds, m.Kinds...), m.Ends...)
	}
	slices.Sort(kinds)
	return event.Subscriber{Name: "survey", Kinds: slices.Compact(kinds), Fresh: true, Handle: s.happened}
}

// happened plans the question about an event, or takes it back.
func (s *Service) happened(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	for _, name := range event.Moments {
		m, ok := s.moments[name]
		comes := slices.Contains(m.Kinds, e.Kind)
		if !ok || !comes && !slices.Contains(m.Ends, e.Kind) {
			continue
		}
		o, stands, err := m.Read(ctx, tx, int64(e.SubjectID))
		if err != nil {
			return fmt.Errorf("read the %s of %s %d: %w", name, e.SubjectKind, e.SubjectID, err)
		}
		switch stands = stands && o.CustomerID == int64(e.CustomerID); {
		case !stands:
			err = s.unplan(ctx, tx, int64(e.CustomerID), name, o.Key)
		case comes:
			err = s.plan(ctx, tx, name, o, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// plan makes the invitations of the programs that follow a moment; they leave
// when their day has come.
func (s *Service) plan(ctx context.Context, tx *db.Tx, moment string, o event.Occasion, e event.Envelope) error {
	if tx.Now.Sub(e.OccurredAt.Time) > staleAfter {
		return nil
	}
	programs, err := s.active(ctx, after+moment)
	if err != nil || len(programs) == 0 {
		return err
	}
	zone, err := s.zone(ctx)
	if err != nil {
		return err
	}
	var c customer
	if found, err := db.Found(tx.Get(ctx, &c, sqlAnyCustomer, o.CustomerID)); err != nil || !found {
		return err
	}
	for _, p := range programs {
		v, err := s.inTurn(ctx, tx, p, c.ID, o.Key)
		if err != nil {
			return err
		}
		if v.ID == 0 {
			continue // its surveys are over; the next program's may not be
		}
		if free, err := s.makeRoom(ctx, tx, p, v, c.ID, o.Key); err != nil {
			return err
		} else if !free {
			continue
		}
		due := cal.At(cal.DateOf(e.OccurredAt.Time, zone).AddDays(p.DelayDays), opensAt+1, 0, zone)
		if p.DelayDays == 0 || due.Before(tx.Now) {
			due = tx.Now.Add(time.Minute)
		}
		if _, err := s.make(ctx, tx, plan{survey: v, program: p, customer: c, order: o.OrderID, event: o.Key, rated: o.RatedID, channel: Email,
			period: o.Key, due: due}); err != nil && !errors.Is(err, errAsked) {
			return err
		}
	}
	return nil
}

// inTurn is which of a program's two surveys a customer is asked about an event:
// always the same one, and about half the one and half the other. Of two of
// which one has ended it is the other; a survey without id is none.
func (s *Service) inTurn(ctx context.Context, tx *db.Tx, p Program, customer int64, key string) (Survey, error) {
	order := []int64{p.SurveyID, int64(p.AlternateID)}
	if p.AlternateID != 0 && second(customer, key) {
		slices.Reverse(order)
	}
	for _, id := range order {
		if id == 0 {
			continue
		}
		v, err := readSurvey(ctx, tx, id)
		if err != nil {
			return v, err
		}
		if over, err := s.over(ctx, tx, v, tx.Now); err != nil || !over {
			return v, err
		}
	}
	return Survey{}, nil
}

func second(customer int64, key string) bool {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%s", customer, key))
	return sum[0]&1 == 1
}

// rank is what goes first where only one may: the smaller.
func rank(kind string) int {
	switch kind {
	case CSAT:
		return 1
	case CES:
		return 2
	}
	return 3
}

// makeRoom tells whether a program may ask about an event. What another one has
// planned and not sent gives way to a later moment of the same event, and to a
// satisfaction question where it is one of effort; what was taken back may be
// planned again.
func (s *Service) makeRoom(ctx context.Context, tx *db.Tx, p Program, v Survey, customer int64, key string) (bool, error) {
	var there Invitation
	found, err := db.Found(tx.Get(ctx, &there, sqlAbout, customer, key))
	if err != nil || !found {
		return err == nil, err
	}
	again := there.State == Refused && there.SentAt.IsZero() && (there.Reason == reasonUndone || there.Reason == reasonGone)
	if !again {
		if !there.waiting() || there.Reason != reasonPlanned || there.ProgramID == 0 || int64(there.ProgramID) == p.ID {
			return false, nil
		}
		other, err := readProgram(ctx, tx, int64(there.ProgramID))
		if err != nil || other.Kind == p.Kind && rank(there.SurveyKind) <= rank(v.Kind) {
			return false, err
		}
	}
	if _, err := tx.Exec(ctx, sqlForget, there.ID); err != nil {
		return false, fmt.Errorf("forget invitation %d: %w", there.ID, err)
	}
	return true, nil
}

// unplan takes back what a moment's programs planned about what is no more.
func (s *Service) unplan(ctx context.Context, tx *db.Tx, customer int64, moment, key string) error {
	var i Invitation
	found, err := db.Found(tx.Get(ctx, &i, sqlAbout, customer, key))
	if err != nil || !found || !i.waiting() || i.ProgramID == 0 {
		return err
	}
	p, err := readProgram(ctx, tx, int64(i.ProgramID))
	if err != nil || p.moment() != moment {
		return err
	}
	return s.takeBack(ctx, tx, &i, goneReason(i))
}

// takeBack ends an invitation that waits.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, i *Invitation, reason string) error {
	if err := s.d.Outbox.Cancel(ctx, subjectKind, i.ID); err != nil {
		return err
	}
	return s.settle(ctx, tx, i, Refused, reason)
}

func goneReason(i Invitation) string {
	if i.OrderID != 0 {
		return reasonUndone
	}
	return reasonGone
}

// stands tells whether what a planned invitation is about is still so: an undo
// in the history tells nobody.
func (s *Service) stands(ctx context.Context, tx *db.Tx, i Invitation) (bool, error) {
	if i.EventKey == "" || i.ProgramID == 0 {
		return true, nil
	}
	p, err := readProgram(ctx, tx, int64(i.ProgramID))
	if err != nil {
		return false, err
	}
	m, ok := s.moments[p.moment()]
	if !ok {
		return true, nil
	}
	_, rest, _ := strings.Cut(i.EventKey, ":")
	subject, _, _ := strings.Cut(rest, ":")
	if subject, _, _ = strings.Cut(subject, "~"); subject == "" {
		return true, nil
	}
	id, err := strconv.ParseInt(subject, 10, 64)
	if err != nil {
		return true, nil
	}
	o, stands, err := m.Read(ctx, tx, id)
	return stands && o.CustomerID == i.CustomerID, err
}

// sooner puts off a survey that comes by itself while one about an event or a
// complaint waits for the same customer.
func sooner(ctx context.Context, q db.Q, o obstacle, customer int64) (obstacle, error) {
	var due db.Time
	if err := q.Get(ctx, &due, sqlSooner, customer); err != nil {
		return o, fmt.Errorf("look for what waits for customer %d: %w", customer, err)
	}
	if due.UnixMilli() > 0 {
		o.reason, o.until = "asked_sooner", due.Add(staleAfter)
	}
	return o, nil
}
