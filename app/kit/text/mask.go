package text

import "strings"

// What people see who may not see all of it. Numbers have phone.Mask.

// MaskEmail hides who in an address: anna@example.com is a***@example.com. What
// is no address is hidden as Mask does.
func MaskEmail(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at <= 0 {
		return Mask(s)
	}
	first := []rune(s[:at])[0]
	return string(first) + "***" + s[at:]
}

// Mask hides all but the first and the last character of a word, and all of a
// short one; how long it was does not show.
func Mask(s string) string {
	r := []rune(strings.TrimSpace(s))
	switch {
	case len(r) == 0:
		return ""
	case len(r) < 5:
		return "***"
	}
	return string(r[:1]) + "***" + string(r[len(r)-1:])
}
