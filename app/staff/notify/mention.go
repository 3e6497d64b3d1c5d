package notify

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regulars/app/sys/markup"
)

// Address finds the colleagues that a text speaks to. A name typed after @ is
// written as a mention, so that it reads back whatever the person is called
// later; it answers the text and whom it mentions, each once.
func (s *Service) Address(ctx context.Context, text string) (string, []int64, error) {
	if !strings.Contains(text, "@") {
		return text, nil, nil
	}
	people, err := s.Colleagues(ctx)
	if err != nil {
		return text, nil, err
	}
	text = Resolve(text, people)
	known := slices.DeleteFunc(markup.Mentions(text), func(id int64) bool {
		return !slices.ContainsFunc(people, func(p Colleague) bool { return p.ID == id })
	})
	return text, known, nil
}

// called is a way to call a person: the whole name, or its first word when
// nobody else has it.
type called struct {
	by     string
	person Colleague
}

func ways(people []Colleague) []called {
	var out []called
	firsts := map[string]int{}
	for _, p := range people {
		out = append(out, called{p.Name, p})
		firsts[strings.ToLower(firstWord(p.Name))]++
	}
	for _, p := range people {
		if first := firstWord(p.Name); first != p.Name && firsts[strings.ToLower(first)] == 1 {
			out = append(out, called{first, p})
		}
	}
	out = slices.DeleteFunc(out, func(c called) bool { return c.by == "" })
	slices.SortStableFunc(out, func(a, b called) int { return len(b.by) - len(a.by) })
	return out
}

func firstWord(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}

// Resolve writes every @Name that stands alone as a mention.
func Resolve(text string, people []Colleague) string {
	known := ways(people)
	var out strings.Builder
	last := ' '
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == '@' && !latin(last) {
			if c, n, ok := match(text[i+1:], known); ok {
				out.WriteString(markup.Mention(c.person.Name, c.person.ID))
				i += 1 + n
				last = ')'
				continue
			}
		}
		out.WriteString(text[i : i+size])
		i, last = i+size, r
	}
	return out.String()
}

// match finds the longest name at the start of text and its length there.
func match(text string, known []called) (called, int, bool) {
	for _, c := range known {
		n, ok := prefixFold(text, c.by)
		if !ok {
			continue
		}
		end, _ := utf8.DecodeLastRuneInString(c.by)
		next, _ := utf8.DecodeRuneInString(text[n:])
		if n < len(text) && latin(end) && latin(next) {
			continue // the start of a longer word
		}
		return c, n, true
	}
	return called{}, 0, false
}

// prefixFold is the length of prefix at the start of s, whatever its case.
func prefixFold(s, prefix string) (int, bool) {
	n := 0
	for _, want := range prefix {
		got, size := utf8.DecodeRuneInString(s[n:])
		if size == 0 || unicode.ToLower(got) != unicode.ToLower(want) {
			return 0, false
		}
		n += size
	}
	return n, true
}

// latin runes form words that go on; Han does not need a space after a name.
func latin(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Han, r)
}
