// Package formula is the small language of computed fields: numbers, dates,
// texts, yes and no, the fields of a record by name, + - * /, comparison and a
// few functions. A formula is checked when it is written, in words and with the
// place of the mistake; computing it never fails: what cannot be known is nothing.
package formula

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is what sort of value something is.
type Kind int

// The kinds. Nothing is the value of an empty field and of 1/0.
const (
	Nothing Kind = iota
	Number
	Money // in whole units: 12.30
	Date
	Text
	Bool
)

// String is the kind's name, as i18n keys end in it.
func (k Kind) String() string {
	return [...]string{"nothing", "number", "money", "date", "text", "bool"}[k]
}

// Value is one value. Dates are written YYYY-MM-DD.
type Value struct {
	Kind Kind
	Num  float64 // Number and Money; 1 and 0 of a Bool
	Text string  // Text and Date
}

// Limits of a formula.
const (
	MaxLength = 1000 // characters
	maxDepth  = 32
	maxNodes  = 300
)

// Error says what is wrong with a formula and where: the character at which it
// was noticed, counted from one.
type Error struct {
	At   int
	Key  string // i18n key; its placeholders are at and word
	Word string
}

// Error is for logs; people are shown Key.
func (e *Error) Error() string { return fmt.Sprintf("%s at %d: %q", e.Key, e.At, e.Word) }

// Expr is a formula that was understood.
type Expr struct{ root node }

// node is a part of it: a literal, a name, or a function or operator with what
// it is applied to.
type node struct {
	at   int
	op   string // "", "name", an operator, or a function's name
	word string // a name
	lit  Value
	args []node
}

// Parse reads a formula.
func Parse(source string) (*Expr, error) {
	if n := len([]rune(source)); n > MaxLength {
		return nil, &Error{MaxLength, "formula.error.long", strconv.Itoa(MaxLength)}
	}
	tokens, err := scan(source)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	root, err := p.binary(0, 0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != end {
		return nil, &Error{t.at, "formula.error.more", t.word}
	}
	return &Expr{root}, nil
}

// Names are the fields that it asks for, each once.
func (e *Expr) Names() []string {
	var out []string
	seen := map[string]bool{}
	var walk func(node)
	walk = func(n node) {
		if n.op == "name" && !seen[n.word] {
			seen[n.word] = true
			out = append(out, n.word)
		}
		for _, a := range n.args {
			walk(a)
		}
	}
	walk(e.root)
	return out
}

type parser struct {
	tokens []token
	i      int
	nodes  int
}

func (p *parser) peek() token { return p.tokens[p.i] }

func (p *parser) take() token {
	t := p.tokens[p.i]
	if t.kind != end {
		p.i++
	}
	return t
}

// levels are the operators by how closely they bind, the loosest first.
var levels = [][]string{{"or"}, {"and"}, {"=", "<>", "<", "<=", ">", ">="}, {"&"}, {"+", "-"}, {"*", "/"}}

func (p *parser) binary(level, depth int) (node, error) {
	if level == len(levels) {
		return p.unary(depth)
	}
	left, err := p.binary(level+1, depth)
	if err != nil {
		return left, err
	}
	for p.isOp(levels[level]) {
		t := p.take()
		right, err := p.binary(level+1, depth)
		if err != nil {
			return right, err
		}
		if left, err = p.made(node{at: t.at, op: t.word, args: []node{left, right}}); err != nil {
			return left, err
		}
	}
	return left, nil
}

func (p *parser) isOp(words []string) bool {
	t := p.peek()
	if t.kind != operator {
		return false
	}
	for _, w := range words {
		if w == t.word {
			return true
		}
	}
	return false
}

func (p *parser) made(n node) (node, error) {
	if p.nodes++; p.nodes > maxNodes {
		return n, &Error{n.at, "formula.error.large", strconv.Itoa(maxNodes)}
	}
	return n, nil
}

func (p *parser) unary(depth int) (node, error) {
	t := p.peek()
	if depth > maxDepth {
		return node{}, &Error{t.at, "formula.error.deep", strconv.Itoa(maxDepth)}
	}
	if p.isOp([]string{"-", "not"}) {
		p.take()
		of, err := p.unary(depth + 1)
		if err != nil {
			return of, err
		}
		op := "neg"
		if t.word == "not" {
			op = "not"
		}
		return p.made(node{at: t.at, op: op, args: []node{of}})
	}
	return p.primary(depth)
}

func (p *parser) primary(depth int) (node, error) {
	t := p.take()
	switch {
	case t.kind == number:
		return p.made(node{at: t.at, lit: Value{Kind: Number, Num: t.num}})
	case t.kind == quoted:
		return p.made(node{at: t.at, lit: Value{Kind: Text, Text: t.word}})
	case t.kind == word && p.peek().is("("):
		return p.call(t, depth)
	case t.kind == word && (t.word == "true" || t.word == "false"):
		return p.made(node{at: t.at, lit: yes(t.word == "true")})
	case t.kind == word:
		return p.made(node{at: t.at, op: "name", word: t.word})
	case t.is("("):
		inner, err := p.binary(0, depth+1)
		if err != nil {
			return inner, err
		}
		return inner, p.expect(")", t)
	case t.kind == end:
		return node{}, &Error{t.at, "formula.error.end", ""}
	}
	return node{}, &Error{t.at, "formula.error.value", t.word}
}

func (p *parser) call(name token, depth int) (node, error) {
	f, known := functions[name.word]
	if !known {
		return node{}, &Error{name.at, "formula.error.function", name.word}
	}
	open := p.take()
	n := node{at: name.at, op: name.word}
	for !p.peek().is(")") {
		arg, err := p.binary(0, depth+1)
		if err != nil {
			return n, err
		}
		n.args = append(n.args, arg)
		if !p.peek().is(",") {
			break
		}
		p.take()
		if p.peek().is(")") {
			return n, &Error{p.peek().at, "formula.error.value", ")"}
		}
	}
	if err := p.expect(")", open); err != nil {
		return n, err
	}
	if len(n.args) < f.least || len(n.args) > f.most {
		return n, &Error{name.at, "formula.error.arguments", name.word}
	}
	return p.made(n)
}

// expect takes the closing bracket of one that was opened.
func (p *parser) expect(close string, opened token) error {
	t := p.take()
	if t.is(close) {
		return nil
	}
	if t.kind == end {
		return &Error{opened.at, "formula.error.open", opened.word}
	}
	return &Error{t.at, "formula.error.more", t.word}
}

func yes(b bool) Value {
	if b {
		return Value{Kind: Bool, Num: 1}
	}
	return Value{Kind: Bool}
}

// Functions are the names that a formula may call, for help texts.
func Functions() string {
	return strings.Join([]string{"days_since", "days_until", "today", "date", "year", "month", "if", "round", "floor", "ceil", "abs", "min", "max", "empty", "coalesce", "contains"}, ", ")
}
