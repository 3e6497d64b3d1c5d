package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Numbers in the search index: digits only. A number is found by its beginning
// (with country code, with and without trunk zero, without area code) and by
// its last four to eight digits.

// maxDigits bounds a token.
const maxDigits = 20

// Tokens lists the digits under which a number is to be found; search them by prefix.
func Tokens(n Number) []string {
	var out []string
	add := func(s string) {
		if len(s) > maxDigits {
			s = s[:maxDigits]
		}
		for _, have := range out {
			if have == s {
				return
			}
		}
		if s != "" {
			out = append(out, s)
		}
	}
	bare, _ := cutExtension(fold(n.Raw))
	all := strings.TrimPrefix(digits(bare), "00")
	if parsed, err := phonenumbers.Parse(n.E164, ""); n.E164 != "" && err == nil {
		national := phonenumbers.GetNationalSignificantNumber(parsed)
		add(digits(n.E164))
		add(national)
		add("0" + national)
		if area := phonenumbers.GetLengthOfGeographicalAreaCode(parsed); area > 0 && area < len(national) {
			add(national[area:])
		}
		all = national
	}
	add(all)
	for size := 4; size <= 8 && size < len(all); size++ {
		add(all[len(all)-size:])
	}
	return out
}

// Whole tells whether digits are a number as a whole, with or without what is
// dialled before it, where tokens are those of Tokens, joined by blanks.
func Whole(tokens, digits string) bool {
	list := strings.Fields(tokens)
	if len(list) > 0 && list[0] == digits {
		return true
	}
	return len(list) > 2 && list[2] == "0"+list[1] && (digits == list[1] || digits == list[2])
}

// Query tells whether something typed into a search box is (the beginning or
// the end of) a telephone number, and which digits to search for by prefix.
func Query(q string) (prefix string, ok bool) {
	s := fold(q)
	for i, r := range s {
		plus := r == '+' && i == 0
		if !plus && !strings.ContainsRune("0123456789 -().", r) {
			return "", false
		}
	}
	prefix = strings.TrimPrefix(digits(s), "00")
	if len(prefix) > maxDigits {
		prefix = prefix[:maxDigits]
	}
	return prefix, prefix != ""
}
