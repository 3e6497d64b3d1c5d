package phone

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Display writes a number for a reader in region: in national form at home,
// international elsewhere, as typed when it was not understood.
func Display(n Number, region string) string {
	parsed, err := phonenumbers.Parse(n.E164, "")
	if n.E164 == "" || err != nil {
		return n.Raw
	}
	format, between := phonenumbers.INTERNATIONAL, " x"
	if phonenumbers.GetRegionCodeForNumber(parsed) == strings.ToUpper(region) {
		format = phonenumbers.NATIONAL
	}
	if parsed.GetCountryCode() == 86 {
		between = "-"
	}
	s := phonenumbers.Format(parsed, format)
	if n.Ext != "" {
		s += between + n.Ext
	}
	return s
}

// Mask hides the middle of a number, 138****8000, for those who may not see
// it. Only the digits that stay and the marks between them are left; an
// extension is not shown at all.
func Mask(raw string) string {
	s, _ := cutExtension(fold(raw))
	total := len(digits(s))
	head, tail := shown(total)
	if strings.HasPrefix(s, "+") && total >= 10 {
		head += countryLen(s)
	}
	var b strings.Builder
	seen := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			if seen++; seen > head && seen <= total-tail {
				r = '*'
			}
			b.WriteRune(r)
		case strings.ContainsRune(" -().", r), r == '+' && i == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// shown is how many digits of total may be seen in front and behind.
func shown(total int) (head, tail int) {
	switch {
	case total >= 10:
		return 3, 4
	case total >= 7:
		return 2, 2
	}
	return 0, min(1, total/4)
}

func countryLen(s string) int {
	parsed, err := phonenumbers.Parse(s, "")
	if err != nil {
		return 0
	}
	return len(strconv.Itoa(int(parsed.GetCountryCode())))
}
