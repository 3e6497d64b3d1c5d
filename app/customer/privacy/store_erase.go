package privacy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"regulars/app/kit/text"
	"regulars/app/sys/db"
)

// Erasing: rows go or lose what is personal, then the machines forget, and last
// of all the journal forgets too, the erasure's own changes among it. The
// triggers have written those with the values from before.

const (
	sqlDropRows = `DELETE FROM %s WHERE %s IN (SELECT value FROM json_each(?))`
	sqlEmpty    = `UPDATE %s SET %s WHERE id IN (SELECT value FROM json_each(?))`
	sqlUnmark   = `UPDATE %s SET %s WHERE %s IN (SELECT value FROM json_each(?))`
	sqlSweep    = `DELETE FROM %s WHERE EXISTS (SELECT 1 FROM json_each(?) w WHERE %s)`
)

var (
	sqlDefer   = db.SQL(`PRAGMA defer_foreign_keys = ON`)
	sqlShape   = db.SQL(`SELECT name, type, "notnull" AS needed, coalesce(dflt_value, '') AS usual FROM pragma_table_info(?) ORDER BY cid`)
	sqlHasRows = db.SQL(`
		SELECT EXISTS (SELECT 1 FROM order_head WHERE customer_id = ?1) OR EXISTS (SELECT 1 FROM payment WHERE customer_id = ?1)`)
	sqlDropOne = db.SQL(`DELETE FROM customer WHERE id = ?`)
	sqlNeutral = db.SQL(`
		UPDATE customer SET name = ?, name_key = ?, sort_key = ?, owner_id = NULL, erased_at = ?, no_profiling = 1, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlKeepFree    = db.SQL(`UPDATE order_line SET name = '—' WHERE id IN (SELECT value FROM json_each(?)) AND (product_id IS NULL OR name = '')`)
	sqlProductName = db.SQL(`
		UPDATE order_line SET name = (SELECT p.name FROM product p WHERE p.id = order_line.product_id)
		WHERE id IN (SELECT value FROM json_each(?)) AND product_id IS NOT NULL`)
	sqlFileNames = db.SQL(`
		UPDATE import_run SET file_name = '' WHERE EXISTS (SELECT 1 FROM json_each(?) w WHERE instr(lower(file_name), w.value) > 0)`)
)

// column is what the schema says of one.
type column struct {
	Name   string `db:"name"`
	Type   string `db:"type"`
	Needed bool   `db:"needed"`
	Usual  string `db:"usual"`
}

// neutral is the SQL of the value that says nothing.
func (c column) neutral() string {
	switch {
	case c.Usual != "":
		return c.Usual
	case !c.Needed:
		return "NULL"
	case c.Type == "INTEGER" || c.Type == "REAL":
		return "0"
	}
	return "''"
}

// emptied is the assignments that empty a table's personal columns.
func emptied(ctx context.Context, q db.Q, table string) ([]string, error) {
	var columns []column
	if err := q.Select(ctx, &columns, sqlShape, table); err != nil {
		return nil, fmt.Errorf("read the columns of %s: %w", table, err)
	}
	var sets []string
	for _, c := range columns {
		if classes[table].Personal[c.Name] && c.Name != "contact_id" {
			sets = append(sets, quote(c.Name)+" = "+c.neutral())
		}
	}
	return sets, nil
}

// remove deletes what goes and empties what stays. The words it is given find
// what points at nobody.
func (r reach) remove(ctx context.Context, tx *db.Tx, words []string) error {
	if _, err := tx.Exec(ctx, sqlDefer); err != nil {
		return fmt.Errorf("defer foreign keys: %w", err)
	}
	for table, ids := range r.rows {
		if classes[table].Fate != stays {
			continue
		}
		sets, err := emptied(ctx, tx, table)
		if err != nil {
			return err
		}
		if len(sets) == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, fmt.Sprintf(sqlEmpty, quote(table), strings.Join(sets, ", ")), list(ids)); err != nil {
			return fmt.Errorf("empty %s: %w", table, err)
		}
	}
	for _, query := range []string{sqlProductName, sqlKeepFree} { // what was sold is bookkeeping; a line typed by hand may say anything
		if _, err := tx.Exec(ctx, query, list(r.rows["order_line"])); err != nil {
			return fmt.Errorf("keep what was sold: %w", err)
		}
	}
	for _, e := range r.edges {
		if r.rows[e.Parent] == nil || classes[e.Table].Fate == stays {
			continue
		}
		if _, err := tx.Exec(ctx, fmt.Sprintf(sqlDropRows, quote(e.Table), quote(e.Column)), list(r.rows[e.Parent])); err != nil {
			return fmt.Errorf("delete from %s: %w", e.Table, err)
		}
	}
	for query, ids := range map[string][]int64{sqlDropTold: r.rows["lead"], sqlDropLeads: r.roots["lead"]} {
		if _, err := tx.Exec(ctx, query, list(ids)); err != nil {
			return fmt.Errorf("delete what they asked: %w", err)
		}
	}
	if ids := r.roots["contact"]; len(ids) > 0 {
		if err := r.unmention(ctx, tx, ids); err != nil {
			return err
		}
	}
	return sweep(ctx, tx, words)
}

// unmention takes a contact out of rows that stay the company's.
func (r reach) unmention(ctx context.Context, tx *db.Tx, contacts []int64) error {
	for _, e := range r.about {
		sets, err := emptied(ctx, tx, e.Table)
		if err != nil {
			return err
		}
		sets = append(sets, quote(e.Column)+" = NULL")
		if _, err := tx.Exec(ctx, fmt.Sprintf(sqlUnmark, quote(e.Table), strings.Join(sets, ", "), quote(e.Column)), list(contacts)); err != nil {
			return fmt.Errorf("take a contact out of %s: %w", e.Table, err)
		}
	}
	for table, ids := range r.named { // free text goes as a whole
		sets, err := emptied(ctx, tx, table)
		if err != nil {
			return err
		}
		query := fmt.Sprintf(sqlEmpty, quote(table), strings.Join(sets, ", "))
		if slices.Contains(whole, table) {
			query = fmt.Sprintf(sqlDropRows, quote(table), "id")
		}
		if _, err := tx.Exec(ctx, query, list(ids)); err != nil {
			return fmt.Errorf("take what names a contact out of %s: %w", table, err)
		}
	}
	_, err := tx.Exec(ctx, fmt.Sprintf(sqlDropRows, "contact", "id"), list(contacts))
	return err
}

// whole are the tables whose rows say nothing more without their text.
var whole = []string{"note", "task", "timeline_entry", "event"}

// sweep deletes what the machines keep that holds one of the words.
func sweep(ctx context.Context, tx *db.Tx, words []string) error {
	if len(words) == 0 {
		return nil
	}
	given := list(spellings(words))
	for table, c := range classes {
		if c.Fate != swept {
			continue
		}
		if _, err := tx.Exec(ctx, fmt.Sprintf(sqlSweep, quote(table), carry(table)), given); err != nil {
			return fmt.Errorf("sweep %s: %w", table, err)
		}
	}
	_, err := tx.Exec(ctx, sqlFileNames, given)
	return err
}

// close deletes the customer's own row, or leaves it for its orders under a
// name that says nothing.
func closeRecord(ctx context.Context, tx *db.Tx, id int64, name string) (kept bool, err error) {
	if err := tx.Get(ctx, &kept, sqlHasRows, id); err != nil {
		return false, fmt.Errorf("look for orders of customer %d: %w", id, err)
	}
	if !kept {
		_, err = tx.Exec(ctx, sqlDropOne, id)
		return false, err
	}
	_, err = tx.Exec(ctx, sqlNeutral, name, text.CompanyKey(name), text.SortKey(name), db.At(tx.Now), db.At(tx.Now), id)
	return true, err
}

var (
	sqlTouchedSets = db.SQL(`
		SELECT DISTINCT set_id FROM journal_change WHERE tbl = ? AND row_id IN (SELECT value FROM json_each(?)) AND data IS NOT NULL`)
	sqlForgetRows  = db.SQL(`UPDATE journal_change SET data = NULL WHERE tbl = ? AND row_id IN (SELECT value FROM json_each(?)) AND data IS NOT NULL`)
	sqlUnsalt      = db.SQL(`UPDATE journal_set SET salt = NULL WHERE id IN (SELECT value FROM json_each(?))`)
	sqlUnlabel     = db.SQL(`UPDATE journal_set SET label = '', reason = '' WHERE subject_kind = ? AND subject_id IN (SELECT value FROM json_each(?))`)
	sqlUnlabelSets = db.SQL(`
		UPDATE journal_set SET label = '', reason = '' WHERE id IN (SELECT value FROM json_each(?))
			AND (label <> '' OR reason <> '') AND NOT EXISTS (SELECT 1 FROM journal_change c WHERE c.set_id = journal_set.id AND c.data IS NOT NULL)`)
	sqlUnlabelWords = db.SQL(`
		UPDATE journal_set SET label = '', reason = '' WHERE EXISTS (SELECT 1 FROM json_each(?) w WHERE instr(lower(label), w.value) > 0 OR instr(lower(reason), w.value) > 0)`)
	sqlForgetAnswers = db.SQL(`DELETE FROM idempotency WHERE set_id IN (SELECT value FROM json_each(?))`)
)

const (
	sqlTrim     = `UPDATE journal_change SET data = %s WHERE tbl = ? AND op = '%s' AND row_id IN (SELECT value FROM json_each(?)) AND data IS NOT NULL`
	sqlTrimNone = `UPDATE journal_change SET data = NULL WHERE tbl = ? AND data = '{}' AND row_id IN (SELECT value FROM json_each(?))`
)

// forget takes the values out of the journal, where an undo would find them.
// The chain of its sets holds: it stands on the digests from then.
func (r reach) forget(ctx context.Context, tx *db.Tx, words []string) error {
	sets := []int64{}
	rows := map[string][]int64{}
	for table, ids := range r.rows {
		rows[table] = ids
	}
	for table, ids := range r.named {
		rows[table] = append(slices.Clone(rows[table]), ids...)
	}
	for _, e := range r.about { // a contact's words in rows that stay the company's
		var ids []int64
		if err := tx.Select(ctx, &ids, fmt.Sprintf(sqlMentions, e.Table, e.Column), list(r.roots["contact"])); err != nil {
			return fmt.Errorf("find what mentioned a contact in %s: %w", e.Table, err)
		}
		rows[e.Table] = append(slices.Clone(rows[e.Table]), ids...)
	}
	for table, ids := range rows {
		var touched []int64
		if err := tx.Select(ctx, &touched, sqlTouchedSets, table, list(ids)); err != nil {
			return fmt.Errorf("find the changes of %s: %w", table, err)
		}
		sets = append(sets, touched...)
		if err := forgetRows(ctx, tx, table, ids); err != nil {
			return err
		}
		for _, kind := range []string{table, strings.ReplaceAll(table, "_head", ""), strings.TrimPrefix(table, "survey_"), strings.TrimPrefix(table, "feedback_")} {
			if _, err := tx.Exec(ctx, sqlUnlabel, kind, list(ids)); err != nil {
				return fmt.Errorf("unlabel the history of %s: %w", table, err)
			}
		}
	}
	if len(words) > 0 {
		more, err := forgetSwept(ctx, tx, list(spellings(words)))
		if err != nil {
			return err
		}
		sets = append(sets, more...)
	}
	slices.Sort(sets)
	sets = slices.Compact(sets)
	for _, query := range []string{sqlUnsalt, sqlUnlabelSets, sqlForgetAnswers} {
		if _, err := tx.Exec(ctx, query, list(sets)); err != nil {
			return fmt.Errorf("unseal what was recorded: %w", err)
		}
	}
	if len(words) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, sqlUnlabelWords, list(spellings(words)))
	return err
}

var (
	sqlSweptSets = db.SQL(`
		SELECT DISTINCT set_id FROM journal_change c WHERE tbl = ?1 AND data IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(?2) w WHERE instr(lower(c.data), w.value) > 0)`)
	sqlForgetSwept = db.SQL(`
		UPDATE journal_change SET data = NULL WHERE tbl = ?1 AND data IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(?2) w WHERE instr(lower(data), w.value) > 0)`)
)

// forgetSwept blanks what the journal has of rows that a sweep deleted.
func forgetSwept(ctx context.Context, tx *db.Tx, given string) (sets []int64, err error) {
	for table, c := range classes {
		if c.Fate != swept {
			continue
		}
		var touched []int64
		if err := tx.Select(ctx, &touched, sqlSweptSets, table, given); err != nil {
			return nil, fmt.Errorf("find the changes of %s: %w", table, err)
		}
		sets = append(sets, touched...)
		if _, err := tx.Exec(ctx, sqlForgetSwept, table, given); err != nil {
			return nil, fmt.Errorf("forget the changes of %s: %w", table, err)
		}
	}
	return sets, nil
}

// sqlMentions are rows whose change took a contact out of them: this erasure's.
const sqlMentions = `SELECT row_id FROM journal_change WHERE op = 'U' AND tbl = '%s' AND json_extract(data, '$.%s[0]') IN (SELECT value FROM json_each(?))`

// forgetRows blanks rows that are gone; of those that stay only what is
// personal goes, so that what was done to an order can still be taken back.
func forgetRows(ctx context.Context, tx *db.Tx, table string, ids []int64) error {
	c := classes[table]
	if c.Fate != stays || table == "customer" {
		if _, err := tx.Exec(ctx, sqlForgetRows, table, list(ids)); err != nil {
			return fmt.Errorf("forget the changes of %s: %w", table, err)
		}
		return nil
	}
	var gone, blank []string
	for _, name := range c.Columns {
		if c.Personal[name] {
			gone = append(gone, "'$."+name+"'")
			blank = append(blank, "'$."+name+"', ''")
		}
	}
	if len(gone) == 0 {
		return nil
	}
	for op, value := range map[string]string{"U": "json_remove(data, " + strings.Join(gone, ", ") + ")", "D": "json_replace(data, " + strings.Join(blank, ", ") + ")"} {
		if _, err := tx.Exec(ctx, fmt.Sprintf(sqlTrim, value, op), table, list(ids)); err != nil {
			return fmt.Errorf("trim the changes of %s: %w", table, err)
		}
	}
	_, err := tx.Exec(ctx, sqlTrimNone, table, list(ids))
	return err
}

var (
	sqlFilesOf = db.SQL(`
		SELECT sha256 FROM attachment WHERE id IN (SELECT value FROM json_each(?))
		UNION SELECT sha256 FROM customer_photo WHERE id IN (SELECT value FROM json_each(?))`)
	sqlHolders = db.SQL(`SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) x WHERE m.type = 'table' AND x.name = 'sha256' ORDER BY m.name`)
)

const sqlStillHeld = `SELECT count(*) FROM %s WHERE sha256 = ?`

// held tells whether any row still needs a stored file; runs are imports whose
// file is to go although they stay.
func held(ctx context.Context, q db.Q, sha string, forgotten bool) (bool, error) {
	var tables []string
	if err := q.Select(ctx, &tables, sqlHolders); err != nil {
		return true, fmt.Errorf("list what keeps files: %w", err)
	}
	for _, t := range tables {
		if forgotten && t == "import_run" {
			continue
		}
		var n int
		if err := q.Get(ctx, &n, fmt.Sprintf(sqlStillHeld, quote(t)), sha); err != nil || n > 0 {
			return true, err
		}
	}
	return false, nil
}
