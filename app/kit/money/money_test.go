package money

import (
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"regulars/app/kit/errs"
)

func TestParseIsExactOrRefuses(t *testing.T) {
	good := []struct {
		s, cur string
		want   int64
	}{
		{"12.30", "CNY", 1230}, {"12.3", "CNY", 1230}, {"12", "CNY", 1200}, {" 0.01 ", "USD", 1},
		{"-0.05", "EUR", -5}, {"1200", "JPY", 1200}, {"1.250", "KWD", 1250}, {"0.1", "XXX", 10},
		{"92233720368547758.07", "CNY", math.MaxInt64}, {"-92233720368547758.08", "CNY", math.MinInt64},
	}
	for _, c := range good {
		if got, err := Parse(c.s, c.cur); err != nil || got != c.want {
			t.Errorf("Parse(%q, %s) = %d, %v; want %d", c.s, c.cur, got, err, c.want)
		}
	}
	bad := []struct{ s, cur, key string }{
		{"", "CNY", "error.money_format"}, {"-", "CNY", "error.money_format"}, {".5", "CNY", "error.money_format"},
		{"5.", "CNY", "error.money_format"}, {"1e3", "CNY", "error.money_format"}, {"1,000", "CNY", "error.money_format"},
		{"--1", "CNY", "error.money_format"}, {"+1", "CNY", "error.money_format"}, {"１２", "CNY", "error.money_format"},
		{"12.345", "CNY", "error.money_digits"}, {"12.0", "JPY", "error.money_digits"},
		{"92233720368547758.08", "CNY", "error.money_too_big"}, {strings.Repeat("9", 60), "CNY", "error.money_too_big"},
	}
	for _, c := range bad {
		_, err := Parse(c.s, c.cur)
		if e, ok := errs.As(err); !ok || e.Message.Key != c.key {
			t.Errorf("Parse(%q, %s): got %v, want %s", c.s, c.cur, err, c.key)
		}
	}
}

func TestDecimalAndParseAreInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	edge := []int64{0, 1, -1, 9, -10, math.MaxInt64, math.MinInt64}
	for _, cur := range Currencies() {
		for i := range 200 {
			n := int64(r.Uint64()) >> r.IntN(64)
			if i < len(edge) {
				n = edge[i]
			}
			if got, err := Parse(Decimal(n, cur), cur); err != nil || got != n {
				t.Fatalf("%s %d -> %q -> %d, %v", cur, n, Decimal(n, cur), got, err)
			}
			if q, err := ParseQuantity(Quantity(n).String()); err != nil || q != Quantity(n) {
				t.Fatalf("quantity %d -> %q -> %d, %v", n, Quantity(n), q, err)
			}
		}
	}
}

func TestLineTotalEqualsBigArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	refused := 0
	for range 20000 {
		q, u := int64(r.Uint64())>>r.IntN(64), int64(r.Uint64())>>r.IntN(64)
		product := new(big.Int).Mul(big.NewInt(q), big.NewInt(u))
		want := new(big.Int).Abs(product)
		want.Add(want, big.NewInt(500)).Quo(want, big.NewInt(1000))
		if product.Sign() < 0 {
			want.Neg(want)
		}
		got, err := LineTotal(Quantity(q), u)
		if err != nil {
			refused++
		}
		if (err == nil) != want.IsInt64() || err == nil && got != want.Int64() {
			t.Fatalf("LineTotal(%d, %d) = %d, %v; want %s", q, u, got, err, want)
		}
	}
	if refused == 0 {
		t.Error("the overflow case was never met")
	}
}

func TestLineTotalRoundsHalfAwayFromZero(t *testing.T) {
	for _, c := range [][3]int64{{1500, 333, 500}, {500, 1, 1}, {-500, 1, -1}, {499, 1, 0}, {2000, -125, -250}, {333, 1000, 333}} {
		if got, err := LineTotal(Quantity(c[0]), c[1]); err != nil || got != c[2] {
			t.Errorf("LineTotal(%d, %d) = %d, %v; want %d", c[0], c[1], got, err, c[2])
		}
	}
}

func TestAmountJSON(t *testing.T) {
	for _, a := range []Amount{{1230, "CNY"}, {-5, "USD"}, {1200, "JPY"}, {1, "KWD"}} {
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var back Amount
		if err := json.Unmarshal(b, &back); err != nil || back != a {
			t.Errorf("%v -> %s -> %v, %v", a, b, back, err)
		}
	}
	if b, _ := json.Marshal(Amount{1230, "CNY"}); string(b) != `{"amount":"12.30","currency":"CNY"}` {
		t.Errorf("got %s", b)
	}
	for _, s := range []string{
		`{"amount":12.3,"currency":"CNY"}`, `{"amount":"12.30"}`, `{"amount":"1","currency":"cny"}`, `"12.30"`, `{}`,
		`{"amount":"12.30","currency":"CNY","minor":1}`, `{"amount":"12.345","currency":"CNY"}`, `[]`,
	} {
		a := Amount{7, "EUR"}
		if err := json.Unmarshal([]byte(s), &a); err == nil || a != (Amount{7, "EUR"}) {
			t.Errorf("%s: accepted or half written: %v %v", s, a, err)
		}
	}
	var p struct{ Price *Amount }
	if err := json.Unmarshal([]byte(`{"Price":null}`), &p); err != nil || p.Price != nil {
		t.Errorf("null: %v %v", p.Price, err)
	}
}

func TestQuantityJSON(t *testing.T) {
	for in, want := range map[string]string{`1.5`: `1.5`, `"1.5"`: `1.5`, `2`: `2`, `"0.125"`: `0.125`, `-3.000`: `-3`, `10`: `10`} {
		var q Quantity
		if err := json.Unmarshal([]byte(in), &q); err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if b, _ := json.Marshal(q); string(b) != want {
			t.Errorf("%s came back as %s, want %s", in, b, want)
		}
	}
	for _, in := range []string{`1e3`, `0.1234`, `true`, `"x"`, `{}`, `""`} {
		var q Quantity
		if err := json.Unmarshal([]byte(in), &q); err == nil {
			t.Errorf("%s was accepted as %v", in, q)
		}
	}
}

func TestSumsStayInOneCurrencyAndRange(t *testing.T) {
	if got, err := (Amount{100, "CNY"}).Add(Amount{-30, "CNY"}); err != nil || got.Minor != 70 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := (Amount{1, "CNY"}).Add(Amount{1, "USD"}); err == nil {
		t.Error("two currencies were added")
	}
	if _, err := Sum(math.MaxInt64, 1); err == nil {
		t.Error("overflow was not noticed")
	}
	if _, err := Sum(math.MinInt64, -1); err == nil {
		t.Error("underflow was not noticed")
	}
	if got, err := (Amount{999, "CNY"}).Mul(1500); err != nil || got.String() != "14.99 CNY" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestText(t *testing.T) {
	for want, a := range map[string]Amount{
		"¥1,234.56": {123456, "CNY"}, "-$0.05": {-5, "USD"}, "JP¥1,000,000": {1000000, "JPY"}, "KWD 1.250": {1250, "KWD"},
		"kr 10.00": {1000, "SEK"}, "XYZ 9.00": {900, "XYZ"}, "¥100.00": {10000, "CNY"},
	} {
		if got := Text(a.Minor, a.Currency); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("12.30", "CNY")
	f.Add("-0", "JPY")
	f.Fuzz(func(t *testing.T, s, cur string) {
		n, err := Parse(s, cur)
		if err != nil {
			return
		}
		if back, err := Parse(Decimal(n, cur), cur); err != nil || back != n {
			t.Fatalf("%q -> %d -> %d, %v", s, n, back, err)
		}
	})
}
