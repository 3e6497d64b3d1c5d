package custom

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/keys"
)

// Sensitive values are sealed with a key of their field's own before they reach
// the column, and with it the journal and every backup of the database. Nothing
// but Reveal opens them.

// Mask is what is shown instead of a sensitive value. Sent back, it leaves the
// value as it is.
const Mask = "••••••"

// secret is a sensitive value that was read and is not sealed yet.
type secret struct{ value any }

var errNoKey = errors.New("there is no key for sensitive fields")

func (b *Book) box(f Field) (*keys.Box, error) {
	if b == nil || b.ring == nil {
		return nil, errNoKey
	}
	return b.ring.Box("custom field " + f.Slot())
}

// seal is what the column takes of a sensitive value. The same value stays the
// same text, so that saving it again changes nothing.
func (r Record) seal(f Field, value any, before any) (string, error) {
	box, err := r.book.box(f)
	if err != nil {
		return "", fmt.Errorf("seal field %s: %w", f.Key, err)
	}
	plain, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("seal field %s: %w", f.Key, err)
	}
	if old, ok := before.(string); ok {
		if opened, err := box.Open(old); err == nil && opened == string(plain) {
			return old, nil
		}
	}
	return box.Seal(string(plain)), nil
}

// sealAll seals what of these values is not sealed yet.
func (r Record) sealAll(after Values) error {
	for _, f := range r.Set {
		s, ok := after[f.Slot()].(secret)
		if !ok {
			continue
		}
		sealed, err := r.seal(f, s.value, r.Values[f.Slot()])
		if err != nil {
			return err
		}
		after[f.Slot()] = sealed
	}
	return nil
}

// Reveal is a sensitive value in the clear, as a file writes it. Whoever calls
// notes that it was looked at.
func (r Record) Reveal(f Field) (string, error) {
	sealed, ok := r.Values[f.Slot()].(string)
	if !ok || !f.Sensitive {
		return "", errs.NotVisible()
	}
	box, err := r.book.box(f)
	if err != nil {
		return "", fmt.Errorf("open field %s: %w", f.Key, err)
	}
	plain, err := box.Open(sealed)
	if err != nil {
		return "", errs.New(errs.Invalid, "customfield.error.other_key")
	}
	var value any
	if err := json.Unmarshal([]byte(plain), &value); err != nil {
		return "", fmt.Errorf("open field %s: %w", f.Key, err)
	}
	f.Sensitive = false
	return strings.Join((Record{Set: Set{f}, Values: Values{f.Slot(): value}, Currency: r.Currency}).Strings(f), "; "), nil
}
