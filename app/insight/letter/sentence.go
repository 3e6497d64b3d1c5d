package letter

import (
	"strings"

	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

// Bit is a piece of what a letter says: words, or a number with the page of what
// stands behind it.
type Bit struct{ Text, Href string }

// Sentences are a paragraph of the letter, piece by piece.
type Sentences []Bit

// String is the paragraph without its links, for mail as text.
func (s Sentences) String() string {
	var out strings.Builder
	for _, b := range s {
		out.WriteString(b.Text)
	}
	return out.String()
}

// linked is a value of a sentence that opens what it counts.
type linked struct {
	value any
	href  string
}

// A linked value stands in the filled text between these, which no language uses.
const (
	begins = "\x02"
	parts  = "\x03"
	ends   = "\x04"
)

// said collects sentences.
type said struct {
	d   view.Data
	out Sentences
}

// add says a sentence. A linked value is written first, so that the sentence must
// choose between one and many before it is filled.
func (s *said) add(key string, args ...any) {
	l := s.d.Locale
	for i := 1; i < len(args); i += 2 {
		v, ok := args[i].(linked)
		if !ok {
			continue
		}
		if args[i-1] == "n" {
			key = l.Form(key, v.value)
		}
		args[i] = begins + v.href + parts + written(l, v.value) + ends
	}
	if len(s.out) > 0 {
		s.out = append(s.out, Bit{Text: l.T("letter.space")})
	}
	text := l.T(key, args...)
	for text != "" {
		before, rest, _ := strings.Cut(text, begins)
		inside, after, _ := strings.Cut(rest, ends)
		if before != "" {
			s.out = append(s.out, Bit{Text: before})
		}
		if href, value, ok := strings.Cut(inside, parts); ok {
			s.out = append(s.out, Bit{value, href})
		}
		text = after
	}
}

func written(l *i18n.Locale, v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	return l.Number(v)
}
