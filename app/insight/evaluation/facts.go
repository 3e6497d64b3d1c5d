package evaluation

import (
	"slices"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/sys/custom"
)

// facts are one customer's rows, as far as a score needs them.
type facts struct {
	customer int64
	orders   []order
	returns  []order // goods that came back: no purchases, but they lower what was spent
	answers  []reply
	asked    []asked
	promised []promised
	margin   int64 // of 365 days, of what was bought of products whose cost is known
	costed   int   // orders that it rests on
	held     *Held // a grade that a person set
	debt     bool  // marked as one who does not pay
	blocked  bool

	foreseen *foreseen // what is expected of them, where the model passed its trial

	// For what the shop made itself; read only where a version asks for it.
	level   string
	kind    string
	since   cal.Date // the day on which they came into the base
	values  custom.Values
	numbers map[int64]given  // of added fields, by the field
	done    customer.Figures // what formulas rest on; never the score itself
	events  map[string][]happening
	checks  map[point]answer
}

// foreseen is what worth expects within its months.
type foreseen struct {
	orders float64
	worth  int64
}

// given is a number in an added field, an amount in whole units.
type given struct {
	n     float64
	money bool
}

// happening is something that can be counted.
type happening struct {
	on  cal.Date
	ref Ref
}

// point is an item of a checklist.
type point struct{ dimension, item int64 }

// answer is what a person said of a customer there.
type answer struct {
	id    int64
	yes   bool
	until cal.Date
}

// knownSince is the day from which on something could have been counted.
func (f facts) knownSince() cal.Date {
	day := f.since
	for _, o := range f.orders {
		if day == "" || o.on < day {
			day = o.on
		}
	}
	return day
}

// happenings are the events of a kind, oldest first.
func (f facts) happenings(of string) []happening {
	switch of {
	case "order", "return":
		rows := f.purchases()
		if of == "return" {
			rows = f.returns
		}
		var out []happening
		for _, o := range rows {
			out = append(out, happening{o.on, Ref{"order", o.id}})
		}
		slices.SortStableFunc(out, func(a, b happening) int { return a.on.Sub(b.on) })
		return out
	}
	return f.events[of]
}

// order is a purchase, or one that came to nothing, with what was paid.
type order struct {
	id        int64
	on        cal.Date
	due       cal.Date // the day itself when it was to be paid at once
	terms     bool     // a later day was agreed
	total     int64
	cancelled bool
	paid      []payment // in the order of their days
}

type payment struct {
	on     cal.Date
	amount int64
}

// settledOn is the day on which the order was paid in full, "" when it is not.
func (o order) settledOn() cal.Date {
	sum := int64(0)
	for _, p := range o.paid {
		if sum += p.amount; sum >= o.total {
			return p.on
		}
	}
	return ""
}

// open is what is still to be paid.
func (o order) open() int64 {
	left := o.total
	for _, p := range o.paid {
		left -= p.amount
	}
	return max(0, left)
}

// reply is an answer to a survey.
type reply struct {
	id    int64
	kind  string
	score int
	on    cal.Date
}

// asked is an invitation whose time for an answer is over, or that was answered.
type asked struct {
	id       int64
	answered bool
}

// promised is what the customer said they would do, once it is settled.
type promised struct {
	id   int64
	kept bool // on time
}

// purchases are the orders that count.
func (f facts) purchases() []order {
	var out []order
	for _, o := range f.orders {
		if !o.cancelled {
			out = append(out, o)
		}
	}
	return out
}

// rfm is how lately, how often and for how much somebody bought; ok is false
// for those who never did.
type rfm struct {
	days  float64 // since the last purchase
	count float64 // in 365 days
	spent float64 // in 365 days, minor units
}

func (f facts) rfm(today cal.Date) (v rfm, ok bool) {
	v.days = -1
	for _, o := range f.purchases() {
		days := float64(max(0, today.Sub(o.on)))
		if v.days < 0 || days < v.days {
			v.days = days
		}
		if days < 365 {
			v.count++
			v.spent += float64(o.total)
		}
	}
	for _, o := range f.returns {
		if today.Sub(o.on) < 365 {
			v.spent = max(0, v.spent+float64(o.total))
		}
	}
	return v, v.days >= 0
}
