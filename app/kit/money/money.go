// Package money counts in whole minor units (cents, fen) of one currency, so
// that no sum is ever rounded by accident. Text becomes an integer exactly or
// is refused; floating point appears nowhere.
package money

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"regulars/app/kit/errs"
)

// Amount is a sum of money as the JSON API shows it:
// {"amount":"12.30","currency":"CNY"}.
type Amount struct {
	Minor    int64
	Currency string
}

// Parse reads a plain decimal such as "-12.30" as minor units of the currency.
// More decimals than the currency has, or too big a number, is an error.
func Parse(s, cur string) (int64, error) {
	return parse(s, Digits(cur))
}

// Decimal writes minor units as a plain decimal: 1230 CNY is "12.30".
func Decimal(minor int64, cur string) string {
	return decimal(minor, Digits(cur))
}

// Text writes minor units for people: 123456 CNY is "¥1,234.56". Codes and
// letters are set off by a space: "KWD 1.250".
func Text(minor int64, cur string) string {
	s := Decimal(minor, cur)
	sign := ""
	if minor < 0 {
		sign, s = "-", s[1:]
	}
	whole, rest, fraction := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction {
		whole += "." + rest
	}
	symbol := Symbol(cur)
	if last, _ := utf8.DecodeLastRuneInString(symbol); unicode.IsLetter(last) {
		symbol += " "
	}
	return sign + symbol + whole
}

// String is for logs and messages: "12.30 CNY".
func (a Amount) String() string { return Decimal(a.Minor, a.Currency) + " " + a.Currency }

// Mul is the price of a quantity of something that costs a, rounded half away
// from zero to the minor unit.
func (a Amount) Mul(q Quantity) (Amount, error) {
	minor, err := LineTotal(q, a.Minor)
	if err != nil {
		return Amount{}, err
	}
	return Amount{minor, a.Currency}, nil
}

// Add refuses two currencies and overflow.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Currency != b.Currency {
		return Amount{}, errs.New(errs.Invalid, "error.money_mixed", "a", a.Currency, "b", b.Currency)
	}
	minor, err := Sum(a.Minor, b.Minor)
	if err != nil {
		return Amount{}, err
	}
	return Amount{minor, a.Currency}, nil
}

// Sum adds minor units of one currency with an overflow check.
func Sum(minors ...int64) (int64, error) {
	var total int64
	for _, m := range minors {
		if m > 0 && total > math.MaxInt64-m || m < 0 && total < math.MinInt64-m {
			return 0, tooBig()
		}
		total += m
	}
	return total, nil
}

// MarshalJSON writes the decimal as a string, so no client turns it into a float.
func (a Amount) MarshalJSON() ([]byte, error) {
	return json.Marshal(wire{Decimal(a.Minor, a.Currency), a.Currency})
}

// UnmarshalJSON reads what MarshalJSON writes: both fields, nothing else, a
// known currency.
func (a *Amount) UnmarshalJSON(data []byte) error {
	if string(bytes.TrimSpace(data)) == "null" {
		return nil
	}
	var in wire
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return &errs.Error{Kind: errs.Invalid, Message: errs.Message{Key: "error.money_format"},
			Cause: fmt.Errorf("read amount: %w", err)}
	}
	if _, err := dec.Token(); err != io.EOF {
		return errs.New(errs.Invalid, "error.money_format")
	}
	if !Known(in.Currency) {
		return errs.New(errs.Invalid, "error.money_currency", "currency", in.Currency)
	}
	minor, err := Parse(in.Amount, in.Currency)
	if err != nil {
		return err
	}
	a.Minor, a.Currency = minor, in.Currency
	return nil
}

type wire struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

func parse(s string, digits int) (int64, error) {
	s = strings.TrimSpace(s)
	negative := strings.HasPrefix(s, "-")
	whole, fraction, dot := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if !allDigits(whole) || dot && !allDigits(fraction) {
		return 0, errs.New(errs.Invalid, "error.money_format")
	}
	if len(fraction) > digits {
		return 0, errs.New(errs.Invalid, "error.money_digits", "digits", digits)
	}
	var n uint64
	for _, c := range []byte(whole + fraction + strings.Repeat("0", digits-len(fraction))) {
		hi, lo := bits.Mul64(n, 10)
		sum, carry := bits.Add64(lo, uint64(c-'0'), 0)
		if hi != 0 || carry != 0 {
			return 0, tooBig()
		}
		n = sum
	}
	return signed(n, negative)
}

func decimal(n int64, digits int) string {
	s := fmt.Sprintf("%0*d", digits+1, magnitude(n))
	if digits > 0 {
		s = s[:len(s)-digits] + "." + s[len(s)-digits:]
	}
	if n < 0 {
		s = "-" + s
	}
	return s
}

func allDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// magnitude is |n|, which for the smallest int64 only fits unsigned.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func signed(n uint64, negative bool) (int64, error) {
	if negative && n <= 1<<63 {
		return int64(-n), nil
	}
	if !negative && n <= math.MaxInt64 {
		return int64(n), nil
	}
	return 0, tooBig()
}

func tooBig() error { return errs.New(errs.Invalid, "error.money_too_big") }
