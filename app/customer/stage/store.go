package stage

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Move is one step of a customer's life.
type Move struct {
	Seen
	ID         int64   `db:"id"`
	CustomerID int64   `db:"customer_id"`
	From       string  `db:"from_stage"`
	To         string  `db:"to_stage"`
	ByHand     bool    `db:"by_hand"`
	Reason     string  `db:"reason"`
	UserID     db.ID   `db:"user_id"`
	UserName   db.Null `db:"user_name"`
	At         db.Time `db:"at"`
}

// Hold is a stage that somebody set.
type Hold struct {
	Stage    string  `db:"stage"`
	Until    string  `db:"until_on"`
	Reason   string  `db:"reason"`
	UserName db.Null `db:"user_name"`
	At       db.Time `db:"created_at"`
}

// Kept are the rules and names as they are stored.
type Kept struct {
	Rules
	NamesJSON string  `db:"names"`
	Version   int64   `db:"version"`
	UpdatedAt db.Time `db:"updated_at"`
	Names     Names   `db:"-"`
}

const ruleColumns = `new_days, regular_days, won_days, risk_times, risk_least, risk_days, lost_times, lost_least, lost_days`

var (
	sqlRules    = db.SQL(`SELECT ` + ruleColumns + `, names, version, updated_at FROM stage_rule WHERE id = 1`)
	sqlSetRules = db.SQL(`UPDATE stage_rule SET (` + ruleColumns + `) = (?, ?, ?, ?, ?, ?, ?, ?, ?), names = ?, updated_at = ?, version = version + 1 WHERE id = 1`)
	sqlStanding = db.SQL(`
		SELECT s.stage, coalesce(h.stage, '') AS held, coalesce(h.until_on, '') AS until_on, coalesce(h.reason, '') AS reason, c.no_profiling
		FROM customer_stat s JOIN customer c ON c.id = s.customer_id LEFT JOIN stage_hold h ON h.customer_id = s.customer_id WHERE s.customer_id = ?`)
	sqlHold = db.SQL(`
		SELECT h.stage, h.until_on, h.reason, u.name AS user_name, h.created_at
		FROM stage_hold h LEFT JOIN user u ON u.id = h.user_id WHERE h.customer_id = ?`)
	sqlAddHold    = db.SQL(`INSERT INTO stage_hold (customer_id, stage, until_on, reason, user_id, created_at) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlChangeHold = db.SQL(`UPDATE stage_hold SET stage = ?, until_on = ?, reason = ?, user_id = ?, created_at = ? WHERE customer_id = ?`)
	sqlDropHold   = db.SQL(`DELETE FROM stage_hold WHERE customer_id = ?`)
	sqlAddMove    = db.SQL(`
		INSERT INTO stage_move (customer_id, from_stage, to_stage, by_hand, reason, silent_days, gap_days, year_days, user_id, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlDropTold = db.SQL(`DELETE FROM stage_move WHERE customer_id = ? AND by_hand = 0`)
	sqlMoves    = db.List(`
		SELECT m.id, m.customer_id, m.from_stage, m.to_stage, m.by_hand, m.reason, m.silent_days, m.gap_days, m.year_days, m.user_id,
			u.name AS user_name, m.at
		FROM stage_move m LEFT JOIN user u ON u.id = m.user_id WHERE m.customer_id = ? ORDER BY m.id DESC LIMIT 100`)
	sqlDays = db.SQL(`
		SELECT DISTINCT ordered_on FROM order_head
		WHERE customer_id = ? AND status IN ('confirmed', 'completed') AND total >= 0 ORDER BY ordered_on DESC LIMIT 60`)
	sqlCountAll   = db.SQL(`SELECT stage, count(*) AS n FROM customer_stat GROUP BY stage`)
	sqlCountScope = db.SQL(`
		SELECT s.stage, count(*) AS n FROM customer c CROSS JOIN customer_stat s ON s.customer_id = c.id
		WHERE ` + auth.CustomerSQL + ` GROUP BY s.stage`)
	sqlUntold = db.SQL(`SELECT s.customer_id FROM customer_stat s JOIN customer c ON c.id = s.customer_id AND c.no_profiling = 0 WHERE s.stage = '' ORDER BY s.customer_id LIMIT 200`)
)

func readRules(ctx context.Context, q db.Q) (Kept, error) {
	var k Kept
	if err := q.Get(ctx, &k, sqlRules); err != nil {
		return k, fmt.Errorf("read the rules of stages: %w", err)
	}
	if err := json.Unmarshal([]byte(k.NamesJSON), &k.Names); err != nil {
		return k, fmt.Errorf("read the names of stages: %w", err)
	}
	return k, nil
}

func writeRules(ctx context.Context, tx *db.Tx, r Rules, n Names) error {
	names, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("write the names of stages: %w", err)
	}
	_, err = tx.Exec(ctx, sqlSetRules, r.NewDays, r.RegularDays, r.WonDays, r.RiskTimes, r.RiskLeast, r.RiskDays, r.LostTimes, r.LostLeast, r.LostDays,
		string(names), db.At(tx.Now))
	if err != nil {
		return fmt.Errorf("write the rules of stages: %w", err)
	}
	return nil
}

func insertMove(ctx context.Context, tx *db.Tx, m Move) error {
	_, err := tx.Insert(ctx, sqlAddMove, m.CustomerID, m.From, m.To, m.ByHand, m.Reason, m.Silent, m.Gap, m.Year, m.UserID, m.At)
	if err != nil {
		return fmt.Errorf("note a move of customer %d: %w", m.CustomerID, err)
	}
	return nil
}

// dropTold drops the moves that the rule told.
func dropTold(ctx context.Context, tx *db.Tx, customer int64) error {
	if _, err := tx.Exec(ctx, sqlDropTold, customer); err != nil {
		return fmt.Errorf("drop the moves of customer %d: %w", customer, err)
	}
	return nil
}

// hold sets a stage by hand over what stood there.
func hold(ctx context.Context, tx *db.Tx, customer int64, in Input) error {
	user := db.ID(auth.From(ctx).UserID)
	n, err := tx.Exec(ctx, sqlChangeHold, in.Stage, in.Until, in.Reason, user, db.At(tx.Now), customer)
	if err == nil && n == 0 {
		_, err = tx.Insert(ctx, sqlAddHold, customer, in.Stage, in.Until, in.Reason, user, db.At(tx.Now))
	}
	if err != nil {
		return fmt.Errorf("set the stage of customer %d: %w", customer, err)
	}
	return nil
}

// NamesIn are the shop's own words, for slices that show a stage.
func NamesIn(ctx context.Context, q db.Q) (Names, error) {
	k, err := readRules(ctx, q)
	return k.Names, err
}

// CountsFor are the customers of each stage within a scope.
func CountsFor(ctx context.Context, q db.Q, scope auth.Scope) (map[string]int, error) {
	var rows []struct {
		Stage string `db:"stage"`
		N     int    `db:"n"`
	}
	query, args := sqlCountAll, []any(nil)
	if !scope.Everything() {
		query, args = sqlCountScope, scope.Args()
	}
	if err := q.Select(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("count the stages: %w", err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.Stage] = r.N
	}
	return out, nil
}

// Everybody with their hold and the days on which they bought, in one walk
// along the index of orders.
var (
	sqlEverybody = db.SQL(`
		SELECT s.customer_id, s.stage, coalesce(h.stage, '') AS held, coalesce(h.until_on, '') AS until_on
		FROM customer_stat s LEFT JOIN stage_hold h ON h.customer_id = s.customer_id ORDER BY s.customer_id`)
	sqlEveryDay = db.SQL(`
		SELECT customer_id, ordered_on FROM order_head INDEXED BY order_head_customer
		WHERE status IN ('confirmed', 'completed') AND total >= 0 ORDER BY customer_id, ordered_on DESC`)
)

// differing calls fn for each customer whom the rules would put elsewhere.
func differing(ctx context.Context, q db.Q, r Rules, today cal.Date, fn func(id int64, from, to string)) error {
	days := map[int64][]cal.Date{}
	err := q.Each(ctx, sqlEveryDay, nil, func(rows *sqlx.Rows) error {
		var id int64
		var day cal.Date
		if err := rows.Scan(&id, &day); err != nil {
			return err
		}
		have := days[id]
		if len(have) < MaxDays && (len(have) == 0 || have[len(have)-1] != day) {
			days[id] = append(have, day)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read everybody's orders: %w", err)
	}
	err = q.Each(ctx, sqlEverybody, nil, func(rows *sqlx.Rows) error {
		var id int64
		var now standing
		if err := rows.Scan(&id, &now.Stage, &now.Held, &now.Until); err != nil {
			return err
		}
		to, _ := r.Tell(days[id], today)
		if !now.heldOn(today) && to != now.Stage && now.Stage != "" { // which it is of whoever is not to be profiled
			fn(id, now.Stage, to)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read everybody's stage: %w", err)
	}
	return nil
}
