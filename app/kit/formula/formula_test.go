package formula

import (
	"errors"
	"math"
	"strings"
	"testing"
)

var fields = map[string]Value{
	"orders_count": {Kind: Number, Num: 4}, "orders_total": {Kind: Money, Num: 120.5}, "last_order_on": {Kind: Date, Text: "2026-02-01"},
	"name": {Kind: Text, Text: "Harbour Bakery"}, "key_holder": {Kind: Bool, Num: 1}, "never_on": {}, "zero": {Kind: Number},
}

var kinds = map[string]Kind{"orders_count": Number, "orders_total": Money, "last_order_on": Date, "name": Text, "key_holder": Bool, "never_on": Date, "zero": Number}

func kindOf(name string) (Kind, bool) { k, ok := kinds[name]; return k, ok }

func env() Env { return Env{Today: "2026-03-03", Get: func(n string) Value { return fields[n] }} }

func TestFormulasAreComputed(t *testing.T) {
	for source, want := range map[string]Value{
		"1 + 2 * 3":                                        {Kind: Number, Num: 7},
		"(1 + 2) * -3":                                     {Kind: Number, Num: -9},
		"10 - 4 - 3":                                       {Kind: Number, Num: 3},
		"days_since(last_order_on)":                        {Kind: Number, Num: 30},
		"Days_Since(LAST_ORDER_ON) > 20":                   {Kind: Bool, Num: 1},
		"last_order_on + 60":                               {Kind: Date, Text: "2026-04-02"},
		"days_until(last_order_on + 60)":                   {Kind: Number, Num: 30},
		"today() - last_order_on":                          {Kind: Number, Num: 30},
		"round(orders_total / orders_count, 1)":            {Kind: Money, Num: 30.1},
		"orders_total / orders_total":                      {Kind: Number, Num: 1},
		"orders_total / zero":                              {},
		"if(orders_count >= 3, 'regular', 'new')":          {Kind: Text, Text: "regular"},
		"if(empty(never_on), 1, days_since(never_on))":     {Kind: Number, Num: 1},
		"days_since(never_on)":                             {},
		"days_since(never_on) > 5 or key_holder":           {Kind: Bool, Num: 1},
		"not key_holder and 1 = 1":                         {Kind: Bool},
		"max(orders_count, 2, 3) + min(1, zero)":           {Kind: Number, Num: 4},
		"coalesce(never_on, last_order_on)":                {Kind: Date, Text: "2026-02-01"},
		"name & ': ' & orders_count":                       {Kind: Text, Text: "Harbour Bakery: 4"},
		"contains(name, 'BAKERY')":                         {Kind: Bool, Num: 1},
		"year(last_order_on) * 100 + month(last_order_on)": {Kind: Number, Num: 202602},
		"date('2026-12-24') - today()":                     {Kind: Number, Num: 296},
		"date('2026-02-30')":                               {},
		"ｒｏｕｎｄ（１０÷４，１）":                                    {Kind: Number, Num: 2.5},
		"if（orders_count＞3，“常客”，“新客”）":                     {Kind: Text, Text: "常客"},
		"1e": {}, // not a number and no field
	} {
		e, err := Parse(source)
		if source == "1e" {
			if err == nil {
				t.Error("1e was understood")
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		kind, err := e.Check(kindOf)
		got := e.Eval(env())
		if err != nil || got != want || got.Kind != Nothing && got.Kind != kind {
			t.Errorf("%s is %+v (%s, %v), want %+v", source, got, kind, err, want)
		}
	}
}

func TestMistakesAreToldWithTheirPlace(t *testing.T) {
	for source, want := range map[string]Error{
		"":                              {1, "formula.error.end", ""},
		"1 +":                           {4, "formula.error.end", ""},
		"1 2":                           {3, "formula.error.more", "2"},
		"(1 + 2":                        {1, "formula.error.open", "("},
		"'abc":                          {1, "formula.error.open", "'"},
		"1 ; 2":                         {3, "formula.error.sign", ";"},
		"1.2.3":                         {1, "formula.error.number", "1.2.3"},
		"3 + lst_order":                 {5, "formula.error.field", "lst_order"},
		"drop(1)":                       {1, "formula.error.function", "drop"},
		"round()":                       {1, "formula.error.arguments", "round"},
		"round(1,)":                     {9, "formula.error.value", ")"},
		"name + 1":                      {6, "formula.error.kinds", "+"},
		"orders_total * orders_total":   {14, "formula.error.kinds", "*"},
		"last_order_on + last_order_on": {15, "formula.error.kinds", "+"},
		"days_since(1)":                 {1, "formula.error.kinds_function", "days_since"},
		"if(1, 2, 3)":                   {1, "formula.error.kinds_function", "if"},
		"if(true, 2, 'x')":              {1, "formula.error.kinds_function", "if"},
		"-name":                         {1, "formula.error.kinds", "-"},
	} {
		e, err := Parse(source)
		if err == nil {
			_, err = e.Check(kindOf)
		}
		var got *Error
		if !errors.As(err, &got) || *got != want {
			t.Errorf("%s: %v, want %v", source, err, want)
		}
	}
	for _, source := range []string{strings.Repeat("(", 500) + "1" + strings.Repeat(")", 400), strings.Repeat("-", 900) + "1", strings.Repeat("1+", 499) + "1", strings.Repeat("x", 1001)} {
		if _, err := Parse(source); err == nil {
			t.Errorf("%.20s… was taken", source)
		}
	}
}

func FuzzFormula(f *testing.F) {
	for _, s := range []string{"1/0", "if(1=1, days_since(last_order_on), 2)", "round(orders_total, 99)", "((((1))))", "'“", "last_order_on + 1e9", "９９９*９", "min()", "--1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		e, err := Parse(source)
		if err != nil {
			if at := err.(*Error).At; at < 1 || at > len([]rune(source))+1 {
				t.Fatalf("%q: place %d", source, at)
			}
			return
		}
		kind, err := e.Check(kindOf)
		if err != nil {
			return
		}
		v := e.Eval(env())
		if v.Kind != Nothing && v.Kind != kind && !(v.Kind.amount() && kind.amount()) {
			t.Fatalf("%q was to be %s and is %+v", source, kind, v)
		}
		if math.IsNaN(v.Num) || math.IsInf(v.Num, 0) || v.Kind == Date && len(v.Text) != 10 {
			t.Fatalf("%q is %+v", source, v)
		}
	})
}
