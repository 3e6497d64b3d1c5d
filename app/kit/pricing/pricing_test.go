package pricing

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"

	"regulars/app/kit/cal"
	"regulars/app/kit/money"
)

func TestTotal(t *testing.T) {
	off := func(rate, amount int64) Discount { return Discount{rate, amount} }
	for name, c := range map[string]struct {
		lines []Line
		o     Options
		want  Totals
	}{
		"nothing": {nil, Options{}, Totals{}},
		"tax within": {[]Line{{money.One, 11300, Discount{}, 1300}}, Options{WithTax: true},
			Totals{Gross: 11300, Subtotal: 11300, Net: 10000, Tax: 1300, Total: 11300}},
		"tax on top": {[]Line{{money.One, 10000, Discount{}, 1300}}, Options{},
			Totals{Gross: 10000, Subtotal: 10000, Net: 10000, Tax: 1300, Total: 11300}},
		"half a cent of tax goes up": {[]Line{{money.One, 50, Discount{}, 100}}, Options{},
			Totals{Gross: 50, Subtotal: 50, Net: 50, Tax: 1, Total: 51}},
		"rounded per rate, not per line": {[]Line{{money.One, 3, Discount{}, 1300}, {money.One, 3, Discount{}, 1300}}, Options{},
			Totals{Gross: 6, Subtotal: 6, Net: 6, Tax: 1, Total: 7}},
		"a line's discount": {[]Line{{3 * money.One, 999, off(1000, 0), 0}}, Options{},
			Totals{Gross: 2997, Subtotal: 2697, Net: 2697, Total: 2697}},
		"an amount off the whole, two rates": {[]Line{{money.One, 10000, Discount{}, 1300}, {money.One, 10000, Discount{}, 600}}, Options{Discount: off(0, 1000)},
			Totals{Gross: 20000, Subtotal: 20000, Discount: 1000, Net: 19000, Tax: 1235 + 570, Total: 20805}},
		"all off": {[]Line{{money.One, 10000, Discount{}, 1300}}, Options{Discount: off(10000, 0)},
			Totals{Gross: 10000, Subtotal: 10000, Discount: 10000}},
		"goods that came back": {[]Line{{-2 * money.One, 500, Discount{}, 1300}}, Options{},
			Totals{Gross: -1000, Subtotal: -1000, Net: -1000, Tax: -130, Total: -1130}},
	} {
		got, err := Total(c.lines, c.o)
		got.Lines, got.Taxes = nil, nil
		if err != nil || !same(got, c.want) {
			t.Errorf("%s: got %+v, %v; want %+v", name, got, err, c.want)
		}
	}
}

func same(a, b Totals) bool {
	return a.Gross == b.Gross && a.Subtotal == b.Subtotal && a.Discount == b.Discount && a.Net == b.Net && a.Tax == b.Tax && a.Total == b.Total
}

func TestRefused(t *testing.T) {
	one := func(l Line) []Line { return []Line{{money.One, 1, Discount{}, 0}, l} }
	for name, c := range map[string]struct {
		lines []Line
		o     Options
		line  int
		field string
	}{
		"price times quantity": {one(Line{1_000_000 * money.One, 1_000_000_000_000, Discount{}, 0}), Options{}, 1, "price"},
		"beyond 64 bits":       {one(Line{1 << 62, 1 << 62, Discount{}, 0}), Options{}, 1, "price"},
		"the sum":              {[]Line{{money.One, Max, Discount{}, 0}, {money.One, 1, Discount{}, 0}}, Options{}, -1, "total"},
		"tax on top":           {[]Line{{money.One, Max, Discount{}, 1}}, Options{}, -1, "total"},
		"rate below zero":      {one(Line{money.One, 1, Discount{}, -1}), Options{}, 1, "tax_rate"},
		"more than all tax":    {one(Line{money.One, 1, Discount{}, MaxTax + 1}), Options{}, 1, "tax_rate"},
		"discount below zero":  {one(Line{money.One, 10, Discount{Rate: -1}, 0}), Options{}, 1, "discount"},
		"more than 100 %":      {one(Line{money.One, 10, Discount{Rate: Whole + 1}, 0}), Options{}, 1, "discount"},
		"more than the line":   {one(Line{money.One, 10, Discount{Amount: 11}, 0}), Options{}, 1, "discount"},
		"two at once":          {one(Line{money.One, 10, Discount{1, 1}, 0}), Options{}, 1, "discount"},
		"more than the whole":  {one(Line{money.One, 10, Discount{}, 0}), Options{Discount: Discount{Amount: 12}}, -1, "discount"},
		"too many lines":       {make([]Line, MaxLines+1), Options{}, MaxLines, "price"},
	} {
		_, err := Total(c.lines, c.o)
		var w *Wrong
		if !errors.As(err, &w) || w.Line != c.line || w.Field != c.field {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestPartsAreTheWhole draws thousands of documents and checks that nothing is
// lost or made between the lines, the discounts, the taxes and the total.
func TestPartsAreTheWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 11))
	rates := []int64{0, 100, 300, 600, 900, 1300, 700, 1900, 10000}
	added := 0
	for range 30_000 {
		o := Options{WithTax: r.IntN(2) == 0, Discount: someDiscount(r)}
		lines := make([]Line, r.IntN(8))
		back := r.IntN(4) == 0
		for i := range lines {
			lines[i] = Line{money.Quantity(r.Int64N(1 << r.IntN(24))), r.Int64N(1 << r.IntN(30)), someDiscount(r), rates[r.IntN(len(rates))]}
			if back && r.IntN(2) == 0 {
				lines[i].Quantity = -lines[i].Quantity
			}
		}
		got, err := Total(lines, o)
		if err != nil {
			continue
		}
		added++
		check(t, lines, o, got, back)
	}
	if added < 10_000 {
		t.Errorf("only %d of the documents could be added up", added)
	}
}

func someDiscount(r *rand.Rand) Discount {
	switch r.IntN(4) {
	case 0:
		return Discount{Rate: r.Int64N(Whole + 1)}
	case 1:
		return Discount{Amount: r.Int64N(1 << r.IntN(20))}
	}
	return Discount{}
}

func check(t *testing.T, lines []Line, o Options, got Totals, back bool) {
	t.Helper()
	var gross, subtotal, shares, untaxed int64
	exact := map[int64]*big.Rat{}
	for i, l := range got.Lines {
		gross, subtotal, shares = gross+l.Gross, subtotal+l.Total, shares+l.Share
		if l.Total != l.Gross-l.Discount {
			t.Fatalf("line %d of %+v: %+v", i, lines, l)
		}
		if !back && (l.Discount > l.Gross || l.Share < 0 || l.Share > l.Total) {
			t.Fatalf("line %d of %+v gives more than it has: %+v", i, lines, l)
		}
		rate := lines[i].TaxRate
		if exact[rate] == nil {
			exact[rate] = new(big.Rat)
		}
		exact[rate].Add(exact[rate], new(big.Rat).SetInt64(l.Total-l.Share))
		if rate == 0 {
			untaxed += l.Total - l.Share
		}
	}
	net, tax := untaxed, int64(0)
	for _, due := range got.Taxes {
		net, tax = net+due.Base, tax+due.Amount
		of := Whole
		if o.WithTax {
			of += int(due.Rate)
		}
		want := new(big.Rat).Mul(exact[due.Rate], big.NewRat(due.Rate, int64(of)))
		slip := want.Sub(want, new(big.Rat).SetInt64(due.Amount))
		if slip.Abs(slip).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("tax at %d of %+v is off by %s", due.Rate, lines, slip)
		}
	}
	if gross != got.Gross || subtotal != got.Subtotal || shares != got.Discount || tax != got.Tax || net != got.Net || got.Net+got.Tax != got.Total {
		t.Fatalf("%+v %+v: the parts of %+v are not the whole", lines, o, got)
	}
	if o.WithTax && got.Total != got.Subtotal-got.Discount {
		t.Fatalf("contained tax changed what is to be paid: %+v", got)
	}
}

func TestDiscountRateNeverHidesABitMore(t *testing.T) {
	for _, c := range []struct {
		gross, rate, amount, want int64
	}{{10000, 1000, 0, 1000}, {10000, 0, 1001, 1001}, {100000, 0, 10001, 1001}, {0, 500, 0, 0}, {10000, 0, 0, 0}, {3, 0, 1, 3334}, {Max, 1, 0, 1}} {
		got, err := off([]Line{{money.One, c.gross, Discount{}, 0}}, Discount{c.rate, c.amount})
		if err != nil || got != c.want {
			t.Errorf("%+v: got %d, %v", c, got, err)
		}
	}
	both, err := off([]Line{{money.One, 10000, Discount{Rate: 1000}, 0}}, Discount{Rate: 1000})
	if err != nil || both != 1900 {
		t.Errorf("two discounts of 10 %% are 19 %%: got %d, %v", both, err)
	}
}

func TestBest(t *testing.T) {
	offers := []Offer{
		{List: 1, Name: "List", Price: 100},
		{List: 1, Name: "List", Price: 90, Least: 10 * money.One},
		{List: 2, Name: "Spring", Price: 95, From: "2026-03-01", Until: "2026-05-31"},
		{List: 3, Name: "A", Price: 97, Levels: []string{"A"}},
		{List: 3, Name: "A", Price: 80, Levels: []string{"A"}, Least: 50 * money.One},
	}
	for _, c := range []struct {
		level, on string
		quantity  money.Quantity
		want      int64
	}{
		{"", "2026-01-01", money.One, 100}, {"", "2026-01-01", 10 * money.One, 90}, {"", "2026-01-01", 9_999, 100},
		{"B", "2026-03-01", money.One, 95}, {"B", "2026-05-31", money.One, 95}, {"B", "2026-06-01", money.One, 100},
		{"B", "2026-04-01", 10 * money.One, 90}, {"A", "2026-04-01", 10 * money.One, 97}, {"A", "2026-04-01", 50 * money.One, 80},
		{"", "2026-01-01", -10 * money.One, 90},
	} {
		got, found := Best(offers, Asked{Level: c.level, On: cal.Date(c.on), Quantity: c.quantity})
		if !found || got.Price != c.want {
			t.Errorf("%+v: got %+v", c, got)
		}
	}
	if _, found := Best(offers[3:], Asked{Level: "B", On: "2026-04-01", Quantity: money.One}); found {
		t.Error("somebody got the price of another level")
	}
}

func TestWhatIsTyped(t *testing.T) {
	for typed, want := range map[string]Discount{"": {}, "10%": {Rate: 1000}, "６.５％": {Rate: 650}, "9折": {Rate: 1000}, "85 折": {Rate: 1500}, "8.5折": {Rate: 1500},
		"95折": {Rate: 500}, "10折": {}, "50": {Amount: 5000}, "0.5": {Amount: 50}} {
		got, err := ParseDiscount(typed, "CNY")
		if err != nil || got != want {
			t.Errorf("%q: got %+v, %v", typed, got, err)
		}
		if again, err := ParseDiscount(got.Text("CNY"), "CNY"); err != nil || again != got {
			t.Errorf("%q comes back as %q", typed, got.Text("CNY"))
		}
	}
	for _, typed := range []string{"-1", "101%", "-5%", "x", "0折", "折", "%%", "1e3"} {
		if got, err := ParseDiscount(typed, "CNY"); err == nil {
			t.Errorf("%q was read as %+v", typed, got)
		}
	}
	if rate, err := ParseRate("13"); err != nil || rate != 1300 || RateText(rate) != "13" || RateText(650) != "6.5" {
		t.Errorf("got %d %v", rate, err)
	}
}

func TestDeepest(t *testing.T) {
	one := func(price int64, d Discount) Offered {
		return Offered{Line: Line{Quantity: money.One, Price: price, Discount: d}}
	}
	rate := func(r int64) Discount { return Discount{Rate: r} }
	for name, c := range map[string]struct {
		lines []Offered
		whole Discount
		want  int64
	}{
		"nothing off":                       {[]Offered{one(100, Discount{})}, Discount{}, 0},
		"the whole":                         {[]Offered{one(100, Discount{})}, rate(1000), 1000},
		"a line and the whole":              {[]Offered{one(10000, rate(1000))}, rate(1000), 1900},
		"a line beside a dear one":          {[]Offered{one(100000, Discount{}), one(100, Discount{Amount: 20})}, Discount{}, 2000},
		"an extra line":                     {[]Offered{one(100, Discount{}), {Line: one(1000, rate(5000)).Line, Extra: true}}, Discount{}, 5000},
		"below the full price":              {[]Offered{{Line: one(8000, Discount{}).Line, Full: 10000}}, Discount{}, 2000},
		"below it, a line's, the whole's":   {[]Offered{{Line: one(8000, rate(5000)).Line, Full: 10000}}, rate(5000), 8000},
		"above it makes up for nothing":     {[]Offered{{Line: one(12000, Discount{}).Line, Full: 10000}, {Line: one(8000, Discount{}).Line, Full: 10000}}, Discount{}, 2000},
		"given away":                        {[]Offered{{Line: one(0, Discount{}).Line, Full: 10000}}, Discount{}, 10000},
		"a line below zero":                 {[]Offered{one(10000, Discount{}), one(-2500, Discount{})}, Discount{}, 2500},
		"a line below zero and the whole's": {[]Offered{one(10000, Discount{}), one(-5000, Discount{})}, rate(5000), 7500},
		"more than all below zero":          {[]Offered{one(100, Discount{}), one(-200, Discount{})}, Discount{}, 10000},
		"goods that came back":              {[]Offered{{Line: Line{Quantity: -money.One, Price: 100}, Full: 200}}, Discount{}, 0},
	} {
		if got, err := Deepest(c.lines, c.whole); err != nil || got != c.want {
			t.Errorf("%s: %d, %v; want %d", name, got, err, c.want)
		}
	}
	if _, err := Deepest([]Offered{one(10, Discount{Amount: 11})}, Discount{}); err == nil {
		t.Error("more than the line was taken off")
	}
}

// Whatever is written as a discount, a lower price or a line below zero: the
// share is never less than what is really missing.
func TestNoWayOfGivingAwayIsShallower(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 20_000 {
		var lines []Offered
		var full, paid int64
		whole := Discount{Rate: r.Int64N(Whole)}
		for range 1 + r.IntN(5) {
			o := Offered{Line: Line{Quantity: money.One * money.Quantity(1+r.IntN(4)), Price: 1 + r.Int64N(1<<r.IntN(30)), Discount: Discount{Rate: r.Int64N(Whole)}}}
			o.Full = o.Price + r.Int64N(1+o.Price)
			lines = append(lines, o)
			full += o.Full * int64(o.Quantity/money.One)
		}
		plain := make([]Line, len(lines))
		for i, o := range lines {
			plain[i] = o.Line
		}
		t1, err := Total(plain, Options{WithTax: true, Discount: whole})
		if err != nil {
			continue
		}
		paid = t1.Total
		got, err := Deepest(lines, whole)
		if err != nil {
			t.Fatal(err)
		}
		missing := new(big.Int).Mul(big.NewInt(full-paid), big.NewInt(Whole))
		if new(big.Int).Mul(big.NewInt(got), big.NewInt(full)).Cmp(missing) < 0 {
			t.Fatalf("%+v off %+v: %d, but %d of %d are missing", lines, whole, got, full-paid, full)
		}
	}
}
