package formula

import (
	"math"
	"strconv"
	"strings"

	"regulars/app/kit/cal"
)

// Env is the record for which a formula is computed.
type Env struct {
	Today cal.Date
	Get   func(name string) Value
}

// Eval computes it. Where something is empty or cannot be, the result is Nothing.
func (e *Expr) Eval(env Env) Value { return env.eval(e.root) }

func (env Env) eval(n node) Value {
	switch n.op {
	case "":
		return n.lit
	case "name":
		return env.Get(n.word)
	case "if": // what does not hold is not computed
		if c := env.eval(n.args[0]); c.Kind == Bool && c.Num != 0 {
			return env.eval(n.args[1])
		}
		return env.eval(n.args[2])
	case "and":
		return yes(env.holds(n.args[0]) && env.holds(n.args[1]))
	case "or":
		return yes(env.holds(n.args[0]) || env.holds(n.args[1]))
	}
	args := make([]Value, len(n.args))
	for i, a := range n.args {
		args[i] = env.eval(a)
	}
	return env.apply(n.op, args)
}

func (env Env) holds(n node) bool {
	v := env.eval(n)
	return v.Kind == Bool && v.Num != 0
}

// apply is an operator or function on values that are known.
func (env Env) apply(op string, a []Value) Value {
	switch op {
	case "empty":
		return yes(a[0].Kind == Nothing || a[0].Kind == Text && a[0].Text == "")
	case "coalesce":
		for _, v := range a {
			if v.Kind != Nothing {
				return v
			}
		}
		return Value{}
	case "min", "max":
		return extreme(op, a)
	case "not":
		return yes(a[0].Kind == Bool && a[0].Num == 0)
	case "&":
		return Value{Kind: Text, Text: clip(a[0].plain() + a[1].plain())}
	case "today":
		return day(env.Today)
	}
	for _, v := range a {
		if v.Kind == Nothing {
			return Value{}
		}
	}
	switch op {
	case "days_since":
		return amount(Number, float64(env.Today.Sub(cal.Date(a[0].Text))))
	case "days_until":
		return amount(Number, float64(cal.Date(a[0].Text).Sub(env.Today)))
	case "date":
		d, err := cal.ParseDate(a[0].Text)
		if err != nil {
			return Value{}
		}
		return day(d)
	case "year":
		return part(a[0].Text, 0, 4)
	case "month":
		return part(a[0].Text, 5, 7)
	case "contains":
		return yes(strings.Contains(strings.ToLower(a[0].Text), strings.ToLower(a[1].Text)))
	case "=", "<>", "<", "<=", ">", ">=":
		return compare(op, a[0], a[1])
	}
	return arithmetic(op, a)
}

func arithmetic(op string, a []Value) Value {
	x := a[0]
	switch op {
	case "neg":
		return amount(x.Kind, -x.Num)
	case "abs":
		return amount(x.Kind, math.Abs(x.Num))
	case "floor":
		return amount(x.Kind, math.Floor(x.Num))
	case "ceil":
		return amount(x.Kind, math.Ceil(x.Num))
	case "round":
		digits := 0.0
		if len(a) > 1 {
			digits = math.Max(-9, math.Min(9, math.Trunc(a[1].Num)))
		}
		by := math.Pow(10, digits)
		return amount(x.Kind, math.Round(x.Num*by)/by)
	}
	y := a[1]
	kind := Number
	if x.Kind == Money || y.Kind == Money {
		kind = Money
	}
	switch {
	case op == "+" && x.Kind == Date:
		return later(x, y.Num)
	case op == "+" && y.Kind == Date:
		return later(y, x.Num)
	case op == "-" && x.Kind == Date && y.Kind == Date:
		return amount(Number, float64(cal.Date(x.Text).Sub(cal.Date(y.Text))))
	case op == "-" && x.Kind == Date:
		return later(x, -y.Num)
	case op == "+":
		return amount(kind, x.Num+y.Num)
	case op == "-":
		return amount(kind, x.Num-y.Num)
	case op == "*":
		return amount(kind, x.Num*y.Num)
	case op == "/" && y.Num != 0:
		if x.Kind == y.Kind {
			kind = Number
		}
		return amount(kind, x.Num/y.Num)
	}
	return Value{}
}

// farthest is how many days a date may move.
const farthest = 400_000

func later(d Value, days float64) Value {
	if math.Abs(days) > farthest {
		return Value{}
	}
	return day(cal.Date(d.Text).AddDays(int(math.Trunc(days))))
}

func day(d cal.Date) Value {
	if d == "" || !d.Valid() || len(d) != 10 {
		return Value{}
	}
	return Value{Kind: Date, Text: string(d)}
}

func part(date string, from, to int) Value {
	if len(date) < to {
		return Value{}
	}
	n, err := strconv.Atoi(date[from:to])
	if err != nil {
		return Value{}
	}
	return amount(Number, float64(n))
}

func compare(op string, x, y Value) Value {
	order := strings.Compare(x.Text, y.Text)
	if x.Kind.amount() || x.Kind == Bool {
		switch {
		case x.Num < y.Num:
			order = -1
		case x.Num > y.Num:
			order = 1
		default:
			order = 0
		}
	}
	switch op {
	case "=":
		return yes(order == 0)
	case "<>":
		return yes(order != 0)
	case "<":
		return yes(order < 0)
	case "<=":
		return yes(order <= 0)
	case ">":
		return yes(order > 0)
	}
	return yes(order >= 0)
}

// extreme is the least or the greatest of what is known.
func extreme(op string, a []Value) Value {
	var out Value
	for _, v := range a {
		sign := "<"
		if op == "max" {
			sign = ">"
		}
		if v.Kind != Nothing && (out.Kind == Nothing || compare(sign, v, out).Num == 1) {
			out = v
		}
	}
	return out
}

// longest bounds a joined text, in characters.
const longest = 500

func clip(s string) string {
	if r := []rune(s); len(r) > longest {
		return string(r[:longest])
	}
	return s
}

// plain is a value inside a joined text.
func (v Value) plain() string {
	switch v.Kind {
	case Number, Money:
		return strconv.FormatFloat(v.Num, 'f', -1, 64)
	case Bool:
		return strconv.FormatBool(v.Num != 0)
	}
	return v.Text
}
