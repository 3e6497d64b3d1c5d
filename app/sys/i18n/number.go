package i18n

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"regulars/app/kit/money"
)

// Number groups the digits of a whole number and rounds a fraction to at most
// two places: 1,284 and 12.5.
func (l *Locale) Number(v any) string {
	if n, ok := whole(v); ok {
		return l.digits(strconv.FormatInt(n, 10))
	}
	value := reflect.ValueOf(v)
	if !value.IsValid() || !value.CanFloat() {
		return fmt.Sprint(v)
	}
	text := l.Decimal(value.Float(), 2)
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// Decimal writes a number with a fixed count of places: 4.30.
func (l *Locale) Decimal(f float64, places int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	return l.digits(strconv.FormatFloat(f, 'f', places, 64))
}

// Percent writes a share, 0.61 as 61%. Shares below one percent keep a decimal,
// because "0%" would say that there is nothing.
func (l *Locale) Percent(share float64) string {
	places := 0
	if share != 0 && math.Abs(share) < 0.01 {
		places = 1
	}
	if share > 0 && share < 0.0005 && !l.sheet {
		return "<0.1%"
	}
	return l.Decimal(share*100, places) + "%"
}

// Money writes an amount in minor units with its currency's sign: £412.50.
func (l *Locale) Money(minor int64, currency string) string {
	if l.sheet {
		return money.Decimal(minor, currency)
	}
	text := strings.ReplaceAll(money.Text(minor, currency), " ", "\u00a0")
	if amount, negative := strings.CutPrefix(text, "-"); negative {
		return "−" + amount
	}
	return text
}

// Estimate writes an amount that was foreseen, not counted, with three digits that
// say something: £11,302.52 as £11,300. In files it stays as it was reckoned.
func (l *Locale) Estimate(minor int64, currency string) string {
	if l.sheet {
		return l.Money(minor, currency)
	}
	step := int64(1)
	for n := max(minor, -minor); n >= 1000; n /= 10 {
		step *= 10
	}
	half := step / 2
	if minor < 0 {
		half = -half
	}
	minor = (minor + half) / step * step
	text := l.Money(minor, currency)
	if places := money.Digits(currency); places > 0 && step >= int64(math.Pow10(places)) {
		text = strings.TrimSuffix(text, "."+strings.Repeat("0", places))
	}
	return text
}

func (l *Locale) digits(text string) string {
	if l.sheet {
		return text
	}
	return group(text)
}

// group puts a comma between thousands and a real minus in front.
func group(digits string) string {
	minus := ""
	if strings.HasPrefix(digits, "-") {
		minus, digits = "−", digits[1:]
	}
	fraction := ""
	if point := strings.IndexByte(digits, '.'); point >= 0 {
		digits, fraction = digits[:point], digits[point:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return minus + digits + fraction
}

// whole reads any integer type.
func whole(v any) (int64, bool) {
	value := reflect.ValueOf(v)
	switch {
	case !value.IsValid():
		return 0, false
	case value.CanInt():
		return value.Int(), true
	case value.CanUint():
		return int64(value.Uint()), true
	case value.CanFloat() && value.Float() == math.Trunc(value.Float()) && math.Abs(value.Float()) < 1<<53: // numbers that came through JSON
		return int64(value.Float()), true
	}
	return 0, false
}
