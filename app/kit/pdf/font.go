package pdf

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// Font is how text is set.
type Font struct {
	Size float64 // in points
	Bold bool
}

// run is a stretch of a line in one of the fonts.
type run struct {
	latin string // in Windows-1252, which is what WinAnsi means
	other string
}

// runs divides a line between the fonts. A letter that neither has, as the Polish
// ł, is set without its mark where it can be; what cannot be seen is dropped.
func runs(line string) []run {
	var out []run
	add := func(latin bool, piece string) {
		if len(out) == 0 || (out[len(out)-1].latin != "") != latin {
			out = append(out, run{})
		}
		last := &out[len(out)-1]
		if latin {
			last.latin += piece
		} else {
			last.other += piece
		}
	}
	for _, r := range norm.NFC.String(line) {
		if r == '−' || r == '‒' || r == '‑' { // signs that Windows-1252 lacks
			r = '–'
		} else if unicode.IsSpace(r) {
			r = ' '
		}
		switch b, ok := charmap.Windows1252.EncodeRune(r); {
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		case ok && r != '‘' && r != '’' && r != '“' && r != '”' && r != '…' && r != '—' && r != '·', ok && afterLatin(out):
			add(true, string([]byte{b}))
		case unicode.Is(unicode.Latin, r):
			add(true, string([]byte{plain(r)}))
		default:
			add(false, string(r))
		}
	}
	return out
}

// afterLatin tells whether a mark that both scripts have follows Latin letters:
// quotes and dashes are as wide as the text around them.
func afterLatin(out []run) bool { return len(out) == 0 || out[len(out)-1].latin != "" }

// plain is a Latin letter without what Windows-1252 has no sign for.
func plain(r rune) byte {
	for _, base := range norm.NFD.String(string(r)) {
		if b, ok := charmap.Windows1252.EncodeRune(base); ok && base < 0x80 {
			return b
		}
	}
	if b, ok := map[rune]byte{'ł': 'l', 'Ł': 'L', 'đ': 'd', 'Đ': 'D', 'ħ': 'h', 'Ħ': 'H', 'ı': 'i', 'ŧ': 't', 'Ŧ': 'T'}[r]; ok {
		return b
	}
	return '?'
}

func (r run) write(out io.Writer, f Font, shade Shade) {
	if r.latin != "" {
		name := "F1"
		if f.Bold {
			name = "F2"
		}
		fmt.Fprintf(out, "0 Tr /%s %.2f Tf (%s) Tj\n", name, f.Size, strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`, "\r", "").Replace(r.latin))
		return
	}
	mode := "0 Tr" // the Chinese font has one weight: bold is drawn around
	if f.Bold {
		mode = fmt.Sprintf("2 Tr %s %.2f w", shade.stroke(), f.Size/40)
	}
	fmt.Fprintf(out, "%s /F3 %.2f Tf <%s> Tj\n", mode, f.Size, units(r.other))
}

// Width is how wide a line would be, in points.
func (f Font) Width(line string) float64 {
	table := &regular
	if f.Bold {
		table = &bold
	}
	units := 0
	for _, r := range runs(line) {
		for i := range len(r.latin) {
			units += table.of(r.latin[i])
		}
		for _, c := range r.other {
			units += 1000 * utf16.RuneLen(c) // a sign that the font lacks is as wide as its codes
		}
	}
	return float64(units) * f.Size / 1000
}

// Wrap divides a text into lines no wider than width: at spaces, and between
// Chinese characters, but never before a mark that closes.
func (f Font) Wrap(text string, width float64) []string {
	var out []string
	for _, paragraph := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		line := ""
		for _, word := range words(paragraph) {
			if line != "" && f.Width(line+strings.TrimRight(word, " ")) > width {
				out, line = append(out, strings.TrimRight(line, " ")), ""
			}
			for line == "" && f.Width(word) > width { // one word wider than the line
				fits := f.fitting(word, width)
				out, word = append(out, word[:fits]), word[fits:]
			}
			line += word
		}
		out = append(out, strings.TrimRight(line, " "))
	}
	return out
}

// Clip is a line no wider than width, with … where something is left out.
func (f Font) Clip(line string, width float64) string {
	if f.Width(line) <= width {
		return line
	}
	letters := []rune(line)
	n := sort.Search(len(letters), func(n int) bool { return f.Width(string(letters[:n+1])+"…") > width })
	return strings.TrimRight(string(letters[:n]), " ") + "…"
}

// fitting is how many bytes of a word fit, at least one character.
func (f Font) fitting(word string, width float64) int {
	last := 0
	for i, r := range word {
		if last != 0 && f.Width(word[:i+len(string(r))]) > width {
			return i
		}
		last = i + len(string(r))
	}
	return last
}

// closing are marks that a line never begins with.
const closing = "，。、；：？！）》」』】”’…·%,.;:?!)"

// words are the pieces between which a line may break, their spaces with them.
func words(paragraph string) []string {
	var out []string
	open := false // the last piece takes what follows
	for _, r := range paragraph {
		wide := r >= 0x2e80 || r >= 0x0590 && (unicode.IsLetter(r) || unicode.IsMark(r)) && !unicode.Is(unicode.Latin, r)
		switch {
		case r == ' ' && len(out) > 0:
			out[len(out)-1] += " "
			open = false
		case len(out) > 0 && (open && !wide || strings.ContainsRune(closing, r)):
			out[len(out)-1] += string(r)
		default:
			out = append(out, string(r))
			open = !wide
		}
	}
	return out
}
