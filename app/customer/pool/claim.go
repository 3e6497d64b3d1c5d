package pool

import (
	"context"
	"fmt"
	"strings"
	"time"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Claim makes a customer in a pool the actor's, if every limit allows. Of many
// who try at once exactly one succeeds.
func (s *Service) Claim(ctx context.Context, id int64) (Hold, error) {
	actor := auth.From(ctx)
	if err := actor.May(Take); err != nil {
		return Hold{}, err
	}
	if !actor.Signed() {
		return Hold{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return s.take(ctx, "pool.claim", id, actor.UserID, "", func(ctx context.Context, tx *db.Tx, p Pool, h Hold) error {
		ok, err := member(ctx, tx, actor.UserID, p.ID)
		if err != nil {
			return err
		}
		if !ok {
			return errs.NotVisible()
		}
		if err := holdsLess(ctx, tx, p, actor.UserID, "pool.error.hold_cap"); err != nil {
			return err
		}
		return s.mayClaim(ctx, tx, p, h, actor.UserID)
	})
}

// mayClaim asks what only those who take for themselves are asked.
func (s *Service) mayClaim(ctx context.Context, tx *db.Tx, p Pool, h Hold, user int64) error {
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	zone := business.Zone()
	midnight := cal.Today(tx.Now, zone).Time(zone)
	if p.DailyCap > 0 {
		n, err := number(ctx, tx, sqlClaims, user, db.At(midnight), p.ID)
		if err != nil {
			return err
		}
		if n >= p.DailyCap {
			return errs.New(errs.Conflict, "pool.error.daily_cap", "n", p.DailyCap)
		}
	}
	if p.ClaimGap > 0 {
		gap := time.Duration(p.ClaimGap) * time.Minute
		last, err := moment(ctx, tx, sqlLatest, user, db.At(tx.Now.Add(-gap)))
		if err != nil {
			return err
		}
		if wait := gap - tx.Now.Sub(last); wait > 0 {
			return errs.New(errs.Conflict, "pool.error.claim_gap", "n", int((wait+time.Minute-1)/time.Minute))
		}
	}
	if p.Unfinished > 0 {
		n, err := number(ctx, tx, sqlUnfinished, user, p.MinWords)
		if err != nil {
			return err
		}
		if n >= p.Unfinished {
			return errs.New(errs.Conflict, "pool.error.unfinished", "n", n)
		}
	}
	if p.Cooldown > 0 {
		lost, err := moment(ctx, tx, sqlLost, h.CustomerID, user)
		if err != nil {
			return err
		}
		if days := daysBetween(lost, tx.Now, zone); days <= p.Cooldown {
			return errs.New(errs.Conflict, "pool.error.cooldown", "n", p.Cooldown-days+1)
		}
	}
	return nil
}

// holdsLess refuses who has as many customers as one may.
func holdsLess(ctx context.Context, tx *db.Tx, p Pool, user int64, key string) error {
	if p.HoldCap == 0 {
		return nil
	}
	n, err := number(ctx, tx, sqlHeld, user, p.CountBuyers)
	if err != nil {
		return err
	}
	if n >= p.HoldCap {
		return errs.New(errs.Conflict, key, "n", p.HoldCap)
	}
	return nil
}

// Assign gives a customer in a pool to somebody. Quota and cool-down are not
// asked, but nobody gets more than they may have. Where a rule says so it waits for
// approval.
func (s *Service) Assign(ctx context.Context, id, user int64, reason string) (Hold, error) {
	return s.AssignAll(ctx, []int64{id}, user, reason)
}

// AssignAll assigns several as one change: a limit that stops one stops all. It
// gives the hold of the last one.
func (s *Service) AssignAll(ctx context.Context, ids []int64, user int64, reason string) (Hold, error) {
	to := make([]int64, len(ids))
	for i := range to {
		to[i] = user
	}
	return s.assignEach(ctx, ids, to, reason)
}

// assignEach gives each of some customers to the person at the same place of to.
func (s *Service) assignEach(ctx context.Context, ids, to []int64, reason string) (h Hold, err error) {
	if err := s.mayRunAny(ctx); err != nil {
		return h, err
	}
	if reason, err = clean(reason); err != nil {
		return h, err
	}
	asked := int64(0)
	err = s.db.Write(ctx, "pool.assign", func(ctx context.Context, tx *db.Tx) error {
		w := wish{Reason: reason}
		for i, id := range ids {
			w.Shifts = append(w.Shifts, shift{Customer: id, To: to[i]})
			if err := s.assignable(ctx, tx, id, to[i]); err != nil {
				return err
			}
		}
		name, err := same(ctx, tx, to)
		if err == nil {
			asked, err = s.ask(ctx, tx, w, name)
		}
		if err != nil || asked != 0 {
			return err
		}
		for i, id := range ids {
			if h, err = s.assign(ctx, id, to[i], reason); err != nil {
				return err
			}
		}
		return nil
	})
	return h, waiting(asked, err)
}

// same is the name of whom all of them go to, "" when they go to several.
func same(ctx context.Context, q db.Q, to []int64) (string, error) {
	for _, id := range to {
		if id != to[0] {
			return "", nil
		}
	}
	if len(to) == 0 {
		return "", nil
	}
	return personName(ctx, q, to[0])
}

// assignable refuses what could not be done if it were approved.
func (s *Service) assignable(ctx context.Context, tx *db.Tx, id, user int64) error {
	if user == 0 {
		c := &errs.Check{}
		c.Add("owner_id", "error.required")
		return c.Err()
	}
	h, err := hold(ctx, tx, id)
	if err != nil {
		return err
	}
	if h.OwnerID != 0 {
		return s.gone(ctx, tx, h)
	}
	at, err := home(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := s.mayRun(ctx, tx, at); err != nil {
		return err
	}
	var works bool
	if err := tx.Get(ctx, &works, sqlWorks, user); err != nil {
		return fmt.Errorf("look up person %d: %w", user, err)
	}
	c := &errs.Check{}
	c.That(works, "owner_id", "error.person")
	return c.Err()
}

// assign gives one customer of a pool to somebody.
func (s *Service) assign(ctx context.Context, id, user int64, reason string) (Hold, error) {
	return s.take(ctx, "pool.assign", id, user, reason, func(ctx context.Context, tx *db.Tx, p Pool, _ Hold) error {
		if err := s.mayRun(ctx, tx, p.ID); err != nil {
			return err
		}
		if err := holdsLess(ctx, tx, p, user, "pool.error.their_cap"); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, customer.Assigned{Count: 1, OwnerID: user})
	})
}

// take moves a customer out of their pool to somebody, after the checks.
func (s *Service) take(ctx context.Context, op string, id, user int64, reason string, may func(context.Context, *db.Tx, Pool, Hold) error) (Hold, error) {
	reason, err := clean(reason)
	if err != nil {
		return Hold{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Hold, error) {
		h, err := hold(ctx, tx, id)
		if err != nil {
			return h, err
		}
		if h.OwnerID != 0 {
			return h, s.gone(ctx, tx, h)
		}
		at, err := home(ctx, tx, id)
		if err != nil {
			return h, err
		}
		p, err := onePool(ctx, tx, at)
		if err != nil {
			return h, err
		}
		if err := may(ctx, tx, p, h); err != nil {
			return h, err
		}
		if err := s.customers.Hand(ctx, tx, id, 0, user); err != nil {
			return h, err
		}
		m := move{customer: id, to: user, how: strings.TrimPrefix(op, "pool."), reason: reason, pool: p.ID}
		if p.Protect > 0 {
			business, err := setting.ReadBusiness(ctx, tx)
			if err != nil {
				return h, err
			}
			m.protect = db.At(cal.Today(tx.Now, business.Zone()).AddDays(p.Protect + 1).Time(business.Zone()))
		}
		return s.moved(ctx, tx, m, h)
	})
}

// moved writes a move down and tells the house.
func (s *Service) moved(ctx context.Context, tx *db.Tx, m move, h Hold) (Hold, error) {
	journal.About(tx, "customer", m.customer, h.Name)
	if m.reason != "" {
		journal.Because(tx, m.reason)
	}
	if err := note(ctx, tx, m); err != nil {
		return h, err
	}
	f := Handed{CustomerID: m.customer, How: m.how, Reason: m.reason, Days: m.days}
	for to, id := range map[*string]int64{&f.From: m.from, &f.To: m.to} {
		if id == 0 {
			continue
		}
		if _, err := db.Found(tx.Get(ctx, to, sqlPersonName, id)); err != nil {
			return h, err
		}
	}
	if err := s.events.Publish(ctx, tx, f); err != nil {
		return h, err
	}
	return hold(ctx, tx, m.customer)
}

// gone says who has the customer already, whose name a finder may know.
func (s *Service) gone(ctx context.Context, q db.Q, h Hold) error {
	var name string
	if _, err := db.Found(q.Get(ctx, &name, sqlPersonName, int64(h.OwnerID))); err != nil {
		return err
	}
	return errs.New(errs.Conflict, "pool.error.taken_by", "name", name)
}

// Release puts a customer into a pool, for everybody to take: their owner may,
// and who looks after their pool, which may wait for approval. 0 is the pool they
// belong to.
func (s *Service) Release(ctx context.Context, id, pool int64, reason string) (Hold, error) {
	actor := auth.From(ctx)
	if err := actor.May(Take); err != nil {
		return Hold{}, err
	}
	reason, err := clean(reason)
	if err != nil {
		return Hold{}, err
	}
	asked := int64(0)
	h, err := db.WriteOne(ctx, s.db, "pool.release", func(ctx context.Context, tx *db.Tx) (Hold, error) {
		h, err := s.theirs(ctx, tx, id)
		if err != nil {
			return h, err
		}
		at, err := home(ctx, tx, id)
		if err != nil {
			return h, err
		}
		if pool == 0 {
			pool = at
		}
		p, err := onePool(ctx, tx, pool)
		if err == nil && pool != at {
			_, err = s.from(ctx, tx, pool)
		}
		if err != nil || !p.Active {
			c := &errs.Check{}
			c.Add("pool_id", "error.choice")
			return h, c.Err()
		}
		if int64(h.OwnerID) != actor.UserID {
			w := wish{Shifts: []shift{{Customer: id, From: int64(h.OwnerID), Pool: pool}}, Reason: reason}
			if asked, err = s.ask(ctx, tx, w, p.Name); err != nil || asked != 0 {
				return h, err
			}
		}
		return s.putBack(ctx, tx, h, pool, reason)
	})
	return h, waiting(asked, err)
}

// putBack takes a customer from whoever has them into a pool.
func (s *Service) putBack(ctx context.Context, tx *db.Tx, h Hold, pool int64, reason string) (Hold, error) {
	if err := s.customers.Hand(ctx, tx, h.CustomerID, int64(h.OwnerID), 0); err != nil {
		return h, err
	}
	return s.moved(ctx, tx, move{customer: h.CustomerID, from: int64(h.OwnerID), how: Release, reason: reason, pool: pool}, h)
}

// theirs is a customer that somebody owns and of which the actor disposes:
// their own, or one of a pool that the actor looks after, seen or not.
func (s *Service) theirs(ctx context.Context, tx *db.Tx, id int64) (Hold, error) {
	actor := auth.From(ctx)
	_, hidden := s.customers.MustSee(ctx, id)
	if hidden != nil && !errs.Is(hidden, errs.NotFound) {
		return Hold{}, hidden
	}
	at, err := seat(ctx, tx, id)
	if err != nil {
		return Hold{}, err
	}
	runs := actor.Can(Admin)
	if at != 0 && !runs {
		if runs, err = s.runs(ctx, tx, at); err != nil {
			return Hold{}, err
		}
	}
	if hidden != nil && (!runs || at == 0) {
		return Hold{}, hidden
	}
	h, err := hold(ctx, tx, id)
	if err != nil {
		return h, err
	}
	if h.OwnerID == 0 {
		return h, errs.New(errs.Conflict, "pool.error.nobodys")
	}
	if int64(h.OwnerID) != actor.UserID && !runs {
		return h, errs.New(errs.Denied, "pool.error.not_yours")
	}
	return h, nil
}

// Lock keeps a customer from going back by a rule, or lets them again.
func (s *Service) Lock(ctx context.Context, id int64, on bool) (Hold, error) {
	if err := auth.From(ctx).May(Take); err != nil {
		return Hold{}, err
	}
	op := "pool.lock"
	if !on {
		op = "pool.unlock"
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Hold, error) {
		h, err := s.theirs(ctx, tx, id)
		if err != nil || h.Locked == on {
			return h, err
		}
		journal.About(tx, "customer", id, h.Name)
		if on {
			if err := locksLess(ctx, tx, h); err != nil {
				return h, err
			}
		}
		if _, err := tx.Exec(ctx, sqlSetLock, id, on); err != nil {
			return h, err
		}
		return hold(ctx, tx, id)
	})
}

func locksLess(ctx context.Context, tx *db.Tx, h Hold) error {
	at, err := home(ctx, tx, h.CustomerID)
	if err != nil {
		return err
	}
	p, err := onePool(ctx, tx, at)
	if err != nil || p.LockCap == 0 {
		return err
	}
	n, err := number(ctx, tx, sqlLocked, int64(h.OwnerID))
	if err == nil && n >= p.LockCap && h.Orders == 0 {
		err = errs.New(errs.Conflict, "pool.error.lock_cap", "n", p.LockCap)
	}
	return err
}

func clean(reason string) (string, error) {
	reason = text.Line(reason)
	c := &errs.Check{}
	c.That(len([]rune(reason)) <= 300, "reason", "error.long", "n", 300)
	return reason, c.Err()
}
