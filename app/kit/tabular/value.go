package tabular

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// Cell values as people and spreadsheets write them. What is ambiguous follows
// the order the importer chose; what cannot be right is refused, never guessed.

// Order is how 3/1/2026 is read.
type Order int

// The two orders.
const (
	MonthFirst Order = iota
	DayFirst
)

var (
	yearFirst = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$`)
	yearLast  = regexp.MustCompile(`^(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})$`)
	compact   = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	serial    = regexp.MustCompile(`^\d{5}(?:\.\d+)?$`)
	clock     = regexp.MustCompile(`(?i)[t ]\s*(?:上午|下午|[ap]m)?\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]m|z|[+-]\d{2}:?\d{2})?$`)
	weekday   = regexp.MustCompile(`\s*(?:星期|周|週)[一二三四五六日天]$`)
)

// ParseDate reads a date in any usual form (2026-03-01, 2026/3/1, 1.3.2026,
// 3/1/2026 by order, 2026年3月1日, 20260301, Mar 1 2026, a spreadsheet's serial
// number), with a time that is dropped. It returns YYYY-MM-DD.
func ParseDate(s string, order Order) (string, bool) {
	s = strings.TrimSpace(width.Fold.String(s))
	if len(s) > 64 {
		return "", false
	}
	s = weekday.ReplaceAllString(strings.TrimSpace(clock.ReplaceAllString(s, "")), "")
	if m := yearFirst.FindStringSubmatch(s); m != nil {
		return day(m[1], m[2], m[3])
	}
	if m := compact.FindStringSubmatch(s); m != nil {
		return day(m[1], m[2], m[3])
	}
	if m := yearLast.FindStringSubmatch(s); m != nil {
		if order == DayFirst || m[2] == "." {
			return day(century(m[4]), m[3], m[1])
		}
		return day(century(m[4]), m[1], m[3])
	}
	if serial.MatchString(s) {
		days, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return "", false
		}
		return time.Date(1899, 12, 30+int(math.Floor(days)), 0, 0, 0, 0, time.UTC).Format(time.DateOnly), true
	}
	return namedMonth(s)
}

func namedMonth(s string) (string, bool) {
	s = strings.Join(strings.Fields(strings.NewReplacer(",", " ", ".", " ", "-", " ").Replace(s)), " ")
	for _, layout := range []string{"Jan 2 2006", "January 2 2006", "2 Jan 2006", "2 January 2006", "2006 Jan 2"} {
		if t, err := time.Parse(layout, s); err == nil {
			return day(strconv.Itoa(t.Year()), strconv.Itoa(int(t.Month())), strconv.Itoa(t.Day()))
		}
	}
	return "", false
}

func century(year string) string {
	switch {
	case len(year) == 4:
		return year
	case year < "70":
		return "20" + year
	}
	return "19" + year
}

// day checks that the date exists.
func day(year, month, dom string) (string, bool) {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(dom)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1800 || y > 2199 || t.Month() != time.Month(m) || t.Day() != d {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

var (
	currency  = regexp.MustCompile(`(?i)rmb|cny|usd|eur|gbp|hkd|us\$|hk\$|[¥$€£₩元块]|[\s\p{Zs}'’_]`)
	plainNum  = regexp.MustCompile(`^\d+(?:\.\d+)?$|^\.\d+$|^\d+\.$`)
	grouped   = regexp.MustCompile(`^\d{1,3}(?:,\d{2,3})*,\d{3}$`)
	regroup   = regexp.MustCompile(`^\d{1,3}\.\d{3}$`)
	dotted    = regexp.MustCompile(`^\d{1,3}(?:\.\d{3}){2,}$`)
	exponent  = regexp.MustCompile(`^(\d(?:\.\d{1,16})?)[eE]([+-]?\d{1,2})$`)
	shortened = regexp.MustCompile(`^\d(?:\.\d+)?[eE]\+?(\d{1,3})$`)
)

// maxNumeral is the longest number taken.
const maxNumeral = 60

// ParseDecimal reads a number or amount (¥1,234.50, １２３, 12,5, (30), 1.5E-2)
// and returns it in canonical form: "-1234.5". A comma followed by three digits
// groups thousands; with one or two digits behind it, it is the decimal comma.
func ParseDecimal(s string) (string, bool) {
	if len(s) > 100 {
		return "", false
	}
	s = currency.ReplaceAllString(width.Fold.String(strings.ReplaceAll(s, "−", "-")), "")
	s, negative := sign(s)
	if m := exponent.FindStringSubmatch(s); m != nil {
		s = expand(m[1], m[2])
	}
	s = unify(s)
	if !plainNum.MatchString(s) || len(s) > maxNumeral {
		return "", false
	}
	whole, fraction, _ := strings.Cut(s, ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && whole != "0" {
		whole = "-" + whole
	}
	return whole, true
}

func sign(s string) (string, bool) {
	if len(s) > 2 && s[0] == '(' && s[len(s)-1] == ')' {
		return s[1 : len(s)-1], true
	}
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return rest, true
	}
	if rest, ok := strings.CutSuffix(s, "-"); ok {
		return rest, true
	}
	return strings.TrimPrefix(s, "+"), false
}

// unify makes the decimal mark a dot and removes grouping.
func unify(s string) string {
	dot, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	switch {
	case comma < 0 && dotted.MatchString(s):
		return strings.ReplaceAll(s, ".", "")
	case comma < 0:
		return s
	case dot > comma && grouped.MatchString(s[:dot]):
		return strings.ReplaceAll(s, ",", "")
	case dot >= 0 && comma > dot && (dotted.MatchString(s[:comma]) || regroup.MatchString(s[:comma])):
		return strings.ReplaceAll(s[:comma], ".", "") + "." + s[comma+1:]
	case dot < 0 && grouped.MatchString(s):
		return strings.ReplaceAll(s, ",", "")
	case dot < 0 && strings.Count(s, ",") == 1 && len(s)-comma <= 3:
		return strings.Replace(s, ",", ".", 1)
	}
	return s
}

// expand writes 1.5E-2 as 0.015.
func expand(mantissa, exp string) string {
	n, err := strconv.Atoi(exp)
	if err != nil || n > 20 || n < -20 {
		return ""
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.Repeat("0", 20) + whole + fraction + strings.Repeat("0", 20)
	point := 20 + len(whole) + n
	return digits[:point] + "." + digits[point:]
}

// Mangled tells whether a spreadsheet has destroyed a long number, such as an
// identity number (1.1010119900307E+17): it must be reported, not repaired.
func Mangled(s string) bool {
	if !strings.ContainsAny(s, "eE") || len(s) > 40 {
		return false
	}
	m := shortened.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return false
	}
	n, err := strconv.Atoi(m[1])
	return err == nil && n >= 10
}
