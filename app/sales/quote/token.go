package quote

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"regulars/app/kit/id"
	"regulars/app/sys/keys"
)

// tokens makes the secret part of a quote's address from the installation's key:
// the link can be shown again, and a copy of the database, which holds only the
// hash, opens nothing.
type tokens struct{ key []byte }

func newTokens(ring *keys.Ring) (tokens, error) {
	key, err := ring.Key("quote token", 32)
	return tokens{key}, err
}

// of is the token of a nonce: 128 bits.
func (t tokens) of(nonce string) string {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte(nonce))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// fresh is a new token with the nonce it is made of.
func (t tokens) fresh() (token, nonce string) {
	nonce = id.Token(16)
	return t.of(nonce), nonce
}

func publicPath(token string) string { return "/q/" + token }
