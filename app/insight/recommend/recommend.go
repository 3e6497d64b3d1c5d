// Package recommend tells what may be offered beside a product and to a
// customer: what is bought together surely more often than by chance. Each
// offer says what it rests on. They are shown only while they would have been
// in customers' last purchases surely more often than what sells most anyway;
// what somebody needs only once is never offered to its owner.
package recommend

import (
	"context"
	"sync"

	"regulars/app/insight/prediction"
	"regulars/app/kit/basket"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const (
	window  = 730    // days of purchases that count
	most    = 30_000 // purchases that are counted; of a larger shop a fair part of its customers
	forOne  = 5      // offers to a customer, as many as were tried
	pairs   = 50     // on the page
	figure  = "recommend"
	minimum = 30 // customers who came twice, for a trial
)

// Model is what a night found.
type Model struct {
	Day       cal.Date `json:"day"`
	Purchases int      `json:"purchases"` // with a product
	Share     int      `json:"share"`     // one in so many customers was counted
	Customers int      `json:"customers"` // who bought twice: the trial
	Hits      int      `json:"hits"`
	Popular   int      `json:"popular"`
	P         float64  `json:"p"`
	Shown     bool     `json:"shown"`
	Pairs     int      `json:"pairs"`
	Once      int      `json:"once"` // products that are bought once only
}

// Reason is why nothing is shown, "" when it is.
func (m Model) Reason() string {
	switch {
	case m.Shown:
		return ""
	case m.Customers < minimum:
		return "few"
	case m.Pairs == 0:
		return "no_pairs"
	}
	return "not_better"
}

// Pair is a product that goes with another.
type Pair struct {
	With       int64   `db:"with_id"`
	WithName   string  `db:"with_name"`
	Product    int64   `db:"product_id"`
	Name       string  `db:"name"`
	Once       bool    `db:"once"`
	Together   int     `db:"together"`
	Ours       int     `db:"ours"`
	Theirs     int     `db:"theirs"`
	Baskets    int     `db:"baskets"`
	Lift       float64 `db:"lift"`
	Low        float64 `db:"low"`
	High       float64 `db:"high"`
	Confidence float64 `db:"confidence"`
	Cosine     float64 `db:"cosine"`
	Has        bool    `db:"has"` // the customer bought it before
}

func (p Pair) kit() basket.Pair {
	return basket.Pair{Product: p.Product, With: p.With, Cosine: p.Cosine}
}

// Service makes and shows them.
type Service struct {
	db   *db.DB
	walk *prediction.Service
	mu   sync.Mutex // one run at a time
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Read is what the last night found; made is false before the first.
func (s *Service) Read(ctx context.Context) (m Model, made bool, err error) {
	if err := auth.From(ctx).May(prediction.Read); err != nil {
		return m, false, err
	}
	_, made, err = prediction.Figure(ctx, s.db.Reader(ctx), figure, &m)
	return m, made, err
}

// Best are the strongest pairs of the shop.
func (s *Service) Best(ctx context.Context) ([]Pair, error) {
	if err := auth.From(ctx).May(prediction.Read); err != nil {
		return nil, err
	}
	return best(ctx, s.db.Reader(ctx))
}

// Beside is what goes with a product.
func (s *Service) Beside(ctx context.Context, product int64) ([]Pair, error) {
	if err := auth.From(ctx).May("product.read"); err != nil {
		return nil, err
	}
	return beside(ctx, s.db.Reader(ctx), product)
}

// For is what may be offered next to a customer whom the actor may see, the
// best first; nothing to those who do not want to be profiled.
func (s *Service) For(ctx context.Context, customer int64) ([]Pair, error) {
	actor := auth.From(ctx)
	for _, need := range []string{"customer.read", "order.read"} {
		if err := actor.May(need); err != nil {
			return nil, err
		}
	}
	q := s.db.Reader(ctx)
	silent, err := visible(ctx, q, actor.Scope(), customer)
	if err != nil || silent {
		return nil, err
	}
	found, err := offered(ctx, q, customer)
	if err != nil {
		return nil, err
	}
	of, list := map[[2]int64]Pair{}, make([]basket.Pair, 0, len(found))
	for _, p := range found {
		if !p.Once || !p.Has {
			of[[2]int64{p.With, p.Product}] = p
			list = append(list, p.kit())
		}
	}
	var out []Pair
	for _, o := range basket.Offers(list, forOne) {
		out = append(out, of[[2]int64{o.Because.With, o.Product}])
	}
	return out, nil
}
