package quote

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

const templateColumns = `t.id, t.name, t.intro, t.terms, t.valid_days, t.created_at, t.updated_at, t.version`

var (
	sqlTemplates    = db.SQL(`SELECT ` + templateColumns + ` FROM quote_template t ORDER BY t.name COLLATE NOCASE, t.id`)
	sqlTemplate     = db.SQL(`SELECT ` + templateColumns + ` FROM quote_template t WHERE t.id = ?`)
	sqlAddTemplate  = db.SQL(`INSERT INTO quote_template (name, intro, terms, valid_days, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlSetTemplate  = db.SQL(`UPDATE quote_template SET name = ?, intro = ?, terms = ?, valid_days = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDropTemplate = db.SQL(`DELETE FROM quote_template WHERE id = ?`)
)

func templates(ctx context.Context, q db.Q) ([]Template, error) {
	out := []Template{}
	if err := q.Select(ctx, &out, sqlTemplates); err != nil {
		return nil, fmt.Errorf("list the templates of quotes: %w", err)
	}
	return out, nil
}

func readTemplate(ctx context.Context, q db.Q, id int64) (Template, error) {
	var t Template
	return t, db.OrNotFound(q.Get(ctx, &t, sqlTemplate, id))
}

func putTemplate(ctx context.Context, tx *db.Tx, t Template) (int64, error) {
	now := db.At(tx.Now)
	var err error
	if t.ID == 0 {
		t.ID, err = tx.Insert(ctx, sqlAddTemplate, t.Name, t.Intro, t.Terms, t.ValidDays, now, now)
	} else {
		_, err = tx.Exec(ctx, sqlSetTemplate, t.Name, t.Intro, t.Terms, t.ValidDays, now, t.ID)
	}
	if err != nil {
		return 0, fmt.Errorf("store the template %q: %w", t.Name, err)
	}
	return t.ID, nil
}

func dropTemplate(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDropTemplate, id); err != nil {
		return fmt.Errorf("delete template %d: %w", id, err)
	}
	return nil
}
