package custom

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/sys/db"
)

var (
	sqlIndexes    = db.SQL(`SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND name LIKE 'custom\_field\_f%' ESCAPE '\'`)
	sqlFilterable = db.SQL(`SELECT ` + Columns + ` FROM custom_field WHERE kind <> 'multi' AND sensitive = 0 ORDER BY id`)
)

// Indexed tells whether an index of a field is to be kept.
func (f Field) Indexed(of Subject) bool {
	return f.Filterable || f.Kind == Customer || f.Searchable && of.Begins
}

// indexName is the index of a filterable field.
func (f Field) indexName() string { return "custom_field_" + f.Slot() }

// Indexed tells which fields have their index by now.
func Indexed(ctx context.Context, q db.Q) (map[int64]bool, error) {
	names, err := indexes(ctx, q)
	if err != nil {
		return nil, err
	}
	out := map[int64]bool{}
	for name := range names {
		var id int64
		if _, err := fmt.Sscanf(strings.TrimPrefix(name, "custom_field_f"), "%d", &id); err == nil {
			out[id] = true
		}
	}
	return out, nil
}

// indexes are what each was made with, by name.
func indexes(ctx context.Context, q db.Q) (map[string]string, error) {
	var list []struct {
		Name string `db:"name"`
		SQL  string `db:"sql"`
	}
	if err := q.Select(ctx, &list, sqlIndexes); err != nil {
		return nil, fmt.Errorf("list the indexes of added fields: %w", err)
	}
	names := map[string]string{}
	for _, n := range list {
		names[n.Name] = n.SQL
	}
	return names, nil
}

// KeepIndexes makes the indexes of fields that are to be filtered by, and drops
// those of fields that are not any more: one write each, so that others get in
// between. A field that names customers always has one: a merge looks them up.
func (b *Book) KeepIndexes(ctx context.Context) error {
	d := b.db
	have, err := indexes(ctx, d.Reader(ctx))
	if err != nil {
		return err
	}
	var want Set
	if err := d.Reader(ctx).Select(ctx, &want, sqlFilterable); err != nil {
		return fmt.Errorf("list the filterable fields: %w", err)
	}
	for _, f := range want {
		subject, known := b.Subject(f.Subject)
		if !known || !f.Indexed(subject) {
			continue
		}
		value := f.column("")
		if f.Kind == Computed {
			r, err := b.Record(ctx, d.Reader(ctx), f.Subject)
			if err != nil {
				return err
			}
			t := r.Translate(f, "")
			if !t.Stable {
				continue
			}
			value = t.SQL
		}
		statement := "CREATE INDEX " + f.indexName() + " ON " + subject.Table + " (" + value + ", id)"
		if made, ok := have[f.indexName()]; ok && (made == statement || f.Kind != Computed) {
			delete(have, f.indexName())
			continue
		}
		if _, outdated := have[f.indexName()]; outdated { // of an earlier formula or currency
			if err := change(ctx, d, "DROP INDEX "+f.indexName()); err != nil {
				return fmt.Errorf("drop the earlier index of field %s: %w", f.Key, err)
			}
			delete(have, f.indexName())
		}
		if err := change(ctx, d, statement); err != nil {
			return fmt.Errorf("index field %s: %w", f.Key, err)
		}
	}
	for name := range have {
		if err := change(ctx, d, "DROP INDEX "+name); err != nil {
			return fmt.Errorf("drop index %s: %w", name, err)
		}
	}
	return nil
}

func change(ctx context.Context, d *db.DB, statement string) error {
	return d.Write(ctx, "custom_field.index", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, statement)
		return err
	})
}
