package quality

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"regulars/app/customer/customer"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// The finding comes first: its customer is one look-up.
var list = field.List{
	Columns: `f.id, f.customer_id, c.name AS customer_name, c.kind AS customer_kind, c.owner_id, u.name AS owner_name, f.kind, f.detail, f.found_at`,
	From:    `quality_finding f CROSS JOIN customer c ON c.id = f.customer_id LEFT JOIN user u ON u.id = c.owner_id`,
	ID:      "f.id",
	Sort:    "-id",
	Fields: []field.Field{
		{Name: "kind", Label: "quality.kind", Kind: field.Choice, Column: "f.kind", Choices: Kinds},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "f.customer_id"},
		{Name: "owner_id", Label: "customer.owner", Kind: field.Ref, Column: "c.owner_id", Options: "user"},
		{Name: "found_at", Label: "quality.found_at", Kind: field.Time, Column: "f.found_at"},
	},
}

var (
	sqlCounts  = db.SQL(`SELECT kind, n FROM quality_count`)
	sqlAll     = db.SQL(`SELECT count(*) FROM customer`)
	sqlLastDay = db.SQL(`SELECT day, at, customers, reachable, findings FROM quality_day ORDER BY day DESC LIMIT 1`)
	sqlDays    = db.SQL(`SELECT day, at, customers, reachable, findings FROM quality_day ORDER BY day DESC LIMIT ?`)
	sqlPutDay  = db.SQL(`
		INSERT INTO quality_day (day, at, customers, reachable, findings) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (day) DO UPDATE SET at = excluded.at, customers = excluded.customers, reachable = excluded.reachable, findings = excluded.findings`)
	sqlPutRight = db.SQL(`
		INSERT INTO quality_right (customer_id, kind, detail, user_id, at) SELECT f.customer_id, f.kind, f.detail, ?, ? FROM quality_finding f
		WHERE f.customer_id = ? AND f.kind = ? ON CONFLICT (customer_id, kind) DO UPDATE SET detail = excluded.detail, user_id = excluded.user_id, at = excluded.at`)
	sqlRights = db.List(`
		SELECT r.id, r.customer_id, c.name AS customer_name, r.kind, r.detail, u.name AS user_name, r.at
		FROM quality_right r CROSS JOIN customer c ON c.id = r.customer_id LEFT JOIN user u ON u.id = r.user_id
		WHERE r.kind = ? AND r.id < ? AND ` + auth.CustomerSQL + ` ORDER BY r.id DESC LIMIT ?`)
	sqlRight = db.SQL(`
		SELECT r.id, r.customer_id, c.name AS customer_name, r.kind, r.detail, r.at FROM quality_right r JOIN customer c ON c.id = r.customer_id
		WHERE r.id = ? AND ` + auth.CustomerSQL)
	sqlDropRight = db.SQL(`DELETE FROM quality_right WHERE id = ?`)
)

// standing is how the whole base stands by what was found.
func standing(ctx context.Context, q db.Q) (Day, error) {
	var d Day
	if err := q.Get(ctx, &d.Customers, sqlAll); err != nil {
		return d, fmt.Errorf("count the customers: %w", err)
	}
	counts, err := countsOf(ctx, q)
	for _, n := range counts {
		d.Findings += n
	}
	d.Reachable = d.Customers - counts[Unreachable]
	return d, err
}

func countsOf(ctx context.Context, q db.Q) (map[string]int, error) {
	out := map[string]int{}
	err := q.Each(ctx, sqlCounts, nil, func(r *sqlx.Rows) error {
		var kind string
		var n int
		err := r.Scan(&kind, &n)
		out[kind] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read how much was found: %w", err)
	}
	return out, nil
}

func putDay(ctx context.Context, tx *db.Tx, d Day) error {
	_, err := tx.Exec(ctx, sqlPutDay, d.Day, d.At, d.Customers, d.Reachable, d.Findings)
	return err
}

// lastDay is the last whole check, if there was one.
func lastDay(ctx context.Context, q db.Q) (Day, bool, error) {
	var d Day
	found, err := db.Found(q.Get(ctx, &d, sqlLastDay))
	return d, found, err
}

// days is the trend, oldest first.
func days(ctx context.Context, q db.Q, limit int) ([]Day, error) {
	var out []Day
	if err := q.Select(ctx, &out, sqlDays, limit); err != nil {
		return nil, fmt.Errorf("read the trend: %w", err)
	}
	slices.Reverse(out)
	return out, nil
}

// What is counted of each field of ours, in one pass.
var sqlFilled = db.SQL(`
	SELECT coalesce(sum(wechat <> ''), 0), coalesce(sum(address <> ''), 0), coalesce(sum(region <> ''), 0), coalesce(sum(source <> ''), 0),
		coalesce(sum(birthday <> ''), 0), coalesce(sum(language <> ''), 0), coalesce(sum(rhythm_days <> 0), 0), coalesce(sum(level <> ''), 0),
		coalesce(sum(notes <> ''), 0), coalesce(sum(external_id IS NOT NULL), 0) FROM customer`)

var (
	sqlFilledAdded = db.SQL(`SELECT j.key AS name, count(*) AS filled FROM customer c, json_each(c.fields) j WHERE c.fields <> '{}' GROUP BY j.key`)
	sqlPutField    = db.SQL(`INSERT INTO quality_field (name, filled) VALUES (?, ?)`)
	sqlDropFields  = db.SQL(`DELETE FROM quality_field`)
	sqlFields      = db.SQL(`SELECT name, filled FROM quality_field`)
	sqlViews       = db.SQL(`SELECT query FROM saved_view WHERE kind = 'customers'`)
)

// usage counts how many customers have a value in each field; an added field
// goes by its place in the column.
func usage(ctx context.Context, q db.Q) (map[string]int, error) {
	out := map[string]int{}
	n := make([]int, len(customer.Hideable))
	into := make([]any, len(n))
	for i := range n {
		into[i] = &n[i]
	}
	if err := q.Each(ctx, sqlFilled, nil, func(r *sqlx.Rows) error { return r.Scan(into...) }); err != nil {
		return nil, fmt.Errorf("count the fields in use: %w", err)
	}
	for i, name := range customer.Hideable {
		out[name] = n[i]
	}
	return out, filledOf(ctx, q, sqlFilledAdded, out)
}

func filledOf(ctx context.Context, q db.Q, query string, out map[string]int) error {
	err := q.Each(ctx, query, nil, func(r *sqlx.Rows) error {
		var name string
		var n int
		err := r.Scan(&name, &n)
		out[name] = n
		return err
	})
	if err != nil {
		return fmt.Errorf("count the fields in use: %w", err)
	}
	return nil
}

func putUsage(ctx context.Context, tx *db.Tx, used map[string]int) error {
	if _, err := tx.Exec(ctx, sqlDropFields); err != nil {
		return err
	}
	for name, n := range used {
		if _, err := tx.Exec(ctx, sqlPutField, name, n); err != nil {
			return fmt.Errorf("keep how much a field is used: %w", err)
		}
	}
	return nil
}

// views are the filters of all saved views of customers.
func views(ctx context.Context, q db.Q) ([]string, error) {
	var out []string
	err := q.Select(ctx, &out, sqlViews)
	return out, err
}

// within tells how many views filter by a field.
func within(views []string, name string) (n int) {
	for _, v := range views {
		if strings.Contains(v, "filter["+name+"]") || strings.Contains(v, "filter%5B"+name+"%5D") {
			n++
		}
	}
	return n
}
