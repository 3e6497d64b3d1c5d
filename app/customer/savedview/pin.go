package savedview

import (
	"context"
	"net/url"
	"sync"
	"time"

	"regulars/app/kit/filter"
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

// Counter counts what a list's filter matches, at most up to limit.
type Counter func(ctx context.Context, conds []filter.Cond, limit int) (int, error)

// countLimit is where a pin says "999+".
const countLimit = 999

// counts remembers what the pins showed. A count is taken anew when something
// was written, but a slow one only so often that it costs a fiftieth of the
// time at most.
type counts struct{ seen sync.Map }

type countKey struct {
	user  int64
	query string
}

type counted struct {
	n     int
	moved uint64
	at    time.Time
	took  time.Duration
}

const countLife = 10 * time.Second

// pins are the actor's pinned views for the sidebar.
func (s *Service) pins(counters map[string]Counter) func(ctx context.Context) ([]web.Pin, error) {
	return func(ctx context.Context) ([]web.Pin, error) {
		views, err := s.pinned(ctx, s.db.Reader(ctx))
		if err != nil {
			return nil, err
		}
		var out []web.Pin
		for _, v := range views {
			pin := web.Pin{Label: v.Name, Icon: "pin", Href: "/" + v.Kind + "?" + v.Query}
			if count := counters[v.Kind]; count != nil {
				pin.N = s.count(ctx, count, v.Query)
			}
			if pin.N > countLimit {
				pin.N, pin.Over = countLimit, true
			}
			out = append(out, pin)
		}
		return out, nil
	}
}

// count is how many a view shows; one that cannot be counted (a search, a
// deleted field) shows no number.
func (s *Service) count(ctx context.Context, count Counter, query string) int {
	key := countKey{auth.From(ctx).UserID, query}
	now, moved := s.db.Now(), s.db.Moved()
	if v, ok := s.counts.seen.Load(key); ok {
		c := v.(counted)
		age := now.Sub(c.at)
		if age >= 0 && (age < 50*c.took || c.moved == moved && age < countLife) {
			return c.n
		}
	}
	q, err := url.ParseQuery(query)
	if err != nil || q.Get("q") != "" {
		return 0
	}
	conds, err := filter.Parse(q)
	if err != nil {
		return 0
	}
	n, err := count(ctx, conds, countLimit+1)
	if err != nil {
		n = 0
	}
	s.counts.seen.Store(key, counted{n, moved, now, s.db.Now().Sub(now)})
	return n
}
