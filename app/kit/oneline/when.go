package oneline

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/cal"
)

// Dates and times in words, seen from now, or in a chat from the day on which
// the message was written. What is past stays a note.

type dayAt struct {
	a, b, body int
	day        cal.Date
	sure       Sure
	minutes    int
}

type clockAt struct {
	a, b, body, minutes int
	sure                Sure
}

var (
	isoDay  = regexp.MustCompile(`(20\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})[日号]?`)
	months  = `jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?`
	dayOf   = regexp.MustCompile(`(?i)(?:\b(?:on|by|until)\s+)?(?:the\s+)?\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(` + months + `)\b\.?(?:,?\s+(20\d\d))?`)
	ofDay   = regexp.MustCompile(`(?i)(?:\b(?:on|by|until)\s+)?\b(` + months + `)\.?\s+(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(20\d\d))?`)
	weekday = regexp.MustCompile(`(?i)(?:\b(on|by|until|next|this|coming)\s+)?\b(mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|mon|tues?|wed|thurs?|thu|fri|sat|sun)\b`)
	inTime  = regexp.MustCompile(`(?i)\bin\s+(` + decimal + `|` + words + `)\s+(days?|weeks?|months?)\b`)
	phrase  = regexp.MustCompile(`(?i)(?:\bby\s+)?\b(day after tomorrow|tomorrow|tmrw|tmr|today|tonight|next week|next month|(?:the )?end of (?:the |this )?month|month[- ]end)\b`)

	hanPhrase = regexp.MustCompile(`大后天|后天|明天|明日|明早|明晚|今天|今日|今晚|今早|月底前?|月末|年底前?|下个?月底|下周(?:内|$|[^一二三四五六日天末\d])|下个?月(?:$|[^\d一二三四五六七八九十底初])`)
	hanWeek   = regexp.MustCompile(`(下下个?|下个?|这个?|本)?(?:周|星期|礼拜)([一二三四五六日天末])`)
	hanDay    = regexp.MustCompile(`(?:(下个?月|这个?月|本月|\d{1,2}月|[一二三四五六七八九十]{1,2}月)\s?)?(\d{1,2}|[一二三四五六七八九十廿]{1,3})\s?[号日]`)
	hanAfter  = regexp.MustCompile(`(\d{1,3}|` + hanNumber + `)\s?(天|日|周|个星期|个礼拜|个月)(?:之后|以后|后)`)
)

var latinDays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// dates reads days and times and puts those together that stand together.
func (c *scan) dates() {
	var days []dayAt
	add := func(m []int, body int, day cal.Date, sure Sure) bool {
		if day == "" || !day.Valid() || len(days) == MaxFound {
			return false
		}
		c.hold(m[0], m[1])
		days = append(days, dayAt{m[0], m[1], body, day, sure, -1})
		return true
	}
	c.written(add)
	c.latin(add)
	c.han(add)
	times := c.clocks()
	for _, d := range days {
		a, b := d.a, d.b
		minutes := d.minutes
		for i, t := range times {
			if minutes >= 0 || t.minutes < 0 || t.body != d.body || !c.near(d, t) {
				continue
			}
			minutes, d.sure = t.minutes, min(d.sure, t.sure)
			a, b = min(a, t.a), max(b, t.b)
			times[i].minutes = -1
		}
		c.out.Moments = append(c.out.Moments, Found[Moment]{Moment{d.day, minutes}, c.take(a, b), d.sure})
	}
	c.loose(times)
}

// near tells whether a time stands beside a day, with nothing said between.
func (c *scan) near(d dayAt, t clockAt) bool {
	a, b := d.b, t.a
	if t.b <= d.a {
		a, b = t.b, d.a
	}
	if a > b || b-a > 8 {
		return false
	}
	between := strings.ToLower(strings.Trim(c.s[a:b], " ,"))
	return (between == "" || between == "at" || between == "的" || between == "on" || between == "@")
}

// loose gives times without a day the one day that was written, or else today,
// or tomorrow when the time is past.
func (c *scan) loose(times []clockAt) {
	for _, t := range times {
		if t.minutes < 0 {
			continue
		}
		span := c.take(t.a, t.b)
		if m := c.out.Moments; len(m) == 1 && m[0].Value.Minutes < 0 {
			m[0].Value.Minutes, m[0].Sure = t.minutes, min(m[0].Sure, Likely)
			continue
		}
		today := c.today(t.body)
		if local := c.in.Now.In(c.in.Zone); today == cal.DateOf(c.in.Now, c.in.Zone) && local.Hour()*60+local.Minute() >= t.minutes {
			today = today.AddDays(1)
		}
		c.out.Moments = append(c.out.Moments, Found[Moment]{Moment{today, t.minutes}, span, Guess})
	}
}

// today is the day from which a message speaks.
func (c *scan) today(body int) cal.Date {
	if i := c.spoken[body]; i >= 0 && c.out.Chat[i].Day != "" {
		return c.out.Chat[i].Day
	}
	return cal.DateOf(c.in.Now, c.in.Zone)
}

type adder func(m []int, body int, day cal.Date, sure Sure) bool

// written reads days that name their month.
func (c *scan) written(add adder) {
	c.each(isoDay, func(m []int, body int) bool {
		return c.whole(m) && add(m, body, dateOf(c.group(m, 1), c.group(m, 2), c.group(m, 3)), Certain)
	})
	c.each(dayOf, func(m []int, body int) bool {
		return c.whole(m) && add(m, body, c.month(body, c.group(m, 3), monthOf(c.group(m, 2)), c.group(m, 1)), Certain)
	})
	c.each(ofDay, func(m []int, body int) bool {
		return c.whole(m) && add(m, body, c.month(body, c.group(m, 3), monthOf(c.group(m, 1)), c.group(m, 2)), Certain)
	})
}

func dateOf(year, month, day string) cal.Date {
	pad := func(s string) string { return strings.Repeat("0", max(0, 2-len(s))) + s }
	d, err := cal.ParseDate(year + "-" + pad(month) + "-" + pad(day))
	if err != nil {
		return ""
	}
	return d
}

func monthOf(name string) int {
	return strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(name)[:3])/3 + 1
}

// month is a day of a month without a year: this year's, or next year's when
// that is past.
func (c *scan) month(body int, year string, month int, day string) cal.Date {
	today := c.today(body)
	if year != "" {
		return dateOf(year, strconv.Itoa(month), day)
	}
	y := today.Time(time.UTC).Year()
	d := dateOf(strconv.Itoa(y), strconv.Itoa(month), day)
	if d != "" && d < today {
		d = dateOf(strconv.Itoa(y+1), strconv.Itoa(month), day)
	}
	return d
}

// latin reads English words for days.
func (c *scan) latin(add adder) {
	c.each(phrase, func(m []int, body int) bool {
		today := c.today(body)
		day := today
		switch s := strings.ToLower(c.group(m, 1)); {
		case s == "day after tomorrow":
			day = today.AddDays(2)
		case s[0] == 't' && s[1] == 'o' && s[2] == 'm', s == "tmr", s == "tmrw":
			day = today.AddDays(1)
		case s == "next week":
			day = monday(today).AddDays(7)
		case s == "next month":
			day = lastOf(today).AddDays(1)
		case strings.Contains(s, "month"):
			day = lastOf(today)
		}
		return add(m, body, day, Certain)
	})
	c.each(inTime, func(m []int, body int) bool {
		th, ok := number(c.group(m, 1))
		if !ok || th%1000 != 0 {
			return false
		}
		return add(m, body, later(c.today(body), int(th/1000), strings.ToLower(c.group(m, 2))[:1]), Certain)
	})
	c.each(weekday, func(m []int, body int) bool {
		before, word := strings.ToLower(c.group(m, 1)), c.group(m, 2)
		if len(word) <= 3 && before == "" && (word[0] < 'A' || word[0] > 'Z' || word == "Sun" || word == "Sat" || word == "Mon") {
			return false // "sat" is a verb, Sun is a name
		}
		n := 0
		for i, d := range latinDays {
			if strings.HasPrefix(strings.ToLower(word), d) {
				n = i
			}
		}
		return c.onWeekday(m, body, n, before == "next", before == "this", add)
	})
}

// onWeekday is the coming day of that name, with next that of next week.
func (c *scan) onWeekday(m []int, body, n int, next, this bool, add adder) bool {
	today := c.today(body)
	day := monday(today).AddDays((n + 6) % 7)
	sure := Certain
	switch {
	case next:
		day, sure = day.AddDays(7), Likely
	case this:
	case day == today:
		day, sure = day.AddDays(7), Guess
	case day < today:
		day = day.AddDays(7)
	}
	return day >= today && add(m, body, day, sure)
}

func monday(d cal.Date) cal.Date { return d.AddDays(-int(d.Weekday()+6) % 7) }

func lastOf(d cal.Date) cal.Date {
	first := cal.Date(d.Month() + "-01")
	return cal.Date(first.AddDays(31).Month() + "-01").AddDays(-1)
}

// later is some days, weeks or months on.
func later(d cal.Date, n int, unit string) cal.Date {
	if n < 0 || n > 3000 {
		return ""
	}
	switch unit {
	case "d":
		return d.AddDays(n)
	case "w":
		return d.AddDays(7 * n)
	}
	t := d.Time(time.UTC)
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := lastOf(cal.DateOf(first, time.UTC))
	return min(cal.DateOf(first.AddDate(0, 0, t.Day()-1), time.UTC), last)
}
