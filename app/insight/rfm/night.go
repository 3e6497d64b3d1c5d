package rfm

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/kit/rfm"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/safego"
	"regulars/app/sys/setting"
)

// Overview is what the night found.
type Overview struct {
	Day    cal.Date  `json:"day"`
	Buyers int       `json:"buyers"`
	Total  int64     `json:"total"` // of two years
	Basis  rfm.Basis `json:"basis"`
	Cuts   rfm.Cuts  `json:"cuts"`
	Parts  []Part    `json:"parts"`
	Moves  []Move    `json:"moves"` // since the month began
}

// Part is a segment with who is in it.
type Part struct {
	Segment string `json:"segment"`
	N       int    `json:"n"`
	Was     int    `json:"was"` // when the month began
	Total   int64  `json:"total"`
}

// Move is how many came from one segment into another this month; From is ""
// for those who had not bought before.
type Move struct {
	From string `json:"from"`
	To   string `json:"to"`
	N    int    `json:"n"`
}

const (
	figure = "rfm"
	batch  = 500
)

// Attach makes the segments follow the rows of buyers.
func (s *Service) Attach(p *prediction.Service) {
	p.OnRows(func(ctx context.Context, _ cal.Date) error { return s.Renew(ctx) })
	p.OnForget(forget)
}

// wake sorts everybody anew beside the work.
func (s *Service) wake() {
	safego.Go("rfm", func() {
		if err := s.Renew(context.Background()); err != nil && s.db.Broken() == nil {
			slog.Error("sort customers into segments", "error", err)
		}
	})
}

// Again sorts everybody anew after a change has been taken back.
func (s *Service) Again(tx *db.Tx) { tx.AfterCommit(s.wake) }

// row is a buyer beside what was known of them.
type row struct {
	CustomerID  int64    `db:"customer_id"`
	Cohort      string   `db:"cohort"`
	LastOn      cal.Date `db:"last_on"`
	RecentDays  int      `db:"recent_days"`
	RecentTotal int64    `db:"recent_total"`
	R           int      `db:"r"`
	F           int      `db:"f"`
	M           int      `db:"m"`
	Segment     string   `db:"segment"`
	Month       string   `db:"month"`
	Before      string   `db:"before"`
}

func (r row) buyer(today cal.Date) rfm.Buyer {
	return rfm.Buyer{Recency: float64(today.Sub(r.LastOn)), Orders: float64(r.RecentDays), Money: float64(r.RecentTotal)}
}

// Renew scores everybody by the rows of the last night and stores whoever
// changed: first the scale from all, then each by it.
func (s *Service) Renew(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx = auth.With(ctx, auth.System("job"))
	q := s.db.Reader(ctx)
	shop, _, found, err := prediction.ReadShop(ctx, q)
	if err != nil || !found {
		return err
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	list, err := readSegments(ctx, q)
	if err != nil {
		return err
	}
	var own Thresholds
	if err := setting.Get(ctx, q, Setting, &own); err != nil {
		return err
	}
	buyers := make([]rfm.Buyer, 0, shop.Buyers)
	if err := prediction.EachBuyer(ctx, q, func(b prediction.Buyer) error {
		buyers = append(buyers, row{LastOn: b.LastOn, RecentDays: b.RecentDays, RecentTotal: b.RecentTotal}.buyer(shop.Day))
		return nil
	}); err != nil {
		return fmt.Errorf("read buyers: %w", err)
	}
	unit := math.Pow10(money.Digits(b.Currency))
	compared := buyers
	if !slices.ContainsFunc(buyers, func(b rfm.Buyer) bool { return b.Orders > 0 }) {
		compared = nil // nobody bought within two years: they are alike, and nobody is new
	}
	scale := rfm.ScaleOf(compared, rfm.Steps{Recency: 1, Orders: 1, Money: unit}, rfm.Cuts{Recency: own.Days, Orders: own.Orders, Money: own.Money})
	t := tally{o: Overview{Day: shop.Day, Buyers: len(buyers), Basis: scale.Basis, Cuts: scale.Cuts}, parts: map[string]*Part{}, moves: map[Move]int{}}
	if err := s.sort(ctx, scale, list.Table(), &t); err != nil {
		return err
	}
	return s.db.Write(ctx, "prediction.rfm", func(ctx context.Context, tx *db.Tx) error { return prediction.Keep(ctx, tx, figure, t.done(list)) })
}

// sort walks through all buyers by id and writes those whose place changed.
func (s *Service) sort(ctx context.Context, scale rfm.Scale, table rfm.Table, t *tally) error {
	q := s.db.Reader(ctx)
	for after := int64(0); ; {
		var list []row
		if err := q.Select(ctx, &list, sqlNext, after, batch); err != nil {
			return fmt.Errorf("read buyers: %w", err)
		}
		if len(list) == 0 {
			return nil
		}
		after = list[len(list)-1].CustomerID
		var changed []row
		for _, was := range list {
			now := was.placed(scale, table, t.o.Day)
			t.add(now)
			if now != was {
				changed = append(changed, now)
			}
		}
		if len(changed) > 0 {
			if err := s.db.Write(ctx, "prediction.rfm", func(ctx context.Context, tx *db.Tx) error {
				tx.Quiet()
				return put(ctx, tx, changed)
			}); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// placed is the row with its place of today. With the first night of a month
// the segment of the night before becomes what they came into it with.
func (r row) placed(scale rfm.Scale, table rfm.Table, today cal.Date) row {
	if month := today.Month(); r.Month != month {
		r.Before, r.Month = r.Segment, month
	}
	score, ok := scale.Score(r.buyer(today))
	r.R, r.F, r.M, r.Segment = score.R, score.F, score.M, ""
	if ok {
		r.Segment = table.Of(score)
	}
	if r.Before == "" && r.Cohort < r.Month { // they bought before anybody counted
		r.Before = r.Segment
	}
	return r
}

// tally gathers the overview.
type tally struct {
	o     Overview
	parts map[string]*Part
	moves map[Move]int
}

func (t *tally) part(key string) *Part {
	if t.parts[key] == nil {
		t.parts[key] = &Part{Segment: key}
	}
	return t.parts[key]
}

func (t *tally) add(r row) {
	t.o.Total += r.RecentTotal
	if r.Segment == "" {
		return
	}
	p := t.part(r.Segment)
	p.N++
	p.Total += r.RecentTotal
	if r.Before != "" {
		t.part(r.Before).Was++
	}
	if r.Before != r.Segment {
		t.moves[Move{From: r.Before, To: r.Segment}]++
	}
}

func (t *tally) done(list Segments) Overview {
	for _, g := range list {
		t.o.Parts = append(t.o.Parts, *t.part(g.Key))
	}
	for _, from := range append([]string{""}, Keys...) {
		for _, to := range Keys {
			if n := t.moves[Move{From: from, To: to}]; n > 0 {
				t.o.Moves = append(t.o.Moves, Move{From: from, To: to, N: n})
			}
		}
	}
	return t.o
}

// Overview reads what the night found; made is false before the first.
func (s *Service) Overview(ctx context.Context) (o Overview, made bool, err error) {
	if err := prediction.MaySee(ctx); err != nil {
		return o, false, err
	}
	_, made, err = prediction.Figure(ctx, s.db.Reader(ctx), figure, &o)
	return o, made, err
}
