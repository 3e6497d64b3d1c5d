// Package reorder is a clock for each product and customer: when they usually
// buy it again. The usual gap is the median of their own, leaning on everybody's
// for that product as if three gaps were like those, and a product's own on its
// category's. It is shown only while a customer's own rhythm foretold their last
// gap surely better than everybody's did.
package reorder

import (
	"context"
	"slices"
	"sync"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

const (
	leanOwn     = 3  // gaps that everybody's rhythm counts for
	leanProduct = 10 // gaps that the category's rhythm counts for
	longest     = 730
	ahead       = 7  // days before a purchase is due that it is listed
	minimum     = 30 // gaps to foretell, for a trial
	exact       = 3  // days of error below which a single day is told
	figure      = "reorder"
)

// Model is what a night found.
type Model struct {
	Day     cal.Date `json:"day"`
	N       int      `json:"n"`    // last gaps that were foretold
	Own     float64  `json:"own"`  // mean error of the customer's own rhythm, in days
	Base    float64  `json:"base"` // of everybody's
	Closer  int      `json:"closer"`
	Farther int      `json:"farther"`
	P       float64  `json:"p"`
	Shown   bool     `json:"shown"`
	Clocks  int      `json:"clocks"`
}

// Reason is why nothing is shown, "" when it is.
func (m Model) Reason() string {
	switch {
	case m.Shown:
		return ""
	case m.N < minimum:
		return "few"
	}
	return "not_better"
}

func (m *Model) judge() {
	if m.N > 0 {
		m.Own, m.Base = m.Own/float64(m.N), m.Base/float64(m.N)
	}
	m.P = stats.McNemar(m.Closer, m.Farther)
	m.Shown = m.N >= minimum && m.Own < m.Base && m.Closer > m.Farther && stats.Judge(m.P, m.N) == stats.LikelyReal
}

// Clock is when a customer buys a product again.
type Clock struct {
	CustomerID int64    `db:"customer_id"`
	ProductID  int64    `db:"product_id"`
	LastOn     cal.Date `db:"last_on"`
	Times      int      `db:"times"`
	GapDays    float64  `db:"gap_days"`
	ShopDays   float64  `db:"shop_days"`
	DueOn      cal.Date `db:"due_on"`
}

// clockOf is false while there is no rhythm, and when the customer seems to have
// stopped buying it: twice the usual gap has passed.
func clockOf(customer, product int64, days []cal.Date, shop float64, today cal.Date) (Clock, bool) {
	gaps := gapsOf(days)
	if len(gaps) == 0 {
		return Clock{}, false
	}
	gap := own(gaps, shop)
	c := Clock{CustomerID: customer, ProductID: product, LastOn: days[len(days)-1], Times: len(days), GapDays: gap, ShopDays: shop}
	c.DueOn = c.LastOn.AddDays(int(gap + .5))
	return c, gap <= longest && float64(today.Sub(c.LastOn)) <= 2*gap
}

func own(gaps []float64, shop float64) float64 {
	return stats.ShrunkMean(stats.Median(gaps), len(gaps), shop, leanOwn)
}

func gapsOf(days []cal.Date) []float64 {
	var out []float64
	for i := 1; i < len(days); i++ {
		out = append(out, float64(days[i].Sub(days[i-1])))
	}
	return out
}

// usual counts gaps by their days.
type usual struct {
	n  int
	by map[int]int
}

func (u *usual) add(days float64) {
	if u.by == nil {
		u.by = map[int]int{}
	}
	u.n++
	u.by[min(int(days), longest)]++
}

// median is the lower one of the counted gaps.
func (u *usual) median() float64 {
	if u == nil || u.n == 0 {
		return 0
	}
	seen := 0
	for d := 0; d <= longest; d++ {
		if seen += u.by[d]; 2*seen >= u.n {
			return float64(d)
		}
	}
	return longest
}

// rhythms are everybody's gaps, by product.
type rhythms struct {
	products   map[int64]*usual
	categories map[string]*usual
	category   map[int64]string
	all        usual
}

func (r *rhythms) add(product int64, days float64) {
	if r.products[product] == nil {
		r.products[product] = &usual{}
	}
	r.products[product].add(days)
	r.all.add(days)
	if c := r.category[product]; c != "" {
		if r.categories[c] == nil {
			r.categories[c] = &usual{}
		}
		r.categories[c].add(days)
	}
}

// settle is everybody's usual gap of each product.
func (r *rhythms) settle() map[int64]float64 {
	out := map[int64]float64{}
	for id, u := range r.products {
		around := r.all.median()
		if c := r.categories[r.category[id]]; c != nil {
			around = c.median()
		}
		out[id] = stats.ShrunkMean(u.median(), u.n, around, leanProduct)
	}
	return out
}

// Service makes and shows them.
type Service struct {
	db *db.DB
	mu sync.Mutex // one run at a time
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Read is what the last night found; made is false before the first.
func (s *Service) Read(ctx context.Context) (m Model, made bool, err error) {
	if err := auth.From(ctx).May("order.read"); err != nil {
		return m, false, err
	}
	_, made, err = prediction.Figure(ctx, s.db.Reader(ctx), figure, &m)
	return m, made, err
}

// Of are the clocks of a customer whom the actor may see, the next first.
func (s *Service) Of(ctx context.Context, customer int64) ([]Row, error) {
	actor := auth.From(ctx)
	for _, need := range []string{"customer.read", "order.read"} {
		if err := actor.May(need); err != nil {
			return nil, err
		}
	}
	return rowsOf(ctx, s.db.Reader(ctx), actor.Scope(), customer)
}

// Due are those whose purchase is due within a week or overdue, the newest
// first, of the customers whom the actor may see.
func (s *Service) Due(ctx context.Context, after string) ([]Row, string, error) {
	actor := auth.From(ctx)
	if err := actor.May("order.read"); err != nil {
		return nil, "", err
	}
	q := s.db.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return nil, "", err
	}
	return due(ctx, q, actor.Scope(), cal.Today(s.db.Now(), b.Zone()).AddDays(ahead), after)
}

// history is what a customer bought: days by product.
type history map[int64][]cal.Date

func (h history) ordered() []int64 {
	out := make([]int64, 0, len(h))
	for p := range h {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}
