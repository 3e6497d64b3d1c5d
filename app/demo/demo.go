// Package demo makes up a believable small business with two years of history,
// in both languages, the same for the same seed and day. The same generator
// makes the large ones that the benchmarks run on. It writes rows directly:
// what it makes up is nobody's decision, so the journal holds none of it.
package demo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/search"
)

// Scales are the sizes by name, in customers.
var Scales = map[string]int{"small": 140, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}

// years of history.
const history = 730

// Options say what to make up.
type Options struct {
	DB        *db.DB
	Journal   *journal.Journal
	Events    *event.Bus
	Search    *search.Index
	Customers int
	Seed      uint64
	Zone      *time.Location
	Currency  string
	Say       func(done, total int) // progress; may be nil
	// More adds to a sample what other slices make up; may be nil.
	More func(ctx context.Context, tx *db.Tx) error
}

// batch is how many customers one transaction holds.
const batch = 1000

// Fill fills a shop that is set up and still empty.
func Fill(ctx context.Context, o Options) error {
	if err := journal.Remove(ctx, o.DB); err != nil {
		return err
	}
	office, err := usualHours(o.Zone)
	if err != nil {
		return err
	}
	g := &generator{Options: o, today: cal.Today(o.DB.Now(), o.Zone), now: o.DB.Now(), office: office}
	for from := 0; from < o.Customers; from += batch {
		to := min(from+batch, o.Customers)
		err := o.DB.Write(ctx, "demo.fill", func(ctx context.Context, tx *db.Tx) error {
			if from == 0 {
				if err := g.shop(ctx, tx); err != nil {
					return err
				}
			}
			for i := from; i < to; i++ {
				if err := g.customer(ctx, tx, i); err != nil {
					return fmt.Errorf("make up customer %d: %w", i, err)
				}
			}
			if err := g.findable(ctx, tx); err != nil {
				return err
			}
			return g.numbers(ctx, tx)
		})
		if err != nil {
			return err
		}
		if o.Say != nil {
			o.Say(to, o.Customers)
		}
	}
	if err := o.Journal.Install(ctx); err != nil {
		return err
	}
	return o.Events.SkipAll(ctx)
}

// usualHours is Monday to Friday, 09:00 to 18:00: what a new shop works.
func usualHours(zone *time.Location) (*cal.Hours, error) {
	open := cal.Spans{{From: 9 * 60, To: 18 * 60}}
	return cal.NewHours(zone, cal.Week{1: open, 2: open, 3: open, 4: open, 5: open}, nil, nil)
}

// generator holds what is made up once for the shop.
type generator struct {
	Options
	today    cal.Date
	now      time.Time
	office   *cal.Hours // when the shop works, so that clocks are believable
	people   []int64
	products []item
	tags     []int64
	nps      int64
	csat     int64
	orders   int  // numbers given so far
	sample   bool // no invented staff: the shop is somebody's own
	docs     []search.Doc
	stages   []step
	reasons  [2][]int64     // of wins and of losses
	lessons  map[string]int // told so far, by result and language
}

type item struct {
	id    int64
	name  string
	unit  string
	price int64
}

// life is one customer's story: how often they come, how much they spend, how
// they pay and what they think.
type life struct {
	rng      *rand.Rand
	chinese  bool
	company  bool
	name     string
	owner    int64
	level    string  // as the owner would give it
	from     int     // days before today on which they first came
	until    int     // days before today on which they stopped; 0 = still with us
	gap      float64 // their own rhythm in days
	spend    float64 // usual order in minor units
	late     float64 // usual days late with payment
	mood     float64 // 0 to 10
	id       int64
	buys     []buy
	contacts int
	lastTalk int64
	answered answer
	steps    int   // open tasks about their deals
	nextStep int64 // when the first of them is due
}

type buy struct {
	day   cal.Date
	total int64
	id    int64
	main  int64 // the product it was for
}

type answer struct{ nps, csat int }

// life draws a customer. Spending and frequency are heavy-tailed: a few carry
// the shop, many come once.
func (g *generator) life(i int) *life {
	rng := rand.New(rand.NewPCG(g.Seed, uint64(i)))
	l := &life{rng: rng, chinese: rng.Float64() < 0.4, company: rng.Float64() < 0.45, answered: answer{-1, -1}}
	l.name = l.makeName(i)
	l.owner = g.people[[]int{0, 0, 1, 1, 2}[rng.IntN(5)]]
	l.from = 1 + int(float64(history)*math.Pow(rng.Float64(), 0.8))
	l.gap = 6 + rng.ExpFloat64()*18
	if g.Customers >= 10_000 { // a big base is mostly people who come now and then
		l.gap = 27 + rng.ExpFloat64()*107
	}
	if rng.Float64() < 0.25 {
		l.gap = 400 // came once
	}
	if rng.Float64() < 0.3 {
		l.until = rng.IntN(l.from)
	}
	l.spend = math.Exp(7.6 + rng.NormFloat64()*0.8)
	if l.company {
		l.spend *= 4
	}
	switch {
	case l.spend > 12000:
		l.level = "A"
	case l.spend > 5000:
		l.level = "B"
	case l.spend > 1500:
		l.level = "C"
	}
	l.late = math.Max(-6, rng.NormFloat64()*9+2)
	l.mood = math.Min(10, math.Max(0, 8+rng.NormFloat64()*2))
	return l
}

// visits are the days on which the customer bought.
func (l *life) visits() []int {
	var days []int
	for at := float64(l.from); at > float64(l.until); {
		days = append(days, int(at))
		at -= math.Max(1, l.gap*(0.6+l.rng.Float64()*0.8))
		if len(days) > 120 {
			break
		}
	}
	return days
}
