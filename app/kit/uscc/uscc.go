// Package uscc checks Chinese unified social credit codes (GB 32100-2015):
// eighteen characters that say who registered an organisation, what it is,
// where, and by which number, with two check characters. A wrong code is a
// typing mistake far more often than a lie, so the reason is told.
package uscc

import (
	"strings"

	"golang.org/x/text/width"
)

// Reason is why a code cannot be right.
type Reason string

// The reasons; Fine is none.
const (
	Fine         Reason = ""
	Empty        Reason = "empty"
	Length       Reason = "length"       // not eighteen characters
	Character    Reason = "character"    // I, O, S, V, Z or no letter or digit at all
	Authority    Reason = "authority"    // the first character names no registering authority
	Region       Reason = "region"       // the place is no six digits of a province that exists
	Organisation Reason = "organisation" // the check character of the organisation's own number is another
	Checksum     Reason = "checksum"     // the last character is another
)

const (
	alphabet    = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	authorities = "123456789ANY"
)

// weights of the code's check character, and of that of the organisation's
// number within it (GB 11714).
var (
	weights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	inner   = [8]int{3, 7, 9, 10, 5, 8, 4, 2}
)

// provinces are the first two digits of places.
const provinces = " 10 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 "

// Clean is a code as it is stored: capital letters, no blanks, no hyphens.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\t' || r == '\n' || r == '\r' || r == '\u00a0' {
			return -1
		}
		return r
	}, strings.ToUpper(width.Fold.String(strings.ToValidUTF8(s, ""))))
}

// Check says why a code cannot be right, Fine when it can.
func Check(code string) Reason {
	s := Clean(code)
	switch {
	case s == "":
		return Empty
	case len([]rune(s)) != 18:
		return Length
	case strings.Trim(s, alphabet) != "" || len(s) != 18 || strings.ContainsAny(s, "IOSVZ"):
		return Character
	case !strings.Contains(authorities, s[:1]):
		return Authority
	case strings.Trim(s[2:8], "0123456789") != "" || !strings.Contains(provinces, " "+s[2:4]+" "):
		return Region
	case Last(s[:17]) != s[17]:
		return Checksum
	case organisation(s[8:16]) != s[16]:
		return Organisation
	}
	return Fine
}

// Last is the check character of the first seventeen, which must be of the
// code's alphabet; 0 when they are not.
func Last(s string) byte {
	if len(s) != 17 {
		return 0
	}
	sum := 0
	for i := range s {
		n := strings.IndexByte(alphabet, s[i])
		if n < 0 {
			return 0
		}
		sum += n * weights[i]
	}
	return alphabet[(31-sum%31)%31]
}

// organisation is the check character of an organisation's number.
func organisation(s string) byte {
	sum := 0
	for i := range s {
		n := int(s[i] - '0')
		if s[i] >= 'A' {
			n = int(s[i]-'A') + 10
		}
		sum += n * inner[i]
	}
	switch n := 11 - sum%11; n {
	case 10:
		return 'X'
	case 11:
		return '0'
	default:
		return byte('0' + n)
	}
}
