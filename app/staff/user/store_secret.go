package user

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/db"
)

// The kinds of link and how long they live.
const (
	linkInvite = "invite"
	linkReset  = "reset"
)

var linkLife = map[string]time.Duration{linkInvite: 7 * 24 * time.Hour, linkReset: 30 * time.Minute}

var (
	sqlSecret   = db.SQL(`SELECT password_hash, totp_secret, totp_step, totp_on FROM user_secret WHERE user_id = ?`)
	sqlPassword = db.SQL(`
		INSERT INTO user_secret (user_id, password_hash) VALUES (?, ?)
		ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash, generation = generation + 1`)
	sqlRehash  = db.SQL(`UPDATE user_secret SET password_hash = ? WHERE user_id = ? AND password_hash = ?`)
	sqlBump    = db.SQL(`UPDATE user_secret SET generation = generation + 1 WHERE user_id = ?`)
	sqlBumpNo2 = db.SQL(`UPDATE user_secret SET generation = generation + 1 WHERE totp_on = 0 AND user_id <> ?`)
	sqlTOTP    = db.SQL(`UPDATE user_secret SET totp_secret = ?, totp_on = ?, totp_step = ? WHERE user_id = ?`)
	sqlStep    = db.SQL(`UPDATE user_secret SET totp_step = ? WHERE user_id = ? AND totp_step < ?`)

	sqlAddCode   = db.SQL(`INSERT INTO user_recovery (user_id, code_hash) VALUES (?, ?)`)
	sqlUseCode   = db.SQL(`UPDATE user_recovery SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL`)
	sqlDropCodes = db.SQL(`DELETE FROM user_recovery WHERE user_id = ?`)
	sqlCodesLeft = db.SQL(`SELECT count(*) FROM user_recovery WHERE user_id = ? AND used_at IS NULL`)

	sqlAddLink   = db.SQL(`INSERT INTO user_link (token_hash, user_id, kind, created_at, expires_at) VALUES (?, ?, ?, ?, ?)`)
	sqlLink      = db.SQL(`SELECT user_id FROM user_link WHERE token_hash = ? AND kind = ? AND expires_at > ?`)
	sqlDropLinks = db.SQL(`DELETE FROM user_link WHERE user_id = ?`)
	sqlOldLinks  = db.SQL(`DELETE FROM user_link WHERE expires_at < ?`)
	sqlResets    = db.SQL(`SELECT count(*) FROM user_link WHERE user_id = ? AND kind = 'reset' AND created_at > ?`)
)

type secret struct {
	PasswordHash string `db:"password_hash"`
	TOTPSecret   string `db:"totp_secret"` // sealed
	TOTPStep     int64  `db:"totp_step"`
	TOTPOn       bool   `db:"totp_on"`
}

func secretOf(ctx context.Context, q db.Q, user int64) (secret, error) {
	var s secret
	if _, err := db.Found(q.Get(ctx, &s, sqlSecret, user)); err != nil {
		return s, fmt.Errorf("read what person %d proves themselves with: %w", user, err)
	}
	return s, nil
}

// savePassword stores a hash; with it every session of the person ends.
func savePassword(ctx context.Context, tx *db.Tx, user int64, hash string) error {
	if _, err := tx.Exec(ctx, sqlPassword, user, hash); err != nil {
		return fmt.Errorf("store the password of person %d: %w", user, err)
	}
	return nil
}

// saveRehash stores a new hash of the same password; sessions go on. When the
// password was changed meanwhile nothing happens.
func saveRehash(ctx context.Context, tx *db.Tx, user int64, old, hash string) error {
	if _, err := tx.Exec(ctx, sqlRehash, hash, user, old); err != nil {
		return fmt.Errorf("hash the password of person %d anew: %w", user, err)
	}
	return nil
}

// bump ends every session of a person.
func bump(ctx context.Context, tx *db.Tx, user int64) error {
	if _, err := tx.Exec(ctx, sqlBump, user); err != nil {
		return fmt.Errorf("end the sessions of person %d: %w", user, err)
	}
	return nil
}

// bumpWithoutTOTP ends the sessions of all who have no second factor.
func bumpWithoutTOTP(ctx context.Context, tx *db.Tx, but int64) error {
	if _, err := tx.Exec(ctx, sqlBumpNo2, but); err != nil {
		return fmt.Errorf("end the sessions without a second factor: %w", err)
	}
	return nil
}

func saveTOTP(ctx context.Context, tx *db.Tx, user int64, sealed string, on bool, step int64) error {
	if _, err := tx.Exec(ctx, sqlTOTP, sealed, on, step, user); err != nil {
		return fmt.Errorf("store the second factor of person %d: %w", user, err)
	}
	return nil
}

// useStep notes that the code of a step was used; false when it was before.
func useStep(ctx context.Context, tx *db.Tx, user, step int64) (bool, error) {
	n, err := tx.Exec(ctx, sqlStep, step, user, step)
	return n == 1, err
}

func saveCodes(ctx context.Context, tx *db.Tx, user int64, codes []string) error {
	if _, err := tx.Exec(ctx, sqlDropCodes, user); err != nil {
		return fmt.Errorf("forget recovery codes: %w", err)
	}
	for _, code := range codes {
		if _, err := tx.Insert(ctx, sqlAddCode, user, id.Hash(plainCode(code))); err != nil {
			return fmt.Errorf("store recovery codes: %w", err)
		}
	}
	return nil
}

// useCode crosses a recovery code off; false when it is none or was used.
func useCode(ctx context.Context, tx *db.Tx, user int64, code string) (bool, error) {
	n, err := tx.Exec(ctx, sqlUseCode, db.At(tx.Now), user, id.Hash(plainCode(code)))
	return n == 1, err
}

func codesLeft(ctx context.Context, q db.Q, user int64) (int, error) {
	var n int
	err := q.Get(ctx, &n, sqlCodesLeft, user)
	return n, err
}

// addLink makes a link's token; only its hash is kept. A new invitation makes
// the earlier one worthless.
func addLink(ctx context.Context, tx *db.Tx, user int64, kind string) (string, error) {
	if kind == linkInvite {
		if err := dropLinks(ctx, tx, user); err != nil {
			return "", err
		}
	}
	if _, err := tx.Exec(ctx, sqlOldLinks, db.At(tx.Now.Add(-24*time.Hour))); err != nil {
		return "", fmt.Errorf("forget old links: %w", err)
	}
	token := id.Token(32)
	if _, err := tx.Insert(ctx, sqlAddLink, id.Hash(token), user, kind, db.At(tx.Now), db.At(tx.Now.Add(linkLife[kind]))); err != nil {
		return "", fmt.Errorf("store %s link of person %d: %w", kind, user, err)
	}
	return token, nil
}

// linkUser is whom a link that still works belongs to.
func linkUser(ctx context.Context, q db.Q, token, kind string, now time.Time) (User, error) {
	var user int64
	found, err := db.Found(q.Get(ctx, &user, sqlLink, id.Hash(token), kind, db.At(now)))
	if err != nil {
		return User{}, fmt.Errorf("look up %s link: %w", kind, err)
	}
	if !found {
		return User{}, errs.New(errs.NotFound, "user.error.link")
	}
	return byID(ctx, q, user)
}

func dropLinks(ctx context.Context, tx *db.Tx, user int64) error {
	if _, err := tx.Exec(ctx, sqlDropLinks, user); err != nil {
		return fmt.Errorf("forget the links of person %d: %w", user, err)
	}
	return nil
}

func resetsSince(ctx context.Context, q db.Q, user int64, since time.Time) (int, error) {
	var n int
	err := q.Get(ctx, &n, sqlResets, user, db.At(since))
	return n, err
}
