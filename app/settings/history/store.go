package history

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
)

var (
	sqlGroup = db.SQL(`
		SELECT s.id FROM journal_set s
		WHERE s.group_id = ? AND s.rows > 0 AND (SELECT max(c.id) FROM journal_change c WHERE c.set_id = s.id) > ?
		ORDER BY s.id LIMIT 100`)
	sqlTables = db.SQL(`
		SELECT DISTINCT tbl FROM (
			SELECT c.tbl FROM journal_set s JOIN journal_change c ON c.set_id = s.id WHERE s.group_id = ? ORDER BY c.id LIMIT 10000)`)
	// Each kind is found by one step in the index of subjects.
	sqlKinds = db.SQL(`
		WITH RECURSIVE kinds (kind) AS (
			SELECT min(subject_kind) FROM journal_set WHERE subject_kind > ''
			UNION ALL
			SELECT (SELECT min(subject_kind) FROM journal_set WHERE subject_kind > kind) FROM kinds WHERE kind IS NOT NULL)
		SELECT kind FROM kinds WHERE kind IS NOT NULL`)
	sqlDeletes = db.SQL(`SELECT EXISTS (SELECT 1 FROM journal_change WHERE set_id = ? AND tbl = ? AND row_id = ? AND op = 'D')`)
	sqlSince   = db.SQL(`
		SELECT s.id AS set_id, s.at, s.user_id, s.op FROM journal_change c JOIN journal_set s ON s.id = c.set_id
		WHERE c.tbl = ? AND c.row_id = ? AND c.id > ? ORDER BY c.id DESC LIMIT 1`)
)

var sets = field.List{
	Fields: []field.Field{
		{Name: "user_id", Label: "history.who", Kind: field.Ref, Column: "user_id", Options: "user"},
		{Name: "op", Label: "history.what", Kind: field.Text, Column: "op"},
		{Name: "via", Label: "history.via", Kind: field.Text, Column: "via"},
		{Name: "subject_kind", Label: "history.subject", Kind: field.Text, Column: "subject_kind"},
		{Name: "subject_id", Label: "history.subject", Kind: field.Ref, Column: "subject_id"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "at", Sort: true},
	},
	Columns: `id, group_id, at, user_id, via, op, reason, subject_kind, subject_id, label, rows, undo_of, undone_by`,
	From:    "journal_set", ID: "id", Sort: "-id",
}

func find(ctx context.Context, q db.Q, req page.Request, conds []filter.Cond, where []field.Where) (page.Page[Entry], error) {
	more, err := sets.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Entry]{}, err
	}
	where = append(where, more...)
	if req.Q != "" {
		where = append(where, field.Where{SQL: "instr(lower(label), lower(?)) > 0", Args: []any{req.Q}})
	}
	return field.Fetch[Entry](ctx, q, sets, req, where)
}

func groupSets(ctx context.Context, q db.Q, group, after int64) ([]int64, error) {
	var ids []int64
	if err := q.Select(ctx, &ids, sqlGroup, group, after); err != nil {
		return nil, fmt.Errorf("list the sets of action %d: %w", group, err)
	}
	return ids, nil
}

func tablesOf(ctx context.Context, q db.Q, group int64) ([]string, error) {
	var names []string
	if err := q.Select(ctx, &names, sqlTables, group); err != nil {
		return nil, fmt.Errorf("list the tables of action %d: %w", group, err)
	}
	return names, nil
}

func kinds(ctx context.Context, q db.Q) ([]string, error) {
	var names []string
	if err := q.Select(ctx, &names, sqlKinds); err != nil {
		return nil, fmt.Errorf("list the kinds of what was changed: %w", err)
	}
	return names, nil
}

func deletes(ctx context.Context, q db.Q, set journal.Set) (bool, error) {
	var yes bool
	err := q.Get(ctx, &yes, sqlDeletes, set.ID, set.SubjectKind, int64(set.SubjectID))
	return yes, err
}

func since(ctx context.Context, q db.Q, table string, row, change int64) (Since, error) {
	var s Since
	_, err := db.Found(q.Get(ctx, &s, sqlSince, table, row, change))
	return s, err
}

// sqlCustomerOf finds whose record a change's subject hangs on; 0 is nobody's.
var sqlCustomerOf = map[string]string{
	"note":      db.SQL(`SELECT customer_id FROM note WHERE id = ?`),
	"follow_up": db.SQL(`SELECT customer_id FROM followup WHERE id = ?`),
	"task":      db.SQL(`SELECT coalesce(customer_id, 0) FROM task WHERE id = ?`),
	"order":     db.SQL(`SELECT customer_id FROM order_head WHERE id = ?`),
	"payment":   db.SQL(`SELECT customer_id FROM payment WHERE id = ?`),
	"case":      db.SQL(`SELECT coalesce(customer_id, 0) FROM feedback_case WHERE id = ?`),
}

// customerOf reads the customer that a record hangs on; hangs is false for
// kinds of record that belong to no customer.
func customerOf(ctx context.Context, q db.Q, kind string, id int64) (customer int64, hangs bool, err error) {
	query, hangs := sqlCustomerOf[kind]
	if !hangs {
		return 0, false, nil
	}
	return customer, true, db.OrNotFound(q.Get(ctx, &customer, query, id))
}

type rowKey struct {
	table string
	id    int64
}

// sqlNames reads what the rows of a table are called; ids come as a JSON list.
var sqlNames = map[string]string{
	"customer":       db.SQL(`SELECT id, name FROM customer WHERE id IN (SELECT value FROM json_each(?))`),
	"contact":        db.SQL(`SELECT id, name FROM contact WHERE id IN (SELECT value FROM json_each(?))`),
	"customer_phone": db.SQL(`SELECT id, raw AS name FROM customer_phone WHERE id IN (SELECT value FROM json_each(?))`),
	"customer_email": db.SQL(`SELECT id, email AS name FROM customer_email WHERE id IN (SELECT value FROM json_each(?))`),
	"tag":            db.SQL(`SELECT id, name FROM tag WHERE id IN (SELECT value FROM json_each(?))`),
	"task":           db.SQL(`SELECT id, title AS name FROM task WHERE id IN (SELECT value FROM json_each(?))`),
	"product":        db.SQL(`SELECT id, name FROM product WHERE id IN (SELECT value FROM json_each(?))`),
	"order_head":     db.SQL(`SELECT id, number AS name FROM order_head WHERE id IN (SELECT value FROM json_each(?))`),
	"order_line":     db.SQL(`SELECT id, name FROM order_line WHERE id IN (SELECT value FROM json_each(?))`),
	"survey":         db.SQL(`SELECT id, name FROM survey WHERE id IN (SELECT value FROM json_each(?))`),
	"setting":        db.SQL(`SELECT id, name FROM setting WHERE id IN (SELECT value FROM json_each(?))`),
	"team":           db.SQL(`SELECT id, name FROM team WHERE id IN (SELECT value FROM json_each(?))`),
	"user":           db.SQL(`SELECT id, name FROM user WHERE id IN (SELECT value FROM json_each(?))`),
}

// rowNames finds what rows are called now; rows that are gone are called as
// their last values say.
func rowNames(ctx context.Context, q db.Q, rows []journal.Row) (map[rowKey]string, error) {
	ids := map[string][]int64{}
	names := map[rowKey]string{}
	for _, r := range rows {
		if !slices.Contains(ids[r.Table], r.ID) {
			ids[r.Table] = append(ids[r.Table], r.ID)
		}
		for _, f := range r.Fields {
			if text, ok := f.Old.(string); ok && r.Op == "D" && (f.Name == "name" || f.Name == "title" || f.Name == "number") {
				names[rowKey{r.Table, r.ID}] = text
			}
		}
	}
	for table, list := range ids {
		query, ok := sqlNames[table]
		if !ok {
			continue
		}
		raw, err := json.Marshal(list)
		if err != nil {
			return nil, fmt.Errorf("name rows of %s: %w", table, err)
		}
		var found []struct {
			ID   int64   `db:"id"`
			Name db.Null `db:"name"`
		}
		if err := q.Select(ctx, &found, query, string(raw)); err != nil {
			return nil, fmt.Errorf("read the names of rows in %s: %w", table, err)
		}
		for _, r := range found {
			names[rowKey{table, r.ID}] = string(r.Name)
		}
	}
	return names, nil
}
