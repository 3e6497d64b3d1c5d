// Package phone reads telephone numbers as people write them. Nothing is
// refused: what is not understood stays as it was typed, only without the
// international form. Extensions are taken off first, short codes are kept.
package phone

import (
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/width"
)

// Number is one telephone number.
type Number struct {
	Raw  string // as it was typed, blanks trimmed
	E164 string // +8613800138000, empty when not understood
	Ext  string // digits of the extension, or empty
}

// maxRaw bounds what is looked at; no number is longer.
const maxRaw = 64

var (
	extension = regexp.MustCompile(`(?i)\s*[,;]?\s*(?:转|轉|分机号?|分機|内线|extension|ext\.?|extn\.?|\bx|#)\s*[:.]?\s*(\d{1,8})\s*$`)
	// a hyphen starts an extension only behind a complete number: 0571-88886666-801
	tail = regexp.MustCompile(`^(.*\d{7,8})\s*-\s*(\d{1,5})$`)
	// listed separators, a slash among them
	separators = regexp.MustCompile(`[/、；;，,|\n\r]+|\s+or\s+|\s*或\s*`)
	labels     = regexp.MustCompile(`(?i)^(?:tel|phone|mobile|fax|电话|手机|固话|座机|联系电话)\s*[:.]?\s*`)
)

// Parse reads one number; region ("CN") is where numbers without a country code are.
func Parse(raw, region string) Number {
	n := Number{Raw: strings.TrimSpace(raw)}
	s := fold(n.Raw)
	if len(s) > maxRaw {
		return n
	}
	s, n.Ext = cutExtension(s)
	parsed, err := phonenumbers.Parse(s, strings.ToUpper(region))
	if err != nil {
		return n
	}
	understood := phonenumbers.IsValidNumber(parsed) || strings.HasPrefix(s, "+") && phonenumbers.IsPossibleNumber(parsed)
	if !understood || len(digits(s)) < 7 {
		return n
	}
	if n.Ext == "" {
		n.Ext = parsed.GetExtension()
	}
	parsed.Extension = nil
	n.E164 = phonenumbers.Format(parsed, phonenumbers.E164)
	return n
}

// Split cuts a cell with several numbers ("138… / 0571…、010…") into them.
func Split(raw string) []string {
	var out []string
	for _, part := range separators.Split(protect(fold(raw)), -1) {
		if part = strings.TrimSpace(strings.ReplaceAll(part, extMark, ",")); digits(part) != "" {
			out = append(out, part)
		}
	}
	return out
}

// Entries is Split for what a person typed into a field: text without a single
// digit stays, so that it can be refused instead of vanishing.
func Entries(raw string) []string {
	if out := Split(raw); len(out) > 0 {
		return out
	}
	if raw = strings.TrimSpace(fold(raw)); raw != "" {
		return []string{raw}
	}
	return nil
}

// extMark stands for a comma in front of an extension while a list is cut.
const extMark = "\x00"

var commaExt = regexp.MustCompile(`(?i)[,;]\s*(转|分机|ext|x\s*\d)`)

func protect(s string) string {
	return commaExt.ReplaceAllString(strings.ReplaceAll(s, extMark, ""), extMark+"$1")
}

// fold makes full-width characters and the many hyphens and blanks plain.
func fold(s string) string {
	s = width.Fold.String(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		switch r {
		case '‐', '‑', '‒', '–', '—', '―', '−', 'ー', '－':
			return '-'
		case '\u00a0', '\u3000', '\u2002', '\u2003', '\u2009', '\t':
			return ' '
		case '\u200b', '\u200e', '\u200f', '\u202a', '\u202c', '\u2060', '\ufeff':
			return -1
		}
		return r
	}, s)
	return labels.ReplaceAllString(strings.TrimSpace(s), "")
}

func cutExtension(s string) (string, string) {
	if m := extension.FindStringSubmatchIndex(s); m != nil && digits(s[:m[0]]) != "" {
		return strings.TrimSpace(s[:m[0]]), s[m[2]:m[3]]
	}
	if m := tail.FindStringSubmatch(s); m != nil && len(digits(m[1])) >= 10 {
		return strings.TrimSpace(m[1]), m[2]
	}
	return s, ""
}

func digits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}
