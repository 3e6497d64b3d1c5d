package dump

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

// secret is what proves who somebody of the shop before is.
type secret struct {
	Email      string `db:"email"`
	Hash       string `db:"password_hash"`
	Generation int64  `db:"generation"`
}

type secrets []secret

// keepSecrets remembers passwords by address, so that the owner who set the
// empty shop up can still get in afterwards.
func keepSecrets(ctx context.Context, tx *db.Tx) (secrets, error) {
	var out secrets
	err := tx.Select(ctx, &out, "SELECT u.email, s.password_hash, s.generation FROM user u JOIN user_secret s ON s.user_id = u.id")
	if err != nil {
		return nil, fmt.Errorf("read who can sign in: %w", err)
	}
	return out, nil
}

func (list secrets) restore(ctx context.Context, tx *db.Tx) error {
	for _, s := range list {
		_, err := tx.Exec(ctx, "INSERT INTO user_secret (user_id, password_hash, generation) SELECT id, ?, ? FROM user WHERE email = ?",
			s.Hash, s.Generation+1, s.Email)
		if err != nil {
			return fmt.Errorf("keep a password: %w", err)
		}
	}
	return nil
}
