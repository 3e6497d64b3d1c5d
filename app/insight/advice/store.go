package advice

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// perKind is how many customers of a kind are told, and looked how many rows that is
// chosen from where a customer can have several: one who buys many products at once
// must not be all that is told.
const (
	perKind = 8
	looked  = 32 * perKind
)

// whose ends each question: whom the actor may see and looks after, and what
// they have not put away. It takes mine, mine, the user, the scope, the user
// and the day.
func whose(kind string) string {
	return ` AND (? = 0 OR c.owner_id IS NULL OR c.owner_id = ?) AND ` + auth.CustomerSQL + `
	AND NOT EXISTS (SELECT 1 FROM prediction_dismissal d WHERE d.user_id = ? AND d.customer_id = c.id AND d.kind = ` + kind + ` AND d.until_on > ?) `
}

var (
	// The valuable and unhappy are those of the evaluation's quadrant, as in the
	// owner's letter: the one must not name whom the other leaves out.
	sqlRescue = db.List(`
		SELECT 'rescue' AS kind, c.id AS customer_id, c.name, NULL AS on_day, s.health_score AS n, s.revenue_year AS amount, 0 AS subject, NULL AS label
		FROM customer_stat s CROSS JOIN customer c ON c.id = s.customer_id
		WHERE s.health_score >= 0 AND s.health_score < 50 AND s.value_score >= 50 AND c.no_profiling = 0` + whose("'rescue'") + `ORDER BY s.revenue DESC, s.customer_id DESC LIMIT ?`)
	sqlState = db.List(`
		SELECT b.state AS kind, c.id AS customer_id, c.name, b.last_on AS on_day, b.gap_days AS n, b.year_total AS amount, 0 AS subject, NULL AS label
		FROM prediction_buyer b CROSS JOIN customer c ON c.id = b.customer_id
		WHERE b.state = ? AND c.no_profiling = 0` + whose("b.state") + `ORDER BY b.year_total DESC, b.customer_id DESC LIMIT ?`)
	sqlDue = db.List(`
		SELECT 'due' AS kind, c.id AS customer_id, c.name, b.expected_on AS on_day, b.gap_days AS n, b.year_total AS amount, 0 AS subject, NULL AS label
		FROM prediction_buyer b CROSS JOIN customer c ON c.id = b.customer_id
		WHERE b.expected_on >= ? AND b.expected_on <= ? AND c.no_profiling = 0` + whose("'due'") + `ORDER BY b.expected_on, b.customer_id LIMIT ?`)
	sqlReorder = db.List(`
		SELECT 'reorder' AS kind, c.id AS customer_id, c.name, r.due_on AS on_day, r.gap_days AS n, 0 AS amount, r.product_id AS subject, p.name AS label
		FROM reorder_clock r CROSS JOIN customer c ON c.id = r.customer_id CROSS JOIN product p ON p.id = r.product_id
		WHERE r.due_on >= ? AND r.due_on <= ? AND c.no_profiling = 0` + whose("'reorder'") + `ORDER BY r.due_on, r.customer_id, r.product_id LIMIT ?`)
	sqlQuote = db.List(`
		SELECT 'quote' AS kind, c.id AS customer_id, c.name, q.quoted_on AS on_day, 0 AS n, q.total AS amount, q.id AS subject, q.number AS label
		FROM quote q CROSS JOIN customer c ON c.id = q.customer_id
		WHERE q.state = 'sent' AND q.quoted_on >= ? AND q.quoted_on <= ? AND NOT EXISTS (SELECT 1 FROM quote_trace t WHERE t.quote_id = q.id AND t.kind = 'person')` + whose("'quote'") + `
		ORDER BY q.quoted_on DESC, q.id DESC LIMIT ?`)
	sqlContract = db.List(`
		SELECT 'contract' AS kind, c.id AS customer_id, c.name, x.ends_on AS on_day, 0 AS n, x.amount, x.id AS subject, x.number AS label
		FROM contract x CROSS JOIN customer c ON c.id = x.customer_id
		WHERE x.state = 'running' AND x.ends_on >= ? AND x.ends_on <= ?` + whose("'contract'") + `ORDER BY x.ends_on, x.id LIMIT ?`)
	sqlPromoter = db.List(`
		SELECT 'promoter' AS kind, c.id AS customer_id, c.name, NULL AS on_day, r.score AS n, s.revenue_year AS amount, r.id AS subject,
			(SELECT e.email FROM customer_email e WHERE e.customer_id = c.id ORDER BY e.contact_id IS NOT NULL, e.position, e.id LIMIT 1) AS label
		FROM survey_response r CROSS JOIN survey v ON v.id = r.survey_id
			CROSS JOIN customer c ON c.id = r.customer_id CROSS JOIN customer_stat s ON s.customer_id = c.id
		WHERE v.kind = 'nps' AND r.answered_at >= ? AND r.score >= 9 AND s.nps >= 9 AND s.open_cases = 0 AND c.no_profiling = 0
			AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject_kind = 'review_ask' AND o.subject_id = c.id AND o.created_at >= ?)` + whose("'promoter'") + `
		ORDER BY r.answered_at DESC, r.id DESC LIMIT ?`)
	sqlPut = db.SQL(`
		INSERT INTO prediction_dismissal (user_id, customer_id, kind, reason, until_on, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (user_id, customer_id, kind) DO UPDATE SET reason = excluded.reason, until_on = excluded.until_on, at = excluded.at`)
	sqlAlone   = db.SQL(`SELECT count(*) < 2 FROM user WHERE status <> 'disabled'`)
	sqlVisible = db.SQL(`SELECT c.name FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL)
)

// sqlBirthday takes the ends of birthdays in the next days, and the calendar.
var sqlBirthday = `
	SELECT 'birthday' AS kind, c.id AS customer_id, c.name, c.birthday AS on_day, 0 AS n, 0 AS amount, 0 AS subject, NULL AS label, c.birthday_lunar AS lunar
	FROM customer c
	WHERE c.birthday <> '' AND substr(c.birthday, -5) IN (?) AND c.birthday_lunar = ?` + whose("'birthday'") + `LIMIT ?`

// ahead is how many days before a birthday it is told.
const ahead = 7

func (a asker) args(most int, head ...any) []any {
	mine := 0
	if a.mine {
		mine = 1
	}
	out := append(head, mine, a.actor.UserID)
	out = append(out, a.actor.Scope().Args()...)
	return append(out, a.actor.UserID, string(a.today), most)
}

// steps asks kind by kind what the actor may see.
func steps(ctx context.Context, q db.Q, a asker) ([]Step, error) {
	day := func(n int) string { return string(a.today.AddDays(n)) }
	out := []Step{}
	for _, part := range []struct {
		need, sql string
		args      []any
	}{
		{"evaluation.read", sqlRescue, a.args(perKind)},
		{"quote.read", sqlQuote, a.args(looked, day(-30), day(-3))},
		{"contract.read", sqlContract, a.args(looked, day(0), day(30))},
		{"order.read", sqlState, a.args(perKind, Late)},
		{"order.read", sqlState, a.args(perKind, Gone)},
		{"order.read", sqlDue, a.args(perKind, day(-2), day(2))},
		{"order.read", sqlReorder, a.args(looked, day(-3), day(3))},
		{"survey.read", sqlPromoter, a.args(looked, db.At(a.today.AddDays(-60).Time(a.zone)), db.At(a.today.AddDays(-365).Time(a.zone)))},
	} {
		if !a.actor.Can(part.need) {
			continue
		}
		var rows []Step
		if err := q.Select(ctx, &rows, part.sql, part.args...); err != nil {
			return nil, fmt.Errorf("read what to do next: %w", err)
		}
		rows = once(rows)
		out = append(out, rows[:min(len(rows), perKind)]...)
	}
	births, err := birthdays(ctx, q, a)
	return append(out, births...), err
}

// once keeps the first step of a kind for each customer.
func once(rows []Step) []Step {
	seen := map[int64]bool{}
	return slices.DeleteFunc(rows, func(s Step) bool {
		was := seen[s.CustomerID]
		seen[s.CustomerID] = true
		return was
	})
}

// birthdays are those of the next days, in both calendars.
func birthdays(ctx context.Context, q db.Q, a asker) ([]Step, error) {
	var out []Step
	if !a.actor.Can("customer.read") {
		return nil, nil
	}
	for flag, lunar := range []bool{false, true} {
		ends := cal.BirthdayEnds(a.today, ahead, lunar)
		if len(ends) == 0 {
			continue
		}
		query, args, err := sqlx.In(sqlBirthday, a.args(looked, ends, flag)...)
		if err != nil {
			return nil, fmt.Errorf("read birthdays: %w", err)
		}
		var rows []Step
		if err := q.Select(ctx, &rows, query, args...); err != nil {
			return nil, fmt.Errorf("read birthdays: %w", err)
		}
		for _, st := range rows {
			b, err := cal.ParseBirthday(string(st.On), lunar)
			on := b.Next(a.today)
			if err != nil || on == "" || on >= a.today.AddDays(ahead) {
				continue
			}
			st.On = db.Null(on)
			out = append(out, st)
		}
	}
	slices.SortStableFunc(out, func(x, y Step) int { return strings.Compare(string(x.On), string(y.On)) })
	return out[:min(len(out), perKind)], nil
}

// alone tells whether one person works here.
func alone(ctx context.Context, q db.Q) (yes bool, err error) {
	if err = q.Get(ctx, &yes, sqlAlone); err != nil {
		return false, fmt.Errorf("count the people who work here: %w", err)
	}
	return yes, nil
}

func visible(ctx context.Context, q db.Q, scope auth.Scope, id int64) (string, error) {
	var name string
	err := q.Get(ctx, &name, sqlVisible, append([]any{id}, scope.Args()...)...)
	return name, db.OrNotFound(err)
}

func put(ctx context.Context, tx *db.Tx, user, customer int64, kind, reason string, until cal.Date) error {
	if _, err := tx.Insert(ctx, sqlPut, user, customer, kind, reason, string(until), db.At(tx.Now)); err != nil {
		return fmt.Errorf("put a next step away: %w", err)
	}
	return nil
}
