package text

import (
	"strings"
	"unicode"
)

// What people type holds more than one sees: control characters, blanks
// without width, marks that turn the direction of text. Line and Block keep
// what can be shown; what shows nothing at all is "".

// Line is what was typed into a field of one line: line ends and tabs are
// blanks, other control characters and marks that turn the direction go.
func Line(s string) string {
	return shown(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return keep(r)
	}, unix(s)))
}

// Block is Line for a text of several lines: line ends and tabs stay.
func Block(s string) string {
	return shown(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		return keep(r)
	}, unix(s)))
}

// Visible tells whether a reader would see anything: a letter, a digit or a
// sign, not only blanks, joiners and fillers.
func Visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)) && !filler(r)
	})
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func unix(s string) string {
	return lineEnds.Replace(strings.ToValidUTF8(s, ""))
}

func shown(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\u2060' || r == '\ufeff' })
	if !Visible(s) {
		return ""
	}
	return s
}

// keep drops what nobody means to type. Joiners stay: emoji, Persian and the
// scripts of India need them.
func keep(r rune) rune {
	switch {
	case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\ufeff':
		return -1
	case r == '\u2028' || r == '\u2029':
		return ' '
	}
	return r
}

// filler are letters and signs that show nothing: of Hangul, and of Braille
// without dots.
func filler(r rune) bool {
	return r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0' || r == '\u2800'
}
