package duplicate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// A merge moves the rows of every table that points at a customer, whatever it
// is called: the schema says which ones there are, so that no slice can be
// forgotten. What may stand only once for a customer and would stand twice is
// deleted with the losing record. The journal watches most tables and takes
// all of it back; for the others store_undo.go keeps a note.

// row is a customer as the table has it.
type row map[string]any

func (r row) id() int64 { return r.number("id") }

func (r row) number(column string) int64 {
	n, _ := r[column].(int64)
	return n
}

func (r row) text(column string) string {
	s, _ := r[column].(string)
	return s
}

func (r row) empty(column string) bool {
	switch v := r[column].(type) {
	case nil:
		return true
	case string:
		return v == ""
	case int64:
		return v == 0
	}
	return false
}

var sqlWhole = db.SQL(`SELECT * FROM customer WHERE id = ?`)

func whole(ctx context.Context, q db.Q, id int64) (row, error) {
	out := row{}
	err := q.Each(ctx, sqlWhole, []any{id}, func(r *sqlx.Rows) error { return r.MapScan(out) })
	if err == nil && len(out) == 0 {
		err = errs.NotVisible()
	}
	for column, v := range out {
		if b, ok := v.([]byte); ok {
			out[column] = string(b)
		}
	}
	return out, err
}

// ownPrefix begins the names of the shop's own fields among what is picked.
const ownPrefix = "fields."

// unite is the own fields of the record that stays: of each the value that was
// picked, else its own, else the newest of the others. Values are taken as they
// are stored: a sealed one stays sealed.
func unite(rows []row, own custom.Set, picks map[string]int64) (string, error) {
	all := make([]map[string]json.RawMessage, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.text("fields")), &all[i]); err != nil {
			return "", fmt.Errorf("read the own fields of customer %d: %w", r.id(), err)
		}
	}
	picked := map[string]int64{}
	for name, id := range picks {
		if f, ok := own.Find(strings.TrimPrefix(name, ownPrefix)); ok && strings.HasPrefix(name, ownPrefix) {
			picked[f.Slot()] = id
		}
	}
	out := map[string]json.RawMessage{}
	for _, values := range all {
		for slot := range values {
			if i := source(rows, all, slot, picked[slot]); !blank(all[i][slot]) {
				out[slot] = all[i][slot]
			}
		}
	}
	if same, err := json.Marshal(out); err != nil || len(out) > 0 {
		return string(same), err
	}
	return rows[0].text("fields"), nil
}

// source is the record from which an own field's value comes; 0 is no pick.
func source(rows []row, all []map[string]json.RawMessage, slot string, pick int64) int {
	if i := slices.IndexFunc(rows, func(r row) bool { return r.id() == pick }); i >= 0 {
		return i
	}
	best := 0
	for i := range rows {
		if !blank(all[best][slot]) && (best == 0 || rows[best].number("updated_at") >= rows[i].number("updated_at")) {
			continue
		}
		if !blank(all[i][slot]) {
			best = i
		}
	}
	return best
}

func blank(v json.RawMessage) bool { return len(v) == 0 || string(v) == "null" || string(v) == `""` }

// link is a column that names a customer.
type link struct {
	Table  string `db:"tbl"`
	Column string `db:"col"`
	// Subject: it does so only where subject_kind says customer.
	Subject bool `db:"subject"`
	Watched bool `db:"watched"` // by the journal
	columns []string
	keys    []string
	derived bool
}

// derived are tables that are computed of a customer: they stay behind and go
// with the losing record; what an undo must bring back is kept.
var derived = map[string]string{
	"customer_stat": "recomputed from what moved", "evaluation": "judged anew", "prediction_buyer": "made anew", "prediction_rfm": "made anew", "prediction_worth": "made anew", "evaluation_snapshot": "what the other record once was judged as", "evaluation_month": "made of what the other record once was judged as",
	"evaluation_dirty": "a mark", "duplicate_dirty": "a mark", "duplicate_pair": "found anew",
	"quality_dirty": "a mark", "quality_finding": "found anew", "consent_now": "kept by triggers", "wave_member": "a wave asks the records it was made of",
}

// fleeting are those of them that an undo need not bring back.
var fleeting = []string{"evaluation_dirty", "duplicate_dirty", "duplicate_pair", "quality_dirty", "quality_finding", "consent_now", "prediction_buyer", "prediction_rfm", "prediction_worth"}

// handled are columns that a merge treats in its own way.
var handled = map[string]string{"duplicate_apart": "whoever was kept apart from the losing record is kept apart from the staying one"}

var (
	sqlLinks = db.SQL(`
		SELECT l.tbl, l.col, l.subject, EXISTS (SELECT 1 FROM sqlite_schema t WHERE t.type = 'trigger' AND t.name = 'journal_' || l.tbl || '_update') AS watched
		FROM (
			SELECT m.name AS tbl, f."from" AS col, 0 AS subject FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."table" = 'customer'
			UNION SELECT m.name, x.name, 0 FROM sqlite_schema m JOIN pragma_table_info(m.name) x WHERE m.type = 'table' AND x.name = 'customer_id'
			UNION SELECT m.name, x.name, 1 FROM sqlite_schema m JOIN pragma_table_info(m.name) x JOIN pragma_table_info(m.name) k
				WHERE m.type = 'table' AND x.name = 'subject_id' AND k.name = 'subject_kind' AND m.name <> 'journal_set') l
		ORDER BY l.tbl, l.col`)
	sqlColumns = db.SQL(`SELECT name, pk FROM pragma_table_info(?) ORDER BY cid`)
)

// linksOf reads from the schema what points at customers.
func linksOf(ctx context.Context, q db.Q) ([]link, error) {
	var links []link
	if err := q.Select(ctx, &links, sqlLinks); err != nil {
		return nil, fmt.Errorf("read what points at customers: %w", err)
	}
	for i := range links {
		l := &links[i]
		var columns []struct {
			Name string `db:"name"`
			PK   int    `db:"pk"`
		}
		if err := q.Select(ctx, &columns, sqlColumns, l.Table); err != nil {
			return nil, fmt.Errorf("read the columns of %s: %w", l.Table, err)
		}
		for _, c := range columns {
			l.columns = append(l.columns, c.Name)
			if c.PK > 0 {
				l.keys = append(l.keys, c.Name)
			}
		}
		l.derived = derived[l.Table] != ""
	}
	return links, nil
}

const (
	sqlMove     = `UPDATE OR IGNORE %s SET %s = ?%s WHERE %s = ?%s`
	aboutOne    = ` AND subject_kind = 'customer'`
	newVersion  = `, version = version + 1`
	newMoment   = `, updated_at = %d`
	sqlLeftover = `DELETE FROM %s WHERE %s = ?%s`
)

// move points a table's rows at the staying record.
func (l link) move(ctx context.Context, tx *db.Tx, survivor, loser int64) error {
	also, about := "", ""
	if slices.Contains(l.columns, "version") {
		also += newVersion
	}
	if slices.Contains(l.columns, "updated_at") {
		also += fmt.Sprintf(newMoment, tx.Now.UnixMilli())
	}
	if l.Subject {
		about = aboutOne
	}
	if _, err := tx.Exec(ctx, fmt.Sprintf(sqlMove, quote(l.Table), quote(l.Column), also, quote(l.Column), about), survivor, loser); err != nil {
		return fmt.Errorf("move the rows of %s: %w", l.Table, err)
	}
	return nil
}

// drop deletes what could not move and does not go with the losing record.
func (l link) drop(ctx context.Context, tx *db.Tx, loser int64) error {
	about := ""
	if l.Subject {
		about = aboutOne
	}
	if _, err := tx.Exec(ctx, fmt.Sprintf(sqlLeftover, quote(l.Table), quote(l.Column), about), loser); err != nil {
		return fmt.Errorf("drop what %s has twice: %w", l.Table, err)
	}
	return nil
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

var (
	sqlAddMerge = db.SQL(`
		INSERT INTO duplicate_merge (survivor_id, loser_id, name, external_src, external_id, user_id, at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlRemove = db.SQL(`DELETE FROM customer WHERE id = ?`)
)

// absorb moves all of one record to another and takes it away.
func absorb(ctx context.Context, tx *db.Tx, links []link, into, from row) (Merged, error) {
	m := Merged{SurvivorID: into.id(), LoserID: from.id(), Name: from.text("name"), At: db.At(tx.Now)}
	var err error
	m.ID, err = tx.Insert(ctx, sqlAddMerge, m.SurvivorID, m.LoserID, m.Name, from.text("external_src"), db.Null(from.text("external_id")),
		db.ID(auth.From(ctx).UserID), m.At)
	if err != nil {
		return m, fmt.Errorf("note where it went: %w", err)
	}
	if err := prepare(ctx, tx, m.SurvivorID, m.LoserID); err != nil {
		return m, err
	}
	for _, l := range links {
		switch {
		case handled[l.Table] != "":
		case l.Watched:
			if err := l.move(ctx, tx, m.SurvivorID, m.LoserID); err != nil {
				return m, err
			}
			if err := l.drop(ctx, tx, m.LoserID); err != nil {
				return m, err
			}
		default:
			if err := l.moveNoted(ctx, tx, m); err != nil {
				return m, err
			}
		}
	}
	if _, err := tx.Exec(ctx, sqlRemove, m.LoserID); err != nil {
		return m, fmt.Errorf("take the losing record away: %w", err)
	}
	return m, nil
}

// preparing is what must be put right before rows move: what would stand
// twice, but is not the same, gets another place. ?1 stays, ?2 goes.
var preparing = []string{
	db.SQL(`DELETE FROM customer_phone WHERE customer_id = ?2 AND contact_id IS NULL AND EXISTS (SELECT 1 FROM customer_phone o
		WHERE o.customer_id = ?1 AND o.contact_id IS NULL AND (o.raw = customer_phone.raw OR o.e164 <> '' AND o.e164 = customer_phone.e164 AND o.ext = customer_phone.ext))`),
	db.SQL(`DELETE FROM customer_email WHERE customer_id = ?2 AND contact_id IS NULL AND EXISTS (SELECT 1 FROM customer_email o
		WHERE o.customer_id = ?1 AND o.contact_id IS NULL AND o.email = customer_email.email)`),
	db.SQL(`UPDATE customer_phone SET position = position + (SELECT coalesce(max(position), -1) + 1 FROM customer_phone o WHERE o.customer_id = ?1 AND o.contact_id IS NULL)
		WHERE customer_id = ?2 AND contact_id IS NULL`),
	db.SQL(`UPDATE customer_email SET position = position + (SELECT coalesce(max(position), -1) + 1 FROM customer_email o WHERE o.customer_id = ?1 AND o.contact_id IS NULL)
		WHERE customer_id = ?2 AND contact_id IS NULL`),
	db.SQL(`UPDATE contact SET is_primary = 0 WHERE customer_id = ?2 AND is_primary = 1 AND EXISTS (SELECT 1 FROM contact o WHERE o.customer_id = ?1 AND o.is_primary = 1)`),
	db.SQL(`UPDATE task SET kind = 'task' WHERE customer_id = ?2 AND kind = 'follow_up' AND done_at IS NULL AND EXISTS (SELECT 1 FROM task o
		WHERE o.customer_id = ?1 AND o.kind = 'follow_up' AND o.done_at IS NULL AND o.owner_id IS task.owner_id)`),
	db.SQL(`UPDATE survey_invitation SET period_key = period_key || '~' || ?2 WHERE customer_id = ?2 AND EXISTS (SELECT 1 FROM survey_invitation o
		WHERE o.customer_id = ?1 AND o.survey_id = survey_invitation.survey_id AND o.period_key = survey_invitation.period_key)`),
	db.SQL(`UPDATE survey_invitation SET event_key = event_key || '~' || ?2 WHERE customer_id = ?2 AND event_key <> '' AND EXISTS (SELECT 1 FROM survey_invitation o
		WHERE o.customer_id = ?1 AND o.event_key = survey_invitation.event_key)`),
	db.SQL(`INSERT INTO duplicate_apart (a_id, b_id, user_id, at)
		SELECT min(?1, a_id + b_id - ?2), max(?1, a_id + b_id - ?2), user_id, at FROM duplicate_apart
		WHERE (a_id = ?2 OR b_id = ?2) AND a_id + b_id - ?2 <> ?1 ON CONFLICT DO NOTHING`),
	sqlEventOn,
}

// sqlEventOn lets facts that are still to be read name the staying record.
var sqlEventOn = db.SQL(`UPDATE event SET data = json_set(data, '$.customer_id', ?1) WHERE customer_id = ?2 AND data ->> '$.customer_id' = ?2`)

func prepare(ctx context.Context, tx *db.Tx, survivor, loser int64) error {
	if err := keepWord(ctx, tx, survivor, loser); err != nil {
		return err
	}
	for _, query := range preparing {
		if _, err := tx.Exec(ctx, query, survivor, loser); err != nil {
			return fmt.Errorf("make room: %w", err)
		}
	}
	return nil
}

var sqlKeepExternal = db.SQL(`UPDATE customer SET external_src = ?, external_id = ? WHERE id = ?`)

// keep writes what was chosen to the staying record. The external id is a
// change of its own: whatever else somebody edits later, an undo can always
// give it back to the record that had it.
func keep(ctx context.Context, tx *db.Tx, id int64, kept row) error {
	if _, err := tx.Exec(ctx, sqlKeepExternal, kept["external_src"], kept["external_id"], id); err != nil {
		return fmt.Errorf("keep the external id of customer %d: %w", id, err)
	}
	delete(kept, "external_src")
	delete(kept, "external_id")
	var sets []string
	var args []any
	for column, v := range kept {
		sets, args = append(sets, quote(column)+" = ?"), append(args, v)
	}
	_, err := tx.Exec(ctx, fmt.Sprintf(sqlKeep, strings.Join(sets, ", ")), append(args, tx.Now.UnixMilli(), id)...)
	if err != nil {
		return fmt.Errorf("keep what was chosen of customer %d: %w", id, err)
	}
	return nil
}

const (
	sqlManyPhones = `SELECT count(DISTINCT iif(e164 = '', raw, e164 || ' ' || ext)) FROM customer_phone WHERE customer_id IN (?) AND contact_id IS NULL`
	sqlManyMails  = `SELECT count(DISTINCT email) FROM customer_email WHERE customer_id IN (?) AND contact_id IS NULL`
	sqlManyTags   = `SELECT count(DISTINCT tag_id) FROM customer_tag WHERE customer_id IN (?)`
)

// How many phones, e-mails and tags one customer has.
const (
	maxMany = 20
	maxTags = 200
)

// roomFor refuses a merge whose lists would be longer than a record takes.
func roomFor(ctx context.Context, tx *db.Tx, ids []int64) error {
	c := &errs.Check{}
	for name, query := range map[string]string{"phones": sqlManyPhones, "emails": sqlManyMails, "tags": sqlManyTags} {
		q, args, err := sqlx.In(query, ids)
		if err != nil {
			return err
		}
		var n int
		if err := tx.Get(ctx, &n, q, args...); err != nil {
			return fmt.Errorf("count %s: %w", name, err)
		}
		most := maxMany
		if name == "tags" {
			most = maxTags
		}
		c.That(n <= most, name, "duplicate.error."+name, "n", most)
	}
	return c.Err()
}

// Count is how many rows of one sort hang on a record.
type Count struct {
	Sort string `db:"sort"`
	N    int    `db:"n"`
}

var sqlCounts = db.SQL(`
	SELECT 'orders' AS sort, count(*) AS n FROM order_head WHERE customer_id = ?1
	UNION ALL SELECT 'payments', count(*) FROM payment WHERE customer_id = ?1
	UNION ALL SELECT 'followups', count(*) FROM followup WHERE customer_id = ?1
	UNION ALL SELECT 'tasks', count(*) FROM task WHERE customer_id = ?1
	UNION ALL SELECT 'contacts', count(*) FROM contact WHERE customer_id = ?1
	UNION ALL SELECT 'notes', count(*) FROM note WHERE customer_id = ?1
	UNION ALL SELECT 'files', count(*) FROM attachment WHERE customer_id = ?1
	UNION ALL SELECT 'answers', count(*) FROM survey_response WHERE customer_id = ?1
	UNION ALL SELECT 'cases', count(*) FROM feedback_case WHERE customer_id = ?1`)

func counts(ctx context.Context, q db.Q, id int64) ([]Count, error) {
	var out []Count
	if err := q.Select(ctx, &out, sqlCounts, id); err != nil {
		return nil, fmt.Errorf("count what hangs on customer %d: %w", id, err)
	}
	return out, nil
}
