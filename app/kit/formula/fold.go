package formula

// Fold turns a formula into something else from the inside out: what its values,
// its names and its operators and functions become. Their names are those that a
// formula is written with, "neg" for the sign.
func Fold[T any](e *Expr, value func(Value) T, name func(string) T, apply func(op string, args []T) T) T {
	var walk func(node) T
	walk = func(n node) T {
		switch n.op {
		case "":
			return value(n.lit)
		case "name":
			return name(n.word)
		}
		args := make([]T, len(n.args))
		for i, a := range n.args {
			args[i] = walk(a)
		}
		return apply(n.op, args)
	}
	return walk(e.root)
}

// Result is the kind of what an operator or function makes of values of these
// kinds; not ok when it does not take them.
func Result(op string, kinds []Kind) (Kind, bool) {
	if f, ok := functions[op]; ok {
		return f.kind(kinds)
	}
	return operate(op, kinds)
}

// Largest bounds every number that a formula computes, Farthest by how many days
// it moves a date, Longest how many characters it joins.
const (
	Largest  = largest
	Farthest = farthest
	Longest  = longest
)
