package customer

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"regulars/app/customer/stage"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/setting"
)

// What is derived of a customer is computed from the facts, always all of it,
// in one place: after a fact, after an undo and by the nightly check alike. A
// return lowers the revenue and is no purchase. Of whoever is not to be profiled no
// rhythm is kept.

var (
	sqlPurchaseDays = db.SQL(`
		SELECT DISTINCT ordered_on FROM order_head
		WHERE customer_id = ? AND status IN ('confirmed', 'completed') AND total >= 0 ORDER BY ordered_on DESC LIMIT 60`)
	sqlRefreshStat = db.SQL(`
		UPDATE customer_stat SET
			(orders, revenue, first_order_on, last_order_on) = (
				SELECT count(*) FILTER (WHERE total >= 0), coalesce(sum(total), 0),
					coalesce(min(ordered_on) FILTER (WHERE total >= 0), ''), coalesce(max(ordered_on) FILTER (WHERE total >= 0), '')
				FROM order_head WHERE customer_id = ?1 AND status IN ('confirmed', 'completed')),
			paid = (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.customer_id = ?1),
			gap_days = iif((SELECT no_profiling FROM customer WHERE id = ?1), 0, ?2),
			expected_on = iif((SELECT no_profiling FROM customer WHERE id = ?1), '', ?3),
			last_contact_at = (SELECT coalesce(max(at), 0) FROM followup WHERE customer_id = ?1),
			next_task_at = (SELECT coalesce(min(due_at), 0) FROM task WHERE customer_id = ?1 AND done_at IS NULL),
			open_tasks = (SELECT count(*) FROM task WHERE customer_id = ?1 AND done_at IS NULL),
			revenue_year = (SELECT coalesce(sum(total), 0) FROM order_head
				WHERE customer_id = ?1 AND status IN ('confirmed', 'completed') AND ordered_on > ?4),
			open_cases = (SELECT count(*) FROM feedback_case WHERE customer_id = ?1 AND closed_at IS NULL),
			nps = coalesce((SELECT r.score FROM survey_response r JOIN survey s ON s.id = r.survey_id
				WHERE r.customer_id = ?1 AND s.kind = 'nps' ORDER BY r.answered_at DESC, r.id DESC LIMIT 1), -1),
			csat = coalesce((SELECT r.score FROM survey_response r JOIN survey s ON s.id = r.survey_id
				WHERE r.customer_id = ?1 AND s.kind = 'csat' ORDER BY r.answered_at DESC, r.id DESC LIMIT 1), -1),
			stage = ?5
		WHERE customer_id = ?1`)
	sqlEnsureStat = db.SQL(`INSERT INTO customer_stat (customer_id) SELECT id FROM customer WHERE id = ? ON CONFLICT DO NOTHING`)
	sqlContactDue = db.SQL(`
		SELECT c.rhythm_days, c.level, c.created_at, s.last_contact_at
		FROM customer c JOIN customer_stat s ON s.customer_id = c.id WHERE c.id = ?`)
	sqlSetContactDue = db.SQL(`UPDATE customer_stat SET next_contact_on = ? WHERE customer_id = ? AND next_contact_on <> ?`)
)

// RhythmSetting names the setting of how often each level is to be contacted.
const RhythmSetting = "followup.rhythm"

// RefreshStats recomputes what is derived of these customers; ids that are
// gone are left out. Whoever comes to another stage of their life by it is told.
func (s *Service) RefreshStats(ctx context.Context, tx *db.Tx, ids []int64) error {
	return s.refresh(ctx, tx, ids, false)
}

// RefreshQuietly is RefreshStats for what was brought in, merged or taken back:
// no move between stages is noted.
func (s *Service) RefreshQuietly(ctx context.Context, tx *db.Tx, ids []int64) error {
	return s.refresh(ctx, tx, ids, true)
}

func (s *Service) refresh(ctx context.Context, tx *db.Tx, ids []int64, quiet bool) error {
	p, err := readPlan(ctx, tx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.refreshStat(ctx, tx, id, cal.Today(tx.Now, p.zone), quiet); err != nil {
			return fmt.Errorf("refresh the figures of customer %d: %w", id, err)
		}
		if err := refreshContactDue(ctx, tx, id, p); err != nil {
			return fmt.Errorf("refresh the contact rhythm of customer %d: %w", id, err)
		}
	}
	return nil
}

func (s *Service) refreshStat(ctx context.Context, tx *db.Tx, id int64, today cal.Date, quiet bool) error {
	made, err := tx.Exec(ctx, sqlEnsureStat, id)
	if err != nil {
		return err
	}
	var days []cal.Date
	if err := tx.Select(ctx, &days, sqlPurchaseDays, id); err != nil {
		return err
	}
	to, moved, err := stage.Refresh(ctx, tx, stage.Purchases{CustomerID: id, Days: days, Today: today, Quiet: quiet || made > 0})
	if err != nil {
		return err
	}
	gap, expected := rhythm(days)
	if _, err := tx.Exec(ctx, sqlRefreshStat, id, gap, expected, string(cal.DateOf(tx.Now.AddDate(-1, 0, 0), time.UTC)), to); err != nil || moved == nil {
		return err
	}
	return s.events.Publish(ctx, tx, *moved)
}

// rhythm is the median gap between purchase days (newest first) and the day on
// which the next one is due; both are zero below three purchases.
func rhythm(days []cal.Date) (gap float64, expected string) {
	if gap = stage.Rhythm(days); gap > 0 {
		expected = string(days[0].AddDays(int(gap + 0.5)))
	}
	return gap, expected
}

// refreshContactDue computes when somebody should get in touch again.
func refreshContactDue(ctx context.Context, tx *db.Tx, id int64, p plan) error {
	var row struct {
		Days    int     `db:"rhythm_days"`
		Level   string  `db:"level"`
		Created db.Time `db:"created_at"`
		Last    db.Time `db:"last_contact_at"`
	}
	found, err := db.Found(tx.Get(ctx, &row, sqlContactDue, id))
	if err != nil || !found {
		return err
	}
	last := row.Last
	if last.UnixMilli() == 0 {
		last = row.Created
	}
	due := p.due(row.Days, row.Level, last.Time)
	_, err = tx.Exec(ctx, sqlSetContactDue, due, id, due)
	return err
}

// onFact keeps the figures current in the transaction of every fact about a
// customer. An import says many things about the same few customers, so theirs
// are refreshed once, at the end of its transaction.
func (s *Service) onFact(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	if e.CustomerID == 0 || e.Kind == "customer.created" || e.Kind == stage.MovedKind { // a new row has its figures, and a move comes of them
		return nil
	}
	if e.Imported {
		stale, _ := tx.Value(staleKey{}).(map[int64]bool)
		if stale == nil {
			stale = map[int64]bool{}
			tx.SetValue(staleKey{}, stale)
		}
		stale[int64(e.CustomerID)] = true
		return nil
	}
	return s.RefreshStats(ctx, tx, []int64{int64(e.CustomerID)})
}

type staleKey struct{}

// atCommit refreshes what an import touched before its transaction ends.
type atCommit struct{ s *Service }

// Begin implements db.Hook.
func (atCommit) Begin(context.Context, *db.Tx) error { return nil }

// Commit implements db.Hook.
func (h atCommit) Commit(ctx context.Context, tx *db.Tx) error {
	stale, _ := tx.Value(staleKey{}).(map[int64]bool)
	if len(stale) == 0 {
		return nil
	}
	return h.s.RefreshQuietly(ctx, tx, slices.Sorted(maps.Keys(stale)))
}

// firstContactDue is when somebody should get in touch with a new customer: all
// that is derived of one without any history, written with their row.
func firstContactDue(ctx context.Context, tx *db.Tx, in Input) (string, error) {
	p, err := contactPlan(ctx, tx)
	if err != nil {
		return "", err
	}
	return p.due(in.RhythmDays, in.Level, tx.Now), nil
}

// plan is how often customers are to be contacted, by level.
type plan struct {
	byLevel map[string]int
	zone    *time.Location
}

func (p plan) due(days int, level string, last time.Time) string {
	if days == 0 {
		days = p.byLevel[level]
	}
	if days <= 0 {
		return ""
	}
	return string(cal.DateOf(last, p.zone).AddDays(days))
}

func readPlan(ctx context.Context, q db.Q) (plan, error) {
	p := plan{byLevel: map[string]int{}}
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return p, err
	}
	p.zone = business.Zone()
	return p, setting.Get(ctx, q, RhythmSetting, &p.byLevel)
}

type planKey struct{}

// contactPlan is the plan as it was when the transaction first asked.
func contactPlan(ctx context.Context, tx *db.Tx) (plan, error) {
	if p, ok := tx.Value(planKey{}).(plan); ok {
		return p, nil
	}
	p, err := readPlan(ctx, tx)
	if err == nil {
		tx.SetValue(planKey{}, p)
	}
	return p, err
}

// Touched refreshes customers that an undo reached: figures and search.
func (s *Service) Touched(ctx context.Context, tx *db.Tx, ids []int64) error {
	if err := s.RefreshQuietly(ctx, tx, ids); err != nil {
		return err
	}
	for len(ids) > 0 {
		n := min(len(ids), 500)
		if err := s.Index(ctx, tx, ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

var sqlFigures = db.SQL(`
	SELECT orders, revenue, paid, first_order_on, last_order_on, expected_on, nullif(last_contact_at, 0) AS last_contact_at, nps, score, open_cases
	FROM customer_stat WHERE customer_id = ?`)

// figuresOf are what formulas know of a customer; one without figures has none.
func figuresOf(ctx context.Context, q db.Q, id int64) (Figures, error) {
	f := Figures{NPS: -1, Score: -1}
	if _, err := db.Found(q.Get(ctx, &f, sqlFigures, id)); err != nil {
		return f, fmt.Errorf("read the figures of customer %d: %w", id, err)
	}
	return f, nil
}

var sqlStaleStats = db.SQL(`SELECT id FROM customer WHERE id > ? ORDER BY id LIMIT 200`)

// RebuildStats recomputes all customers' figures in small steps: the nightly
// check that derived figures equal the facts.
func (s *Service) RebuildStats(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	for after := int64(0); ; {
		var ids []int64
		if err := s.db.Reader(ctx).Select(ctx, &ids, sqlStaleStats, after); err != nil {
			return fmt.Errorf("list customers: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		after = ids[len(ids)-1]
		if err := s.db.Write(ctx, "customer.stats", func(ctx context.Context, tx *db.Tx) error {
			return s.RefreshStats(ctx, tx, ids)
		}); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

var sqlSetScore = db.SQL(`
	UPDATE customer_stat SET score = ?1, grade = ?2, value_score = ?3, health_score = ?4, grade_by_hand = ?5
	WHERE customer_id = ?6 AND (score, grade, value_score, health_score, grade_by_hand) <> (?1, ?2, ?3, ?4, ?5)`)

// SetScore keeps a customer's evaluation beside their other figures, so that
// lists can show and sort by it; -1 is unknown. byHand: a person set the grade.
func (s *Service) SetScore(ctx context.Context, tx *db.Tx, id int64, score float64, grade string, value, health float64, byHand bool) error {
	if _, err := tx.Exec(ctx, sqlSetScore, score, grade, value, health, byHand, id); err != nil {
		return fmt.Errorf("keep the score of customer %d: %w", id, err)
	}
	return nil
}
