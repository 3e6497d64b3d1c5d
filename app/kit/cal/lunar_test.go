package cal

import "testing"

func TestLunarYearsFollowEachOther(t *testing.T) {
	for year := firstLunar; year <= lastLunar; year++ {
		days := 0
		for i := range monthCount(year) {
			days += monthDays(year, i)
		}
		if year < lastLunar && newYear(year).AddDays(days) != newYear(year+1) {
			t.Errorf("%d: %d days from %s do not reach %s", year, days, newYear(year), newYear(year+1))
		}
		if d := newYear(year)[5:]; d < "01-21" || d > "02-21" {
			t.Errorf("%d begins on %s", year, d)
		}
	}
}

func TestEveryDayConvertsBothWays(t *testing.T) {
	n := 0
	for d := Date("1900-01-31"); d <= "2101-01-28"; d = d.AddDays(1) {
		l, ok := ToLunar(d)
		if !ok {
			t.Fatalf("%s has no lunar date", d)
		}
		if back, ok := l.Date(); !ok || back != d {
			t.Fatalf("%s -> %v -> %s", d, l, back)
		}
		n++
	}
	if n != 73412 {
		t.Errorf("%d days", n)
	}
	for _, d := range []Date{"", "1900-01-30", "2101-01-29", "1800-01-01", "3000-01-01"} {
		if l, ok := ToLunar(d); ok {
			t.Errorf("%q is %v", d, l)
		}
	}
}

func TestKnownLunarDates(t *testing.T) {
	for d, want := range map[Date]Lunar{
		"1900-01-31": {1900, 1, 1, false}, "1949-10-01": {1949, 8, 10, false}, "1985-02-20": {1985, 1, 1, false},
		"2000-02-05": {2000, 1, 1, false}, "2023-01-22": {2023, 1, 1, false}, "2024-02-10": {2024, 1, 1, false},
		"2025-01-29": {2025, 1, 1, false}, "2026-02-17": {2026, 1, 1, false}, "2027-02-06": {2027, 1, 1, false},
		"2024-09-17": {2024, 8, 15, false}, "2025-10-06": {2025, 8, 15, false}, "2026-09-25": {2026, 8, 15, false},
		"2025-05-31": {2025, 5, 5, false}, "2026-02-16": {2025, 12, 29, false}, "2023-03-22": {2023, 2, 1, true},
		"2025-07-25": {2025, 6, 1, true}, "2033-12-22": {2033, 11, 1, true},
		// Days on which tables in wide use are off by one: a new moon within minutes of midnight.
		"1954-02-03": {1954, 1, 1, false}, "1978-09-17": {1978, 8, 15, false}, "1996-07-15": {1996, 5, 30, false},
		"2018-11-07": {2018, 9, 30, false}, "2030-02-03": {2030, 1, 1, false}, "2057-09-28": {2057, 8, 30, false},
		"2089-09-04": {2089, 8, 1, false}, "2097-08-07": {2097, 7, 1, false}, "2100-02-09": {2100, 1, 1, false},
	} {
		if got, ok := ToLunar(d); !ok || got != want {
			t.Errorf("%s is %v, want %v", d, got, want)
		}
	}
	for year, month := range map[int]int{2020: 4, 2023: 2, 2024: 0, 2025: 6, 2028: 5, 2031: 3, 2033: 11, 1900: 8, 1995: 8, 2017: 6} {
		if got := leapMonth(year); got != month {
			t.Errorf("%d doubles month %d, want %d", year, got, month)
		}
	}
	for _, l := range []Lunar{{2024, 2, 1, true}, {2025, 13, 1, false}, {2025, 1, 31, false}, {2025, 1, 0, false}, {1899, 1, 1, false}, {2025, 12, 30, false}} {
		if d, ok := l.Date(); ok {
			t.Errorf("%v is %s", l, d)
		}
	}
}

func TestLunarBirthdaysAreKeptEveryYear(t *testing.T) {
	for _, c := range []struct {
		month, day int
		leap       bool
		year       int
		want       Date
	}{
		{3, 1, false, 2025, "2025-03-29"}, {3, 1, false, 2026, "2026-04-17"}, {3, 1, false, 2027, "2027-04-07"},
		{6, 1, true, 2025, "2025-07-25"}, {6, 1, false, 2025, "2025-06-25"},
		{6, 1, true, 2026, "2026-07-14"},    // no leap sixth month: the ordinary one
		{12, 30, false, 2025, "2026-02-16"}, // 29 days only
		{13, 1, false, 2025, ""}, {1, 1, false, 2101, ""}, {1, 0, false, 2025, ""}, {1, 31, false, 2025, ""},
	} {
		if got := LunarBirthdayInYear(c.month, c.day, c.leap, c.year); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
	for year := firstLunar; year <= lastLunar; year++ {
		for month := 1; month <= 12; month++ {
			for _, day := range []int{1, 29, 30} {
				for _, leap := range []bool{false, true} {
					if LunarBirthdayInYear(month, day, leap, year) == "" {
						t.Fatalf("%d-%d %v is not kept in %d", month, day, leap, year)
					}
				}
			}
		}
	}
}

func TestBirthdayText(t *testing.T) {
	for _, c := range []struct {
		s     string
		lunar bool
		want  Birthday
	}{
		{"", true, Birthday{}}, {"1990-04-09", false, Birthday{1990, 4, 9, false, false}}, {"--04-09", false, Birthday{0, 4, 9, false, false}},
		{"--02-29", false, Birthday{0, 2, 29, false, false}}, {"1992-02-29", false, Birthday{1992, 2, 29, false, false}},
		{"--02-30", true, Birthday{0, 2, 30, true, false}}, {"2023-02L-15", true, Birthday{2023, 2, 15, true, true}}, {"--06L-01", true, Birthday{0, 6, 1, true, true}},
	} {
		got, err := ParseBirthday(c.s, c.lunar)
		if err != nil || got != c.want || got.String() != c.s {
			t.Errorf("%q: %+v (%s), %v", c.s, got, got, err)
		}
	}
	for _, c := range []struct {
		s     string
		lunar bool
	}{
		{"1990-02-29", false}, {"--02-30", false}, {"--13-01", false}, {"--04-31", false}, {"04-09", false}, {"1990-4-9", false},
		{"--04-09x", false}, {"0000-04-09", false}, {"--04L-09", false}, {"2024-02L-15", true}, {"--01-31", true}, {"2025-12-30", true}, {"-1-04-09", false},
	} {
		if got, err := ParseBirthday(c.s, c.lunar); err == nil {
			t.Errorf("%q was accepted as %+v", c.s, got)
		}
	}
}

func TestNextBirthday(t *testing.T) {
	for _, c := range []struct {
		s     string
		lunar bool
		from  Date
		want  Date
	}{
		{"1990-04-09", false, "2026-04-09", "2026-04-09"}, {"1990-04-09", false, "2026-04-10", "2027-04-09"},
		{"--02-29", false, "2026-01-01", "2026-02-28"}, {"--02-29", false, "2028-01-01", "2028-02-29"}, {"--02-29", false, "2027-03-01", "2028-02-29"},
		{"--12-15", true, "2026-01-01", "2026-02-02"}, // the twelfth month of lunar 2025
		{"1985-08-15", true, "2026-01-01", "2026-09-25"}, {"--06L-01", true, "2026-01-01", "2026-07-14"},
		{"", false, "2026-01-01", ""}, {"--04-09", false, "", ""}, {"--04-09", true, "2200-01-01", ""},
	} {
		b, err := ParseBirthday(c.s, c.lunar)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Next(c.from); got != c.want {
			t.Errorf("%q after %s: %s, want %s", c.s, c.from, got, c.want)
		}
	}
}

func TestABirthdayComesAboutOnceAYear(t *testing.T) {
	for month := 1; month <= 12; month++ {
		for _, b := range []Birthday{{0, month, 28, false, false}, {0, month, 30, true, false}, {0, month, 1, true, true}} {
			d := b.Next("1950-01-01")
			for d < "2099-01-01" {
				next := b.Next(d.AddDays(1))
				if gap := next.Sub(d); gap < 324 || gap > 414 {
					t.Fatalf("%+v: %s, then %s", b, d, next)
				}
				d = next
			}
		}
	}
}
