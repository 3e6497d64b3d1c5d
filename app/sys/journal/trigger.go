package journal

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"regulars/app/sys/db"
)

// Columns that every save moves; they say nothing about what was decided.
var ignored = map[string]bool{"id": true, "version": true, "updated_at": true}

var (
	sqlTriggers = db.SQL(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'journal\_%' ESCAPE '\'`)
	sqlColumns  = db.SQL(`SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 AND type <> 'BLOB' ORDER BY cid`)
)

// Remove drops all triggers, so that a migration may change any table.
func Remove(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, "journal.remove", func(ctx context.Context, tx *db.Tx) error {
		have, err := installed(ctx, tx)
		if err != nil {
			return err
		}
		for name := range have {
			if _, err := tx.Exec(ctx, "DROP TRIGGER "+quote(name)); err != nil {
				return fmt.Errorf("drop %s: %w", name, err)
			}
		}
		return nil
	})
}

// Install makes the triggers for the schema as it is now. Triggers that
// already say the same stay untouched.
func (j *Journal) Install(ctx context.Context) error {
	return j.db.Write(ctx, "journal.install", func(ctx context.Context, tx *db.Tx) error {
		have, err := installed(ctx, tx)
		if err != nil {
			return err
		}
		for _, table := range j.order {
			columns, err := columnsOf(ctx, tx, table)
			if err != nil {
				return err
			}
			for name, text := range triggers(table, columns, j.tables[table].Derived) {
				if err := ensure(ctx, tx, name, have[name], text); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// installed are the journal's triggers by name, as the schema has them.
func installed(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	var list []struct{ Name, SQL string }
	if err := tx.Select(ctx, &list, sqlTriggers); err != nil {
		return nil, fmt.Errorf("list journal triggers: %w", err)
	}
	out := make(map[string]string, len(list))
	for _, t := range list {
		out[t.Name] = t.SQL
	}
	return out, nil
}

func ensure(ctx context.Context, tx *db.Tx, name, have, text string) error {
	if have == text {
		return nil
	}
	if have != "" {
		if _, err := tx.Exec(ctx, "DROP TRIGGER "+quote(name)); err != nil {
			return fmt.Errorf("replace trigger %s: %w", name, err)
		}
	}
	if _, err := tx.Exec(ctx, text); err != nil {
		return fmt.Errorf("create trigger %s: %w", name, err)
	}
	return nil
}

func columnsOf(ctx context.Context, q db.Q, table string) ([]string, error) {
	var columns []string
	if err := q.Select(ctx, &columns, sqlColumns, table); err != nil {
		return nil, fmt.Errorf("read columns of %s: %w", table, err)
	}
	if len(columns) == 0 || columns[0] != "id" {
		return nil, fmt.Errorf("journaled table %s must exist and start with its id", table)
	}
	return columns, nil
}

// triggers builds the three triggers of a table. An insert needs no values (its
// inverse is a delete), an update keeps [old, new] of what changed, a delete
// keeps the whole row.
func triggers(table string, columns, derived []string) map[string]string {
	const current = "(SELECT set_id FROM journal_current WHERE id = 1)"
	var changed, pairs, whole []string
	for _, c := range columns {
		q := quote(c)
		whole = append(whole, fmt.Sprintf("'%s', OLD.%s", c, q))
		if ignored[c] || slices.Contains(derived, c) {
			continue
		}
		changed = append(changed, fmt.Sprintf("OLD.%s IS NOT NEW.%s", q, q))
		pairs = append(pairs, fmt.Sprintf(`iif(OLD.%s IS NOT NEW.%s, ',"%s":' || json_array(OLD.%s, NEW.%s), '')`, q, q, c, q, q))
	}
	create := func(op, when, row, data string) string {
		return fmt.Sprintf("CREATE TRIGGER %s AFTER %s ON %s%s BEGIN INSERT INTO journal_change (set_id, tbl, row_id, op, data) VALUES (%s, '%s', %s.id, '%s', %s); END",
			quote("journal_"+table+"_"+strings.ToLower(op)), op, quote(table), when, current, table, row, op[:1], data)
	}
	return map[string]string{
		"journal_" + table + "_insert": create("INSERT", "", "NEW", "NULL"),
		"journal_" + table + "_update": create("UPDATE", " WHEN "+strings.Join(changed, " OR "), "NEW",
			"'{' || substr("+strings.Join(pairs, " || ")+", 2) || '}'"),
		"journal_" + table + "_delete": create("DELETE", "", "OLD", "json_object("+strings.Join(whole, ", ")+")"),
	}
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
