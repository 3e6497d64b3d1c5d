package watch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

var (
	sqlSales   = db.SQL(`SELECT day, orders, total FROM order_day WHERE day >= ? AND day < ?`)
	sqlBuyers  = db.SQL(`SELECT first_on, count(*) FROM prediction_buyer WHERE cohort >= ? GROUP BY first_on`)
	sqlCases   = db.SQL(`SELECT opened_at, coalesce(responded_at, 0) FROM feedback_case WHERE opened_at >= ? AND opened_at < ?`)
	sqlAnswers = db.SQL(`
		SELECT r.answered_at, s.kind, r.score FROM survey_response r JOIN survey s ON s.id = r.survey_id WHERE r.answered_at >= ? AND r.answered_at < ?`)
	sqlFirsts = db.SQL(`
		SELECT (SELECT coalesce(min(day), '') FROM order_day WHERE orders > 0), (SELECT coalesce(min(opened_at), 0) FROM feedback_case),
			(SELECT coalesce(min(answered_at), 0) FROM survey_response)`)
)

// read gathers the weeks up to the day before today.
func read(ctx context.Context, q db.Q, today cal.Date) (history, error) {
	h := history{weeks: make([]week, blocks), have: map[string]int{}}
	for i := range h.weeks {
		h.weeks[i].sum = map[string]float64{}
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return h, err
	}
	from := today.AddDays(-span * blocks)
	at := func(day cal.Date) *week {
		if day < from || day >= today {
			return nil
		}
		return &h.weeks[(today.Sub(day)-1)/span]
	}
	moment := func(ms int64) *week { return at(cal.DateOf(time.UnixMilli(ms), b.Zone())) }
	start, end := db.At(from.Time(b.Zone())), db.At(today.Time(b.Zone()))
	for _, part := range []struct {
		sql  string
		args []any
		row  func(r *sqlx.Rows) error
	}{
		{sqlSales, []any{string(from), string(today)}, func(r *sqlx.Rows) error {
			var day string
			var orders, total float64
			err := r.Scan(&day, &orders, &total)
			if w := at(cal.Date(day)); err == nil && w != nil {
				w.sum[Orders] += orders
				w.sum[Revenue] += total
			}
			return err
		}},
		{sqlBuyers, []any{from.Month()}, func(r *sqlx.Rows) error {
			var day string
			var n float64
			err := r.Scan(&day, &n)
			if w := at(cal.Date(day)); err == nil && w != nil {
				w.sum[Buyers] += n
			}
			return err
		}},
		{sqlCases, []any{start, end}, func(r *sqlx.Rows) error {
			var opened, replied int64
			err := r.Scan(&opened, &replied)
			if w := moment(opened); err == nil && w != nil {
				w.sum[Cases]++
				if replied >= opened {
					w.reply = append(w.reply, time.Duration((replied-opened)*1e6).Hours())
				}
			}
			return err
		}},
		{sqlAnswers, []any{start, end}, func(r *sqlx.Rows) error {
			var answered int64
			var kind string
			var score int
			err := r.Scan(&answered, &kind, &score)
			if w := moment(answered); err == nil && w != nil {
				w.add(kind, score)
			}
			return err
		}},
	} {
		if err := q.Each(ctx, part.sql, part.args, part.row); err != nil {
			return h, fmt.Errorf("read the weeks before: %w", err)
		}
	}
	return h, h.begin(ctx, q, today, b.Zone())
}

func (w *week) add(kind string, score int) {
	w.sum[Answers]++
	switch {
	case kind != "nps" || score < 0:
	case score >= 9:
		w.said.Promoters++
	case score >= 7:
		w.said.Passives++
	default:
		w.said.Detractors++
	}
}

// begin says how many whole weeks each number has been there.
func (h *history) begin(ctx context.Context, q db.Q, today cal.Date, zone *time.Location) error {
	return q.Each(ctx, sqlFirsts, nil, func(r *sqlx.Rows) error {
		var sold string
		var opened, answered int64
		if err := r.Scan(&sold, &opened, &answered); err != nil {
			return err
		}
		whole := func(first cal.Date) int {
			if first == "" {
				return 0
			}
			return max(0, min(blocks, today.Sub(first)/span))
		}
		since := func(ms int64) int {
			if ms == 0 {
				return 0
			}
			return whole(cal.DateOf(time.UnixMilli(ms), zone))
		}
		for _, k := range []string{Orders, Revenue, Buyers} {
			h.have[k] = whole(cal.Date(sold))
		}
		h.have[Cases], h.have[Reply] = since(opened), since(opened)
		h.have[Answers], h.have[NPS] = since(answered), since(answered)
		return nil
	})
}
