package payment_test

import (
	"math"
	"strings"
	"testing"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sales/payment"
)

func TestMethodsGetTheirOneName(t *testing.T) {
	for typed, want := range map[string]string{"现金": "cash", " 微信支付 ": "wechat", "WeChat Pay": "wechat", "CASH": "cash", "支付宝": "alipay",
		"Bank transfer": "transfer", "gift card": "gift card", "": ""} {
		in := payment.Input{Method: typed}
		if in.Clean("2026-03-02"); in.Method != want || in.PaidOn != "2026-03-02" {
			t.Errorf("%q became %q on %s, want %q", typed, in.Method, in.PaidOn, want)
		}
	}
}

func TestHostilePaymentsAreRefused(t *testing.T) {
	for field, in := range map[string]payment.Input{
		"amount":  {PaidOn: "2026-03-02"},
		"paid_on": {Amount: 1, PaidOn: "2026-02-30"},
		"method":  {Amount: 1, PaidOn: "2026-03-02", Method: strings.Repeat("金", 51)},
		"note":    {Amount: 1, PaidOn: "2026-03-02", Note: strings.Repeat("x", 1001)},
	} {
		if e, ok := errs.As(in.Validate("2026-03-02")); !ok || e.Fields[field].Key == "" {
			t.Errorf("%s was taken: %+v", field, in)
		}
	}
	for _, day := range []cal.Date{"0001-01-01", "1899-12-31", "2027-03-04", "9999-12-31"} {
		if err := (payment.Input{Amount: 1, PaidOn: day}).Validate("2026-03-02"); err == nil {
			t.Errorf("paid on %s is taken", day)
		}
	}
	for _, amount := range []int64{math.MaxInt64, math.MinInt64, payment.MaxAmount + 1} {
		if err := (payment.Input{Amount: amount, PaidOn: "2026-03-02"}).Validate("2026-03-02"); err == nil {
			t.Errorf("%d was taken", amount)
		}
	}
}

func TestAmountsAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]int64{"-12.30": -1230, "(30)": -3000, "￥１２": 1200, "1,234.50 元": 123450} {
		if got, err := payment.ParseAmount(typed, "CNY"); err != nil || got != want {
			t.Errorf("%q: %d %v, want %d", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "ten", "1e999", "12.345"} {
		if got, err := payment.ParseAmount(typed, "CNY"); err == nil {
			t.Errorf("%q was read as %d", typed, got)
		}
	}
}
