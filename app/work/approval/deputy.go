package approval

// Who decides for somebody who is away.

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Deputy decides for somebody from one day to another, both included.
type Deputy struct {
	ID         int64    `db:"id"`
	UserID     int64    `db:"user_id"`
	UserName   string   `db:"user_name"`
	DeputyID   int64    `db:"deputy_id"`
	DeputyName string   `db:"deputy_name"`
	From       cal.Date `db:"from_on"`
	To         cal.Date `db:"to_on"`
}

// Deputies lists whom the actor stands in for, who stands in for them, and for
// who keeps the rules everybody's; what is over is left out.
func (s *Service) Deputies(ctx context.Context) ([]Deputy, error) {
	me := auth.From(ctx)
	if err := me.May(Read); err != nil {
		return nil, err
	}
	q := s.DB.Reader(ctx)
	today, err := day(ctx, q, db.At(s.DB.Now()))
	if err != nil {
		return nil, err
	}
	out := []Deputy{}
	return out, q.Select(ctx, &out, sqlDeputies, string(today), me.Can(Admin), me.UserID, me.UserID)
}

// StandIn lets a colleague decide for user, 0 the actor, on those days.
func (s *Service) StandIn(ctx context.Context, user, deputy int64, from, to cal.Date) (Deputy, error) {
	me := auth.From(ctx)
	if err := me.May(Write); err != nil {
		return Deputy{}, err
	}
	if user == 0 {
		user = me.UserID
	}
	if user != me.UserID && !me.Can(Admin) {
		return Deputy{}, errs.New(errs.Denied, "error.denied")
	}
	return db.WriteOne(ctx, s.DB, "approval.deputy", func(ctx context.Context, tx *db.Tx) (Deputy, error) {
		today, err := day(ctx, tx, db.At(tx.Now))
		if err != nil {
			return Deputy{}, err
		}
		name, works, err := person(ctx, tx, deputy)
		if err != nil {
			return Deputy{}, err
		}
		_, there, err := person(ctx, tx, user)
		if err != nil {
			return Deputy{}, err
		}
		c := &errs.Check{}
		c.That(there, "user_id", "approval.error.nobody")
		c.That(works, "deputy_id", "approval.error.nobody")
		c.That(deputy != user, "deputy_id", "approval.error.yourself")
		c.That(from != "" && from.Valid(), "from", "error.date")
		c.That(to != "" && to.Valid(), "to", "error.date")
		c.That(to >= from && to >= today, "to", "approval.error.days")
		if err := c.Err(); err != nil {
			return Deputy{}, err
		}
		id, err := tx.Insert(ctx, sqlNewDeputy, user, deputy, string(from), string(to), db.At(tx.Now))
		if err != nil {
			return Deputy{}, fmt.Errorf("store who stands in for person %d: %w", user, err)
		}
		journal.About(tx, "approval_deputy", id, name)
		return oneDeputy(ctx, tx, id)
	})
}

// StandInNoMore ends it.
func (s *Service) StandInNoMore(ctx context.Context, id int64) error {
	me := auth.From(ctx)
	if err := me.May(Write); err != nil {
		return err
	}
	return s.DB.Write(ctx, "approval.deputy_end", func(ctx context.Context, tx *db.Tx) error {
		d, err := oneDeputy(ctx, tx, id)
		if err != nil {
			return err
		}
		if d.UserID != me.UserID && !me.Can(Admin) {
			return errs.NotVisible()
		}
		journal.About(tx, "approval_deputy", id, d.DeputyName)
		_, err = tx.Exec(ctx, sqlEndDeputy, id)
		return err
	})
}

func oneDeputy(ctx context.Context, q db.Q, id int64) (Deputy, error) {
	var d Deputy
	return d, db.OrNotFound(q.Get(ctx, &d, sqlDeputy, id))
}
