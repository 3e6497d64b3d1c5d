package survey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/id"
	"regulars/app/sys/keys"
)

// tokens makes the secret part of an invitation's address from the
// installation's key. So the reminder carries the same address as the first
// mail, and a copy of the database, which holds only the hash, opens nothing.
type tokens struct {
	key    []byte
	ballot []byte // of the marks of those who voted anonymously
	signer *keys.Signer
}

func newTokens(ring *keys.Ring) (tokens, error) {
	key, err := ring.Key("survey token", 32)
	if err != nil {
		return tokens{}, err
	}
	ballot, err := ring.Key("survey ballot", 32)
	if err != nil {
		return tokens{}, err
	}
	signer, err := ring.Signer("survey form")
	return tokens{key, ballot, signer}, err
}

// of is the token of an invitation: 128 bits.
func (t tokens) of(invitation int64, nonce string) string {
	mac := hmac.New(sha256.New, t.key)
	fmt.Fprintf(mac, "%d:%s", invitation, nonce)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// formLife is how long a page may lie open before it is sent.
const formLife = 48 * time.Hour

// nonce is what the form of a token carries: only a page that was shown can be
// sent back.
func (t tokens) nonce(token string, now time.Time) string {
	stamp := strconv.FormatInt(now.Unix(), 36)
	return stamp + "." + t.signer.Sign(id.Hash(token)+" "+stamp)
}

// genuine tells whether the nonce was issued for the token and is not too old.
func (t tokens) genuine(token, nonce string, now time.Time) bool {
	stamp, signature, ok := strings.Cut(nonce, ".")
	if !ok || len(stamp) > 12 || !t.signer.Verify(id.Hash(token)+" "+stamp, signature) {
		return false
	}
	at, err := strconv.ParseInt(stamp, 36, 64)
	age := now.Sub(time.Unix(at, 0))
	return err == nil && age < formLife && age > -time.Hour
}

// showing is a nonce of one showing of a page that many open at once, so that
// what one of them sends is told from what another does.
func (t tokens) showing(token string, now time.Time) string {
	one := id.Token(9)
	return one + "." + t.nonce(token+" "+one, now)
}

// shown tells whether a showing's nonce is genuine.
func (t tokens) shown(token, nonce string, now time.Time) bool {
	one, rest, ok := strings.Cut(nonce, ".")
	return ok && len(one) <= 24 && t.genuine(token+" "+one, rest, now)
}
