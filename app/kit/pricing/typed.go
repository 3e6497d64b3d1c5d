package pricing

import (
	"strings"

	"golang.org/x/text/width"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
)

// ParseRate reads a percentage as people type it: 13, 13%, 6.5 or １３％.
func ParseRate(typed string) (int64, error) {
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(width.Narrow.String(typed)), "%"))
	if s == "" {
		return 0, nil
	}
	rate, err := money.Parse(strings.Replace(s, ",", ".", 1), "CNY") // two decimals, as basis points have
	if err != nil || rate < 0 || rate > Whole {
		return 0, errs.New(errs.Invalid, "error.percent")
	}
	return rate, nil
}

// RateText writes a rate without its sign: 1300 is "13", 650 is "6.5".
func RateText(rate int64) string { return money.Quantity(rate * 10).String() }

// ParseDiscount reads a discount: 10% is a share, 50 an amount, and 9折 or 85折
// what is left to pay, as it is said in Chinese.
func ParseDiscount(typed, currency string) (Discount, error) {
	s := strings.TrimSpace(width.Narrow.String(typed))
	if s == "" {
		return Discount{}, nil
	}
	if left, ok := strings.CutSuffix(s, "折"); ok {
		tenths, err := money.Parse(strings.TrimSpace(left), "CNY")
		if tenths > 1000 && tenths < 10_000 { // 85折 is 8.5折
			tenths /= 10
		}
		if err != nil || tenths <= 0 || tenths > 1000 {
			return Discount{}, errs.New(errs.Invalid, "error.percent")
		}
		return Discount{Rate: Whole - tenths*10}, nil
	}
	if strings.HasSuffix(s, "%") {
		rate, err := ParseRate(s)
		return Discount{Rate: rate}, err
	}
	amount, err := money.Parse(s, currency)
	if err != nil || amount < 0 {
		return Discount{}, errs.New(errs.Invalid, "error.money")
	}
	return Discount{Amount: amount}, nil
}

// Text writes a discount as ParseDiscount reads it; none is empty.
func (d Discount) Text(currency string) string {
	switch {
	case d.Rate != 0:
		return RateText(d.Rate) + "%"
	case d.Amount != 0:
		return money.Decimal(d.Amount, currency)
	}
	return ""
}
