package reorder

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const rowColumns = `r.customer_id, c.name, r.product_id, p.name AS product, r.last_on, r.times, r.gap_days, r.shop_days, r.due_on
		FROM reorder_clock r CROSS JOIN customer c ON c.id = r.customer_id CROSS JOIN product p ON p.id = r.product_id`

var (
	// What is bought once only has no clock, nor what is no longer offered.
	sqlRepeated = db.SQL(`SELECT id, category FROM product WHERE active = 1 AND once = 0`)
	sqlNextIDs  = db.SQL(`SELECT id FROM customer WHERE id > ? AND no_profiling = 0 ORDER BY id LIMIT 500`)
	sqlDays     = db.SQL(`
		SELECT o.customer_id, l.product_id, o.ordered_on FROM order_head o CROSS JOIN order_line l ON l.order_id = o.id
		WHERE o.customer_id >= ? AND o.customer_id <= ? AND o.ordered_on <= ? AND o.status IN ('confirmed', 'completed') AND o.total >= 0 AND l.product_id IS NOT NULL AND l.quantity > 0
		ORDER BY o.customer_id, o.ordered_on`)
	sqlClocks = db.SQL(`SELECT r.customer_id, r.product_id, r.last_on, r.times, r.gap_days, r.shop_days, r.due_on FROM json_each(?) j CROSS JOIN reorder_clock r ON r.customer_id = j.value ORDER BY r.customer_id, r.product_id`)
	sqlPut    = db.SQL(`
		INSERT INTO reorder_clock (customer_id, product_id, last_on, times, gap_days, shop_days, due_on)
		SELECT c.id, p.id, ?3, ?4, ?5, ?6, ?7 FROM customer c JOIN product p ON p.id = ?2 WHERE c.id = ?1 AND c.no_profiling = 0`)
	// Who has gone quiet as a whole has stopped, whatever the one product says.
	sqlGone    = db.SQL(`SELECT customer_id FROM prediction_buyer WHERE customer_id >= ? AND customer_id <= ? AND state = '` + prediction.Gone + `'`)
	sqlForget  = db.SQL(`DELETE FROM reorder_clock WHERE customer_id = ?`)
	sqlClear   = db.SQL(`DELETE FROM reorder_clock`)
	sqlVisible = db.SQL(`SELECT 1 FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL)
	sqlOf      = db.List(`SELECT ` + rowColumns + ` WHERE r.customer_id = ? ORDER BY r.due_on, r.product_id LIMIT 20`)
	sqlComing  = db.List(`
		SELECT ` + rowColumns + `
		WHERE r.due_on > ? AND r.due_on <= ? AND ` + auth.CustomerSQL + ` ORDER BY r.due_on, r.customer_id, r.product_id LIMIT ?`)
	sqlDue = db.List(`
		SELECT ` + rowColumns + `
		WHERE (r.due_on, r.customer_id, r.product_id) < (?, ?, ?) AND ` + auth.CustomerSQL + `
		ORDER BY r.due_on DESC, r.customer_id DESC, r.product_id DESC LIMIT ?`)
)

// Row is a clock with names.
type Row struct {
	Clock
	Name    string `db:"name"`
	Product string `db:"product"`
}

// repeated are the products that have a rhythm, with their category.
func repeated(ctx context.Context, q db.Q) (map[int64]string, error) {
	var rows []struct {
		ID       int64  `db:"id"`
		Category string `db:"category"`
	}
	if err := q.Select(ctx, &rows, sqlRepeated); err != nil {
		return nil, fmt.Errorf("read products: %w", err)
	}
	out := make(map[int64]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Category
	}
	return out, nil
}

// walk reads what everybody bought, a batch of customers at a time.
func walk(ctx context.Context, q db.Q, products map[int64]string, to cal.Date, fn func(ids []int64, by map[int64]history) error) error {
	for after := int64(0); ; {
		var ids []int64
		if err := q.Select(ctx, &ids, sqlNextIDs, after); err != nil {
			return fmt.Errorf("list customers: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		after = ids[len(ids)-1]
		by := make(map[int64]history, len(ids))
		for _, id := range ids {
			by[id] = history{}
		}
		if err := q.Each(ctx, sqlDays, []any{ids[0], ids[len(ids)-1], string(to)}, func(r *sqlx.Rows) error {
			var customer, product int64
			var on string
			if err := r.Scan(&customer, &product, &on); err != nil {
				return err
			}
			h := by[customer]
			if _, ok := products[product]; !ok || h == nil { // between them are those who do not want to be profiled
				return nil
			}
			if days := h[product]; len(days) == 0 || days[len(days)-1] != cal.Date(on) {
				h[product] = append(days, cal.Date(on))
			}
			return nil
		}); err != nil {
			return fmt.Errorf("read what customers bought: %w", err)
		}
		if err := fn(ids, by); err != nil {
			return err
		}
	}
}

// clocksOf are the clocks as they stand, by customer.
func clocksOf(ctx context.Context, q db.Q, ids []int64) (map[int64][]Clock, error) {
	var rows []Clock
	list, err := json.Marshal(ids)
	if err == nil {
		err = q.Select(ctx, &rows, sqlClocks, string(list))
	}
	if err != nil {
		return nil, fmt.Errorf("read when customers buy again: %w", err)
	}
	out := map[int64][]Clock{}
	for _, c := range rows {
		out[c.CustomerID] = append(out[c.CustomerID], c)
	}
	return out, nil
}

// goneOf are those of a batch who have gone quiet.
func goneOf(ctx context.Context, q db.Q, ids []int64) (map[int64]bool, error) {
	var list []int64
	if err := q.Select(ctx, &list, sqlGone, ids[0], ids[len(ids)-1]); err != nil {
		return nil, fmt.Errorf("read who has gone quiet: %w", err)
	}
	out := map[int64]bool{}
	for _, id := range list {
		out[id] = true
	}
	return out, nil
}

func put(ctx context.Context, tx *db.Tx, customer int64, list []Clock) error {
	if err := forget(ctx, tx, customer); err != nil {
		return err
	}
	for _, c := range list {
		if _, err := tx.Exec(ctx, sqlPut, c.CustomerID, c.ProductID, c.LastOn, c.Times, c.GapDays, c.ShopDays, c.DueOn); err != nil {
			return fmt.Errorf("store when customer %d buys again: %w", customer, err)
		}
	}
	return nil
}

func forget(ctx context.Context, tx *db.Tx, customer int64) error {
	if _, err := tx.Exec(ctx, sqlForget, customer); err != nil {
		return fmt.Errorf("forget when customer %d buys again: %w", customer, err)
	}
	return nil
}

func clear(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, sqlClear); err != nil {
		return fmt.Errorf("forget when customers buy again: %w", err)
	}
	return nil
}

func rowsOf(ctx context.Context, q db.Q, scope auth.Scope, customer int64) (out []Row, err error) {
	var there int
	if err := db.OrNotFound(q.Get(ctx, &there, sqlVisible, append([]any{customer}, scope.Args()...)...)); err != nil {
		return nil, err
	}
	if err = q.Select(ctx, &out, sqlOf, customer); err != nil {
		return nil, fmt.Errorf("read when customer %d buys again: %w", customer, err)
	}
	return out, nil
}

const pageRows = 50

// coming are those due in the days after today, the nearest first.
func coming(ctx context.Context, q db.Q, scope auth.Scope, today cal.Date) (out []Row, err error) {
	args := append([]any{string(today), string(today.AddDays(ahead))}, scope.Args()...)
	if err = q.Select(ctx, &out, sqlComing, append(args, pageRows)...); err != nil {
		return nil, fmt.Errorf("read what is due soon: %w", err)
	}
	return out, nil
}

func due(ctx context.Context, q db.Q, scope auth.Scope, until cal.Date, after string) (out []Row, next string, err error) {
	on, customer, product := string(until), int64(1)<<62, int64(1)<<62
	if after != "" {
		parts := strings.Split(after, "_")
		if len(parts) != 3 || !cal.Date(parts[0]).Valid() || cal.Date(parts[0]) > until {
			return nil, "", errs.NotVisible()
		}
		var bad error
		on = parts[0]
		if customer, err = strconv.ParseInt(parts[1], 10, 64); err == nil {
			product, bad = strconv.ParseInt(parts[2], 10, 64)
		}
		if err != nil || bad != nil {
			return nil, "", errs.NotVisible()
		}
	}
	args := append([]any{on, customer, product}, scope.Args()...)
	if err := q.Select(ctx, &out, sqlDue, append(args, pageRows+1)...); err != nil {
		return nil, "", fmt.Errorf("read what is due: %w", err)
	}
	if len(out) > pageRows {
		out = out[:pageRows]
		l := out[pageRows-1]
		next = fmt.Sprintf("%s_%d_%d", l.DueOn, l.CustomerID, l.ProductID)
	}
	return out, next, nil
}
