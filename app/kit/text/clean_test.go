package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestLineAndBlockKeepWhatIsSeen(t *testing.T) {
	for _, c := range []struct{ typed, line, block string }{
		{"  Harbour\tBakery \n", "Harbour Bakery", "Harbour\tBakery"},
		{"Two\r\nlines\rthree", "Two lines three", "Two\nlines\nthree"},
		{"a\x00b\x07c\x7fd\u0085e", "abcde", "abcde"},
		{"\u202eevil\u2066x", "evilx", "evilx"},
		{"\ufeffInes\u200b", "Ines", "Ines"},
		{"👩\u200d🔬 می\u200cخواهم", "👩\u200d🔬 می\u200cخواهم", "👩\u200d🔬 می\u200cخواهم"},
		{"张\u3000三", "张\u3000三", "张\u3000三"},
		{"bad\xffutf", "badutf", "badutf"},
		{"\u200b\u200d\u2060\u00a0\u3000\x01\t", "", ""},
		{"\u3164\u2800\u115f", "", ""},
		{"\u0301", "", ""},
		{"???", "???", "???"},
		{"", "", ""},
	} {
		if got := Line(c.typed); got != c.line {
			t.Errorf("Line(%q) is %q, want %q", c.typed, got, c.line)
		}
		if got := Block(c.typed); got != c.block {
			t.Errorf("Block(%q) is %q, want %q", c.typed, got, c.block)
		}
		if Visible(c.typed) != (c.line != "") {
			t.Errorf("Visible(%q)", c.typed)
		}
	}
}

func FuzzLine(f *testing.F) {
	f.Add("a\r\n\u202eb\x00 \ufeff")
	f.Fuzz(func(t *testing.T, typed string) {
		line := Line(typed)
		if !utf8.ValidString(line) || strings.ContainsFunc(line, unicode.IsControl) || Line(line) != line || (line != "") != Visible(line) {
			t.Errorf("%q became %q, then %q", typed, line, Line(line))
		}
		if b := Block(typed); Block(b) != b || strings.Contains(b, "\r") {
			t.Errorf("%q became %q", typed, b)
		}
	})
}
