package feedback

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

const (
	maxCause  = 100
	maxReason = 1000
	maxAction = 5000
)

// Move is what a person says when a case changes its state.
type Move struct {
	To      State
	Version int64  // 0 skips the check
	Key     string // the same key twice changes nothing the second time

	Cause       string // resolved
	Action      string // resolved
	Told        *bool  // resolved: was the customer told?
	RecheckDays int    // resolved: 0 is the shop's habit
	Reason      string // dismissed, reopened
	Into        int64  // merged
}

// Move brings a case into another state. A case that is there already stays
// as it is, so pressing twice does no harm.
func (s *Service) Move(ctx context.Context, id int64, m Move) (Case, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Case{}, err
	}
	if !slices.Contains(byPeople, m.To) {
		check := &errs.Check{}
		check.Add("state", "error.choice")
		return Case{}, check.Err()
	}
	return db.WriteOne(ctx, s.db, "feedback."+string(m.To), func(ctx context.Context, tx *db.Tx) (Case, error) {
		done, err := noted(ctx, tx, m.Key)
		if err != nil {
			return Case{}, err
		}
		if done {
			return get(ctx, tx, actor.Scope(), id)
		}
		c, err := current(ctx, tx, actor.Scope(), id, m.Version)
		if err != nil || c.State == m.To {
			return c, err
		}
		if err := Transition(c.State, m.To); err != nil {
			return c, err
		}
		if err := s.prepare(ctx, tx, &c, m); err != nil {
			return c, err
		}
		return c, s.enter(ctx, tx, &c, m.To, m.words(), m.Key)
	})
}

// words are what the history keeps of a move.
func (m Move) words() string {
	if m.To == Resolved {
		return m.Action
	}
	return m.Reason
}

// prepare checks and takes over what a move needs.
func (s *Service) prepare(ctx context.Context, tx *db.Tx, c *Case, m Move) error {
	check := &errs.Check{}
	m.Cause, m.Action, m.Reason = text.Line(m.Cause), text.Block(m.Action), text.Block(m.Reason)
	check.That(len([]rune(m.Reason)) <= maxReason, "reason", "error.long", "n", maxReason)
	switch m.To {
	case Resolved:
		check.That(m.Cause != "", "cause", "error.required")
		check.That(len([]rune(m.Cause)) <= maxCause, "cause", "error.long", "n", maxCause)
		check.That(m.Action != "", "action", "error.required")
		check.That(len([]rune(m.Action)) <= maxAction, "action", "error.long", "n", maxAction)
		check.That(m.Told != nil, "told", "error.required")
		check.That(m.RecheckDays == 0 || (m.RecheckDays >= 3 && m.RecheckDays <= 90), "recheck_days", "error.range", "min", 3, "max", 90)
		c.Cause, c.Action, c.Told = m.Cause, m.Action, m.Told
		rules, err := readRules(ctx, tx)
		if err != nil {
			return err
		}
		if m.RecheckDays == 0 {
			m.RecheckDays = rules.RecheckDays
		}
		zone, err := s.zone(ctx, tx)
		if err != nil {
			return err
		}
		c.RecheckOn = string(cal.DateOf(tx.Now, zone).AddDays(m.RecheckDays))
	case Dismissed:
		check.That(m.Reason != "", "reason", "error.required")
		c.Reason = m.Reason
	case Reopened:
		c.Reason = m.Reason
	case Merged:
		if c.CustomerID == 0 { // two strangers are two cases until somebody knows better
			check.Add("into", "feedback.error.into_unknown")
			break
		}
		into, err := get(ctx, tx, everything, m.Into)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		check.That(err == nil && into.ID != c.ID && into.CustomerID == c.CustomerID && into.Open(), "into", "feedback.error.into")
		c.MergedInto = db.ID(m.Into)
	}
	return check.Err()
}

// enter performs a transition that is legal and prepared, and tells everybody
// whom it concerns.
func (s *Service) enter(ctx context.Context, tx *db.Tx, c *Case, to State, words, key string) error {
	from := c.State
	if err := Transition(from, to); err != nil {
		return err
	}
	c.State = to
	now := db.At(tx.Now)
	switch {
	case to == Resolved:
		c.ResolvedAt, c.Alerted = now, 0
	case to == AwaitingRecheck:
		c.AskedAt = now
	case to == Reopened:
		if err := s.restart(ctx, tx, c); err != nil {
			return err
		}
	case slices.Contains(outcomes, to):
		c.Outcome = string(to)
	}
	if to == Resolved || to.Final() {
		c.leaveTeam()
	}
	if to.Final() && c.ClosedAt.IsZero() {
		c.ClosedAt = now
	}
	if err := s.keep(ctx, tx, c); err != nil {
		return err
	}
	if err := note(ctx, tx, c.ID, Event{Kind: "state", From: from, To: to, Note: words}, key); err != nil {
		return err
	}
	if to == Merged {
		if err := note(ctx, tx, int64(c.MergedInto), Event{Kind: "merged", Note: string(c.Comment)}, ""); err != nil {
			return err
		}
	}
	return s.publish(ctx, tx, *c, from)
}

func (s *Service) publish(ctx context.Context, tx *db.Tx, c Case, from State) error {
	bus := s.Deps.Events
	if err := bus.Publish(ctx, tx, Changed{fact: factOf(c), From: from, To: c.State}); err != nil {
		return err
	}
	if c.State == Resolved {
		return bus.Publish(ctx, tx, Settled{fact: factOf(c), Action: c.Action})
	}
	if !c.State.Final() || c.State == Closed {
		return nil
	}
	if err := bus.Publish(ctx, tx, Ended{fact: factOf(c), State: c.State, After: c.RecheckScore}); err != nil {
		return err
	}
	if c.State == Merged {
		return nil
	}
	return bus.Publish(ctx, tx, Outcome{fact: factOf(c), State: c.State, After: c.RecheckScore})
}

// restart begins the clock again.
func (s *Service) restart(ctx context.Context, tx *db.Tx, c *Case) error {
	p, err := s.pace(ctx, tx)
	if err != nil {
		return err
	}
	respond, resolve := p.deadlines(tx.Now, c.Red)
	c.ClockAt, c.RespondBy, c.ResolveBy = db.At(tx.Now), db.At(respond), db.At(resolve)
	c.RespondedAt, c.ResolvedAt, c.ClosedAt, c.AskedAt = db.Time{}, db.Time{}, db.Time{}, db.Time{}
	c.Alerted, c.Outcome, c.RecheckOn, c.RecheckResponseID, c.RecheckScore = 0, "", "", 0, -1
	return nil
}

// respond notes a contact, of which the first is the reply that the clock waits
// for.
func (s *Service) respond(ctx context.Context, tx *db.Tx, c *Case, at time.Time, channel, words, key string) error {
	done, err := noted(ctx, tx, key)
	if err != nil || done || !c.Open() || at.Before(c.ClockAt.Time) {
		return err
	}
	if err := note(ctx, tx, c.ID, Event{Kind: "contact", At: db.At(at), Note: words, Channel: channel}, key); err != nil || !c.RespondedAt.IsZero() {
		return err
	}
	c.RespondedAt, c.Alerted = db.At(at), 0
	if err := s.keep(ctx, tx, c); err != nil {
		return err
	}
	return s.Deps.Events.Publish(ctx, tx, Changed{fact: factOf(*c), From: c.State, To: c.State})
}

func (s *Service) zone(ctx context.Context, q db.Q) (*time.Location, error) {
	b, err := setting.ReadBusiness(ctx, q)
	return b.Zone(), err
}

// tell notifies people. What happened and the round of the case are in the key,
// so nobody hears it twice.
func (s *Service) tell(ctx context.Context, tx *db.Tx, c Case, kind, what string, users ...int64) error {
	about, _, _ := strings.Cut(what, ":")
	for _, user := range users {
		n := notify.Notice{UserID: user, Args: map[string]any{"what": about}, Kind: kind, SubjectKind: subject, SubjectID: c.ID, CustomerID: c.CustomerID, Label: c.label(),
			DedupeKey: fmt.Sprintf("case:%d:%d:%s:%d", c.ID, c.ClockAt.UnixMilli(), what, user)}
		if err := s.Notices.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}
