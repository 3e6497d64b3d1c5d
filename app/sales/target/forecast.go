package target

import (
	"context"
	"fmt"
	"math"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/job"
)

// The ways to look ahead. Pipeline and History speak of won deals, the others of
// orders.
const (
	Pipeline = "pipeline" // open deals by their probability
	History  = "history"  // open deals by what became of those before
	Pace     = "pace"     // the months before, for the days that are left
	Repeat   = "repeat"   // customers who are due by their own rhythm
)

// Methods lists them.
var Methods = []string{Pipeline, History, Pace, Repeat}

// needMonths is how many full months the pace needs.
const needMonths = 3

// Expected is what one way of looking ahead expects of a month.
type Expected struct {
	Method        string
	Known         bool
	Off           bool  // the shop's own past does not bear the method out: it tells nothing
	SoFar         int64 // already there
	P10, P50, P90 int64 // with what is there
	N             int   // deals, months or customers it rests on
}

// Scored is a forecast of the past beside what came.
type Scored struct {
	Month  string `db:"month"`
	Method string `db:"method"`
	P10    int64  `db:"p10"`
	P50    int64  `db:"p50"`
	P90    int64  `db:"p90"`
	Actual int64  `db:"-"`
}

// Within tells whether what came lay between the tenth and the ninetieth.
func (s Scored) Within() bool { return s.Actual >= s.P10 && s.Actual <= s.P90 }

// Forecast is a month ahead.
type Forecast struct {
	Month    Period
	Currency string
	Target   int64 // of the company for what is won
	Expected []Expected
	Past     []Scored
	Judged   Judged
}

// Judged is how far off both ways of seeing an open deal were: of N that were
// open half a year ago and are decided now, the mean squared error of the stages'
// probabilities and of what history said then. The smaller the better.
type Judged struct {
	N               int
	Stages, History float64
}

// fewJudged is below how many deals nothing is said of that.
const fewJudged = 10

// Says tells that it rests on enough deals.
func (j Judged) Says() bool { return j.N >= fewJudged }

// Hits counts the past forecasts of a method that held what came.
func (f Forecast) Hits(method string) (hits, n int) {
	for _, p := range f.Past {
		if p.Method == method {
			if n++; p.Within() {
				hits++
			}
		}
	}
	return hits, n
}

// Ahead says what a month is likely to bring: this one or a later one. It is of
// the whole shop.
func (s *Service) Ahead(ctx context.Context, month Period) (Forecast, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Forecast{}, err
	}
	f := Forecast{Month: month}
	today, business, err := s.today(ctx)
	if err != nil {
		return f, err
	}
	f.Currency = business.Currency
	q := s.DB.Reader(ctx)
	if f.Expected, err = s.expect(ctx, q, month, today, f.Currency); err != nil {
		return f, err
	}
	if f.Judged.N, f.Judged.Stages, f.Judged.History, err = s.Deals.Judge(ctx, q, today); err != nil {
		return f, err
	}
	targets, err := targetsOf(ctx, q, month.Name)
	if err != nil {
		return f, err
	}
	for _, t := range targets {
		if t.Subject == Company && t.Metric == Won {
			f.Target = t.Amount
		}
	}
	if err := q.Select(ctx, &f.Past, sqlPast, MonthOf(today).Name); err != nil {
		return f, fmt.Errorf("read past forecasts: %w", err)
	}
	for i, p := range f.Past {
		past, err := ParsePeriod(p.Month)
		if err != nil {
			return f, err
		}
		if f.Past[i].Actual, err = came(ctx, q, p.Method, past.From, past.To, f.Currency); err != nil {
			return f, err
		}
	}
	return f, nil
}

// came is what a method speaks of, as it really was.
func came(ctx context.Context, q db.Q, method string, from, to cal.Date, currency string) (n int64, err error) {
	switch method {
	case Pipeline, History:
		err = q.Get(ctx, &n, sqlWonSum, from, to, currency)
	case Pace:
		err = q.Get(ctx, &n, sqlOrderSum, from, to)
	case Repeat:
		err = q.Get(ctx, &n, sqlRhythmSum, from, to)
	}
	if err != nil {
		return 0, fmt.Errorf("sum %s of %s: %w", method, from, err)
	}
	return n, nil
}

// expect looks ahead in every way.
func (s *Service) expect(ctx context.Context, q db.Q, month Period, today cal.Date, currency string) ([]Expected, error) {
	var out []Expected
	for _, method := range Methods {
		e := Expected{Method: method}
		if method == Repeat && s.unheard != nil {
			_, due, err := s.unheard(ctx)
			if err != nil {
				return nil, err
			}
			e.Off = due
		}
		var err error
		if e.SoFar, err = came(ctx, q, method, month.From, month.To, currency); err != nil {
			return nil, err
		}
		from := month.From
		if month.From <= today { // what should have closed is still expected
			from = "0001-01-01"
		}
		switch {
		case e.Off:
		case method != Pace:
			var chances []stats.Prospect
			known := true
			switch method {
			case Pipeline:
				err = q.Select(ctx, &chances, sqlOpenDeals, from, month.To, currency)
			case History:
				chances, known, err = s.Deals.Likely(ctx, q, from, month.To, currency, today)
			default:
				err = q.Select(ctx, &chances, sqlDue, max(month.From, today), month.To)
			}
			if err != nil {
				return nil, fmt.Errorf("look ahead by %s: %w", method, err)
			}
			o := stats.OutlookOf(chances)
			e.N, e.Known = len(chances), known && (len(chances) > 0 || e.SoFar > 0)
			e.P10, e.P50, e.P90 = e.SoFar+round(o.P10), e.SoFar+round(o.P50), e.SoFar+round(o.P90)
		default:
			var past []float64
			if past, err = months(ctx, q, today); err != nil {
				return nil, err
			}
			e.N, e.Known = len(past), len(past) >= needMonths
			if e.Known {
				left := 1 - month.Elapsed(today)
				e.P10, e.P50, e.P90 = e.SoFar+round(left*stats.Quantile7(past, .1)), e.SoFar+round(left*stats.Quantile7(past, .5)), e.SoFar+round(left*stats.Quantile7(past, .9))
			}
		}
		out = append(out, e)
	}
	return out, nil
}

func round(v float64) int64 { return int64(math.Round(v)) }

// months are the sums of up to twelve full months before this one, from the
// first in which anything was bought.
func months(ctx context.Context, q db.Q, today cal.Date) ([]float64, error) {
	var first cal.Date
	if err := q.Get(ctx, &first, sqlFirstDay); err != nil {
		return nil, fmt.Errorf("read the first day: %w", err)
	}
	var out []float64
	for m := MonthOf(today).Before(); len(out) < 12 && first != "" && m.From >= MonthOf(first).From; m = m.Before() {
		n, err := came(ctx, q, Pace, m.From, m.To, "")
		if err != nil {
			return nil, err
		}
		out = append(out, float64(n))
	}
	return out, nil
}

// jobs keep on the first of a month what is expected of it.
func (s *Service) jobs() []job.Spec {
	return []job.Spec{{Name: "target_forecast", Schedule: job.Monthly(1, 0, 20), Timeout: 5 * time.Minute, Run: s.Keep}}
}

// Keep writes down what this month is expected to bring, once; later it is
// compared with what came. After the fifth day it is too late to be honest.
func (s *Service) Keep(ctx context.Context) error {
	today, business, err := s.today(ctx)
	if err != nil {
		return err
	}
	month := MonthOf(today)
	if today.Sub(month.From) > 4 {
		return nil
	}
	expected, err := s.expect(ctx, s.DB.Reader(ctx), month, today, business.Currency)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, "target.forecast", func(ctx context.Context, tx *db.Tx) error {
		for _, e := range expected {
			if !e.Known {
				continue
			}
			if _, err := tx.Exec(ctx, sqlKeep, month.Name, e.Method, today, e.P10, e.P50, e.P90); err != nil {
				return fmt.Errorf("keep the forecast of %s: %w", month.Name, err)
			}
		}
		return nil
	})
}
