// The traditional Chinese calendar from 1900 to 2100, by table: where each
// lunar year begins, how long its months are and which one is doubled. The
// facts are astronomical (UTC+8 from 1929, Beijing time before); each entry
// carries its own start so that the table can check itself.

package cal

import "time"

// Lunar is a day of the traditional Chinese calendar.
type Lunar struct {
	Year, Month, Day int
	Leap             bool // the second month of that number in the year
}

const firstLunar, lastLunar = 1900, 2100

// ToLunar converts a day from 1900-01-31 to 2101-01-28; ok is false outside.
func ToLunar(d Date) (l Lunar, ok bool) {
	t, ok := d.utc()
	if !ok {
		return Lunar{}, false
	}
	year := t.Year()
	if year > lastLunar || year >= firstLunar && d < newYear(year) {
		year--
	}
	if year < firstLunar || year > lastLunar {
		return Lunar{}, false
	}
	rest := d.Sub(newYear(year))
	for i := range monthCount(year) {
		if rest < monthDays(year, i) {
			month, leap := monthAt(year, i)
			return Lunar{year, month, rest + 1, leap}, true
		}
		rest -= monthDays(year, i)
	}
	return Lunar{}, false
}

// Date is the solar day; ok is false when the lunar day does not exist or is
// outside the table.
func (l Lunar) Date() (d Date, ok bool) {
	if l.Year < firstLunar || l.Year > lastLunar || l.Day < 1 {
		return "", false
	}
	days := l.Day - 1
	for i := range monthCount(l.Year) {
		month, leap := monthAt(l.Year, i)
		if month == l.Month && leap == l.Leap {
			return newYear(l.Year).AddDays(days), l.Day <= monthDays(l.Year, i)
		}
		days += monthDays(l.Year, i)
	}
	return "", false
}

// LunarBirthdayInYear is the day a lunar birthday is kept in a lunar year: one
// in a leap month goes to the ordinary month of a year without that leap
// month, and day 30 of a month with 29 days becomes day 29. Note that the
// twelfth month falls in the next solar year. "" outside the table.
func LunarBirthdayInYear(month, day int, leap bool, year int) Date {
	if month < 1 || month > 12 || day < 1 || day > 30 || year < firstLunar || year > lastLunar {
		return ""
	}
	leap = leap && leapMonth(year) == month
	d, ok := Lunar{year, month, day, leap}.Date()
	if !ok {
		d, _ = Lunar{year, month, day - 1, leap}.Date()
	}
	return d
}

func newYear(year int) Date {
	january := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
	return ofUTC(january.AddDate(0, 0, int(lunarYears[year-firstLunar]>>17)))
}

func leapMonth(year int) int { return int(lunarYears[year-firstLunar] >> 13 & 15) }

func monthCount(year int) int {
	if leapMonth(year) > 0 {
		return 13
	}
	return 12
}

// monthDays is the length of the i-th month in order, leap month included.
func monthDays(year, i int) int { return 29 + int(lunarYears[year-firstLunar]>>i&1) }

// monthAt is the number of the i-th month in order.
func monthAt(year, i int) (month int, leap bool) {
	lm := leapMonth(year)
	if lm == 0 || i < lm {
		return i + 1, false
	}
	return i, i == lm
}

// lunarYears holds for each year: bits 0-12 the months in order, 1 for 30
// days; bits 13-16 the leap month, 0 for none; from bit 17 the days between 1
// January and the lunar new year.
var lunarYears = [lastLunar - firstLunar + 1]uint32{
	0x3d16d2, 0x620752, 0x4c0ea5, 0x38b64a, 0x5c064b, 0x440a9b, 0x309556, 0x56056a, // 1900
	0x400b59, 0x2a5752, 0x500752, 0x3adb25, 0x600b25, 0x480a4b, 0x32b4ab, 0x5802ad, // 1908
	0x42056b, 0x2c4b69, 0x520da9, 0x3efd92, 0x640e92, 0x4c0d25, 0x36ba4d, 0x5c0a56, // 1916
	0x4602b6, 0x2e95b5, 0x5606d4, 0x400ea9, 0x2c5e92, 0x500e92, 0x3acd26, 0x5e052b, // 1924
	0x480a57, 0x32b2b6, 0x580b5a, 0x4406d4, 0x2e6ec9, 0x520749, 0x3cf693, 0x620a93, // 1932
	0x4c052b, 0x34ca5b, 0x5a0aad, 0x46056a, 0x309b55, 0x560ba4, 0x400b49, 0x2a5a93, // 1940
	0x500a95, 0x38f52d, 0x5e0536, 0x480aad, 0x34b5aa, 0x5805b2, 0x420da5, 0x2e7d4a, // 1948
	0x540d4a, 0x3d0a95, 0x600a97, 0x4c0556, 0x36cab5, 0x5a0ad5, 0x4606d2, 0x308ea5, // 1956
	0x560ea5, 0x40064a, 0x286c97, 0x4e0a9b, 0x3af55a, 0x5e056a, 0x480b69, 0x34b752, // 1964
	0x5a0b52, 0x420b25, 0x2c964b, 0x520a4b, 0x3d14ab, 0x6002ad, 0x4a056d, 0x36cb69, // 1972
	0x5c0da9, 0x460d92, 0x309d25, 0x560d25, 0x415a4d, 0x640a56, 0x4e02b6, 0x38c5b5, // 1980
	0x5e06d5, 0x480ea9, 0x34be92, 0x5a0e92, 0x440d26, 0x2c6a56, 0x500a57, 0x3d14d6, // 1988
	0x62035a, 0x4a06d5, 0x36b6c9, 0x5c0749, 0x460693, 0x2e952b, 0x54052b, 0x3e0a5b, // 1996
	0x2a555a, 0x4e056a, 0x38fb55, 0x600ba4, 0x4a0b49, 0x32ba93, 0x580a95, 0x42052d, // 2004
	0x2c8aad, 0x500ab5, 0x3d35aa, 0x6205d2, 0x4c0da5, 0x36dd4a, 0x5c0d4a, 0x460c95, // 2012
	0x30952e, 0x540556, 0x3e0ab5, 0x2a55b2, 0x5006d2, 0x38cea5, 0x5e0725, 0x48064b, // 2020
	0x32ac97, 0x560cab, 0x42055a, 0x2c6ad6, 0x520b69, 0x3d7752, 0x620b52, 0x4c0b25, // 2028
	0x36da4b, 0x5a0a4b, 0x4404ab, 0x2ea55b, 0x5405ad, 0x3e0b6a, 0x2a5b52, 0x500d92, // 2036
	0x3afd25, 0x5e0d25, 0x480a55, 0x32b4ad, 0x5804b6, 0x4005b5, 0x2c6daa, 0x520ec9, // 2044
	0x3f1e92, 0x620e92, 0x4c0d26, 0x36ca56, 0x5a0a57, 0x4404d6, 0x2e86d5, 0x540755, // 2052
	0x400749, 0x286e93, 0x4e0693, 0x38f52b, 0x5e052b, 0x460a5b, 0x32b55a, 0x58056a, // 2060
	0x420b65, 0x2c974a, 0x520b4a, 0x3d1a95, 0x620a95, 0x4a052d, 0x34caad, 0x5a0ab5, // 2068
	0x4605aa, 0x2e8ba5, 0x540da5, 0x400d4a, 0x2a7c95, 0x4e0c96, 0x38f94e, 0x5e0556, // 2076
	0x480ab5, 0x32b5b2, 0x5806d2, 0x420ea5, 0x2e8e4a, 0x50068b, 0x3b0c97, 0x6004ab, // 2084
	0x4a055b, 0x34cad6, 0x5a0b6a, 0x460752, 0x309725, 0x540b45, 0x3e0a8b, 0x28549b, // 2092
	0x4e04ab, // 2100
}
