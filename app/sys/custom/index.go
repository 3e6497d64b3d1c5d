package custom

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/sys/db"
)

var (
	sqlIndexes    = db.SQL(`SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'custom\_field\_f%' ESCAPE '\'`)
	sqlFilterable = db.SQL(`SELECT ` + Columns + ` FROM custom_field WHERE kind NOT IN ('multi', 'computed') AND sensitive = 0 ORDER BY id`)
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

func indexes(ctx context.Context, q db.Q) (map[string]bool, error) {
	var list []string
	if err := q.Select(ctx, &list, sqlIndexes); err != nil {
		return nil, fmt.Errorf("list the indexes of added fields: %w", err)
	}
	names := map[string]bool{}
	for _, n := range list {
		names[n] = true
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
		if have[f.indexName()] {
			delete(have, f.indexName())
			continue
		}
		if err := change(ctx, d, "CREATE INDEX "+f.indexName()+" ON "+subject.Table+" ("+f.column("")+", id)"); err != nil {
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
