package formula

import (
	"strconv"
	"strings"
	"unicode"
)

// What a formula is made of. Full-width signs are the same as plain ones.

type tokenKind int

const (
	end tokenKind = iota
	number
	quoted
	word
	operator
)

type token struct {
	kind tokenKind
	at   int // character, from one
	word string
	num  float64
}

func (t token) is(sign string) bool { return t.kind == operator && t.word == sign }

// narrow is a full-width sign or digit as people type them in plain text.
func narrow(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '　':
		return ' '
	case r == '，' || r == '、':
		return ','
	case r == '×':
		return '*'
	case r == '÷':
		return '/'
	case r == '−':
		return '-'
	}
	return r
}

func scan(source string) ([]token, error) {
	rs := []rune(source)
	var out []token
	for i := 0; i < len(rs); {
		r := narrow(rs[i])
		switch {
		case unicode.IsSpace(r):
			i++
		case r >= '0' && r <= '9' || r == '.':
			t, next, err := scanNumber(rs, i)
			if err != nil {
				return nil, err
			}
			out, i = append(out, t), next
		case letter(r):
			from := i
			for i < len(rs) && (letter(narrow(rs[i])) || digit(narrow(rs[i]))) {
				i++
			}
			out = append(out, name(plain(rs[from:i]), from+1))
		case r == '\'' || r == '"' || r == '“' || r == '‘':
			t, next, err := scanQuoted(rs, i)
			if err != nil {
				return nil, err
			}
			out, i = append(out, t), next
		default:
			sign := scanSign(rs, i)
			if sign == "" {
				return nil, &Error{i + 1, "formula.error.sign", string(rs[i])}
			}
			out = append(out, token{kind: operator, at: i + 1, word: same(sign)})
			i += len(sign)
		}
	}
	return append(out, token{kind: end, at: len(rs) + 1}), nil
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' }
func digit(r rune) bool  { return r >= '0' && r <= '9' }

func plain(rs []rune) string {
	var b strings.Builder
	for _, r := range rs {
		b.WriteRune(narrow(r))
	}
	return strings.ToLower(b.String())
}

func name(s string, at int) token {
	if s == "and" || s == "or" || s == "not" {
		return token{kind: operator, at: at, word: s}
	}
	return token{kind: word, at: at, word: s}
}

func scanNumber(rs []rune, i int) (token, int, error) {
	from := i
	for i < len(rs) && (digit(narrow(rs[i])) || narrow(rs[i]) == '.') {
		i++
	}
	text := plain(rs[from:i])
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n > 1e15 {
		return token{}, i, &Error{from + 1, "formula.error.number", text}
	}
	return token{kind: number, at: from + 1, word: text, num: n}, i, nil
}

var closing = map[rune]rune{'\'': '\'', '"': '"', '“': '”', '‘': '’'}

func scanQuoted(rs []rune, i int) (token, int, error) {
	from, stop := i, closing[narrow(rs[i])]
	for i++; i < len(rs); i++ {
		if rs[i] == stop || narrow(rs[i]) == stop {
			return token{kind: quoted, at: from + 1, word: string(rs[from+1 : i])}, i + 1, nil
		}
	}
	return token{}, i, &Error{from + 1, "formula.error.open", string(rs[from])}
}

func scanSign(rs []rune, i int) string {
	one := string(narrow(rs[i]))
	if i+1 < len(rs) {
		switch two := one + string(narrow(rs[i+1])); two {
		case "<=", ">=", "<>", "!=", "==":
			return two
		}
	}
	if strings.Contains("+-*/&=<>(),", one) {
		return one
	}
	return ""
}

// same writes operators that mean the same in one way.
func same(sign string) string {
	switch sign {
	case "==":
		return "="
	case "!=":
		return "<>"
	}
	return sign
}
