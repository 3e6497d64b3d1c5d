package letter

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Everybody's days of buying, in one walk along an index that holds all of it.
var (
	sqlLives = db.SQL(`
		SELECT o.customer_id, 0, group_concat(o.ordered_on, '') FROM order_head o INDEXED BY order_head_customer
		WHERE o.status IN ('confirmed', 'completed') AND o.total >= 0 AND o.ordered_on <= ? GROUP BY o.customer_id`)
	sqlLivesByTeam = db.SQL(`
		SELECT g.customer_id, coalesce(u.team_id, 0), g.days
		FROM (SELECT o.customer_id, group_concat(o.ordered_on, '') AS days FROM order_head o INDEXED BY order_head_customer
			WHERE o.status IN ('confirmed', 'completed') AND o.total >= 0 AND o.ordered_on <= ? GROUP BY o.customer_id) g
		CROSS JOIN customer c ON c.id = g.customer_id LEFT JOIN user u ON u.id = c.owner_id`)
)

// sqlApart has an index of its own.
var sqlApart = db.SQL(`SELECT id FROM customer WHERE no_profiling = 1 ORDER BY id`)

// readLives reads what was bought up to a day; whose team each customer is only
// when it matters.
func readLives(ctx context.Context, q db.Q, until cal.Date, teams bool) (lives, error) {
	var out lives
	query := sqlLives
	if teams {
		query = sqlLivesByTeam
	}
	days := &dayBook{known: map[cal.Date]int32{}}
	err := q.Each(ctx, query, []any{until}, func(rows *sqlx.Rows) error {
		var l life
		var text []byte
		if err := rows.Scan(&l.id, &l.team, &text); err != nil {
			return err
		}
		l.days = days.read(text)
		out.all = append(out.all, l)
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("read who bought when: %w", err)
	}
	var silent []int64
	if err := q.Select(ctx, &silent, sqlApart); err != nil {
		return out, fmt.Errorf("read who is not to be profiled: %w", err)
	}
	for i := range out.all {
		_, out.all[i].apart = slices.BinarySearch(silent, out.all[i].id)
	}
	out.measure()
	return out, nil
}

// dayBook knows days by their text: a shop has few days and many orders. What was
// read stands in few large pieces of memory, not in one for each customer.
type dayBook struct {
	known map[cal.Date]int32
	room  []int32
}

const roomy = 1 << 16

// read splits days that stand one after the other, each once and in order.
func (b *dayBook) read(text []byte) []int32 {
	const width = len("2026-11-23")
	if n := len(text) / width; cap(b.room) < n {
		b.room = make([]int32, 0, max(n, roomy))
	}
	out := b.room[:0]
	for ; len(text) >= width; text = text[width:] {
		d, known := b.known[cal.Date(text[:width])]
		if !known {
			day := cal.Date(text[:width])
			d = number(day)
			b.known[day] = d
		}
		if n := len(out); n == 0 || out[n-1] != d {
			out = append(out, d)
		}
	}
	if !slices.IsSorted(out) {
		slices.Sort(out)
		out = slices.Compact(out)
	}
	n := len(out)
	b.room = b.room[n:n]
	return out[:n:n]
}

var sqlPersons = db.SQL(`
	SELECT c.id, c.name, c.kind, s.last_order_on, s.revenue FROM customer c JOIN customer_stat s ON s.customer_id = c.id
	WHERE c.id IN (SELECT value FROM json_each(?)) AND ` + auth.CustomerSQL + ` ORDER BY s.revenue DESC, c.id LIMIT 100 OFFSET ?`)

// peopleOf are those of some customers whom the actor may see.
func peopleOf(ctx context.Context, q db.Q, actor *auth.Actor, ids []int64, skip int) ([]Person, error) {
	raw, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("list customers: %w", err)
	}
	var out []Person
	if err := q.Select(ctx, &out, sqlPersons, append(append([]any{string(raw)}, actor.Scope().Args()...), skip)...); err != nil {
		return nil, fmt.Errorf("list customers: %w", err)
	}
	return out, nil
}
