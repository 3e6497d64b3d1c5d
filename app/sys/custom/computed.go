package custom

import (
	"math"
	"slices"

	"regulars/app/kit/formula"
	"regulars/app/kit/money"
)

// Computed fields: nothing of them is stored, so they are never out of date.

// formulas are those of a set's computed fields that go together with the
// fields there are now, by the field's id.
type formulas map[int64]ready

type ready struct {
	expr *formula.Expr
	kind formula.Kind
}

// kindsOf are the kinds that formulas know fields as.
var kindsOf = map[string]formula.Kind{Text: formula.Text, Long: formula.Text, Number: formula.Number, Money: formula.Money, Date: formula.Date,
	Bool: formula.Bool, Choice: formula.Text, Phone: formula.Text, Email: formula.Text, Link: formula.Text}

// KindOf says of what kind a name in a formula is. Sensitive fields have none
// there, and neither have computed ones: formulas do not build on each other.
func (s Set) KindOf(of Subject) func(name string) (formula.Kind, bool) {
	return func(name string) (formula.Kind, bool) {
		if f, ok := s.Find(name); ok {
			k, known := kindsOf[f.Kind]
			return k, known && !f.Sensitive
		}
		for _, b := range of.Built {
			if b.Name == name {
				return b.Kind, true
			}
		}
		return 0, false
	}
}

func compile(set Set, of Subject) formulas {
	out := formulas{}
	for _, f := range set {
		if f.Kind != Computed {
			continue
		}
		e, err := formula.Parse(f.Formula)
		if err != nil {
			continue
		}
		if kind, err := e.Check(set.KindOf(of)); err == nil {
			out[f.ID] = ready{e, kind}
		}
	}
	return out
}

// stored are the kinds of field whose values look like a formula's result.
var stored = map[formula.Kind]string{formula.Number: Number, formula.Money: Money, formula.Date: Date, formula.Text: Text, formula.Bool: Bool}

// value is what a record has in a field and as what kind it is shown. A computed
// value looks like a stored one.
func (r Record) value(f Field) (kind string, v any) {
	if f.Kind != Computed {
		return f.Kind, r.Values[f.Slot()]
	}
	p, ok := r.formulas[f.ID]
	if !ok {
		return Text, nil
	}
	kind = stored[p.kind]
	switch got := p.expr.Eval(formula.Env{Today: r.Today, Get: r.fact}); got.Kind {
	case formula.Nothing:
	case formula.Bool:
		v = got.Num != 0
	case formula.Number, formula.Money:
		v = math.Round(got.Num*1e6) / 1e6
		if kind == Money {
			v = math.Round(got.Num * r.unit())
		}
	default:
		v = got.Text
	}
	return kind, v
}

// Shape is the kind of field that its values look like: of a computed one that of
// its formula's result, "" for one that goes with the fields no longer.
func (r Record) Shape(f Field) string {
	if f.Kind != Computed {
		return f.Kind
	}
	return stored[r.formulas[f.ID].kind]
}

// Number is what a record has in a field as a number, money in whole units of the
// shop's currency; ok is false for what is empty, sealed or no number.
func (r Record) Number(f Field) (n float64, ok bool) {
	kind, v := r.value(f)
	if n, ok = v.(float64); !ok || f.Sensitive || kind != Number && kind != Money {
		return 0, false
	}
	if kind == Money {
		n /= r.unit()
	}
	return n, true
}

// unit is how many minor units of the currency make one.
func (r Record) unit() float64 { return math.Pow10(money.Digits(r.Currency)) }

// fact is what a formula finds under a name.
func (r Record) fact(name string) formula.Value {
	f, ok := r.Set.Find(name)
	if !ok {
		if r.Built == nil || slices.ContainsFunc(r.subject.Built, func(b Fact) bool { return b.Name == name && b.off }) {
			return formula.Value{}
		}
		return r.Built(name)
	}
	switch v := r.Values[f.Slot()].(type) {
	case float64:
		if f.Kind == Money {
			return formula.Value{Kind: formula.Money, Num: v / r.unit()}
		}
		return formula.Value{Kind: formula.Number, Num: v}
	case bool:
		return Yes(v)
	case string:
		return formula.Value{Kind: kindsOf[f.Kind], Text: v}
	}
	return formula.Value{}
}

// Yes is a yes or no for formulas.
func Yes(b bool) formula.Value {
	if b {
		return formula.Value{Kind: formula.Bool, Num: 1}
	}
	return formula.Value{Kind: formula.Bool}
}

// Amount is money for formulas, from minor units of the shop's currency.
func (r Record) Amount(minor int64) formula.Value {
	return formula.Value{Kind: formula.Money, Num: float64(minor) / r.unit()}
}

// Count is a number for formulas.
func Count(n float64) formula.Value { return formula.Value{Kind: formula.Number, Num: n} }

// Day is a date for formulas, Nothing for none.
func Day(day string) formula.Value {
	if len(day) != len("2006-01-02") {
		return formula.Value{}
	}
	return formula.Value{Kind: formula.Date, Text: day}
}

// Word is a text for formulas, Nothing for none.
func Word(s string) formula.Value {
	if s == "" {
		return formula.Value{}
	}
	return formula.Value{Kind: formula.Text, Text: s}
}
