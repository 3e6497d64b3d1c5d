package role

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var (
	sqlReach    = db.SQL(`SELECT reach FROM role WHERE name = ?`)
	sqlDecided  = db.SQL(`SELECT permission, allowed FROM role_permission WHERE role = ?`)
	sqlSetReach = db.SQL(`UPDATE role SET reach = ?, updated_at = ? WHERE name = ? AND reach <> ?`)
	sqlDiscount = db.SQL(`SELECT discount_limit FROM role WHERE name = ? AND discount_limit IS NOT NULL`)
	sqlSetMost  = db.SQL(`UPDATE role SET discount_limit = ?, updated_at = ? WHERE name = ? AND discount_limit IS NOT ?`)
	sqlDecide   = db.SQL(`
		INSERT INTO role_permission (role, permission, allowed) VALUES (?, ?, ?)
		ON CONFLICT (role, permission) DO UPDATE SET allowed = excluded.allowed`)
	sqlForget = db.SQL(`DELETE FROM role_permission WHERE role = ? AND permission = ?`)
)

func read(ctx context.Context, q db.Q, role string) (auth.Reach, map[string]bool, error) {
	var reach string
	if _, err := db.Found(q.Get(ctx, &reach, sqlReach, role)); err != nil {
		return auth.Own, nil, fmt.Errorf("read role %s: %w", role, err)
	}
	if reach == "" {
		reach = string(auth.Own)
	}
	var rows []struct {
		Permission string `db:"permission"`
		Allowed    bool   `db:"allowed"`
	}
	if err := q.Select(ctx, &rows, sqlDecided, role); err != nil {
		return auth.Own, nil, fmt.Errorf("read what %s may: %w", role, err)
	}
	decided := map[string]bool{}
	for _, r := range rows {
		decided[r.Permission] = r.Allowed
	}
	return auth.Reach(reach), decided, nil
}

func setReach(ctx context.Context, tx *db.Tx, role string, reach auth.Reach) error {
	if _, err := tx.Exec(ctx, sqlSetReach, string(reach), db.At(tx.Now), role, string(reach)); err != nil {
		return fmt.Errorf("store the data scope of %s: %w", role, err)
	}
	return nil
}

// discount is what a role may take off without asking, nil where nothing says so.
func discount(ctx context.Context, q db.Q, role string) (*int64, error) {
	var most int64
	found, err := db.Found(q.Get(ctx, &most, sqlDiscount, role))
	if err != nil {
		return nil, fmt.Errorf("read what %s may take off: %w", role, err)
	}
	if !found {
		return nil, nil
	}
	return &most, nil
}

func setDiscount(ctx context.Context, tx *db.Tx, role string, most *int64) error {
	if _, err := tx.Exec(ctx, sqlSetMost, most, db.At(tx.Now), role, most); err != nil {
		return fmt.Errorf("store what %s may take off: %w", role, err)
	}
	return nil
}

// decide keeps a decision, or forgets it when it is the default.
func decide(ctx context.Context, tx *db.Tx, role, permission string, allowed, isDefault bool) error {
	var err error
	if isDefault {
		_, err = tx.Exec(ctx, sqlForget, role, permission)
	} else {
		_, err = tx.Exec(ctx, sqlDecide, role, permission, allowed)
	}
	if err != nil {
		return fmt.Errorf("store whether %s may %s: %w", role, permission, err)
	}
	return nil
}
