package log

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

const hidden = "•••"

const secretNames = `[\w-]*(?:password|passwd|passphrase|token|secret|api[_-]?key|credential)[\w-]*`

// The order matters: whole headers first, then name=value pairs, then tokens
// that are known by their form.
var secrets = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`(?i)((?:set-cookie|cookie|authorization)"?\s*[:=]\s*\[?)("(?:[^"\\]|\\.)*"|[^"\r\n]+)`), "${1}" + hidden},
	{regexp.MustCompile(`(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}`), "${1} " + hidden},
	{regexp.MustCompile(`(?i)("?` + secretNames + `"?\s*[:=]\s*\[?)("(?:[^"\\]|\\.)*"|[^\s,;&"})\]]+)`), "${1}" + hidden},
	{regexp.MustCompile(`\b(rg_|whsec_)[A-Za-z0-9_+/=-]{6,}`), "${1}" + hidden},
	{regexp.MustCompile(`/(s|u|q|calendar)/[A-Za-z0-9_-]{16,}`), "/${1}/" + hidden},
	{regexp.MustCompile(`://[^/\s:@]+:[^/\s@]+@`), "://" + hidden + "@"},
}

var address = regexp.MustCompile(`([\pL\pN._%+'-])[\pL\pN._%+'-]*@([\pL\pN-]+(?:\.[\pL\pN-]+)+)`)

var phones = []*regexp.Regexp{
	regexp.MustCompile(`\+\d[\d ()-]{6,18}\d`),                                   // with country code
	regexp.MustCompile(`(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}`),               // Chinese mobile
	regexp.MustCompile(`\(?0\d{1,4}\)?[ -]\d{3,4}[ -]?\d{3,4}(?:[ -]?\d{1,4})?`), // area code first
	regexp.MustCompile(`\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}`),                        // North American
	regexp.MustCompile(`\d{3}-\d{4}`),                                            // local
}

// Mask hides secrets, e-mail addresses and phone numbers inside a text, for
// everything that is kept for technicians rather than shown to staff.
func Mask(s string) string {
	for _, rule := range secrets {
		s = rule.pattern.ReplaceAllString(s, rule.with)
	}
	s = address.ReplaceAllString(s, "${1}***@${2}")
	for _, pattern := range phones {
		s = maskPhones(pattern, s)
	}
	return s
}

// maskPhones leaves matches that are part of a longer number or word (ids,
// times, hashes) alone.
func maskPhones(pattern *regexp.Regexp, s string) string {
	var b strings.Builder
	end := 0
	for _, at := range pattern.FindAllStringIndex(s, -1) {
		if at[0] > 0 && joins(s[at[0]-1]) || at[1] < len(s) && joins(s[at[1]]) {
			continue
		}
		b.WriteString(s[end:at[0]])
		b.WriteString(maskDigits(s[at[0]:at[1]]))
		end = at[1]
	}
	return b.String() + s[end:]
}

func joins(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_'
}

// maskDigits keeps the first three and the last two digits.
func maskDigits(number string) string {
	total := 0
	for _, r := range number {
		if unicode.IsDigit(r) {
			total++
		}
	}
	seen := 0
	return strings.Map(func(r rune) rune {
		if !unicode.IsDigit(r) {
			return r
		}
		seen++
		if seen <= 3 || seen > total-2 {
			return r
		}
		return '*'
	}, number)
}

// escape writes control characters, line separators and the marks that reverse
// text as visible codes.
func escape(s string) string {
	if !strings.ContainsFunc(s, invisible) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case invisible(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func invisible(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
