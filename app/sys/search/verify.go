package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"regulars/app/kit/phone"
	"regulars/app/kit/text"
)

// How numbers and addresses rank among the ranks of text.Match (0 to 5).
const (
	rankNumber  = 1
	rankAddress = 2
	rankMixed   = 6 // name and number, each matching a part of what was typed
	rankOther   = 1 // added for a match in a further name
)

// rank tells how well a candidate answers, or that it does not.
func (w wanted) rank(c candidate) (int, bool) {
	best, ok := w.whole.rank(c)
	if ok || len(w.parts) == 0 {
		return best, ok
	}
	for _, p := range w.parts {
		if _, ok := p.rank(c); !ok {
			return 0, false
		}
	}
	return rankMixed, true
}

func (p part) rank(c candidate) (int, bool) {
	best, ok := text.Match(p.text, c.Title)
	better := func(rank int, found bool) {
		if found && (!ok || rank < best) {
			best, ok = rank, true
		}
	}
	for line := range strings.SplitSeq(c.Words, "\n") {
		if ok && best == 0 || line == "" {
			break
		}
		switch line[0] {
		case 'n':
			rank, found := text.Match(p.text, line[1:])
			better(rank+rankOther, found)
		case 'w':
			rank, found := text.Match(p.text, line[1:])
			better(rank+rankOther, found && (!p.masked || p.folded == text.Fold(line[1:])))
		case 'p':
			better(rankNumber, p.digits != "" && dials(line[1:], p.digits) && (!p.masked || phone.Whole(line[1:], p.digits)))
		case 'e':
			better(rankAddress, addresses(line[1:], p.folded) && (!p.masked || p.folded == line[1:]))
		}
	}
	return best, ok
}

// dials tells whether one of a number's forms begins with the digits.
func dials(tokens, digits string) bool {
	return strings.HasPrefix(tokens, digits) || strings.Contains(tokens, " "+digits)
}

// addresses tells whether an e-mail address has typed at the start of one of
// its words: li.wei@example.com by li, wei, wei@ex and @example.
func addresses(email, typed string) bool {
	typed = strings.TrimFunc(typed, func(r rune) bool { return !isWord(r) && r != '@' })
	typed = strings.TrimLeft(typed, "@")
	if typed == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(email[from:], typed)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(email[:i])
		if i == 0 || !isWord(before) {
			return true
		}
		from = i + 1
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
