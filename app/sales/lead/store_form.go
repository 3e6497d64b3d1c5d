package lead

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

const formColumns = `f.id, f.slug, f.name, f.texts, f.asks, f.source, f.owner_id, f.effort, f.active, f.version, f.origins,
	(SELECT count(*) FROM lead l WHERE l.form_id = f.id) AS leads`

var (
	sqlForms      = db.SQL(`SELECT ` + formColumns + ` FROM lead_form f ORDER BY f.id`)
	sqlForm       = db.SQL(`SELECT ` + formColumns + ` FROM lead_form f WHERE f.id = ?`)
	sqlFormBySlug = db.SQL(`SELECT ` + formColumns + ` FROM lead_form f WHERE f.slug = ? AND f.active = 1`)
	sqlAddForm    = db.SQL(`INSERT INTO lead_form (slug, name, texts, asks, source, owner_id, effort, active, origins, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlSetForm    = db.SQL(`
		UPDATE lead_form SET slug = ?, name = ?, texts = ?, asks = ?, source = ?, owner_id = ?, effort = ?, active = ?, origins = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDropForm = db.SQL(`DELETE FROM lead_form WHERE id = ?`)
)

func forms(ctx context.Context, q db.Q) ([]WebForm, error) {
	out := []WebForm{}
	if err := q.Select(ctx, &out, sqlForms); err != nil {
		return nil, fmt.Errorf("list the forms of leads: %w", err)
	}
	return out, nil
}

func formByID(ctx context.Context, q db.Q, id int64) (f WebForm, err error) {
	return f, db.OrNotFound(q.Get(ctx, &f, sqlForm, id))
}

func formBySlug(ctx context.Context, q db.Q, slug string) (f WebForm, err error) {
	return f, db.OrNotFound(q.Get(ctx, &f, sqlFormBySlug, slug))
}

func putForm(ctx context.Context, tx *db.Tx, f *WebForm) error {
	args := []any{f.Slug, f.Name, f.Texts.JSON(), f.Asks.JSON(), f.Source, f.OwnerID, f.Effort, f.Active, f.Origins}
	var err error
	if f.ID == 0 {
		f.ID, err = tx.Insert(ctx, sqlAddForm, append(args, db.At(tx.Now), db.At(tx.Now))...)
	} else {
		_, err = tx.Exec(ctx, sqlSetForm, append(args, db.At(tx.Now), f.ID)...)
	}
	if db.IsUnique(err) {
		c := &errs.Check{}
		c.Add("slug", "error.taken")
		return c.Err()
	}
	if err != nil {
		return fmt.Errorf("store the form %s: %w", f.Slug, err)
	}
	return nil
}

func dropForm(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDropForm, id); err != nil {
		return fmt.Errorf("delete form %d: %w", id, err)
	}
	return nil
}
