// Birthdays as people give them: with or without the year, in the solar or the
// lunar calendar.

package cal

import (
	"fmt"
	"strings"
	"time"

	"regulars/app/kit/errs"
)

// Birthday is a day of the year; Year 0 is not known. The zero value is none.
type Birthday struct {
	Year, Month, Day int
	Lunar            bool // month and day of the Chinese calendar
	Leap             bool // the leap month of that number, lunar only
}

// ParseBirthday reads "1990-04-09" or "--04-09"; lunar says how the month and
// day are meant, and only then "L" marks a leap month: "2023-02L-15". "" is
// none.
func ParseBirthday(s string, lunar bool) (Birthday, error) {
	if s == "" {
		return Birthday{}, nil
	}
	b := Birthday{Lunar: lunar}
	plain := strings.Replace(s, "L-", "-", 1)
	b.Leap = plain != s
	full := plain
	if strings.HasPrefix(plain, "--") {
		full = "2000-" + plain[2:]
	}
	if _, err := fmt.Sscanf(full, "%4d-%2d-%2d", &b.Year, &b.Month, &b.Day); err != nil {
		return Birthday{}, errs.New(errs.Invalid, "error.birthday")
	}
	if full != plain {
		b.Year = 0
	}
	if b.String() != s || !b.exists() || !strings.HasPrefix(plain, "--") && b.Year == 0 {
		return Birthday{}, errs.New(errs.Invalid, "error.birthday")
	}
	return b, nil
}

// String is what ParseBirthday reads, without the lunar flag.
func (b Birthday) String() string {
	if b.Month == 0 {
		return ""
	}
	year, leap := "-", ""
	if b.Year != 0 {
		year = fmt.Sprintf("%04d", b.Year)
	}
	if b.Leap {
		leap = "L"
	}
	return fmt.Sprintf("%s-%02d%s-%02d", year, b.Month, leap, b.Day)
}

// Next is the first day from that day on (itself included) on which the
// birthday is kept. 29 February is kept on the 28th in common years. "" for no
// birthday, no date, or a lunar one beyond the year 2100.
func (b Birthday) Next(from Date) Date {
	start, ok := from.utc()
	if !ok || b.Month == 0 {
		return ""
	}
	for year := start.Year() - 1; year <= start.Year()+1; year++ {
		if d := b.in(year); d >= from {
			return d
		}
	}
	return ""
}

// in is the day it is kept in a solar or lunar year.
func (b Birthday) in(year int) Date {
	if b.Lunar {
		return LunarBirthdayInYear(b.Month, b.Day, b.Leap, year)
	}
	day := min(b.Day, daysIn(year, b.Month))
	return ofUTC(time.Date(year, time.Month(b.Month), day, 0, 0, 0, 0, time.UTC))
}

func (b Birthday) exists() bool {
	switch {
	case b.Month < 1 || b.Month > 12 || b.Day < 1:
		return false
	case !b.Lunar:
		year := b.Year
		if year == 0 {
			year = 2000 // so that 29 February may be given
		}
		return !b.Leap && b.Day <= daysIn(year, b.Month)
	case b.Year < firstLunar || b.Year > lastLunar:
		return b.Day <= 30
	}
	_, ok := Lunar{b.Year, b.Month, b.Day, b.Leap}.Date()
	return ok
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// BirthdayEnds are the last five characters that birthdays kept in the days from
// a day on may have as String writes them: what an index finds them by. Some are
// kept on another day after all, so whoever uses it asks Next too.
func BirthdayEnds(from Date, days int, lunar bool) []string {
	var out []string
	for i := range days {
		day := from.AddDays(i)
		if !lunar {
			out = append(out, string(day[5:]))
			if day[5:] == "02-28" {
				out = append(out, "02-29")
			}
			continue
		}
		l, ok := ToLunar(day)
		if !ok {
			continue
		}
		for d := l.Day; d <= 30; d++ {
			out = append(out, fmt.Sprintf("%02d-%02d", l.Month, d), fmt.Sprintf("%dL-%02d", l.Month%10, d))
			if l.Day != 29 { // a short month keeps the thirtieth on its last day
				break
			}
		}
	}
	return out
}
