package evaluation

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const columns = `e.customer_id, e.model_id, e.total, e.value, e.health, e.grade, e.settled, e.confidence, e.quadrant, e.cap, e.rated, e.weighed_by, e.dimensions, e.as_of`

// quadrantOf is what lists know of a customer's quadrant; an index holds it.
const quadrantOf = `(CASE WHEN s.value_score < 0 OR s.health_score < 0 THEN '' WHEN s.value_score >= 50 AND s.health_score >= 50 THEN 'protect' WHEN s.value_score >= 50 THEN 'rescue' WHEN s.health_score >= 50 THEN 'grow' ELSE 'watch' END)`

var list = field.List{
	Columns: columns + `, c.name`,
	From:    "customer_stat s JOIN evaluation e ON e.customer_id = s.customer_id JOIN customer c ON c.id = s.customer_id AND c.no_profiling = 0",
	ID:      "s.customer_id",
	Sort:    "-total",
	Fields: []field.Field{
		{Name: "total", Label: "evaluation.total", Kind: field.Number, Column: "s.score", Sort: true},
		{Name: "value", Label: "evaluation.value", Kind: field.Number, Column: "e.value"},
		{Name: "health", Label: "evaluation.health", Kind: field.Number, Column: "e.health"},
		{Name: "confidence", Label: "evaluation.confidence", Kind: field.Number, Column: "e.confidence"},
		{Name: "grade", Label: "evaluation.grade", Kind: field.Choice, Column: "s.grade", Choices: Grades},
		{Name: "quadrant", Label: "evaluation.quadrant", Kind: field.Choice, Column: quadrantOf, Choices: Quadrants},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "s.customer_id"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "c.created_at", Sort: true, Tie: "c.id"}, // as old as the customer
	},
}

// The rows of a batch of customers, whose ids come as a JSON array.
var (
	sqlOrders = db.SQL(`
		SELECT o.customer_id, o.id, o.ordered_on, o.due_on, o.total, o.status FROM json_each(?) j
		JOIN order_head o ON o.customer_id = j.value WHERE o.status <> 'draft' ORDER BY o.customer_id, o.ordered_on, o.id`)
	sqlPayments = db.SQL(`
		SELECT p.customer_id, p.order_id, p.paid_on, p.amount FROM json_each(?) j
		JOIN payment p ON p.customer_id = j.value ORDER BY p.customer_id, p.paid_on, p.id`)
	sqlReplies = db.SQL(`
		SELECT r.customer_id, r.id, s.kind, r.score, r.answered_at FROM json_each(?) j
		JOIN survey_response r ON r.customer_id = j.value JOIN survey s ON s.id = r.survey_id ORDER BY r.customer_id, r.answered_at, r.id`)
	sqlAsked = db.SQL(`
		SELECT i.customer_id, i.id, i.state = 'answered' FROM json_each(?) j JOIN survey_invitation i ON i.customer_id = j.value
		WHERE i.sent_at IS NOT NULL AND i.channel <> 'staff' AND (i.state IN ('answered', 'expired') OR (i.state = 'sent' AND i.sent_at < ?))
		ORDER BY i.customer_id, i.sent_at, i.id`)
	sqlPromised = db.SQL(`
		SELECT p.customer_id, p.id, p.state = 'kept' FROM json_each(?) j JOIN promise p ON p.customer_id = j.value
		WHERE p.side = 'theirs' AND p.state IN ('kept', 'late', 'broken') ORDER BY p.customer_id, p.due_on, p.id`)
)

var (
	sqlCosts   = db.SQL(`SELECT EXISTS (SELECT 1 FROM product WHERE cost > 0)`)
	sqlMargins = db.SQL(`
		SELECT o.customer_id, sum(l.total - p.cost * l.quantity / 1000.0), count(DISTINCT o.id) FROM json_each(?) j
		JOIN order_head o ON o.customer_id = j.value JOIN order_line l ON l.order_id = o.id JOIN product p ON p.id = l.product_id AND p.cost > 0
		WHERE o.ordered_on >= ? AND o.status IN ('confirmed', 'completed') GROUP BY 1`)
)

// sqlForeseen is what is expected of customers, where the model passed its trial.
var sqlForeseen = db.SQL(`SELECT w.customer_id, w.orders, w.worth FROM json_each(?) j JOIN prediction_worth w ON w.customer_id = j.value`)

// replyTime is how long an invitation may lie before it counts as unanswered.
const replyTime = 7

// load reads the facts of some customers in five queries.
// Own facts are read as the version asks for them, and others that are to be
// compared with it.
func load(ctx context.Context, q db.Q, ids []int64, day day, m Model, others ...Model) ([]facts, error) {
	out := make([]facts, len(ids))
	at := make(map[int64]*facts, len(ids))
	for i, id := range ids {
		out[i].customer = id
		at[id] = &out[i]
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("encode ids: %w", err)
	}
	orders := map[int64]place{}
	for _, part := range []struct {
		sql  string
		args []any
		scan func(r *sqlx.Rows) error
	}{
		{sqlOrders, []any{string(list)}, func(r *sqlx.Rows) error {
			var id int64
			var o order
			var on, due, status string
			if err := r.Scan(&id, &o.id, &on, &due, &o.total, &status); err != nil {
				return err
			}
			o.on, o.due, o.cancelled, o.terms = cal.Date(on), cal.Date(due), status == "cancelled", due > on
			if o.due == "" {
				o.due = o.on
			}
			f := at[id]
			if o.total < 0 {
				if !o.cancelled {
					f.returns = append(f.returns, o)
				}
				return nil
			}
			orders[o.id] = place{f, len(f.orders)}
			f.orders = append(f.orders, o)
			return nil
		}},
		{sqlPayments, []any{string(list)}, func(r *sqlx.Rows) error {
			var id, orderID int64
			var on string
			var p payment
			if err := r.Scan(&id, &orderID, &on, &p.amount); err != nil {
				return err
			}
			if o, ok := orders[orderID]; ok {
				p.on = cal.Date(on)
				o.f.orders[o.i].paid = append(o.f.orders[o.i].paid, p)
			}
			return nil
		}},
		{sqlReplies, []any{string(list)}, func(r *sqlx.Rows) error {
			var id int64
			var a reply
			var when db.Time
			if err := r.Scan(&id, &a.id, &a.kind, &a.score, &when); err != nil {
				return err
			}
			a.on = cal.DateOf(when.Time, day.zone)
			at[id].answers = append(at[id].answers, a)
			return nil
		}},
		{sqlAsked, []any{string(list), db.At(day.today.AddDays(-replyTime).Time(day.zone))}, func(r *sqlx.Rows) error {
			var id int64
			var a asked
			if err := r.Scan(&id, &a.id, &a.answered); err != nil {
				return err
			}
			at[id].asked = append(at[id].asked, a)
			return nil
		}},
		{sqlPromised, []any{string(list)}, func(r *sqlx.Rows) error {
			var id int64
			var p promised
			if err := r.Scan(&id, &p.id, &p.kept); err != nil {
				return err
			}
			at[id].promised = append(at[id].promised, p)
			return nil
		}},
		{sqlMargins, []any{string(list), string(day.today.AddDays(-364))}, func(r *sqlx.Rows) error {
			var id int64
			var margin float64
			var n int
			if err := r.Scan(&id, &margin, &n); err != nil {
				return err
			}
			at[id].margin, at[id].costed = int64(math.Round(margin)), n
			return nil
		}},
		{sqlForeseen, []any{string(list)}, func(r *sqlx.Rows) error {
			var id int64
			var f foreseen
			if err := r.Scan(&id, &f.orders, &f.worth); err != nil {
				return err
			}
			at[id].foreseen = &f
			return nil
		}},
	} {
		if part.sql == sqlMargins && !day.costs || part.sql == sqlForeseen && !day.worth.Shown {
			continue
		}
		if err := q.Each(ctx, part.sql, part.args, part.scan); err != nil {
			return nil, fmt.Errorf("read what customers did: %w", err)
		}
	}
	if err := loadOwn(ctx, q, string(list), at, day, needsOf(append(others, m)...)); err != nil {
		return nil, err
	}
	return out, standing(ctx, q, string(list), at, m)
}

// place is where an order lies among the facts.
type place struct {
	f *facts
	i int
}

var (
	sqlBefore = db.SQL(`
		SELECT j.value AS customer_id, coalesce(e.settled, '') AS settled, coalesce(e.model_id, 0) AS model_id, n.id IS NOT NULL AS snapped, n.total, coalesce(n.grade, '') AS grade, c.no_profiling
		FROM json_each(?) j JOIN customer c ON c.id = j.value LEFT JOIN evaluation e ON e.customer_id = j.value
		LEFT JOIN evaluation_snapshot n ON n.id = (SELECT id FROM evaluation_snapshot WHERE customer_id = j.value ORDER BY as_of DESC, id DESC LIMIT 1)`)
	sqlPut = db.SQL(`
		INSERT INTO evaluation (customer_id, model_id, total, value, health, grade, settled, confidence, quadrant, cap, rated, weighed_by, dimensions, as_of)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (customer_id) DO UPDATE SET model_id = excluded.model_id, total = excluded.total, value = excluded.value,
			health = excluded.health, grade = excluded.grade, settled = excluded.settled, confidence = excluded.confidence,
			quadrant = excluded.quadrant, cap = excluded.cap, rated = excluded.rated, weighed_by = excluded.weighed_by, dimensions = excluded.dimensions, as_of = excluded.as_of`)
	sqlSnap = db.SQL(`
		INSERT INTO evaluation_snapshot (customer_id, model_id, as_of, total, value, health, grade, confidence, dimensions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlClean   = db.SQL(`DELETE FROM evaluation_dirty WHERE customer_id IN (SELECT value FROM json_each(?))`)
	sqlMark    = db.SQL(`INSERT INTO evaluation_dirty (customer_id, since) SELECT id, ? FROM customer WHERE id = ? ON CONFLICT DO NOTHING`)
	sqlMarkAll = db.SQL(`INSERT INTO evaluation_dirty (customer_id, since) SELECT id, ? FROM customer WHERE no_profiling = 0 ON CONFLICT DO NOTHING`)
	sqlDirty   = db.SQL(`SELECT customer_id FROM evaluation_dirty ORDER BY customer_id LIMIT ?`)
	sqlNextIDs = db.SQL(`SELECT id FROM customer WHERE id > ? AND no_profiling = 0 ORDER BY id LIMIT ?`)

	sqlGet   = db.SQL(`SELECT ` + columns + ` FROM evaluation e WHERE e.customer_id = ?`)
	sqlName  = db.SQL(`SELECT c.name, c.level, c.region, c.no_profiling, c.fields FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL)
	sqlFresh = db.SQL(`
		SELECT e.as_of >= ? AND NOT EXISTS (SELECT 1 FROM evaluation_dirty d WHERE d.customer_id = e.customer_id)
			AND NOT EXISTS (SELECT 1 FROM event v WHERE v.customer_id = e.customer_id AND v.recorded_at >= e.as_of)
		FROM evaluation e WHERE e.customer_id = ?`)
	sqlHistory = db.SQL(`
		SELECT as_of, model_id, total, grade, confidence FROM evaluation_snapshot WHERE customer_id = ? ORDER BY as_of DESC, id DESC LIMIT 24`)

	sqlShop     = db.SQL(`SELECT data FROM evaluation_shop WHERE id = 1`)
	sqlShopAsOf = db.SQL(`SELECT as_of FROM evaluation_shop WHERE id = 1`)
	sqlPutShop  = db.SQL(`
		INSERT INTO evaluation_shop (id, as_of, data) VALUES (1, ?, ?)
		ON CONFLICT (id) DO UPDATE SET as_of = excluded.as_of, data = excluded.data`)
	sqlBuyers = db.SQL(`
		SELECT count(*) FROM (SELECT 1 FROM order_head o WHERE o.status IN ('confirmed', 'completed') AND o.total >= 0
			AND o.customer_id NOT IN (SELECT id FROM customer WHERE no_profiling = 1) GROUP BY o.customer_id LIMIT 1000)`)
)

// knownShop is readShop for pages: the tables change once a night, so they are
// decoded once. They are only read.
func (s *Service) knownShop(ctx context.Context, q db.Q) (Shop, error) {
	var asOf int64
	if found, err := db.Found(q.Get(ctx, &asOf, sqlShopAsOf)); err != nil || !found {
		return Shop{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shopAsOf == asOf {
		return s.shop, nil
	}
	shop, _, err := readShop(ctx, q)
	if err == nil {
		s.shop, s.shopAsOf = shop, asOf
	}
	return shop, err
}

// readShop reads the tables of the last run; found is false before the first.
func readShop(ctx context.Context, q db.Q) (s Shop, found bool, err error) {
	var text string
	if found, err = db.Found(q.Get(ctx, &text, sqlShop)); err != nil || !found {
		return s, false, err
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, false, fmt.Errorf("read the shop's tables: %w", err)
	}
	return s, true, nil
}

func (s *Service) putShop(ctx context.Context, tx *db.Tx, shop Shop) error {
	text, err := json.Marshal(shop)
	if err != nil {
		return fmt.Errorf("encode the shop's tables: %w", err)
	}
	tx.AfterCommit(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.shopAsOf = 0
	})
	_, err = tx.Exec(ctx, sqlPutShop, db.At(tx.Now), string(text))
	return err
}

// before is what was known of a customer when a batch began.
type before struct {
	CustomerID int64    `db:"customer_id"`
	Settled    string   `db:"settled"`
	ModelID    int64    `db:"model_id"`
	Snapped    bool     `db:"snapped"`
	Total      *float64 `db:"total"`
	Grade      string   `db:"grade"`

	NoProfiling bool `db:"no_profiling"`
}

// settled is the grade that hysteresis leans on; one of another version says
// nothing about this one.
func (b before) settled(m Model) string {
	if b.ModelID != m.ID {
		return ""
	}
	return b.Settled
}

// moved tells whether an evaluation differs enough to be remembered: a new
// grade, or a point or more.
func (b before) moved(e Evaluation) bool {
	switch {
	case !b.Snapped:
		return e.Total != nil
	case b.Grade != e.Grade, (b.Total == nil) != (e.Total == nil):
		return true
	case e.Total == nil:
		return false
	}
	d := *b.Total - *e.Total
	return d >= 1 || d <= -1
}

// put stores an evaluation, and a snapshot of it when asked to.
func put(ctx context.Context, tx *db.Tx, e Evaluation, snap bool) error {
	text, err := json.Marshal(e.Dimensions)
	if err != nil {
		return fmt.Errorf("encode the evaluation of customer %d: %w", e.CustomerID, err)
	}
	if _, err := tx.Exec(ctx, sqlPut, e.CustomerID, e.ModelID, e.Total, e.Value, e.Health, e.Grade, e.Settled, e.Confidence, e.Quadrant, e.Cap, e.Rated, e.WeighedBy,
		string(text), e.AsOf); err != nil {
		return fmt.Errorf("store the evaluation of customer %d: %w", e.CustomerID, err)
	}
	if !snap {
		return nil
	}
	type brief struct {
		Score   *float64 `json:"score"`
		Reasons []Reason `json:"reasons"`
	}
	short := map[string]brief{}
	for _, d := range e.Dimensions {
		short[d.Key] = brief{d.Score, d.Reasons}
	}
	if text, err = json.Marshal(short); err != nil {
		return fmt.Errorf("encode a snapshot of customer %d: %w", e.CustomerID, err)
	}
	_, err = tx.Exec(ctx, sqlSnap, e.CustomerID, e.ModelID, e.AsOf, e.Total, e.Value, e.Health, e.Grade, e.Confidence, string(text))
	return err
}

// What lists know of everybody says it too, in a tenth of the bytes.
const spreadOf = `
	SELECT s.grade, ` + quadrantOf + ` AS quadrant,
		CASE WHEN s.score < 0 THEN -1 ELSE min(9, CAST(s.score / 10 AS INTEGER)) END AS ten, count(*) FROM customer_stat s`

var (
	sqlSpread = db.SQL(spreadOf + ` JOIN customer c ON c.id = s.customer_id WHERE c.no_profiling = 0 AND ` + auth.CustomerSQL + ` GROUP BY 1, 2, 3`)
	// Of the whole base it is kept by triggers.
	sqlSpreadAll = db.SQL(`SELECT grade, quadrant, ten, n FROM evaluation_spread`)
)

// spread counts grades, quadrants and totals of the customers in a scope.
func spread(ctx context.Context, q db.Q, scope auth.Scope, o *Overview) error {
	sql, args := sqlSpread, scope.Args()
	if scope.Everything() {
		sql, args = sqlSpreadAll, nil
	}
	return q.Each(ctx, sql, args, func(r *sqlx.Rows) error {
		var grade, quadrant string
		var ten, n int
		if err := r.Scan(&grade, &quadrant, &ten, &n); err != nil {
			return err
		}
		if ten < 0 {
			o.Unscored += n
			return nil
		}
		o.Scored += n
		o.Grades[grade] += n
		o.Quadrants[quadrant] += n
		o.Tens[ten] += n
		return nil
	})
}

var sqlNumbers = db.SQL(`SELECT o.id, o.number FROM json_each(?) j CROSS JOIN order_head o ON o.id = j.value`)

// numbersOf are the numbers of some orders, as people know them.
func numbersOf(ctx context.Context, q db.Q, ids []int64) (map[int64]string, error) {
	raw, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("read the numbers of orders: %w", err)
	}
	out := map[int64]string{}
	err = q.Each(ctx, sqlNumbers, []any{string(raw)}, func(r *sqlx.Rows) error {
		var id int64
		var number string
		if err := r.Scan(&id, &number); err != nil {
			return err
		}
		out[id] = number
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the numbers of orders: %w", err)
	}
	return out, nil
}
