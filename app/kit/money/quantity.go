// Quantities of a line: 1.5 kg, 3 pieces, 0.25 h. Stored as thousandths, so
// that quantity times price stays exact until the one rounding at the end.

package money

import (
	"bytes"
	"encoding/json"
	"math/bits"
	"strings"

	"regulars/app/kit/errs"
)

// Quantity counts thousandths: 1500 is 1.5. SQL stores the integer.
type Quantity int64

// One is the quantity of a single piece.
const One Quantity = 1000

// ParseQuantity reads a decimal with at most three places.
func ParseQuantity(s string) (Quantity, error) {
	n, err := parse(s, 3)
	return Quantity(n), err
}

// String is the shortest decimal: "1.5", "2".
func (q Quantity) String() string {
	return strings.TrimSuffix(strings.TrimRight(decimal(int64(q), 3), "0"), ".")
}

// MarshalJSON writes a JSON number.
func (q Quantity) MarshalJSON() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalJSON reads a number or a string, in plain decimal notation.
func (q *Quantity) UnmarshalJSON(data []byte) error {
	s := string(bytes.TrimSpace(data))
	if s == "null" {
		return nil
	}
	if strings.HasPrefix(s, `"`) {
		if err := json.Unmarshal(data, &s); err != nil {
			return errs.New(errs.Invalid, "error.money_format")
		}
	}
	n, err := ParseQuantity(s)
	if err != nil {
		return err
	}
	*q = n
	return nil
}

// LineTotal is quantity times unit price in minor units, rounded half away
// from zero once, with the product held in 128 bits.
func LineTotal(q Quantity, unitMinor int64) (int64, error) {
	hi, lo := bits.Mul64(magnitude(int64(q)), magnitude(unitMinor))
	lo, carry := bits.Add64(lo, 500, 0)
	hi += carry
	if hi >= 1000 {
		return 0, tooBig()
	}
	total, _ := bits.Div64(hi, lo, 1000)
	return signed(total, (q < 0) != (unitMinor < 0))
}
