package evaluation

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

const ownColumns = `id, kind, name_en, name_zh, about, side, field, counted, months, low, high, need, days, items, updated_at, version`

var (
	sqlOwns      = db.SQL(`SELECT ` + ownColumns + ` FROM evaluation_dimension ORDER BY position, id LIMIT 100`)
	sqlOwn       = db.SQL(`SELECT ` + ownColumns + ` FROM evaluation_dimension WHERE id = ?`)
	sqlInsertOwn = db.SQL(`
		INSERT INTO evaluation_dimension (kind, name_en, name_zh, about, side, field, counted, months, low, high, need, days, items, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdateOwn = db.SQL(`
		UPDATE evaluation_dimension SET name_en = ?, name_zh = ?, about = ?, side = ?, field = ?, counted = ?, months = ?, low = ?, high = ?, need = ?, days = ?,
			items = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDeleteOwn = db.SQL(`DELETE FROM evaluation_dimension WHERE id = ?`)
	sqlTopItem   = db.SQL(`SELECT coalesce(max(item), 0) FROM evaluation_check WHERE dimension_id = ?`)

	sqlPerson    = db.SQL(`SELECT c.id, c.level, c.kind, c.created_at, c.fields FROM json_each(?) j JOIN customer c ON c.id = j.value`)
	sqlExchanges = db.SQL(`
		SELECT f.customer_id, f.id, f.channel, f.at FROM json_each(?) j JOIN followup f ON f.customer_id = j.value AND f.at >= ? ORDER BY f.customer_id, f.at, f.id`)
	sqlNotes = db.SQL(`
		SELECT n.customer_id, n.id, 'note', n.created_at FROM json_each(?) j JOIN note n ON n.customer_id = j.value
		WHERE n.created_at >= ? ORDER BY n.customer_id, n.created_at, n.id`)
	sqlCases = db.SQL(`
		SELECT f.customer_id, f.id, 'case', f.opened_at FROM json_each(?) j JOIN feedback_case f ON f.customer_id = j.value
		WHERE f.opened_at >= ? AND f.state NOT IN ('dismissed', 'merged') ORDER BY f.customer_id, f.opened_at, f.id`)
	sqlReferrals = db.SQL(`
		SELECT r.from_id, r.to_id, 'referral', r.created_at FROM json_each(?) j JOIN relation r ON r.from_id = j.value
		WHERE r.kind = 'referral' AND r.created_at >= ? ORDER BY r.from_id, r.created_at, r.id`)
	sqlDeals = db.SQL(`
		SELECT d.customer_id, d.id, d.closed_on FROM json_each(?) j JOIN deal d ON d.customer_id = j.value
		WHERE d.result = 'won' AND d.closed_on >= ? ORDER BY d.customer_id, d.closed_on, d.id`)
	sqlChecks = db.SQL(`
		SELECT k.customer_id, k.id, k.dimension_id, k.item, k.yes, k.until FROM json_each(?) j JOIN evaluation_check k ON k.customer_id = j.value`)

	sqlChecksOf = db.SQL(`
		SELECT k.id, k.customer_id, k.dimension_id, k.item, k.yes, k.note, k.until, u.name AS by, k.updated_at, k.version
		FROM evaluation_check k LEFT JOIN user u ON u.id = k.user_id WHERE k.customer_id = ? ORDER BY k.dimension_id, k.item`)
	sqlCheckAt  = db.SQL(`SELECT customer_id FROM evaluation_check WHERE id = ?`)
	sqlPutCheck = db.SQL(`
		INSERT INTO evaluation_check (customer_id, dimension_id, item, yes, note, until, user_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (customer_id, dimension_id, item) DO UPDATE SET yes = excluded.yes, note = excluded.note, until = excluded.until,
			user_id = excluded.user_id, updated_at = excluded.updated_at, version = version + 1`)
	sqlDropCheck    = db.SQL(`DELETE FROM evaluation_check WHERE customer_id = ? AND dimension_id = ? AND item = ?`)
	sqlForgetChecks = db.SQL(`DELETE FROM evaluation_check WHERE customer_id = ?`)
	// The plus sign keeps the walk on the index of last days.
	sqlEnding = db.List(`
		SELECT k.customer_id, c.name, k.dimension_id, min(k.until) AS until, count(*) AS n
		FROM evaluation_check k CROSS JOIN customer c ON c.id = k.customer_id
		WHERE k.until >= ? AND k.until <= ? AND c.no_profiling = 0 AND ` + auth.CustomerSQL + `
		GROUP BY k.customer_id, k.dimension_id ORDER BY 4, 1 LIMIT 200`)
)

// Items are the points of a checklist, stored as JSON.
type Items []Item

// Scan implements sql.Scanner.
func (i *Items) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("scan the points of a checklist: unexpected %T", src)
	}
	return json.Unmarshal([]byte(text), i)
}

func ownsOf(ctx context.Context, q db.Q) ([]Own, error) {
	var out []Own
	if err := q.Select(ctx, &out, sqlOwns); err != nil {
		return nil, fmt.Errorf("read the shop's own dimensions: %w", err)
	}
	return out, nil
}

func itemsText(items Items) (string, error) {
	if items == nil {
		items = Items{}
	}
	text, err := json.Marshal(items)
	if err != nil {
		return "", fmt.Errorf("encode the points of a checklist: %w", err)
	}
	return string(text), nil
}

// loadOwn adds to facts what versions ask for besides what everybody is judged by.
func loadOwn(ctx context.Context, q db.Q, ids string, at map[int64]*facts, d day, n needs) error {
	since := func(of ...string) cal.Date { return monthsBefore(d.today, n.most(of...)) }
	moment := func(of ...string) db.Time { return db.At(since(of...).Time(d.zone)) }
	event := func(r *sqlx.Rows) error {
		var id, row int64
		var what string
		var when db.Time
		if err := r.Scan(&id, &row, &what, &when); err != nil {
			return err
		}
		at[id].happened(what, row, cal.DateOf(when.Time, d.zone))
		return nil
	}
	for _, part := range []struct {
		when bool
		sql  string
		args []any
		scan func(r *sqlx.Rows) error
	}{
		{n.person, sqlPerson, []any{ids}, func(r *sqlx.Rows) error { return scanPerson(r, at, d, n.fields) }},
		{n.most("exchange", "visit", "call", "wechat") > 0, sqlExchanges, []any{ids, moment("exchange", "visit", "call", "wechat")}, event},
		{d.computed(n.given), sqlDone, []any{ids}, func(r *sqlx.Rows) error { return scanDone(r, at, d) }},
		{n.most("note") > 0, sqlNotes, []any{ids, moment("note")}, event},
		{n.most("case") > 0, sqlCases, []any{ids, moment("case")}, event},
		{n.most("referral") > 0, sqlReferrals, []any{ids, moment("referral")}, event},
		{n.most("deal") > 0, sqlDeals, []any{ids, string(since("deal"))}, func(r *sqlx.Rows) error {
			var id, row int64
			var on string
			if err := r.Scan(&id, &row, &on); err != nil {
				return err
			}
			at[id].happened("deal", row, cal.Date(on))
			return nil
		}},
		{n.lists, sqlChecks, []any{ids}, func(r *sqlx.Rows) error {
			var id int64
			var p point
			var a answer
			var until string
			if err := r.Scan(&id, &a.id, &p.dimension, &p.item, &a.yes, &until); err != nil {
				return err
			}
			a.until = cal.Date(until)
			if at[id].checks == nil {
				at[id].checks = map[point]answer{}
			}
			at[id].checks[p] = a
			return nil
		}},
	} {
		if !part.when {
			continue
		}
		if err := q.Each(ctx, part.sql, part.args, part.scan); err != nil {
			return fmt.Errorf("read what the shop's own dimensions ask for: %w", err)
		}
	}
	if len(n.given) > 0 {
		for _, f := range at {
			f.give(d, n.given)
		}
	}
	return nil
}

func scanPerson(r *sqlx.Rows, at map[int64]*facts, d day, fields bool) error {
	var id int64
	var level, kind, text string
	var created db.Time
	if err := r.Scan(&id, &level, &kind, &created, &text); err != nil {
		return err
	}
	f := at[id]
	f.level, f.kind, f.since = level, kind, cal.DateOf(created.Time, d.zone)
	if !fields || text == "{}" {
		return nil
	}
	f.values = custom.Values{}
	return json.Unmarshal([]byte(text), &f.values)
}

// kinds of record that what is counted stands for.
var countedKind = map[string]string{"note": "note", "case": "feedback_case", "referral": "customer", "deal": "deal"}

// happened notes something that can be counted. What was said and done with a
// customer counts as an exchange and by its channel.
func (f *facts) happened(what string, row int64, on cal.Date) {
	if f.events == nil {
		f.events = map[string][]happening{}
	}
	if kind := countedKind[what]; kind != "" {
		f.events[what] = append(f.events[what], happening{on, Ref{kind, row}})
		return
	}
	h := happening{on, Ref{"follow_up", row}}
	f.events["exchange"] = append(f.events["exchange"], h)
	f.events[what] = append(f.events[what], h)
}

var sqlDone = db.SQL(`
	SELECT s.customer_id, s.orders, s.revenue, s.paid, s.first_order_on, s.last_order_on, nullif(s.last_contact_at, 0), s.nps, s.open_cases
	FROM json_each(?) j JOIN customer_stat s ON s.customer_id = j.value`)

func scanDone(r *sqlx.Rows, at map[int64]*facts, d day) error {
	var id int64
	v := customer.Figures{Score: -1}
	if err := r.Scan(&id, &v.Orders, &v.Revenue, &v.Paid, &v.FirstOrderOn, &v.LastOrderOn, &v.LastContactAt, &v.NPS, &v.OpenCases); err != nil {
		return err
	}
	at[id].done = v
	return nil
}
