package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"regulars/app"
	"regulars/app/insight/outlook"
	"regulars/app/insight/prediction"
	"regulars/app/insight/recommend"
	"regulars/app/insight/reorder"
	"regulars/app/insight/rfm"
	"regulars/app/insight/worth"
	"regulars/app/kit/cal"
)

// What the nights read at least, and what is emptied so that one begins from nothing.
const (
	rawDays   = `SELECT customer_id, ordered_on, sum(total) FROM order_head GROUP BY 1, 2 ORDER BY 1, 2`
	rawBuyers = `SELECT customer_id, last_on, recent_days, recent_total FROM prediction_buyer ORDER BY customer_id`
	rawSold   = `SELECT ordered_on, sum(total) FROM order_head GROUP BY 1 ORDER BY 1`
	rawLines  = `SELECT o.customer_id, o.ordered_on, l.product_id FROM order_head o JOIN order_line l ON l.order_id = o.id ORDER BY 1, 2`
)

var madeAtNight = []string{"prediction_rfm", "prediction_worth", "prediction_buyer", "prediction_cohort", "prediction_figure", "recommend_pair", "reorder_clock"}

// alone runs the night as a program of its own, from nothing and again with
// nothing changed: what it needs of time and memory beside the shop's work.
func alone(o options, work string, raw *raws, t *table) error {
	for _, name := range madeAtNight {
		if _, err := raw.db.Exec(`DELETE FROM ` + name); err != nil {
			return fmt.Errorf("begin from nothing: %w", err)
		}
	}
	read, err := timed("", "", func() error { return raw.read(rawDays) })
	if err != nil {
		return err
	}
	for _, turn := range []string{"from nothing", "nothing changed"} {
		cmd := exec.Command(o.binary, "jobs", "run", "prediction_nightly", "--data", work)
		begin := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("the night: %w: %s", err, out)
		}
		took, spent := time.Since(begin), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
		t.note("prediction night, "+turn, "%.1f s (%.1f s of a processor), peak memory %d MB, %.0f : raw sums by customer and day", took.Seconds(), spent.Seconds(), peak(cmd), took.Seconds()/read.Seconds())
	}
	return nil
}

// nights runs what a prediction night consists of one by one.
func nights(ctx context.Context, o options, a *app.App, raw *raws, t *table) error {
	today := cal.Today(a.DB.Now(), time.UTC)
	for _, one := range []struct {
		name, sql string
		run       func() error
	}{
		{"rows of everybody, nothing changed", rawDays, func() error { return prediction.New(a.DB).Night(ctx) }},
		{"RFM of everybody", rawBuyers, func() error { return rfm.New(a.DB).Renew(ctx) }},
		{"lifetime value of everybody, fitted and tried", rawDays, func() error { return worth.New(a.DB).Fit(ctx, prediction.New(a.DB)) }},
		{"sales ahead", rawSold, func() error { return outlook.New(a.DB).Renew(ctx, today) }},
		{"what goes together", rawLines, func() error { return recommend.New(a.DB).Renew(ctx, today) }},
		{"due again", rawLines, func() error { return reorder.New(a.DB).Renew(ctx, today) }},
	} {
		if err := one.run(); err != nil { // warm
			return errors.Join(errors.New(one.name), err)
		}
		took, err := timed(o.profile, one.name, one.run)
		if err != nil {
			return err
		}
		read, err := timed("", "", func() error { return raw.read(one.sql) })
		if err != nil {
			return err
		}
		t.note(one.name, "%.1f s, %.0f : raw reading", took.Seconds(), took.Seconds()/read.Seconds())
	}
	return nil
}

// measureNights runs the predictions: as a program of its own, and one by one.
func measureNights(ctx context.Context, o options, work string, raw *raws, t *table) error {
	if err := alone(o, work, raw, t); err != nil {
		return err
	}
	if err := within(ctx, work, func(ctx context.Context, a *app.App) error { return nights(ctx, o, a, raw, t) }); err != nil {
		return err
	}
	return foresights(t)
}
