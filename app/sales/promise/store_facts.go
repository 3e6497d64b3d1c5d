package promise

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

// factsOf reads what happened with a customer: the money that moved and the
// orders that somebody promised something about.
func factsOf(ctx context.Context, q db.Q, customer int64, zone *time.Location) (facts, error) {
	f := facts{orders: map[int64]bought{}}
	if err := q.Select(ctx, &f.payments, sqlPayments, customer); err != nil {
		return f, fmt.Errorf("read the payments of customer %d: %w", customer, err)
	}
	done := map[int64]cal.Date{}
	err := q.Each(ctx, sqlDone, []any{customer}, func(r *sqlx.Rows) error {
		var id int64
		var at db.Time
		err := r.Scan(&id, &at)
		done[id] = cal.DateOf(at.Time, zone)
		return err
	})
	if err != nil {
		return f, fmt.Errorf("read when orders of customer %d were done: %w", customer, err)
	}
	var orders []bought
	if err := q.Select(ctx, &orders, sqlOrders, customer); err != nil {
		return f, fmt.Errorf("read the orders of customer %d: %w", customer, err)
	}
	for _, o := range orders {
		o.DoneOn = done[o.ID]
		f.orders[o.ID] = o
	}
	return f, nil
}

// Rate is how often one side kept its word.
type Rate struct {
	Side   string `db:"side" json:"side"`
	Kept   int    `db:"kept" json:"kept"`
	Late   int    `db:"late" json:"late"`
	Broken int    `db:"broken" json:"broken"`
}

// N is how many promises say something.
func (r Rate) N() int { return r.Kept + r.Late + r.Broken }

// Percent is the kept share, 0 to 100.
func (r Rate) Percent() int {
	if r.N() == 0 {
		return 0
	}
	return (200*r.Kept + r.N()) / (2 * r.N())
}

func ratesOf(ctx context.Context, q db.Q, customer int64) (theirs, ours Rate, err error) {
	var rates []Rate
	if err := q.Select(ctx, &rates, sqlKept, customer); err != nil {
		return theirs, ours, fmt.Errorf("count the promises of customer %d: %w", customer, err)
	}
	theirs.Side, ours.Side = Theirs, Ours
	for _, r := range rates {
		if r.Side == Ours {
			ours = r
		} else {
			theirs = r
		}
	}
	return theirs, ours, nil
}
