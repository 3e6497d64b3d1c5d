package today

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// shown is how many lines each part of the card holds.
const shown = 6

var (
	sqlTasks = db.List(`
		SELECT t.id, t.version, t.kind, t.title, t.customer_id, c.name AS customer, t.due_at
		FROM task t LEFT JOIN customer c ON c.id = t.customer_id
		WHERE t.owner_id = ? AND t.done_at IS NULL AND t.due_at < ?
		ORDER BY t.due_at, t.id LIMIT 100`)
	sqlCases = db.List(`
		SELECT f.id, coalesce(f.customer_id, 0) AS customer_id, coalesce(c.name, '') AS customer, f.score,
			coalesce(r.comment, (SELECT e.note FROM feedback_event e WHERE e.case_id = f.id AND e.kind = 'complaint' ORDER BY e.id LIMIT 1)) AS words, f.respond_by, f.responded_at, u.name AS owner
		FROM feedback_case f LEFT JOIN customer c ON c.id = f.customer_id
			LEFT JOIN survey_response r ON r.id = f.response_id LEFT JOIN user u ON u.id = f.owner_id
		WHERE f.closed_at IS NULL AND f.state IN ('new', 'acknowledged', 'working', 'reopened') AND (f.customer_id IS NULL OR ` + auth.CustomerSQL + `)
		ORDER BY f.respond_by, f.id LIMIT ?`)
	// The plus signs and the order of the tables keep the walk on the revenue index:
	// the best regulars first.
	sqlLate = db.List(`
		SELECT s.customer_id, c.name AS customer, c.kind, s.gap_days, s.last_order_on, s.expected_on, s.revenue
		FROM customer_stat s CROSS JOIN customer c ON c.id = s.customer_id AND c.no_profiling = 0
		WHERE +s.expected_on < ? AND +s.expected_on >= ? AND ` + auth.CustomerSQL + `
			AND NOT EXISTS (SELECT 1 FROM today_dismissal d WHERE d.customer_id = s.customer_id AND d.kind = ? AND d.period = s.expected_on)
		ORDER BY s.revenue DESC, s.customer_id DESC LIMIT ?`)
	sqlExpected = db.List(`
		SELECT s.customer_id, c.name AS customer, c.kind, s.gap_days, s.last_order_on, s.expected_on, s.revenue
		FROM customer_stat s CROSS JOIN customer c ON c.id = s.customer_id AND c.no_profiling = 0
		WHERE s.expected_on <> '' AND s.expected_on < ? AND s.expected_on >= ? AND ` + auth.CustomerSQL + `
			AND NOT EXISTS (SELECT 1 FROM today_dismissal d WHERE d.customer_id = s.customer_id AND d.kind = ? AND d.period = s.expected_on)
		ORDER BY s.expected_on, s.customer_id LIMIT ?`)
	sqlLateCount = db.SQL(`
		SELECT count(*) FROM (
			SELECT 1 FROM customer_stat s CROSS JOIN customer c ON c.id = s.customer_id AND c.no_profiling = 0
			WHERE s.expected_on <> '' AND s.expected_on < ? AND s.expected_on >= ? AND ` + auth.CustomerSQL + ` LIMIT ?)`)
	sqlAnswers = db.List(`
		SELECT r.id, coalesce(r.customer_id, 0) AS customer_id, coalesce(c.name, '') AS customer, s.kind, r.score, r.comment, r.answered_at, f.id AS case_id
		FROM survey_response r JOIN survey s ON s.id = r.survey_id LEFT JOIN customer c ON c.id = r.customer_id
			LEFT JOIN feedback_case f ON f.response_id = r.id
		WHERE r.answered_at >= ? AND (r.customer_id IS NULL OR ` + auth.CustomerSQL + `)
		ORDER BY r.answered_at DESC, r.id DESC LIMIT ?`)
	sqlSales = db.SQL(`
		SELECT coalesce(sum(total), 0) FROM order_day WHERE day >= ? AND day < ?`)
	sqlOpinion = db.SQL(`
		SELECT coalesce(sum(r.score >= 9), 0) AS p, coalesce(sum(r.score BETWEEN 7 AND 8), 0) AS n, coalesce(sum(r.score <= 6), 0) AS d
		FROM survey s CROSS JOIN survey_response r ON r.survey_id = s.id
		WHERE s.kind = 'nps' AND r.answered_at >= ?`)
	sqlSteps = db.SQL(`
		SELECT EXISTS (SELECT 1 FROM customer LIMIT 1) AS customers,
			EXISTS (SELECT 1 FROM setting WHERE name = 'channel.smtp') AS mail,
			EXISTS (SELECT 1 FROM survey_invitation LIMIT 1) AS asked`)
	sqlDismiss = db.SQL(`
		INSERT INTO today_dismissal (user_id, customer_id, kind, period, reason, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (customer_id, kind, period) DO UPDATE SET reason = excluded.reason, user_id = excluded.user_id, at = excluded.at`)
	sqlVisible = db.SQL(`SELECT c.name FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL)
)

// sqlBirthdays takes the month and day of each day of the week ahead.
const sqlBirthdays = `
	SELECT c.id, c.name, c.birthday, c.birthday_lunar FROM customer c
	WHERE c.birthday <> '' AND substr(c.birthday, -5) IN (?) AND c.birthday_lunar = ? AND ` + auth.CustomerSQL + ` LIMIT ?`

func dueTasks(ctx context.Context, q db.Q, user int64, before time.Time) ([]Task, error) {
	var out []Task
	if err := q.Select(ctx, &out, sqlTasks, user, db.At(before)); err != nil {
		return nil, fmt.Errorf("read due tasks: %w", err)
	}
	return out, nil
}

func (c *Card) readCases(ctx context.Context, q db.Q, actor *auth.Actor) error {
	if !actor.Can("feedback.read") {
		return nil
	}
	args := append(actor.Scope().Args(), shown)
	if err := q.Select(ctx, &c.Cases, sqlCases, args...); err != nil {
		return fmt.Errorf("read open cases: %w", err)
	}
	return nil
}

// readLate finds who is later than their rhythm: more than two days, less than
// a year, the most valuable first; and who is due about now.
func (c *Card) readLate(ctx context.Context, q db.Q, actor *auth.Actor) error {
	if !actor.Can("order.read") {
		return nil
	}
	from, to := string(c.Day.AddDays(-365)), string(c.Day.AddDays(-2))
	scope := actor.Scope().Args()
	if err := q.Select(ctx, &c.Late, sqlLate, join([]any{to, from}, scope, "late", shown)...); err != nil {
		return fmt.Errorf("read late customers: %w", err)
	}
	if err := q.Get(ctx, &c.LateAll, sqlLateCount, join([]any{to, from}, scope, countLimit)...); err != nil {
		return fmt.Errorf("count late customers: %w", err)
	}
	if err := q.Select(ctx, &c.Expected, sqlExpected, join([]any{string(c.Day.AddDays(2)), to}, scope, "expected", shown)...); err != nil {
		return fmt.Errorf("read expected customers: %w", err)
	}
	for i := range c.Late {
		c.Late[i].Days = c.Day.Sub(cal.Date(c.Late[i].LastOrderOn))
	}
	if !actor.Can("order.write") {
		return nil
	}
	return lastOrders(ctx, q, c.Late, c.Expected)
}

func (c *Card) readAnswers(ctx context.Context, q db.Q, actor *auth.Actor, now time.Time) error {
	if !actor.Can("survey.read") {
		return nil
	}
	args := join([]any{db.At(now.AddDate(0, 0, -14))}, actor.Scope().Args(), shown)
	if err := q.Select(ctx, &c.Answers, sqlAnswers, args...); err != nil {
		return fmt.Errorf("read new answers: %w", err)
	}
	return nil
}

// readBirthdays looks a week ahead, in the solar and the lunar calendar.
func (c *Card) readBirthdays(ctx context.Context, q db.Q, actor *auth.Actor) error {
	for lunar, flag := range map[bool]int{false: 0, true: 1} {
		ends := cal.BirthdayEnds(c.Day, 7, lunar)
		if len(ends) == 0 {
			continue
		}
		var found []Birthday
		query, args, err := sqlx.In(sqlBirthdays, join([]any{ends, flag}, actor.Scope().Args(), 2*shown)...)
		if err != nil {
			return fmt.Errorf("read birthdays: %w", err)
		}
		if err := q.Select(ctx, &found, query, args...); err != nil {
			return fmt.Errorf("read birthdays: %w", err)
		}
		for _, b := range found {
			day, err := cal.ParseBirthday(b.Birthday, lunar)
			if b.On = day.Next(c.Day); err == nil && b.On != "" && b.On < c.Day.AddDays(7) {
				c.Births = append(c.Births, b)
			}
		}
	}
	slices.SortStableFunc(c.Births, func(a, b Birthday) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.CustomerID, b.CustomerID))
	})
	c.Births = c.Births[:min(len(c.Births), 2*shown)]
	return nil
}

func sales(ctx context.Context, q db.Q, from, to cal.Date) (int64, error) {
	var n int64
	if err := q.Get(ctx, &n, sqlSales, string(from), string(to)); err != nil {
		return 0, fmt.Errorf("sum sales: %w", err)
	}
	return n, nil
}

func (o *Opinion) read(ctx context.Context, q db.Q, since time.Time) error {
	var row struct {
		P int `db:"p"`
		N int `db:"n"`
		D int `db:"d"`
	}
	if err := q.Get(ctx, &row, sqlOpinion, db.At(since)); err != nil {
		return fmt.Errorf("read the NPS: %w", err)
	}
	o.Promoters, o.Passives, o.Detractors = row.P, row.N, row.D
	o.Estimate = stats.NPS(stats.Answers{Promoters: row.P, Passives: row.N, Detractors: row.D})
	o.Trust = stats.TrustIn(row.P + row.N + row.D)
	return nil
}

// readSteps shows the first steps until all three are done.
func (c *Card) readSteps(ctx context.Context, q db.Q, actor *auth.Actor) error {
	if actor.Role != auth.Owner {
		return nil
	}
	var row struct {
		Customers bool `db:"customers"`
		Mail      bool `db:"mail"`
		Asked     bool `db:"asked"`
	}
	if err := q.Get(ctx, &row, sqlSteps); err != nil {
		return fmt.Errorf("read first steps: %w", err)
	}
	if row.Customers && row.Mail && row.Asked {
		return nil
	}
	c.Steps = []Step{
		{"today.step.customers", "today.step.customers.about", "/imports/new?kind=customers", row.Customers},
		{"today.step.mail", "today.step.mail.about", "/settings/mail", row.Mail},
		{"today.step.ask", "today.step.ask.about", "/surveys", row.Asked},
	}
	return nil
}

func visible(ctx context.Context, q db.Q, scope auth.Scope, id int64) (string, error) {
	var name string
	err := q.Get(ctx, &name, sqlVisible, append([]any{id}, scope.Args()...)...)
	return name, db.OrNotFound(err)
}

func dismiss(ctx context.Context, tx *db.Tx, user, customer int64, kind, period, reason string) error {
	if _, err := tx.Insert(ctx, sqlDismiss, user, customer, kind, period, reason, db.At(tx.Now)); err != nil {
		return fmt.Errorf("put a line away: %w", err)
	}
	return nil
}

func join(head, scope []any, tail ...any) []any {
	return append(append(append([]any{}, head...), scope...), tail...)
}
