package prediction

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/job"
	"regulars/app/sys/setting"
	"regulars/app/sys/web"
)

const (
	batch     = 500
	smallShop = 2000 // buyers up to which the rows follow within minutes
	lookEvery = 5 * time.Minute
)

// Service makes the rows.
type Service struct {
	db     *db.DB
	after  []func(ctx context.Context, today cal.Date) error
	forget []func(ctx context.Context, tx *db.Tx, customer int64) error
	mu     sync.Mutex // one run at a time
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// OnRows adds what is made of the rows once they are new.
func (s *Service) OnRows(f func(ctx context.Context, today cal.Date) error) {
	s.after = append(s.after, f)
}

// OnForget adds what goes with a customer's row.
func (s *Service) OnForget(f func(ctx context.Context, tx *db.Tx, customer int64) error) {
	s.forget = append(s.forget, f)
}

// Attach makes the rows of those who do not want to be profiled go in the very
// transaction in which they say so.
func (s *Service) Attach(bus *event.Bus) { bus.InTx(s.profiling, "customer.profiling") }

func (s *Service) profiling(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	id := int64(e.CustomerID)
	var off bool
	if found, err := db.Found(tx.Get(ctx, &off, sqlSilent, id)); err != nil || !found || !off {
		return err
	}
	return s.drop(ctx, tx, id)
}

func (s *Service) drop(ctx context.Context, tx *db.Tx, id int64) error {
	for _, f := range s.forget {
		if err := f(ctx, tx, id); err != nil {
			return err
		}
	}
	return drop(ctx, tx, id)
}

// Module is what the slice offers the house. Its tables are derived and not
// journaled.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "prediction",
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Leads}, {Name: Write, Roles: auth.OwnerOnly}},
		Jobs: []job.Spec{
			{Name: "prediction_nightly", Schedule: job.Daily(3, 10), Timeout: 30 * time.Minute, Run: s.Night},
			{Name: "prediction_follow", Schedule: job.Every(lookEvery), Timeout: 30 * time.Minute, Run: s.Follow},
		},
	}
}

// Shop is what a night found about the whole shop.
type Shop struct {
	Day    cal.Date     `json:"day"`
	Buyers int          `json:"buyers"`
	Came   int          `json:"came"`  // of them on a second day
	Usual  float64      `json:"usual"` // the gap that nine in ten gaps do not exceed
	Few    bool         `json:"few"`   // too few gaps: Usual is a year
	States []StateCount `json:"states"`
	Return Return       `json:"return"`

	Silence Silence `json:"silence"` // whether being silent says anything
}

// StateCount is how many buyers are in a state and what they bought in their
// last year.
type StateCount struct {
	State string `json:"state"`
	N     int    `json:"n"`
	Total int64  `json:"total"`
}

// Return is how long it takes to the second purchase: those who have not come
// back yet count for the time they had.
type Return struct {
	N      int          `json:"n"`
	Over   int          `json:"over"`
	Median *stats.Span  `json:"median,omitempty"`
	Steps  []ReturnStep `json:"steps"`
}

// ReturnStep is the share that had come back after so many days.
type ReturnStep struct {
	Days   int     `json:"days"`
	AtRisk int     `json:"at_risk"`
	Share  float64 `json:"share"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// shopFigure is the name of Shop among the figures.
const shopFigure = "shop"

// ReadShop reads it; found is false before the first night.
func ReadShop(ctx context.Context, q db.Q) (sh Shop, asOf db.Time, found bool, err error) {
	asOf, found, err = Figure(ctx, q, shopFigure, &sh)
	return sh, asOf, found, err
}

// Follow makes the rows for the first time, and again within minutes for a
// small shop in which an order changed.
func (s *Service) Follow(ctx context.Context) error {
	q := s.db.Reader(ctx)
	shop, asOf, found, err := ReadShop(ctx, q)
	if err != nil {
		return err
	}
	if found && shop.Buyers > smallShop {
		return nil
	}
	var changed db.Time
	if err := q.Get(ctx, &changed, sqlLastChange); err != nil {
		return fmt.Errorf("read when an order last changed: %w", err)
	}
	if found && changed.Before(asOf.Time) || !found && changed.UnixMilli() == 0 {
		return nil
	}
	return s.Night(ctx)
}

// Night makes the rows of everybody: first the shop's usual gap, then each row
// by it. Its memory is a batch, the gaps by length, the waits for a second
// purchase and, while the alarms are tried, twenty bytes a buyer.
func (s *Service) Night(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer Sparing()()
	ctx = auth.With(ctx, auth.System("job"))
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	today := cal.Today(s.db.Now(), b.Zone())
	first, err := FirstDay(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	g, tried := gaps{}, newTrial(first, today)
	if err := s.Walk(ctx, today, func(list []History) error {
		for _, h := range list {
			days := h.Purchases()
			for i := 1; i < len(days); i++ {
				g.add(days[i].Sub(days[i-1]))
			}
			tried.add(days)
		}
		return nil
	}); err != nil {
		return err
	}
	silence := tried.judge()
	silence.Due = judgeDue(tried.lasts, g.quantile(.5))
	tried.people, tried.lasts = nil, nil
	t := tally{shop: Shop{Day: today, Usual: g.usual(), Few: g.n < fewGaps, Silence: silence}, cells: map[Cell]int{}, states: map[string]*StateCount{}}
	if err := s.Walk(ctx, today, func(list []History) error { return s.renew(ctx, list, &t) }); err != nil {
		return err
	}
	if err := s.db.Write(ctx, "prediction.figures", func(ctx context.Context, tx *db.Tx) error {
		if err := putCells(ctx, tx, t.cells); err != nil {
			return err
		}
		return Keep(ctx, tx, shopFigure, t.done())
	}); err != nil {
		return err
	}
	for _, f := range s.after {
		if err := s.db.Shrink(ctx); err != nil { // the room of one step is not needed by the next
			return err
		}
		debug.FreeOSMemory()
		if err := f(ctx, today); err != nil {
			return err
		}
	}
	return nil
}

// Sparing lets garbage lie for half as long until the function that it answers
// with is called: what a night reads is garbage at once, and the shop's work
// goes on beside it.
func Sparing() (end func()) {
	const share = 50
	before := debug.SetGCPercent(share)
	if before >= 0 && before < share {
		debug.SetGCPercent(before)
	}
	return func() { debug.SetGCPercent(before) }
}

// Walk reads what everybody bought up to a day, a batch at a time.
func (s *Service) Walk(ctx context.Context, today cal.Date, fn func(list []History) error) error {
	q := s.db.Reader(ctx)
	for after := int64(0); ; {
		var ids []int64
		if err := q.Select(ctx, &ids, sqlNextIDs, after, batch); err != nil {
			return fmt.Errorf("list customers: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		after = ids[len(ids)-1]
		list, err := daysOf(ctx, q, ids, today)
		if err != nil {
			return err
		}
		if err := fn(list); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// renew writes the rows of a batch that are other than they were.
func (s *Service) renew(ctx context.Context, list []History, t *tally) error {
	ids := make([]int64, len(list))
	for i, h := range list {
		ids[i] = h.CustomerID
	}
	was, err := stored(ctx, s.db.Reader(ctx), ids)
	if err != nil {
		return err
	}
	var put []Buyer
	var gone []int64
	for _, h := range list {
		b, ok := BuyerOf(h, t.shop.Usual, t.shop.Day)
		b = t.shop.Silence.heed(b, t.shop.Day)
		before, there := was[h.CustomerID]
		switch {
		case !ok && there:
			gone = append(gone, h.CustomerID)
		case ok && b != before:
			put = append(put, b)
		}
		if ok {
			t.add(b, h)
		}
	}
	if len(put)+len(gone) == 0 {
		return nil
	}
	return s.write(ctx, put, gone)
}

func (s *Service) write(ctx context.Context, rows []Buyer, gone []int64) error {
	return s.db.Write(ctx, "prediction.rows", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		for _, b := range rows { // who has gone since the batch was read, or has said no, gets none
			if err := put(ctx, tx, b); err != nil {
				return err
			}
		}
		for _, id := range gone {
			if err := s.drop(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// tally gathers what a night finds about the shop.
type tally struct {
	shop   Shop
	cells  map[Cell]int
	states map[string]*StateCount
	waits  []stats.Wait
}

func (t *tally) add(b Buyer, h History) {
	t.shop.Buyers++
	wait := stats.Wait{For: float64(t.shop.Day.Sub(b.FirstOn))}
	if b.SecondOn != "" {
		t.shop.Came++
		wait = stats.Wait{For: float64(b.SecondOn.Sub(b.FirstOn)), Over: true}
	}
	t.waits = append(t.waits, wait)
	if t.states[b.State] == nil {
		t.states[b.State] = &StateCount{State: b.State}
	}
	t.states[b.State].N++
	t.states[b.State].Total += b.YearTotal
	last := ""
	for _, d := range h.Purchases() {
		if m := d.Month(); m != last {
			last = m
			t.cells[Cell{Cohort: b.Cohort, Month: Months(b.Cohort, m)}]++
		}
	}
}

// returnDays are the days at which the return to a second purchase is told.
var returnDays = []int{30, 60, 90, 180, 365, 730}

// fewAtRisk is below how many people still waiting a share is not told.
const fewAtRisk = 5

func (t *tally) done() Shop {
	for _, s := range States {
		c := StateCount{State: s}
		if t.states[s] != nil {
			c = *t.states[s]
		}
		t.shop.States = append(t.shop.States, c)
	}
	curve := stats.KaplanMeier(t.waits)
	t.shop.Return = Return{N: curve.N, Over: curve.Over}
	if m := curve.Quantile(.5); m.Known && curve.AtRisk(m.Value) >= fewAtRisk {
		m.High = min(m.High, 1e9) // JSON has no infinity
		t.shop.Return.Median = &m
	}
	for _, d := range returnDays {
		if n := curve.AtRisk(float64(d)); n >= fewAtRisk {
			w := curve.Waiting(float64(d))
			t.shop.Return.Steps = append(t.shop.Return.Steps, ReturnStep{Days: d, AtRisk: n, Share: 1 - w.S, Low: 1 - w.High, High: 1 - w.Low})
		}
	}
	return t.shop
}
