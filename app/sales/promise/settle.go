package promise

import (
	"cmp"
	"slices"

	"regulars/app/kit/cal"
)

// paid is money that moved: above zero to the shop, below zero back.
type paid struct {
	OrderID  int64    `db:"order_id"`
	On       cal.Date `db:"paid_on"`
	Amount   int64    `db:"amount"`
	Currency string   `db:"currency"`
}

// bought is what is known of an order that somebody promised something about.
type bought struct {
	ID     int64    `db:"id"`
	Total  int64    `db:"total"`
	Paid   int64    `db:"paid"`
	Done   bool     `db:"done"`
	DoneOn cal.Date `db:"-"`
}

// facts are what happened with one customer.
type facts struct {
	payments []paid // by day
	orders   map[int64]bought
}

// settled is what the facts make of the promises of one customer that they
// watch: for each the state and its day. Money counts once: what settled one
// promise settles no other, and those due first come first. Money that came
// before the promise was made was not promised by it.
func settled(promises []Promise, f facts, today cal.Date) map[int64]Promise {
	out := map[int64]Promise{}
	ordered := slices.Clone(promises)
	slices.SortFunc(ordered, func(a, b Promise) int {
		return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.ID, b.ID))
	})
	left := stayed(f.payments)
	for _, p := range ordered {
		on, done := cal.Date(""), false
		switch {
		case p.Kind == Pay && p.Amount == 0:
			on, done = cleared(p, f)
		case p.Kind == Pay:
			on, done = take(p, left)
		case p.watched():
			o, ok := f.orders[int64(p.OrderID)]
			on, done = o.DoneOn, ok && o.Done
		}
		out[p.ID] = judged(p, on, done, today)
	}
	return out
}

// stayed are the payments without the money of an order that went back later: it
// keeps no promise any more. The latest goes first.
func stayed(payments []paid) []paid {
	left := slices.Clone(payments)
	for i, m := range left {
		back := -m.Amount
		for n := i - 1; n >= 0 && back > 0; n-- {
			if left[n].OrderID == m.OrderID && left[n].Amount > 0 {
				gone := min(back, left[n].Amount)
				left[n].Amount -= gone
				back -= gone
			}
		}
	}
	return left
}

// judged is the promise with what it is now called.
func judged(p Promise, on cal.Date, done bool, today cal.Date) Promise {
	p.State, p.SettledOn, p.ByFact, p.Reason = Open, "", false, ""
	switch {
	case done && on <= p.DueOn:
		p.State, p.SettledOn, p.ByFact = Kept, on, true
	case done:
		p.State, p.SettledOn, p.ByFact = Late, on, true
	case today > p.DueOn.AddDays(Grace):
		p.State, p.SettledOn, p.ByFact = Broken, p.DueOn.AddDays(Grace), true
	}
	return p
}

// cleared tells when nothing more was owed for the order.
func cleared(p Promise, f facts) (cal.Date, bool) {
	o, ok := f.orders[int64(p.OrderID)]
	if !ok || (p.Side == Theirs && o.Total > o.Paid) || (p.Side == Ours && o.Total < o.Paid) {
		return "", false
	}
	on := p.MadeOn // nothing was owed to begin with
	for _, m := range f.payments {
		if m.OrderID == o.ID && m.On > on {
			on = m.On
		}
	}
	return on, true
}

// take uses up money for a promise of an amount; it takes nothing when there is
// not enough yet.
func take(p Promise, left []paid) (cal.Date, bool) {
	sign, want := int64(1), p.Amount
	if p.Side == Ours {
		sign = -1
	}
	var used []int
	for i, m := range left {
		if m.Amount*sign <= 0 || m.On < p.MadeOn || m.Currency != p.Currency || (p.OrderID != 0 && int64(p.OrderID) != m.OrderID) {
			continue
		}
		used = append(used, i)
		want -= min(want, m.Amount*sign)
		if want == 0 {
			break
		}
	}
	if want > 0 || len(used) == 0 {
		return "", false
	}
	want = p.Amount
	for _, i := range used {
		n := min(want, left[i].Amount*sign)
		left[i].Amount -= n * sign
		want -= n
	}
	return left[used[len(used)-1]].On, true
}
