package evaluation

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const modelColumns = `m.id, m.weights, m.grades, m.rules, m.own, m.weighing, m.note, m.user_id, u.name AS author, m.created_at, m.repeats, m.at_once`

// foreseenAnew tells whether the tables rest on another forecast than there is.
const foreseenAnew = `EXISTS (SELECT 1 FROM evaluation_shop s LEFT JOIN prediction_figure f ON f.name = 'worth'
	WHERE coalesce(json_extract(s.data, '$.worth_as_of'), 0) <> CASE WHEN json_extract(f.data, '$.shown') THEN f.as_of ELSE 0 END)`

var (
	sqlLatest  = db.SQL(`SELECT ` + modelColumns + ` FROM evaluation_model m LEFT JOIN user u ON u.id = m.user_id ORDER BY m.id DESC LIMIT 1`)
	sqlModel   = db.SQL(`SELECT ` + modelColumns + ` FROM evaluation_model m LEFT JOIN user u ON u.id = m.user_id WHERE m.id = ?`)
	sqlModels  = db.SQL(`SELECT ` + modelColumns + ` FROM evaluation_model m LEFT JOIN user u ON u.id = m.user_id ORDER BY m.id DESC LIMIT 200`)
	sqlPublish = db.SQL(`
		INSERT INTO evaluation_model (weights, grades, rules, own, weighing, note, user_id, repeats, at_once, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlAtOnce = db.SQL(`UPDATE evaluation_model SET at_once = 1 WHERE id = ? AND at_once = 0`)

	// sqlWaits: a version was to hold at once and the shop's tables are not made for
	// it yet, or what is expected of customers was made anew since.
	sqlWaits = db.SQL(`
		SELECT EXISTS (SELECT 1 FROM evaluation_shop s JOIN evaluation_model m ON m.id = (SELECT max(id) FROM evaluation_model)
			WHERE m.at_once = 1 AND m.id <> max(1, coalesce(json_extract(s.data, '$.model'), 1))) OR ` + foreseenAnew)
	sqlForeseenAnew = db.SQL(`SELECT ` + foreseenAnew)
	sqlLeft         = db.SQL(`SELECT count(*) FROM evaluation_dirty`)
	sqlAll          = db.SQL(`SELECT (SELECT count(*) FROM customer) - (SELECT count(*) FROM customer WHERE no_profiling = 1)`)

	sqlSample = db.SQL(`SELECT id FROM customer WHERE id > ? AND id % ? = 0 AND no_profiling = 0 ORDER BY id LIMIT ?`)
	sqlNames  = db.SQL(`SELECT id, name FROM customer WHERE id IN (SELECT value FROM json_each(?))`)
	sqlTag    = db.SQL(`SELECT id, name FROM tag ORDER BY name`)

	sqlHeld = db.SQL(`
		SELECT o.customer_id, o.grade, o.reason, o.until, u.name AS by, o.updated_at
		FROM evaluation_override o LEFT JOIN user u ON u.id = o.user_id WHERE o.customer_id = ?`)
	sqlHeldOf = db.SQL(`
		SELECT o.customer_id, o.grade, o.reason, o.until, NULL AS by, o.updated_at
		FROM json_each(?) j JOIN evaluation_override o ON o.customer_id = j.value`)
	sqlHold = db.SQL(`
		INSERT INTO evaluation_override (customer_id, grade, reason, until, user_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (customer_id) DO UPDATE SET grade = excluded.grade, reason = excluded.reason, until = excluded.until,
			user_id = excluded.user_id, updated_at = excluded.updated_at, version = version + 1`)
	sqlRelease = db.SQL(`DELETE FROM evaluation_override WHERE customer_id = ?`)
	sqlMarked  = db.SQL(`
		SELECT ct.customer_id, max(ct.tag_id = ?2), max(ct.tag_id = ?3) FROM json_each(?1) j
		JOIN customer_tag ct ON ct.customer_id = j.value WHERE ct.tag_id IN (?2, ?3) GROUP BY 1`)
)

type modelRow struct {
	ID      int64   `db:"id"`
	Weights string  `db:"weights"`
	Grades  string  `db:"grades"`
	Rules   string  `db:"rules"`
	Own     string  `db:"own"`
	Groups  string  `db:"weighing"`
	Note    string  `db:"note"`
	UserID  db.ID   `db:"user_id"`
	Author  db.Null `db:"author"`
	At      db.Time `db:"created_at"`
	Repeats db.ID   `db:"repeats"`
	AtOnce  bool    `db:"at_once"`
}

func (r modelRow) model() (Model, error) {
	m := Model{ID: r.ID, Note: r.Note, UserID: r.UserID, Author: string(r.Author), At: r.At, Repeats: r.Repeats, AtOnce: r.AtOnce}
	for _, part := range []struct {
		text string
		into any
	}{{r.Weights, &m.Weights}, {r.Grades, &m.Bounds}, {r.Rules, &m.Rules}, {r.Own, &m.Own}, {r.Groups, &m.Groups}} {
		if err := json.Unmarshal([]byte(part.text), part.into); err != nil {
			return m, fmt.Errorf("read evaluation model %d: %w", r.ID, err)
		}
	}
	return m, nil
}

// latestModel is the version that was published last; it may wait for its tables.
func latestModel(ctx context.Context, q db.Q) (Model, error) {
	var r modelRow
	if err := q.Get(ctx, &r, sqlLatest); err != nil {
		return Model{}, fmt.Errorf("read the evaluation model: %w", err)
	}
	return r.model()
}

// modelOf is the version in force: the one that the shop's tables were made for.
func modelOf(ctx context.Context, q db.Q, s Shop) (Model, error) {
	if s.Day == "" {
		return latestModel(ctx, q)
	}
	return readModel(ctx, q, s.version())
}

func readModel(ctx context.Context, q db.Q, id int64) (Model, error) {
	var r modelRow
	if err := db.OrNotFound(q.Get(ctx, &r, sqlModel, id)); err != nil {
		return Model{}, err
	}
	return r.model()
}

func readModels(ctx context.Context, q db.Q) ([]Model, error) {
	var rows []modelRow
	if err := q.Select(ctx, &rows, sqlModels); err != nil {
		return nil, fmt.Errorf("list evaluation models: %w", err)
	}
	out := make([]Model, 0, len(rows))
	for _, r := range rows {
		m, err := r.model()
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// putModel publishes a version.
func putModel(ctx context.Context, tx *db.Tx, m Model) (int64, error) {
	var texts [5]string
	for i, v := range []any{m.Weights, m.Bounds, m.Rules, append([]Own{}, m.Own...), append([]Group{}, m.Groups...)} {
		text, err := json.Marshal(v)
		if err != nil {
			return 0, fmt.Errorf("encode a model: %w", err)
		}
		texts[i] = string(text)
	}
	id, err := tx.Insert(ctx, sqlPublish, texts[0], texts[1], texts[2], texts[3], texts[4], m.Note, db.ID(auth.From(ctx).UserID), m.Repeats, m.AtOnce, db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("publish a model: %w", err)
	}
	return id, nil
}

// standing adds to facts what people decided: a grade set by hand, and the tags
// that hold a grade down.
func standing(ctx context.Context, q db.Q, ids string, at map[int64]*facts, m Model) error {
	var held []Held
	if err := q.Select(ctx, &held, sqlHeldOf, ids); err != nil {
		return fmt.Errorf("read grades set by hand: %w", err)
	}
	for _, h := range held {
		at[h.CustomerID].held = &h
	}
	if m.DebtTag == 0 && m.BlockedTag == 0 {
		return nil
	}
	return tagged(ctx, q, ids, at, m)
}

func tagged(ctx context.Context, q db.Q, ids string, at map[int64]*facts, m Model) error {
	return q.Each(ctx, sqlMarked, []any{ids, m.DebtTag, m.BlockedTag}, func(r *sqlx.Rows) error {
		var id int64
		var debt, blocked bool
		if err := r.Scan(&id, &debt, &blocked); err != nil {
			return err
		}
		at[id].debt, at[id].blocked = debt, blocked
		return nil
	})
}

// tagName is a tag that a version may look for.
type tagName struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// remark looks again for the tags that a version holds grades down by.
func remark(ctx context.Context, q db.Q, all []facts, m Model) error {
	at := make(map[int64]*facts, len(all))
	ids := make([]int64, 0, len(all))
	for i := range all {
		all[i].debt, all[i].blocked = false, false
		at[all[i].customer] = &all[i]
		ids = append(ids, all[i].customer)
	}
	if m.DebtTag == 0 && m.BlockedTag == 0 {
		return nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return fmt.Errorf("encode ids: %w", err)
	}
	return tagged(ctx, q, string(list), at, m)
}

// settledOf adds the grades that hysteresis leans on.
func settledOf(ctx context.Context, q db.Q, ids []int64, m Model, into map[int64]string) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return fmt.Errorf("encode ids: %w", err)
	}
	var known []before
	if err := q.Select(ctx, &known, sqlBefore, string(list)); err != nil {
		return fmt.Errorf("read earlier evaluations: %w", err)
	}
	for _, b := range known {
		into[b.CustomerID] = b.settled(m)
	}
	return nil
}

func namesOf(ctx context.Context, q db.Q, ids []int64) (map[int64]string, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("encode ids: %w", err)
	}
	var rows []tagName
	if err := q.Select(ctx, &rows, sqlNames, string(list)); err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	out := map[int64]string{}
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, nil
}
