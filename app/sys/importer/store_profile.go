package importer

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const profileColumns = `id, name, kind, options, user_id, created_at, updated_at, version`

var (
	sqlProfile       = db.SQL(`SELECT ` + profileColumns + ` FROM import_profile WHERE id = ?`)
	sqlProfileNamed  = db.SQL(`SELECT ` + profileColumns + ` FROM import_profile WHERE kind = ? AND name = ? COLLATE NOCASE`)
	sqlProfiles      = db.List(`SELECT ` + profileColumns + ` FROM import_profile WHERE (? = '' OR kind = ?) ORDER BY kind, name COLLATE NOCASE LIMIT 500`)
	sqlAddProfile    = db.SQL(`INSERT INTO import_profile (name, kind, options, user_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlSetProfile    = db.SQL(`UPDATE import_profile SET name = ?, options = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDeleteProfile = db.SQL(`DELETE FROM import_profile WHERE id = ?`)
)

func profile(ctx context.Context, q db.Q, id int64) (Profile, error) {
	var p Profile
	err := q.Get(ctx, &p, sqlProfile, id)
	return p, db.OrNotFound(err)
}

func profileNamed(ctx context.Context, q db.Q, kind, name string) (Profile, error) {
	var p Profile
	err := q.Get(ctx, &p, sqlProfileNamed, kind, name)
	return p, db.OrNotFound(err)
}

func profiles(ctx context.Context, q db.Q, kind string) ([]Profile, error) {
	var out []Profile
	if err := q.Select(ctx, &out, sqlProfiles, kind, kind); err != nil {
		return nil, fmt.Errorf("list import profiles: %w", err)
	}
	return out, nil
}

func addProfile(ctx context.Context, tx *db.Tx, kind, name string, o Options) (Profile, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return Profile{}, fmt.Errorf("keep a profile: %w", err)
	}
	id, err := tx.Insert(ctx, sqlAddProfile, name, kind, string(text), db.ID(auth.From(ctx).UserID), db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return Profile{}, fmt.Errorf("keep profile %s: %w", name, err)
	}
	return profile(ctx, tx, id)
}

func setProfile(ctx context.Context, tx *db.Tx, id int64, name string, o Options) (Profile, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return Profile{}, fmt.Errorf("keep a profile: %w", err)
	}
	if _, err := tx.Exec(ctx, sqlSetProfile, name, string(text), db.At(tx.Now), id); err != nil {
		return Profile{}, fmt.Errorf("keep profile %d: %w", id, err)
	}
	return profile(ctx, tx, id)
}

func dropProfile(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDeleteProfile, id); err != nil {
		return fmt.Errorf("delete profile %d: %w", id, err)
	}
	return nil
}
