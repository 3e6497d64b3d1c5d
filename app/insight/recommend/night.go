package recommend

import (
	"context"

	"regulars/app/insight/prediction"
	"regulars/app/kit/basket"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Attach makes the pairs follow the rows of buyers.
func (s *Service) Attach(p *prediction.Service) {
	p.OnRows(s.Renew)
	s.walk = p
}

// Renew counts what is bought together and tries it on the last purchases.
func (s *Service) Renew(ctx context.Context, today cal.Date) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx = auth.With(ctx, auth.System("job"))
	q := s.db.Reader(ctx)
	from := today.AddDays(-window)
	all, err := purchases(ctx, q, from, today)
	if err != nil {
		return err
	}
	m := Model{Day: today, Share: max(1, (all+most-1)/most)}
	list, err := baskets(ctx, q, from, today, m.Share)
	if err != nil {
		return err
	}
	once, err := known(ctx, q)
	if err != nil {
		return err
	}
	m.Purchases = len(list)
	t := basket.Try(list, once)
	m.Customers, m.Hits, m.Popular, m.P = t.Customers, t.Hits, t.Popular, t.P
	learned := basket.Learn(list, once)
	var rows []Pair
	for _, with := range learned.With() {
		for _, p := range learned.Beside(with) {
			rows = append(rows, Pair{With: p.With, Product: p.Product, Once: learned.Once(p.Product), Together: p.Both, Ours: p.Ours, Theirs: p.Theirs, Baskets: p.Baskets,
				Lift: p.Lift, Low: p.Low, High: p.High, Confidence: p.Confidence, Cosine: p.Cosine})
		}
	}
	m.Pairs, m.Once = len(rows), learned.Singles()
	m.Shown = t.Customers >= minimum && t.Passed() && len(rows) > 0
	if !m.Shown {
		rows = nil
	}
	return s.db.Write(ctx, "prediction.recommend", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		if err := replace(ctx, tx, rows); err != nil {
			return err
		}
		return prediction.Keep(ctx, tx, figure, m)
	})
}
