package feedback

import (
	"context"
	"fmt"
	"sync"
	"time"

	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// enoughPairs is how many pairs of answers nobody acted on must exist before
// the natural rate is named at all.
const enoughPairs = 30

// Rate is a share with what it rests on.
type Rate struct {
	K, N      int
	Low, High float64 // of the 95 % interval, as fractions
}

func rate(k, n int) Rate {
	low, high := stats.Wilson(k, n)
	return Rate{k, n, low, high}
}

// Share is the rate as a fraction; 0 without data.
func (r Rate) Share() float64 {
	if r.N == 0 {
		return 0
	}
	return float64(r.K) / float64(r.N)
}

// Metrics say how the last year's cases went. Natural is what low answers do
// by themselves; Known is false until enough of those were seen.
type Metrics struct {
	InTime    Rate // first reply inside the clock, of those whose clock has ended
	Rechecked Rate // recovered, of those who answered again
	Opened    Rate // recovered, of all that were opened: the honest one
	Natural   Rate
	Known     bool
	Verdict   stats.Verdict // recovered among rechecked against the natural rate
}

// Metrics reads them for the whole shop.
func (s *Service) Metrics(ctx context.Context) (Metrics, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Metrics{}, err
	}
	now := s.db.Now()
	var row struct {
		Ended     int `db:"ended"`
		InTime    int `db:"in_time"`
		Rechecked int `db:"rechecked"`
		Recovered int `db:"recovered"`
		Opened    int `db:"opened"`
	}
	if err := s.db.Reader(ctx).Get(ctx, &row, sqlMetrics, db.At(now), db.At(now.AddDate(-1, 0, 0))); err != nil {
		return Metrics{}, fmt.Errorf("measure the cases: %w", err)
	}
	m := Metrics{InTime: rate(row.InTime, row.Ended), Rechecked: rate(row.Recovered, row.Rechecked), Opened: rate(row.Recovered, row.Opened)}
	var err error
	if m.Natural, err = s.naturally(ctx, now); err != nil {
		return m, err
	}
	m.Known = m.Natural.N >= enoughPairs
	test := stats.TwoProportions(m.Natural.K, m.Natural.N, m.Rechecked.K, m.Rechecked.N)
	m.Verdict = stats.Judge(test.P, min(m.Natural.N, m.Rechecked.N))
	return m, nil
}

// naturalCache keeps the natural rate for a while: it moves slowly and reads
// every answer.
type naturalCache struct {
	mu   sync.Mutex
	at   time.Time
	rate Rate
}

// Naturally is how many unhappy answers recover without anybody's doing.
func (s *Service) Naturally(ctx context.Context) (Rate, error) { return s.naturally(ctx, s.db.Now()) }

func (s *Service) naturally(ctx context.Context, now time.Time) (Rate, error) {
	c := &s.natural
	c.mu.Lock()
	defer c.mu.Unlock()
	if age := now.Sub(c.at); !c.at.IsZero() && age >= 0 && age < 10*time.Minute {
		return c.rate, nil
	}
	k, n, err := pairs(ctx, s.db.Reader(ctx), now.AddDate(-3, 0, 0))
	if err != nil {
		return Rate{}, err
	}
	c.at, c.rate = now, rate(k, n)
	return c.rate, nil
}
