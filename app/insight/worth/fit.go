package worth

import (
	"cmp"
	"context"
	"log/slog"
	"math"
	"runtime/debug"
	"slices"
	"time"

	"regulars/app/insight/prediction"
	"regulars/app/kit/btyd"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/job"
	"regulars/app/sys/safego"
	"regulars/app/sys/setting"
)

// The trial holds back a third of the shop's history, between these days.
const (
	minTrial = 28
	maxTrial = 182
)

// Attach makes the first fit follow the first rows, and rows go when asked to.
func (s *Service) Attach(p *prediction.Service) {
	p.OnRows(func(ctx context.Context, _ cal.Date) error {
		var m Model
		_, made, err := prediction.Figure(ctx, s.db.Reader(ctx), figure, &m)
		switch {
		case err != nil:
			return err
		case made && m.Shown:
			return s.catchUp(ctx, p, m)
		case made && m.Day.AddDays(7) > cal.DateOf(s.db.Now(), time.UTC):
			return nil
		}
		return s.Fit(ctx, p)
	})
	p.OnForget(forget)
	s.walk = p
}

func (s *Service) jobs() []job.Spec {
	return []job.Spec{{Name: "prediction_worth", Schedule: job.Weekly(time.Monday, 3, 40), Timeout: time.Hour, Run: func(ctx context.Context) error { return s.Fit(ctx, s.walk) }}}
}

// wake fits anew beside the work.
func (s *Service) wake() {
	safego.Go("worth", func() {
		if err := s.Fit(context.Background(), s.walk); err != nil && s.db.Broken() == nil {
			slog.Error("foresee what customers will buy", "error", err)
		}
	})
}

// Again fits anew after a change has been taken back.
func (s *Service) Again(tx *db.Tx) { tx.AfterCommit(s.wake) }

// sample gathers customers as the model sees them, in as little room as it
// takes: there may be a million.
type sample struct {
	now   []stand
	then  []stand // with what followed
	spent []btyd.Spent
}

// stand is a customer on a day: further purchases, days from the first to the
// last and until then, and how many purchases followed.
type stand struct{ x, tx, t, later int32 }

func (s stand) seen(customers int) btyd.Seen {
	return btyd.Seen{X: int(s.x), Tx: float64(s.tx) / 7, T: float64(s.t) / 7, Customers: customers}
}

// alike tells whether two look the same today, whatever followed.
func (s stand) alike(o stand) bool { return s.x == o.x && s.tx == o.tx && s.t == o.t }

func (s stand) compare(o stand) int {
	return cmp.Or(cmp.Compare(s.x, o.x), cmp.Compare(s.tx, o.tx), cmp.Compare(s.t, o.t), cmp.Compare(s.later, o.later))
}

// Fit makes the model from everybody's purchases, tries it on the newest part
// of the past, and foresees each customer when it passed.
func (s *Service) Fit(ctx context.Context, p *prediction.Service) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer prediction.Sparing()()
	ctx = auth.With(ctx, auth.System("job"))
	q := s.db.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	var before Model
	if _, _, err := prediction.Figure(ctx, q, figure, &before); err != nil {
		return err
	}
	m := Model{Day: cal.Today(s.db.Now(), b.Zone())}
	if m.TrialDays, err = trialDays(ctx, q, m.Day); err != nil {
		return err
	}
	if m.Margin, m.Source, m.Yearly, err = margin(ctx, q, m.Day); err != nil {
		return err
	}
	sm, err := gather(ctx, p, m.Day, m.TrialDays)
	if err != nil {
		return err
	}
	m.fit(sm, before.Params)
	debug.FreeOSMemory() // what was gathered is not needed to foresee
	if err := s.foresee(ctx, p, &m); err != nil {
		return err
	}
	return s.db.Write(ctx, "prediction.worth", func(ctx context.Context, tx *db.Tx) error { return prediction.Keep(ctx, tx, figure, m) })
}

// catchUp foresees by the model that there is those whose past is another than when it
// was made: they were merged, brought back by an undo, or old orders were imported.
// For all others it says what it said.
func (s *Service) catchUp(ctx context.Context, p *prediction.Service, m Model) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.foresee(ctx, p, &m)
}

// gather reads everybody once.
func gather(ctx context.Context, p *prediction.Service, today cal.Date, trial int) (sample, error) {
	var sm sample
	err := p.Walk(ctx, today, func(list []prediction.History) error {
		for _, h := range list {
			days := h.Purchases()
			now, ok := standOn(days, today)
			if !ok {
				continue
			}
			sm.now = append(sm.now, now)
			if n, mean := repeats(h); n > 0 && mean > 0 {
				sm.spent = append(sm.spent, btyd.Spent{X: n, Mean: mean, Customers: 1})
			}
			if then, ok := standOn(days, today.AddDays(-trial)); ok && trial > 0 {
				sm.then = append(sm.then, then)
			}
		}
		return nil
	})
	return sm, err
}

// fit is the pure part: whether there is enough, whether it passes its trial,
// and the model of everything.
func (m *Model) fit(sm sample, start btyd.Params) {
	for _, c := range sm.now {
		m.N++
		if c.x > 0 {
			m.Repeat++
		}
	}
	if m.Doubt = btyd.Enough(together(sm.now), 7); m.Doubt != btyd.Sure {
		return
	}
	m.try(sm.then, start)
	f := btyd.FitPurchases(together(sm.now), start)
	m.Params, m.Doubt, m.Gain = f.Params, f.Doubt, f.Gain
	if math.IsNaN(m.Gain) || math.IsInf(m.Gain, 0) {
		m.Gain = 0
	}
	m.Spend = btyd.FitSpend(sm.spent)
	m.Shown = f.Foresees() && m.Trial.Passed()
}

// try fits what was known on the earlier day and tries it on what followed.
func (m *Model) try(then []stand, start btyd.Params) {
	past := together(then)
	if btyd.Enough(past, 7) != btyd.Sure {
		return
	}
	if f := btyd.FitPurchases(past, start); f.Foresees() {
		m.Trial = f.Try(held(then), float64(m.TrialDays)/7)
	}
}

// together are customers who look alike as one row each, in a fixed order, so
// that the same history gives the same model.
func together(list []stand) (out []btyd.Seen) {
	slices.SortFunc(list, stand.compare)
	out = make([]btyd.Seen, 0, groups(list, stand.alike))
	for from := 0; from < len(list); {
		to := from
		for to < len(list) && list[to].alike(list[from]) {
			to++
		}
		out = append(out, list[from].seen(to-from))
		from = to
	}
	return out
}

// groups is how many runs of the same there are in a list.
func groups(list []stand, same func(a, b stand) bool) (n int) {
	for i := range list {
		if i == 0 || !same(list[i], list[i-1]) {
			n++
		}
	}
	return n
}

// held are customers who look alike and bought as often afterwards, of a list
// that together has put in order.
func held(list []stand) (out []btyd.Held) {
	out = make([]btyd.Held, 0, groups(list, func(a, b stand) bool { return a == b }))
	for from := 0; from < len(list); {
		to := from
		for to < len(list) && list[to] == list[from] {
			to++
		}
		out = append(out, btyd.Held{Seen: list[from].seen(to - from), Later: int(list[from].later)})
		from = to
	}
	return out
}

// terms are those of the model.
func (m Model) terms() btyd.Terms {
	return btyd.Terms{Months: Months, Month: btyd.WeeksPerMonth, Margin: m.Margin, Discount: math.Pow(1+m.Yearly/100, 1.0/12) - 1}
}

// expect is what the model says of a customer.
func (m Model) expect(h prediction.History) (Expected, bool) {
	on, ok := standOn(h.Purchases(), m.Day)
	if !ok {
		return Expected{}, false
	}
	seen := on.seen(0)
	e := Expected{CustomerID: h.CustomerID, Orders: m.Params.Purchases(seen, Months*btyd.WeeksPerMonth), Alive: -1}
	worth := m.Params.Worth(seen, m.Spend.Mean(repeats(h)), m.terms())
	if math.IsNaN(e.Orders) || math.IsInf(e.Orders, 0) || math.IsNaN(worth) || math.Abs(worth) > 1e15 {
		return Expected{}, false
	}
	e.Orders, e.Worth = math.Round(e.Orders*1000)/1000, int64(math.Round(worth))
	if m.Alive() {
		e.Alive = math.Round(m.Params.Alive(seen)*1000) / 1000
	}
	return e, true
}

// foresee writes what is expected of each customer, where it changed; of a
// model that is not shown nothing stays.
func (s *Service) foresee(ctx context.Context, p *prediction.Service, m *Model) error {
	return p.Walk(ctx, m.Day, func(list []prediction.History) error {
		ids := make([]int64, len(list))
		for i, h := range list {
			ids[i] = h.CustomerID
		}
		was, err := stored(ctx, s.db.Reader(ctx), ids)
		if err != nil {
			return err
		}
		var put []Expected
		var gone []int64
		for _, h := range list {
			e, ok := Expected{}, false
			if m.Shown {
				e, ok = m.expect(h)
			}
			before, there := was[h.CustomerID]
			switch {
			case !ok && there:
				gone = append(gone, h.CustomerID)
			case ok:
				m.Orders += e.Orders
				m.Worth += e.Worth
				if !there || before != e {
					put = append(put, e)
				}
			}
		}
		if len(put)+len(gone) == 0 {
			return nil
		}
		return s.db.Write(ctx, "prediction.worth", func(ctx context.Context, tx *db.Tx) error {
			tx.Quiet()
			return write(ctx, tx, put, gone)
		})
	})
}

// trialDays is how much of the past is held back: a third of it.
func trialDays(ctx context.Context, q db.Q, today cal.Date) (int, error) {
	first, err := prediction.FirstDay(ctx, q)
	if err != nil || first == "" {
		return 0, err
	}
	return min(maxTrial, max(minTrial, today.Sub(first)/3)), nil
}
