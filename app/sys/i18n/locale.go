package i18n

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"regulars/app/kit/errs"
)

// Locale is one language for one reader: the catalogue, the reader's time zone
// and the moment that counts as now. It is a small value behind a pointer and
// never changes; In and At give copies.
type Locale struct {
	bundle *Bundle
	tag    string
	zone   *time.Location
	now    time.Time
	style  style
	sheet  bool
}

// Tag is the language tag, fit for <html lang>.
func (l *Locale) Tag() string { return l.tag }

// Zone is the reader's time zone.
func (l *Locale) Zone() *time.Location { return l.zone }

// Now is the moment that relative dates count from, in the reader's zone.
func (l *Locale) Now() time.Time { return l.now.In(l.zone) }

// In is the same language for a reader in another time zone.
func (l *Locale) In(zone *time.Location) *Locale {
	c := *l
	if zone != nil {
		c.zone = zone
	}
	return &c
}

// At is the same locale with another now; relative dates and the silent year
// of this year's dates depend on it.
func (l *Locale) At(now time.Time) *Locale {
	c := *l
	c.now = now
	return &c
}

// Sheet is the same language for the cells of a file that a program counts on:
// days and moments with their year and without words, numbers and amounts as
// digits alone.
func (l *Locale) Sheet() *Locale {
	c := *l
	c.sheet = true
	return &c
}

// T is the text of a key. Args alternate name and value and fill {name}
// placeholders; a whole number named n also picks the plural form. A key that
// is nowhere comes back as it is and is counted.
func (l *Locale) T(key string, args ...any) string {
	values := make(errs.Args, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		values[fmt.Sprint(args[i])] = args[i+1]
	}
	return l.Message(errs.Message{Key: key, Args: values})
}

// Has tells whether a key has a text in this language or in English.
func (l *Locale) Has(key string) bool {
	if _, ok := l.bundle.lookup(l.tag, key); ok {
		return true
	}
	_, ok := l.bundle.lookup(l.tag, key+".other")
	return ok
}

// Message is the text of an error's message.
func (l *Locale) Message(m errs.Message) string {
	text, ok := l.find(m)
	if !ok {
		if m.Key != "" {
			l.bundle.countMissing(m.Key)
		}
		return m.Key
	}
	if len(m.Args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	return l.fill(text, m.Args)
}

func (l *Locale) find(m errs.Message) (string, bool) {
	return l.bundle.lookup(l.tag, l.Form(m.Key, m.Args["n"]))
}

// Form is the key of a text for so many: the form for one or for many where it has
// forms and n is a whole number, else the key itself. Whoever fills n with more than
// the number, such as a link, asks for it first.
func (l *Locale) Form(key string, n any) string {
	count, counted := whole(n)
	if !counted {
		return key
	}
	if l.tag == English && (count == 1 || count == -1) {
		if _, ok := l.bundle.lookup(l.tag, key+".one"); ok {
			return key + ".one"
		}
	}
	if _, ok := l.bundle.lookup(l.tag, key+".other"); ok {
		return key + ".other"
	}
	return key
}

// fill replaces {name} in one pass, so that a value holding braces stays text.
func (l *Locale) fill(text string, args errs.Args) string {
	var out strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		length := strings.IndexByte(text[open:], '}')
		if length < 0 {
			break
		}
		before, after := text[:open], text[open+length+1:]
		if value, ok := args[text[open+1:open+length]]; ok {
			said := l.value(value)
			if l.tag == Chinese {
				before, after = drawTogether(before, said, after)
			}
			out.WriteString(before)
			out.WriteString(said)
		} else {
			out.WriteString(text[:open+length+1])
		}
		text = after
	}
	out.WriteString(text)
	return out.String()
}

// drawTogether takes away the spaces that part a Chinese text from a value, where the
// value proves to be Chinese too: they stand between the two scripts only.
func drawTogether(before, value, after string) (string, string) {
	first, _ := utf8.DecodeRuneInString(value)
	if rest, spaced := strings.CutSuffix(before, " "); spaced && unicode.Is(unicode.Han, first) {
		if last, _ := utf8.DecodeLastRuneInString(rest); unicode.Is(unicode.Han, last) {
			before = rest
		}
	}
	last, _ := utf8.DecodeLastRuneInString(value)
	if rest, spaced := strings.CutPrefix(after, " "); spaced && unicode.Is(unicode.Han, last) {
		if first, _ := utf8.DecodeRuneInString(rest); unicode.Is(unicode.Han, first) {
			after = rest
		}
	}
	return before, after
}

// value writes a placeholder's value: numbers grouped, times as dates, messages
// translated. Numbers that are names (an order number, a year) come as strings.
func (l *Locale) value(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		return l.Date(v)
	case errs.Message:
		return l.Message(v)
	}
	if _, ok := whole(v); ok {
		return l.Number(v)
	}
	switch v := v.(type) {
	case float64, float32:
		return l.Number(v)
	default:
		return fmt.Sprint(v)
	}
}
