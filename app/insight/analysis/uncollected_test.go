package analysis_test

import (
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/analysis"
)

// A report that nobody waited for is counted anew when somebody asks for it again
// on another day: what was true then is not handed over now.
func TestAnUncollectedReportIsNotHandedOverLater(t *testing.T) {
	a := apptest.New(t)
	busy(a)
	ctx, s := owner(t, a), a.Analysis()
	l := a.View.Bundle().For("en").At(a.Clock.Now())
	spec := analysis.Spec{Kind: "order", Measures: []analysis.Measure{{Fn: "count"}, {Fn: "median", Of: "total"}}}
	_, key, done, err := s.Wait(ctx, l, spec, time.Nanosecond)
	if done || err != nil {
		t.Fatalf("it is no long report: done %t, %v", done, err)
	}
	s.Rest(key)
	a.Clock.Add(24 * time.Hour)
	a.API("", "write").Into(nil, 201, "POST", "/orders", `{"customer_id":1,"ordered_on":"2026-01-05","status":"completed","lines":[{"name":"x","quantity":1,"unit_price":{"amount":"5.00","currency":"USD"}}]}`)
	table, _, done, err := s.Wait(ctx, l, spec, time.Minute)
	if err != nil || !done {
		t.Fatalf("the day after: done %t, %v", done, err)
	}
	if n := table.Total.Total[0].Value; n != 30001 {
		t.Errorf("the day after it counts %v orders, 30001 there are", n)
	}
}

// Whoever has three reports counted already is told so, with the right number.
func TestTooManyReportsAtOnceSaySo(t *testing.T) {
	a := apptest.New(t)
	busy(a)
	ctx, s := owner(t, a), a.Analysis()
	l := a.View.Bundle().For("en").At(a.Clock.Now())
	b := a.Owner()
	for top := range 3 {
		spec := heavy
		spec.Top = 10 + top
		_, key, done, err := s.Wait(ctx, l, spec, time.Nanosecond)
		if done || err != nil {
			t.Fatalf("it is no long report: done %t, %v", done, err)
		}
		defer s.Stop(ctx, key)
	}
	page := b.Get("/reports/new?kind=order&m=count").Body
	if !strings.Contains(page, "3 of your reports are being counted already.") {
		t.Error("a fourth report does not say that three are being counted")
	}
}
