package token

import (
	"context"
	"fmt"
	"time"

	"regulars/app/sys/db"
)

const columns = `k.id, k.user_id, u.name AS user_name, k.name, k.scope, k.created_at, k.expires_at, k.last_used_at, k.revoked_at`

var (
	sqlAll    = db.SQL(`SELECT ` + columns + ` FROM token k JOIN user u ON u.id = k.user_id ORDER BY k.revoked_at IS NOT NULL, k.id DESC`)
	sqlOf     = db.List(`SELECT ` + columns + ` FROM token k JOIN user u ON u.id = k.user_id WHERE k.user_id = ? ORDER BY k.id DESC`)
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM token k JOIN user u ON u.id = k.user_id WHERE k.id = ?`)
	sqlByHash = db.SQL(`SELECT ` + columns + ` FROM token k JOIN user u ON u.id = k.user_id WHERE k.token_hash = ?`)
	sqlInsert = db.SQL(`INSERT INTO token (user_id, name, token_hash, scope, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlRevoke = db.SQL(`UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL`)
	sqlUsed   = db.SQL(`UPDATE token SET last_used_at = ? WHERE id = ?`)
)

func all(ctx context.Context, q db.Q) ([]Token, error) {
	out := []Token{}
	if err := q.Select(ctx, &out, sqlAll); err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return out, nil
}

func of(ctx context.Context, q db.Q, user int64) ([]Token, error) {
	out := []Token{}
	if err := q.Select(ctx, &out, sqlOf, user); err != nil {
		return nil, fmt.Errorf("list the tokens of person %d: %w", user, err)
	}
	return out, nil
}

func get(ctx context.Context, q db.Q, id int64) (Token, error) {
	var t Token
	err := q.Get(ctx, &t, sqlGet, id)
	return t, db.OrNotFound(err)
}

func byHash(ctx context.Context, q db.Q, hash string) (Token, bool, error) {
	var t Token
	found, err := db.Found(q.Get(ctx, &t, sqlByHash, hash))
	return t, found, err
}

func insert(ctx context.Context, tx *db.Tx, in Input, hash string) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, in.UserID, in.Name, hash, in.Scope, db.At(tx.Now), db.At(tx.Now.Add(in.Life)))
	if err != nil {
		return 0, fmt.Errorf("store token of person %d: %w", in.UserID, err)
	}
	return id, nil
}

func revoke(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlRevoke, db.At(tx.Now), id); err != nil {
		return fmt.Errorf("revoke token %d: %w", id, err)
	}
	return nil
}

func used(ctx context.Context, tx *db.Tx, id int64, now time.Time) error {
	_, err := tx.Exec(ctx, sqlUsed, db.At(now), id)
	return err
}
