// Package token is the keys of other programs: an API token acts as the person
// it belongs to, with their permissions and data scope, or only reads. Its
// secret is shown once and kept as a hash; it ends by itself.
package token

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
)

// What a token may do: look, or everything its person may.
const (
	Read  = "read"
	Write = "write"
)

// Prefix begins every secret, so that a leaked one is recognised.
const Prefix = "rg_"

// DefaultLife is how long a token works unless said otherwise.
const DefaultLife = 90 * 24 * time.Hour

// Token is one key, without its secret.
type Token struct {
	ID         int64   `db:"id"`
	UserID     int64   `db:"user_id"`
	UserName   string  `db:"user_name"`
	Name       string  `db:"name"`
	Scope      string  `db:"scope"`
	CreatedAt  db.Time `db:"created_at"`
	ExpiresAt  db.Time `db:"expires_at"` // zero = never
	LastUsedAt db.Time `db:"last_used_at"`
	RevokedAt  db.Time `db:"revoked_at"`
}

// Works tells whether the token opens anything at that moment.
func (t Token) Works(now time.Time) bool {
	return t.RevokedAt.IsZero() && (t.ExpiresAt.IsZero() || now.Before(t.ExpiresAt.Time))
}

// Input is a new token. UserID 0 is whoever acts; Life 0 is DefaultLife.
type Input struct {
	UserID int64
	Name   string
	Scope  string
	Life   time.Duration
}

const maxLife = 10 * 365 * 24 * time.Hour

func (in *Input) check() error {
	in.Name = strings.TrimSpace(in.Name)
	if in.Life == 0 {
		in.Life = DefaultLife
	}
	c := &errs.Check{}
	c.That(text.Visible(in.Name), "name", "error.required")
	c.That(len([]rune(in.Name)) <= 80, "name", "error.long", "n", 80)
	c.That(!strings.ContainsFunc(in.Name, func(r rune) bool { return r < ' ' || r == 0x7f }), "name", "error.control")
	c.That(slices.Contains([]string{Read, Write}, in.Scope), "scope", "error.choice")
	c.That(in.Life > 0 && in.Life <= maxLife, "days", "error.choice")
	return c.Err()
}

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// newSecret is the prefix and 43 characters of base 62: 256 bits.
func newSecret() string {
	var out strings.Builder
	out.WriteString(Prefix)
	b := make([]byte, 1)
	for n := 0; n < 43; {
		_, _ = rand.Read(b) // never fails: the runtime ends the process instead
		if b[0] < 248 {     // 4 * 62: every letter is as likely
			out.WriteByte(letters[b[0]%62])
			n++
		}
	}
	return out.String()
}
