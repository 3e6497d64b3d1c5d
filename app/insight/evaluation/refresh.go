package evaluation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"regulars/app/insight/prediction"
	"regulars/app/insight/worth"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/safego"
	"regulars/app/sys/setting"
)

const (
	batch       = 200
	drainEvery  = 5 * time.Second // well inside the promised ten
	smallShop   = 1000            // buyers below which the tables follow within the day
	renewAtPart = 10              // a tenth more or fewer buyers renews them
)

// day is the date on which a run judges, in the shop's zone, and what all who are
// judged on it have in common.
type day struct {
	today cal.Date
	zone  *time.Location
	costs bool // what some products cost is known
	worth Worth
	added custom.Record // the fields that the shop added
	fair  custom.Set    // those by which customers may be judged
}

// date is the day alone.
func (s *Service) date(ctx context.Context, now time.Time) (day, error) {
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	return day{today: cal.DateOf(now, b.Zone()), zone: b.Zone()}, err
}

func (s *Service) day(ctx context.Context, now time.Time) (day, error) {
	d, err := s.date(ctx, now)
	if err != nil {
		return d, err
	}
	q := s.db.Reader(ctx)
	if err = q.Get(ctx, &d.costs, sqlCosts); err != nil {
		return d, err
	}
	if d.added, err = s.book.Record(ctx, q, "customer"); err != nil {
		return d, err
	}
	d.fair = fit(d.added.Set)
	d.worth, err = worthNow(ctx, q)
	return d, err
}

// worthNow is the forecast as it stands, nothing unless it passed its trial.
func worthNow(ctx context.Context, q db.Q) (Worth, error) {
	var m worth.Model
	asOf, found, err := prediction.Figure(ctx, q, "worth", &m)
	if err != nil || !found || !m.Shown {
		return Worth{}, err
	}
	return Worth{Shown: true, Months: worth.Months, Margin: m.Margin, Source: m.Source, Yearly: m.Yearly, N: m.N, asOf: asOf.UnixMilli()}, nil
}

// marks is after which facts a customer is judged anew.
var marks = []string{
	"order.placed", "order.changed", "order.returned", "order.cancelled", "order.removed",
	"payment.received", "payment.refunded", "payment.changed", "payment.removed",
	"response.given", "response.changed", "response.removed", "invitation.sent", "invitation.expired", "invitation.answered",
	"promise.theirs.open", "promise.theirs.kept", "promise.theirs.late", "promise.theirs.broken", "promise.dropped",
	"case.opened", "case.complained", "case.closed", "customer.created", "customer.merged",
}

// What only the shop's own dimensions and groups rest on marks its customer by
// triggers: added fields, levels, exchanges, notes, referrals, deals, checklists.

func (s *Service) subscriber() event.Subscriber {
	return event.Subscriber{Name: "evaluation", Kinds: marks, Handle: func(ctx context.Context, tx *db.Tx, e event.Envelope) error {
		if e.CustomerID == 0 {
			return nil
		}
		return s.MarkDirty(ctx, tx, []int64{int64(e.CustomerID)})
	}}
}

// MarkDirty asks for a new evaluation of these customers, within ten seconds
// or when one of them is looked at. For facts, undo and imports.
func (s *Service) MarkDirty(ctx context.Context, tx *db.Tx, ids []int64) error {
	for _, id := range ids {
		if _, err := tx.Exec(ctx, sqlMark, db.At(tx.Now), id); err != nil {
			return fmt.Errorf("mark customer %d for evaluation: %w", id, err)
		}
	}
	return nil
}

// Start evaluates in the background whoever changed, until ctx ends.
func (s *Service) Start(ctx context.Context) {
	safego.Go("evaluation", func() {
		tick := time.NewTicker(drainEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			case <-s.nudge:
			}
			if err := s.beat(ctx); err != nil && ctx.Err() == nil && s.db.Broken() == nil {
				slog.Error("evaluate customers", "error", err)
			}
		}
	})
}

// beat takes up what was published, and judges whoever is marked.
func (s *Service) beat(ctx context.Context) error {
	var waits bool
	if err := s.db.Reader(ctx).Get(ctx, &waits, sqlWaits); err != nil {
		return fmt.Errorf("look for a published version: %w", err)
	}
	if waits {
		if err := s.renew(auth.With(ctx, auth.System("job"))); err != nil {
			return err
		}
	}
	if err := s.Drain(ctx); err != nil {
		return err
	}
	return s.regroup(auth.With(ctx, auth.System("job")))
}

// Drain evaluates everybody who is marked, in batches that let other writers
// in between.
func (s *Service) Drain(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	for {
		var ids []int64
		if err := s.db.Reader(ctx).Select(ctx, &ids, sqlDirty, batch); err != nil {
			return fmt.Errorf("list marked customers: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := s.renew(ctx); err != nil {
			return err
		}
		if err := s.step(ctx, ids); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

func (s *Service) step(ctx context.Context, ids []int64) error {
	return s.db.Write(ctx, "evaluation.refresh", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		d, err := s.day(ctx, tx.Now)
		if err != nil {
			return err
		}
		r, err := s.running(ctx, tx, d)
		if err != nil {
			return err
		}
		return s.judge(ctx, tx, ids, r)
	})
}

// judgeNow judges one customer within a write that changed what counts.
func (s *Service) judgeNow(ctx context.Context, tx *db.Tx, customer int64) error {
	d, err := s.day(ctx, tx.Now)
	if err != nil {
		return err
	}
	r, err := s.running(ctx, tx, d)
	if err != nil {
		return err
	}
	return s.judge(ctx, tx, []int64{customer}, r)
}

// running is what judges between two nights: the shop's tables and the version
// for which they were made.
func (s *Service) running(ctx context.Context, q db.Q, d day) (run, error) {
	shop, err := s.knownShop(ctx, q)
	if err != nil {
		return run{}, err
	}
	m, err := modelOf(ctx, q, shop)
	if shop.Day != "" {
		d.worth = shop.Worth // between two nights the forecast is the one that the tables were made of
	}
	return run{shop: shop, model: m.within(d.fair), day: d, months: shop.Month == d.today.Month()}, err
}

// run is what all batches of one run have in common.
type run struct {
	shop   Shop
	model  Model
	day    day
	settle bool // the nightly run: its grades become what hysteresis leans on
	months bool // the grades of this month are kept
	scores map[string]*tally
}

// judge evaluates one batch and stores what came out.
func (s *Service) judge(ctx context.Context, tx *db.Tx, ids []int64, r run) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return fmt.Errorf("encode ids: %w", err)
	}
	var known []before
	if err := tx.Select(ctx, &known, sqlBefore, string(list)); err != nil {
		return fmt.Errorf("read earlier evaluations: %w", err)
	}
	was := make(map[int64]before, len(known))
	there := make([]int64, 0, len(known))
	for _, b := range known {
		if b.NoProfiling {
			if err := s.forget(ctx, tx, b.CustomerID); err != nil {
				return err
			}
			continue
		}
		was[b.CustomerID] = b
		there = append(there, b.CustomerID)
	}
	all, err := load(ctx, tx, there, r.day, r.model)
	if err != nil {
		return err
	}
	for _, f := range all {
		b := was[f.customer]
		settled := b.settled(r.model)
		e := evaluate(f, r.shop, r.model, r.day.today, settled)
		if !r.settle {
			e.Settled = settled
		}
		e.AsOf = db.At(tx.Now)
		monthEnd := r.settle && r.day.today.AddDays(1).Month() != r.day.today.Month()
		if err := put(ctx, tx, e, b.moved(e) || (monthEnd && e.Total != nil)); err != nil {
			return err
		}
		if err := s.stats.SetScore(ctx, tx, f.customer, orNone(e.Total), e.Grade, orNone(e.Value), orNone(e.Health), e.ByHand()); err != nil {
			return err
		}
		for _, d := range e.Dimensions {
			if d.Score != nil && r.scores != nil {
				r.scores[d.Key].add(*d.Score)
			}
		}
	}
	if r.months {
		if err := keepMonth(ctx, tx, string(list), r.day.today.Month()); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, sqlClean, string(list))
	return err
}

func orNone(f *float64) float64 {
	if f == nil {
		return -1
	}
	return *f
}

// fresh tells whether what is stored still holds: judged today, and nothing
// has happened since.
func (s *Service) fresh(ctx context.Context, customer int64) (bool, error) {
	d, err := s.date(ctx, s.db.Now())
	if err != nil {
		return false, err
	}
	var ok bool
	found, err := db.Found(s.db.Reader(ctx).Get(ctx, &ok, sqlFresh, db.At(d.today.Time(d.zone)), customer))
	return found && ok, err
}

// refresh judges one customer now, because somebody looks.
func (s *Service) refresh(ctx context.Context, customer int64) error {
	ok, err := s.fresh(ctx, customer)
	if err != nil || ok {
		return err
	}
	ctx = auth.As(ctx, "job")
	if small, err := s.small(ctx); err != nil || small {
		if err := errors.Join(err, s.renew(ctx)); err != nil {
			return err
		}
	}
	return s.step(ctx, []int64{customer})
}

// small tells whether the shop's tables are made while somebody waits.
func (s *Service) small(ctx context.Context) (bool, error) {
	shop, err := s.knownShop(ctx, s.db.Reader(ctx))
	return shop.Buyers < smallShop, err
}

// version is the one that the tables were made for; those of earlier schemas
// know the first only.
func (s Shop) version() int64 { return max(1, s.Model) }

// peer is the median of a dimension, nil while too few have it.
func (s Shop) peer(key string) *float64 {
	v, ok := s.Peer[key]
	if !ok {
		return nil
	}
	return &v
}
