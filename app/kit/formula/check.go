package formula

import "math"

// The kinds of values are known before anything is computed: a mistake is told
// when the formula is written, not when a record is opened.

// function is one that a formula may call.
type function struct {
	least, most int
	kind        func(args []Kind) (Kind, bool) // of the result; not ok: it does not take these
}

const many = 20

func takes(result Kind, want ...Kind) func([]Kind) (Kind, bool) {
	return func(args []Kind) (Kind, bool) {
		for i, a := range args {
			if !a.fits(want[min(i, len(want)-1)]) {
				return 0, false
			}
		}
		return result, true
	}
}

// fits tells whether a value can stand where another kind is wanted.
func (k Kind) fits(want Kind) bool {
	return want == Nothing || k == want || k.amount() && want == Number
}

func (k Kind) amount() bool { return k == Number || k == Money }

// alike is the one kind of several values.
func alike(args []Kind) (Kind, bool) {
	out := args[0]
	for _, a := range args[1:] {
		switch {
		case a == out:
		case a.amount() && out.amount():
			out = Money
		default:
			return 0, false
		}
	}
	return out, true
}

// first keeps the kind of the first argument, which is an amount.
func first(args []Kind) (Kind, bool) {
	for _, a := range args {
		if !a.amount() {
			return 0, false
		}
	}
	return args[0], true
}

func ordered(args []Kind) (Kind, bool) {
	out, ok := alike(args)
	return out, ok && out != Bool && out != Text
}

var functions = map[string]function{
	"days_since": {1, 1, takes(Number, Date)},
	"days_until": {1, 1, takes(Number, Date)},
	"today":      {0, 0, takes(Date, Nothing)},
	"date":       {1, 1, takes(Date, Text)},
	"year":       {1, 1, takes(Number, Date)},
	"month":      {1, 1, takes(Number, Date)},
	"if": {3, 3, func(args []Kind) (Kind, bool) {
		out, ok := alike(args[1:])
		return out, ok && args[0] == Bool
	}},
	"round":    {1, 2, first},
	"floor":    {1, 1, first},
	"ceil":     {1, 1, first},
	"abs":      {1, 1, first},
	"min":      {1, many, ordered},
	"max":      {1, many, ordered},
	"empty":    {1, 1, takes(Bool, Nothing)},
	"coalesce": {1, many, alike},
	"contains": {2, 2, takes(Bool, Text)},
}

// Check says of what kind the result is, or what does not go together. kindOf
// knows the fields.
func (e *Expr) Check(kindOf func(name string) (Kind, bool)) (Kind, error) {
	return e.root.check(kindOf)
}

func (n node) check(kindOf func(string) (Kind, bool)) (Kind, error) {
	if n.op == "" {
		return n.lit.Kind, nil
	}
	if n.op == "name" {
		k, ok := kindOf(n.word)
		if !ok {
			return 0, &Error{n.at, "formula.error.field", n.word}
		}
		return k, nil
	}
	kinds := make([]Kind, len(n.args))
	for i, a := range n.args {
		var err error
		if kinds[i], err = a.check(kindOf); err != nil {
			return 0, err
		}
	}
	if f, ok := functions[n.op]; ok {
		if k, ok := f.kind(kinds); ok {
			return k, nil
		}
		return 0, &Error{n.at, "formula.error.kinds_function", n.op}
	}
	if k, ok := operate(n.op, kinds); ok {
		return k, nil
	}
	word := n.op
	if word == "neg" {
		word = "-"
	}
	return 0, &Error{n.at, "formula.error.kinds", word}
}

// operate is the kind of an operator's result.
func operate(op string, k []Kind) (Kind, bool) {
	switch op {
	case "neg":
		return k[0], k[0].amount()
	case "not":
		return Bool, k[0] == Bool
	case "and", "or":
		return Bool, k[0] == Bool && k[1] == Bool
	case "&":
		return Text, true
	case "=", "<>":
		_, ok := alike(k)
		return Bool, ok
	case "<", "<=", ">", ">=":
		_, ok := ordered(k)
		return Bool, ok || k[0] == Text && k[1] == Text
	case "+":
		if k[0] == Date || k[1] == Date {
			return Date, k[0] == Number || k[1] == Number
		}
		return alikeAmounts(k)
	case "-":
		if k[0] == Date {
			if k[1] == Date {
				return Number, true
			}
			return Date, k[1] == Number
		}
		return alikeAmounts(k)
	case "*":
		out, ok := alikeAmounts(k)
		return out, ok && !(k[0] == Money && k[1] == Money)
	case "/":
		if k[0] == Money && k[1] == Money {
			return Number, true
		}
		return k[0], k[0].amount() && k[1] == Number
	}
	return 0, false
}

func alikeAmounts(k []Kind) (Kind, bool) {
	out, ok := alike(k)
	return out, ok && out.amount()
}

// largest bounds every result: beyond it a number has no meaning to a shop.
const largest = 1e15

// amount is a number as a value, nothing when it cannot be one.
func amount(kind Kind, n float64) Value {
	if math.IsNaN(n) || math.Abs(n) > largest {
		return Value{}
	}
	if n == 0 {
		n = 0 // never -0
	}
	return Value{Kind: kind, Num: n}
}
