package consent

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

const (
	purposeColumns = `id, key, built_in, name_en, name_zh, about_en, about_zh, needs_word, double_opt_in, active, position, created_at, updated_at, version`
	wordingColumns = `w.id, w.purpose_id, w.number, w.text_en, w.text_zh, w.user_id, u.name AS user_name, w.created_at,
		(SELECT count(*) FROM consent e WHERE e.wording_id = w.id) AS given`
)

var (
	sqlPurposes = db.List(`SELECT ` + purposeColumns + ` FROM consent_purpose WHERE deleted_at IS NULL ORDER BY position, id`)
	sqlPurpose  = db.SQL(`SELECT ` + purposeColumns + ` FROM consent_purpose WHERE id = ? AND deleted_at IS NULL`)
	sqlNamed    = db.SQL(`SELECT ` + purposeColumns + ` FROM consent_purpose WHERE key = ? AND deleted_at IS NULL`)
	sqlKeys     = db.SQL(`SELECT key FROM consent_purpose`)
	sqlAddNew   = db.SQL(`
		INSERT INTO consent_purpose (key, name_en, name_zh, about_en, about_zh, needs_word, double_opt_in, active, position, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlChange = db.SQL(`
		UPDATE consent_purpose SET name_en = ?, name_zh = ?, about_en = ?, about_zh = ?, needs_word = ?, double_opt_in = ?, active = ?, position = ?,
			updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlHide  = db.SQL(`UPDATE consent_purpose SET deleted_at = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlGiven = db.SQL(`SELECT count(*) FROM consent WHERE purpose = ? AND basis <> 'customer_relation'`)

	sqlWordings = db.List(`
		SELECT ` + wordingColumns + ` FROM consent_wording w LEFT JOIN user u ON u.id = w.user_id WHERE w.purpose_id = ? ORDER BY w.number DESC`)
	sqlWording = db.SQL(`
		SELECT ` + wordingColumns + ` FROM consent_wording w LEFT JOIN user u ON u.id = w.user_id WHERE w.id = ?`)
	sqlNewestWordings = db.List(`
		SELECT w.id, w.purpose_id, w.number, w.text_en, w.text_zh, w.user_id, w.created_at FROM consent_wording w
		WHERE w.number = (SELECT max(o.number) FROM consent_wording o WHERE o.purpose_id = w.purpose_id)`)
	sqlAddWording = db.SQL(`
		INSERT INTO consent_wording (purpose_id, number, text_en, text_zh, user_id, created_at)
		SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5 FROM consent_wording WHERE purpose_id = ?1`)
)

func purposesIn(ctx context.Context, q db.Q) ([]Purpose, error) {
	var out []Purpose
	if err := q.Select(ctx, &out, sqlPurposes); err != nil {
		return nil, fmt.Errorf("read the purposes of consent: %w", err)
	}
	return out, nil
}

func purpose(ctx context.Context, q db.Q, id int64) (Purpose, error) {
	var p Purpose
	return p, db.OrNotFound(q.Get(ctx, &p, sqlPurpose, id))
}

// keyed is what a transaction remembers a purpose by.
type keyed string

// named is the purpose of that key; one that is not there has no id.
func named(ctx context.Context, q db.Q, key string) (Purpose, error) {
	p, err := db.Once(q, keyed(key), func() (p Purpose, err error) {
		_, err = db.Found(q.Get(ctx, &p, sqlNamed, key))
		return p, err
	})
	if err != nil {
		return p, fmt.Errorf("read the purpose %s: %w", key, err)
	}
	return p, nil
}

func insertPurpose(ctx context.Context, tx *db.Tx, key string, in PurposeInput) (int64, error) {
	id, err := tx.Insert(ctx, sqlAddNew, key, in.NameEN, in.NameZH, in.AboutEN, in.AboutZH, in.NeedsWord, in.DoubleOptIn, in.Active, in.Position,
		db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add purpose %s: %w", key, err)
	}
	return id, nil
}

func updatePurpose(ctx context.Context, tx *db.Tx, id int64, in PurposeInput) error {
	_, err := tx.Exec(ctx, sqlChange, in.NameEN, in.NameZH, in.AboutEN, in.AboutZH, in.NeedsWord, in.DoubleOptIn, in.Active, in.Position, db.At(tx.Now), id)
	if err != nil {
		return fmt.Errorf("change purpose %d: %w", id, err)
	}
	return nil
}

func wordingsOf(ctx context.Context, q db.Q, id int64) ([]Wording, error) {
	var out []Wording
	if err := q.Select(ctx, &out, sqlWordings, id); err != nil {
		return nil, fmt.Errorf("read the wordings of purpose %d: %w", id, err)
	}
	return out, nil
}

// newest are the wordings that people are shown now, by purpose.
func newest(ctx context.Context, q db.Q) (map[int64]Wording, error) {
	var rows []Wording
	if err := q.Select(ctx, &rows, sqlNewestWordings); err != nil {
		return nil, fmt.Errorf("read the wordings of consent: %w", err)
	}
	out := map[int64]Wording{}
	for _, w := range rows {
		out[w.PurposeID] = w
	}
	return out, nil
}

// wording is a version that belongs to the purpose.
func wording(ctx context.Context, q db.Q, id, purpose int64) (Wording, error) {
	var w Wording
	if err := db.OrNotFound(q.Get(ctx, &w, sqlWording, id)); err != nil {
		return w, err
	}
	if w.PurposeID != purpose {
		return w, errs.NotVisible()
	}
	return w, nil
}

func addWording(ctx context.Context, tx *db.Tx, purpose int64, en, zh string) (int64, error) {
	id, err := tx.Insert(ctx, sqlAddWording, purpose, en, zh, db.ID(auth.From(ctx).UserID), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add a wording of purpose %d: %w", purpose, err)
	}
	return id, nil
}

// ChannelsIn are the channels that the shop uses.
func ChannelsIn(ctx context.Context, q db.Q) ([]string, error) {
	var kept []string
	if err := setting.Get(ctx, q, ChannelsName, &kept); err != nil {
		return nil, err
	}
	return inUse(kept), nil
}
