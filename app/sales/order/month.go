package order

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/crowd"
	"regulars/app/sys/db"
)

// Who bought in a month is kept, so that reports on new and returning customers
// need not look at each order. Triggers say which months something touched; those
// are counted from their orders until countMonths has counted them anew.

// Class says where an order stands in its customer's life.
type Class string

// The classes. A return before the first purchase is early.
const (
	First Class = "first"
	Later Class = "later"
	Early Class = "early"
	Never Class = "none"
)

// Classes are all of them.
var Classes = []Class{First, Later, Early, Never}

// Buyers are the confirmed and completed orders of one class, in whatever currency.
type Buyers struct {
	Orders int
	Total  int64
	Who    crowd.Set
	spent  []byte // what each of them ordered, as pack writes it
}

// Month is who bought in a month, or in the part of it that was asked for.
type Month struct {
	Name string // 2026-03
	By   map[Class]Buyers
	Kept bool // it was not counted from its orders now
}

// Bought are the months between two days, "" for no bound.
func Bought(ctx context.Context, q db.Q, from, to cal.Date) ([]Month, error) {
	first, last := cmp.Or(from, "0000-01-01"), cmp.Or(to, "9999-12-31")
	var states []monthState
	if err := q.Select(ctx, &states, sqlMonths, string(first[:7]), string(last[:7])); err != nil {
		return nil, fmt.Errorf("list months: %w", err)
	}
	kept, err := keptBuyers(ctx, q, string(first[:7]), string(last[:7]))
	if err != nil {
		return nil, err
	}
	var out []Month
	for _, s := range states {
		begin, end := cal.Date(s.Month+"-01"), endOf(s.Month)
		if last < end && s.State == 1 && first <= begin { // a month that still runs is whole when nothing is dated ahead
			var latest string
			if err := q.Get(ctx, &latest, sqlLastDay, string(begin), string(end)); err != nil {
				return nil, fmt.Errorf("look for the last day of %s: %w", s.Month, err)
			}
			end = cal.Date(latest)
		}
		m := Month{Name: s.Month, By: kept[s.Month], Kept: s.State == 1 && first <= begin && end <= last}
		if !m.Kept {
			if m.By, err = readBuyers(ctx, q, max(first, begin), min(end, last)); err != nil {
				return nil, err
			}
		}
		out = append(out, m)
	}
	return out, nil
}

// endOf is the last day of a month.
func endOf(month string) cal.Date {
	next := cal.Date(month + "-01").AddDays(31)
	return cal.Date(next.Month() + "-01").AddDays(-1)
}

// countMonths counts the months that something touched, the newest first. Whoever
// writes meanwhile does not wait: a month is read without holding the writer, and
// kept only when nothing touched it.
func (s *Service) countMonths(ctx context.Context) error {
	var states []monthState
	if err := s.db.Reader(ctx).Select(ctx, &states, sqlUncounted); err != nil {
		return fmt.Errorf("list months to count: %w", err)
	}
	for _, m := range states {
		if err := s.countMonth(ctx, m.Month); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) countMonth(ctx context.Context, month string) error {
	err := s.db.Write(ctx, "order.month", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sqlBeginMonth, month)
		return err
	})
	if err != nil {
		return fmt.Errorf("begin to count %s: %w", month, err)
	}
	all, err := readBuyers(ctx, s.db.Reader(ctx), cal.Date(month+"-01"), endOf(month))
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, "order.month", func(ctx context.Context, tx *db.Tx) error { return keepMonth(ctx, tx, month, all) })
	if err != nil {
		return fmt.Errorf("keep who bought in %s: %w", month, err)
	}
	return nil
}

// checkMonths compares what is kept with the orders, has the months that differ
// counted anew, and tells how many they were.
func (s *Service) checkMonths(ctx context.Context) (differ int, err error) {
	err = s.db.Still(ctx, func(ctx context.Context) error {
		q := s.db.Reader(ctx)
		months, err := Bought(ctx, q, "", "")
		for _, m := range months {
			if err != nil {
				return err
			}
			if !m.Kept {
				continue
			}
			var now map[Class]Buyers
			if now, err = readBuyers(ctx, q, cal.Date(m.Name+"-01"), endOf(m.Name)); err == nil && !alike(m.By, now) {
				slog.Warn("who bought in a month differed from its orders and is counted anew", "month", m.Name)
				differ++
				err = s.db.Write(context.WithoutCancel(ctx), "order.month", func(ctx context.Context, tx *db.Tx) error {
					_, err := tx.Exec(ctx, sqlAgainMonth, m.Name)
					return err
				})
			}
		}
		return err
	})
	if err == nil {
		err = s.countMonths(ctx)
	}
	return differ, err
}

func alike(a, b map[Class]Buyers) bool {
	for _, class := range Classes {
		x, y := a[class], b[class]
		if x.Orders != y.Orders || x.Total != y.Total || !slices.Equal(x.Who.Pack(), y.Who.Pack()) || !bytes.Equal(x.spent, y.spent) {
			return false
		}
	}
	return true
}
