package prediction

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

var (
	sqlNextIDs = db.SQL(`SELECT id FROM customer WHERE id > ? AND no_profiling = 0 ORDER BY id LIMIT ?`)
	sqlDays    = db.SQL(`
		SELECT o.customer_id, o.ordered_on, o.total FROM order_head o
		WHERE o.customer_id >= ? AND o.customer_id <= ? AND o.ordered_on <= ? AND o.status IN ('confirmed', 'completed')
		ORDER BY o.customer_id, o.ordered_on`)
	sqlStored = db.SQL(`
		SELECT b.customer_id, b.cohort, b.first_on, b.second_on, b.last_on, b.days, b.recent_days, b.recent_total, b.year_total, b.gap_days,
			b.expected_on, b.gone_on, b.state FROM json_each(?) j JOIN prediction_buyer b ON b.customer_id = j.value`)
	sqlPut = db.SQL(`
		INSERT INTO prediction_buyer (customer_id, cohort, first_on, second_on, last_on, days, recent_days, recent_total, year_total, gap_days, expected_on, gone_on, state)
		SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13 FROM customer WHERE id = ?1 AND no_profiling = 0
		ON CONFLICT (customer_id) DO UPDATE SET cohort = excluded.cohort, first_on = excluded.first_on, second_on = excluded.second_on,
			last_on = excluded.last_on, days = excluded.days, recent_days = excluded.recent_days, recent_total = excluded.recent_total,
			year_total = excluded.year_total, gap_days = excluded.gap_days, expected_on = excluded.expected_on, gone_on = excluded.gone_on,
			state = excluded.state`)
	sqlDrop       = db.SQL(`DELETE FROM prediction_buyer WHERE customer_id = ?`)
	sqlSilent     = db.SQL(`SELECT no_profiling FROM customer WHERE id = ?`)
	sqlCells      = db.SQL(`SELECT cohort, month, buyers FROM prediction_cohort ORDER BY cohort, month`)
	sqlPutCell    = db.SQL(`INSERT INTO prediction_cohort (cohort, month, buyers) VALUES (?, ?, ?) ON CONFLICT (cohort, month) DO UPDATE SET buyers = excluded.buyers`)
	sqlDropCell   = db.SQL(`DELETE FROM prediction_cohort WHERE cohort = ? AND month = ?`)
	sqlFigure     = db.SQL(`SELECT as_of, data FROM prediction_figure WHERE name = ?`)
	sqlPutFigure  = db.SQL(`INSERT INTO prediction_figure (name, as_of, data) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET as_of = excluded.as_of, data = excluded.data`)
	sqlFirst      = db.SQL(`SELECT coalesce(min(day), '') FROM order_day WHERE orders > 0`)
	sqlLastChange = db.SQL(`SELECT coalesce(max(updated_at), 0) FROM order_head`)
	sqlBuyers     = db.SQL(`
		SELECT customer_id, cohort, first_on, second_on, last_on, days, recent_days, recent_total, year_total, gap_days, expected_on, gone_on, state
		FROM prediction_buyer ORDER BY customer_id`)
)

// FirstDay is the day of the first order, "" before there is one.
func FirstDay(ctx context.Context, q db.Q) (day cal.Date, err error) {
	var first string
	if err := q.Get(ctx, &first, sqlFirst); err != nil {
		return "", fmt.Errorf("read when the first order was: %w", err)
	}
	return cal.Date(first), nil
}

// daysOf reads what some customers bought; ids are in order.
func daysOf(ctx context.Context, q db.Q, ids []int64, today cal.Date) ([]History, error) {
	out := make([]History, len(ids))
	at := make(map[int64]*History, len(ids))
	for i, id := range ids {
		out[i].CustomerID = id
		at[id] = &out[i]
	}
	err := q.Each(ctx, sqlDays, []any{ids[0], ids[len(ids)-1], string(today)}, func(r *sqlx.Rows) error {
		var id, total int64
		var on string
		if err := r.Scan(&id, &on, &total); err != nil {
			return err
		}
		if h := at[id]; h != nil { // between them are those who do not want to be profiled
			h.add(cal.Date(on), total)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what customers bought: %w", err)
	}
	return out, nil
}

// stored are the rows as they stand.
func stored(ctx context.Context, q db.Q, ids []int64) (map[int64]Buyer, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("read buyers: %w", err)
	}
	var rows []Buyer
	if err := q.Select(ctx, &rows, sqlStored, string(list)); err != nil {
		return nil, fmt.Errorf("read buyers: %w", err)
	}
	out := make(map[int64]Buyer, len(rows))
	for _, b := range rows {
		out[b.CustomerID] = b
	}
	return out, nil
}

func put(ctx context.Context, tx *db.Tx, b Buyer) error {
	_, err := tx.Exec(ctx, sqlPut, b.CustomerID, b.Cohort, b.FirstOn, string(b.SecondOn), b.LastOn, b.Days, b.RecentDays, b.RecentTotal, b.YearTotal, b.GapDays,
		string(b.ExpectedOn), b.GoneOn, b.State)
	if err != nil {
		return fmt.Errorf("store buyer %d: %w", b.CustomerID, err)
	}
	return nil
}

func drop(ctx context.Context, tx *db.Tx, customer int64) error {
	if _, err := tx.Exec(ctx, sqlDrop, customer); err != nil {
		return fmt.Errorf("forget buyer %d: %w", customer, err)
	}
	return nil
}

// Cell is a field of the table of cohorts.
type Cell struct {
	Cohort string `db:"cohort"`
	Month  int    `db:"month"`
	Buyers int    `db:"buyers"`
}

// Cells reads the table of cohorts.
func Cells(ctx context.Context, q db.Q) ([]Cell, error) {
	var out []Cell
	if err := q.Select(ctx, &out, sqlCells); err != nil {
		return nil, fmt.Errorf("read the cohorts: %w", err)
	}
	return out, nil
}

func putCells(ctx context.Context, tx *db.Tx, now map[Cell]int) error {
	was, err := Cells(ctx, tx)
	if err != nil {
		return err
	}
	for _, c := range was {
		key := Cell{Cohort: c.Cohort, Month: c.Month}
		switch n, there := now[key]; {
		case !there:
			_, err = tx.Exec(ctx, sqlDropCell, c.Cohort, c.Month)
		case n == c.Buyers:
			delete(now, key)
		}
		if err != nil {
			return fmt.Errorf("store the cohorts: %w", err)
		}
	}
	for c, n := range now {
		if _, err := tx.Exec(ctx, sqlPutCell, c.Cohort, c.Month, n); err != nil {
			return fmt.Errorf("store the cohorts: %w", err)
		}
	}
	return nil
}

// Figure reads what a night found, and when; found is false before the first.
func Figure(ctx context.Context, q db.Q, name string, into any) (asOf db.Time, found bool, err error) {
	var row struct {
		AsOf db.Time `db:"as_of"`
		Data string  `db:"data"`
	}
	if found, err = db.Found(q.Get(ctx, &row, sqlFigure, name)); err != nil || !found {
		return asOf, false, err
	}
	if err := json.Unmarshal([]byte(row.Data), into); err != nil {
		return asOf, false, fmt.Errorf("read the figure %s: %w", name, err)
	}
	return row.AsOf, true, nil
}

// Keep stores what a night found.
func Keep(ctx context.Context, tx *db.Tx, name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("store the figure %s: %w", name, err)
	}
	if _, err := tx.Exec(ctx, sqlPutFigure, name, db.At(tx.Now), string(text)); err != nil {
		return fmt.Errorf("store the figure %s: %w", name, err)
	}
	return nil
}

// EachBuyer reads all rows one after the other.
func EachBuyer(ctx context.Context, q db.Q, fn func(b Buyer) error) error {
	return q.Each(ctx, sqlBuyers, nil, func(r *sqlx.Rows) error {
		var b Buyer
		if err := r.StructScan(&b); err != nil {
			return err
		}
		return fn(b)
	})
}
