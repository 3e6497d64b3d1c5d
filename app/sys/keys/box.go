package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// ErrSealed says that a sealed text cannot be opened: changed, made for another
// purpose, or sealed with the key of another installation.
var ErrSealed = errors.New("the sealed text cannot be opened with this installation's key")

const version = "v1"

var encoding = base64.RawURLEncoding

// Box seals texts for one purpose with AES-256-GCM.
type Box struct {
	aead    cipher.AEAD
	prefix  string
	purpose []byte
}

// Box gives the box for a purpose, such as "smtp password".
func (r *Ring) Box(purpose string) (*Box, error) {
	key, err := r.Key("box "+purpose, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("box for %s: %w", purpose, err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("box for %s: %w", purpose, err)
	}
	return &Box{aead: aead, prefix: version + ":" + r.id + ":", purpose: []byte(purpose)}, nil
}

// Seal encrypts a text; the result is printable and different every time:
// v1:key id:data.
func (b *Box) Seal(plain string) string {
	return b.prefix + encoding.EncodeToString(b.aead.Seal(nil, nil, []byte(plain), b.purpose))
}

// Open gives back what Seal took, or ErrSealed.
func (b *Box) Open(sealed string) (string, error) {
	data, ok := strings.CutPrefix(sealed, b.prefix)
	if !ok {
		return "", ErrSealed
	}
	raw, err := encoding.DecodeString(data)
	if err != nil {
		return "", ErrSealed
	}
	plain, err := b.aead.Open(nil, nil, raw, b.purpose)
	if err != nil {
		return "", ErrSealed
	}
	return string(plain), nil
}

// Signer proves that a text came from this installation, for one purpose.
type Signer struct{ key []byte }

// Signer gives the signer for a purpose, such as "form nonce".
func (r *Ring) Signer(purpose string) (*Signer, error) {
	key, err := r.Key("sign "+purpose, 32)
	if err != nil {
		return nil, err
	}
	return &Signer{key: key}, nil
}

// Sign gives the signature of a text, 43 characters that fit into a URL.
func (s *Signer) Sign(text string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(text))
	return encoding.EncodeToString(mac.Sum(nil))
}

// Verify tells whether the signature is the text's, in constant time.
func (s *Signer) Verify(text, signature string) bool {
	return hmac.Equal([]byte(s.Sign(text)), []byte(signature))
}
