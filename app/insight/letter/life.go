package letter

import (
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/slot"
	"regulars/app/kit/stats"
)

// Nobody signs off from a shop; they only stop coming. Somebody counts as silent
// after more days without an order than twice their own usual pause and than nine
// in ten pauses of all customers (science: non-contractual churn).

// fewPauses is from how many pauses on the shop's own are known.
const fewPauses = 20

// lastDays is how many purchase days, the newest, tell somebody's pause.
const lastDays = 60

// What is counted of customers.
const (
	active = "active" // bought in these days
	fresh  = "new"    // for the first time
	back   = "back"   // after having been silent
	silent = "silent" // fell silent in these days
	base   = "base"   // keep buying, at the end of the last day
	growth = "growth" // of those: new and back less silent
)

// lifeKeys are those that open the customers behind them.
var lifeKeys = []string{active, fresh, back, silent, base}

// life is one customer's days of buying, in order, as day numbers.
type life struct {
	id   int64
	team int64
	days []int32

	apart bool // not to be profiled: counted by what they bought, never by their silence
}

// lives are all customers who ever bought.
type lives struct {
	all     []life
	silence int // see Figures
}

// number counts days from an epoch; only differences matter.
func number(d cal.Date) int32 { return int32(d.Sub("2000-01-01")) }

// pauses tells whether twice the usual pause between the days up to the i-th lasts
// as long as quiet; below two pauses none is usual. It counts before it sorts:
// mostly more, or less, than half of the pauses are long enough, and that tells
// where the middle is.
func (l life) pauses(i int, quiet float64) bool {
	from := max(0, i+1-lastDays)
	n := i - from
	if n < 2 {
		return false
	}
	long := 0
	for k := from + 1; k <= i; k++ {
		if 2*float64(l.days[k]-l.days[k-1]) >= quiet {
			long++
		}
	}
	if 2*long != n {
		return 2*long > n
	}
	gaps := make([]float64, 0, n)
	for k := from + 1; k <= i; k++ {
		gaps = append(gaps, float64(l.days[k]-l.days[k-1]))
	}
	return quiet <= 2*stats.Median(gaps)
}

// at is how many of the days lie on or before day.
func (l life) at(day int32) int {
	n, exact := slices.BinarySearch(l.days, day)
	if exact {
		n++
	}
	return n
}

// alive tells whether somebody had bought by the end of a day and was not silent.
func (l life) alive(day int32, silence int) bool {
	n := l.at(day)
	if n == 0 {
		return false
	}
	quiet := float64(day - l.days[n-1])
	return quiet <= float64(silence) || l.pauses(n-1, quiet)
}

// passage is what became of one customer within some days.
type passage struct{ bought, fresh, back, silent, alive bool }

func (l life) through(s slot.Span, silence int) passage {
	first, last := number(s.Since)-1, number(s.Until)
	before, now := l.at(first), l.at(last)
	p := passage{bought: now > before, fresh: before == 0 && now > 0}
	if silence == 0 || now == 0 || l.apart {
		return p
	}
	was := l.alive(first, silence)
	p.alive = l.alive(last, silence)
	p.back = before > 0 && !was && p.bought
	p.silent = (was || p.fresh || p.back) && !p.alive
	return p
}

// has tells whether it counts in a figure.
func (p passage) has(key string) bool {
	switch key {
	case active:
		return p.bought
	case fresh:
		return p.fresh
	case back:
		return p.back
	case silent:
		return p.silent
	case base:
		return p.alive
	}
	return false
}

// census counts the passages of a span.
type census map[string]int64

func (a lives) through(s slot.Span, team int64) census {
	counts, apart := make([]int64, len(lifeKeys)), int64(0)
	for _, l := range a.all {
		if team != 0 && l.team != team {
			continue
		}
		p := l.through(s, a.silence)
		if p.fresh && l.apart {
			apart++
		}
		for i, key := range lifeKeys {
			if p.has(key) {
				counts[i]++
			}
		}
	}
	c := census{}
	for i, key := range lifeKeys {
		c[key] = counts[i]
	}
	c[growth] = c[fresh] - apart + c[back] - c[silent]
	return c
}

// who are the customers behind a figure of a span.
func (a lives) who(key string, s slot.Span, team int64) []int64 {
	out := []int64{}
	for _, l := range a.all {
		if team != 0 && l.team != team {
			continue
		}
		if l.through(s, a.silence).has(key) {
			out = append(out, l.id)
		}
	}
	return out
}

// measure finds how long a silence has to be, from all pauses: nine in ten are no
// longer.
func (a *lives) measure() {
	var lasting []int // how many pauses last so many days
	all := 0
	for _, l := range a.all {
		for i := 1; i < len(l.days); i++ {
			n := int(l.days[i] - l.days[i-1])
			if n >= len(lasting) {
				lasting = append(lasting, make([]int, n+1-len(lasting))...)
			}
			lasting[n]++
			all++
		}
	}
	if all < fewPauses {
		return
	}
	left := (all*9 + 9) / 10
	for n, k := range lasting {
		if left -= k; left <= 0 {
			a.silence = max(1, n)
			return
		}
	}
}
