package demo

import (
	"context"
	"math/rand/v2"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

var sqlPromise = db.SQL(`
	INSERT INTO promise (customer_id, side, kind, words, made_on, due_on, amount, currency, order_id, owner_id, state, settled_on, by_fact, created_at, updated_at)
	VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)

// promiseGrace is how many days after its day a promise counts as broken.
const promiseGrace = 30

// vow writes down what was promised about one order in four of a company: that
// they pay within thirty days, or that we deliver within three. paid is the
// day the money came, "" for not yet. It draws from numbers of its own.
func (g *generator) vow(ctx context.Context, tx *db.Tx, l *life, order int64, day cal.Date, total int64, paid cal.Date) error {
	rng := rand.New(rand.NewPCG(uint64(order), uint64(total)))
	if !l.company || rng.IntN(4) > 0 {
		return nil
	}
	side, kind, due, amount, done := "theirs", "pay", day.AddDays(30), total, paid
	if rng.IntN(3) == 0 {
		side, kind, due, amount = "ours", "deliver", day.AddDays(3), 0
		done = day.AddDays(1 + rng.IntN(3))
		if rng.IntN(8) == 0 {
			done = day.AddDays(5)
		}
		if done > g.today {
			done = ""
		}
	}
	state, settled := "open", cal.Date("")
	switch {
	case done != "" && done <= due:
		state, settled = "kept", done
	case done != "":
		state, settled = "late", done
	case g.today > due.AddDays(promiseGrace):
		state, settled = "broken", due.AddDays(promiseGrace)
	}
	at := g.at(g.today.Sub(day), 10)
	currency := ""
	if amount > 0 {
		currency = g.Currency
	}
	_, err := tx.Insert(ctx, sqlPromise, l.id, side, kind, string(day), string(due), amount, currency, order, l.owner, state, string(settled), state != "open", at, at)
	return err
}
