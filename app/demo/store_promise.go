package demo

import (
	"context"
	"math/rand/v2"

	"regulars/app/kit/cal"
	"regulars/app/sales/promise"
	"regulars/app/sys/db"
)

var sqlPromise = db.SQL(`
	INSERT INTO promise (customer_id, side, kind, words, made_on, due_on, amount, currency, order_id, owner_id, state, settled_on, by_fact, created_at, updated_at)
	VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)

// vow writes down what was promised about one order in four of a company: that
// they pay within thirty days, or that we deliver within three. paid is the
// day the money came, "" for not yet. It draws from numbers of its own.
func (g *generator) vow(ctx context.Context, tx *db.Tx, l *life, order int64, day cal.Date, total int64, paid cal.Date) error {
	rng := rand.New(rand.NewPCG(uint64(order), uint64(total)))
	if !l.company || rng.IntN(4) > 0 {
		return nil
	}
	side, kind, due, amount, done := promise.Theirs, promise.Pay, day.AddDays(30), total, paid
	if rng.IntN(3) == 0 {
		side, kind, due, amount = promise.Ours, promise.Deliver, day.AddDays(3), 0
		done = day.AddDays(1 + rng.IntN(3))
		if rng.IntN(8) == 0 {
			done = day.AddDays(5)
		}
		if done > g.today {
			done = ""
		}
	}
	state, settled := promise.Open, cal.Date("")
	switch {
	case done != "" && done <= due:
		state, settled = promise.Kept, done
	case done != "":
		state, settled = promise.Late, done
	case g.today > due.AddDays(promise.Grace):
		state, settled = promise.Broken, due.AddDays(promise.Grace)
	}
	at := g.at(g.today.Sub(day), 10)
	currency := ""
	if amount > 0 {
		currency = g.Currency
	}
	_, err := tx.Insert(ctx, sqlPromise, l.id, side, kind, string(day), string(due), amount, currency, order, l.owner, state, string(settled), state != promise.Open, at, at)
	return err
}
