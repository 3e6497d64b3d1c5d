package oneline

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"regulars/app/kit/cal"
)

// han reads Chinese words for days.
func (c *scan) han(add adder) {
	c.each(hanWeek, func(m []int, body int) bool {
		word, _ := utf8.DecodeRuneInString(c.group(m, 2))
		n := strings.IndexRune("日一二三四五六", word) / 3
		if word == '天' {
			n = 0
		}
		if word == '末' {
			n = 6
		}
		before := c.group(m, 1)
		if strings.HasPrefix(before, "下下") {
			return add(m, body, monday(c.today(body)).AddDays(14+(n+6)%7), Certain)
		}
		if strings.HasPrefix(before, "下") {
			return add(m, body, monday(c.today(body)).AddDays(7+(n+6)%7), Certain)
		}
		return c.onWeekday(m, body, n, false, before != "", add)
	})
	c.each(hanAfter, func(m []int, body int) bool {
		th, ok := number(c.group(m, 1))
		unit := map[string]string{"天": "d", "日": "d", "周": "w", "个星期": "w", "个礼拜": "w", "个月": "m"}[c.group(m, 2)]
		if !ok || th%1000 != 0 || !c.edge(m[0]) {
			return false
		}
		return add(m, body, later(c.today(body), int(th/1000), unit), Certain)
	})
	c.each(hanDay, func(m []int, body int) bool {
		if !c.edge(m[0]) || strings.ContainsRune("线楼店门桌房院厅铺仓机码本常期用", c.after(m[1])) && m[1] < len(c.s) {
			return false
		}
		return add(m, body, c.hanDate(body, c.group(m, 1), c.group(m, 2)), Certain)
	})
	c.each(hanPhrase, func(m []int, body int) bool {
		s := c.s[m[0]:m[1]]
		today := c.today(body)
		sure := Certain
		switch {
		case strings.HasPrefix(s, "下周"):
			m[1], sure = m[0]+len("下周"), Likely
			return add(m, body, monday(today).AddDays(7), sure)
		case strings.HasPrefix(s, "下") && !strings.Contains(s, "底"):
			m[1] = m[0] + strings.Index(s, "月") + len("月")
			return add(m, body, lastOf(today).AddDays(1), Likely)
		case strings.HasPrefix(s, "下"):
			return add(m, body, lastOf(lastOf(today).AddDays(1)), sure)
		case strings.HasPrefix(s, "月"):
			return add(m, body, lastOf(today), sure)
		case strings.HasPrefix(s, "年"):
			return add(m, body, cal.Date(string(today)[:4]+"-12-31"), sure)
		}
		ahead := map[string]int{"大": 3, "后": 2, "明": 1, "今": 0}[s[:3]]
		if strings.HasSuffix(s, "早") || strings.HasSuffix(s, "晚") {
			m[1] = m[0] + 3 // the other half is a time of day
		}
		return add(m, body, today.AddDays(ahead), sure)
	})
}

// hanDate is 3月5号, 下月3号 or 5号.
func (c *scan) hanDate(body int, month, day string) cal.Date {
	n := hanInt(strings.Replace(day, "廿", "二十", 1))
	today := c.today(body)
	if n < 1 || n > 31 {
		return ""
	}
	switch {
	case month == "", strings.HasPrefix(month, "这"), strings.HasPrefix(month, "本"):
		d := dateOf(string(today)[:4], string(today)[5:7], strconv.Itoa(n))
		if month == "" && (d == "" || d < today) {
			next := lastOf(today).AddDays(1)
			return dateOf(string(next)[:4], string(next)[5:7], strconv.Itoa(n))
		}
		if d < today {
			return ""
		}
		return d
	case strings.HasPrefix(month, "下"):
		next := lastOf(today).AddDays(1)
		return dateOf(string(next)[:4], string(next)[5:7], strconv.Itoa(n))
	}
	return c.month(body, "", hanInt(strings.TrimSuffix(month, "月")), strconv.Itoa(n))
}

func hanInt(s string) int {
	th, ok := number(s)
	if !ok || th%1000 != 0 {
		return 0
	}
	return int(th / 1000)
}

var (
	latinClock = regexp.MustCompile(`(?i)(?:\bat\s+|@\s?)?\b(\d{1,2})(?:[:.](\d{2}))?\s?(am|pm|a\.m\.|p\.m\.)|\b(?:at\s+)?(noon)\b`)
	plainClock = regexp.MustCompile(`(?i)(?:\bat\s+)?(\d{1,2}):(\d{2})`)
	dayPart    = regexp.MustCompile(`(?i)(?:\bin the\s+)?\b(morning|afternoon|evening)\b`)
	hanClock   = regexp.MustCompile(`(凌晨|早上|早|上午|中午|下午|傍晚|晚上|晚)?\s?(\d{1,2}|[一二两三四五六七八九十]{1,3})\s?(?:点钟?|时|:)\s?(半|一刻|三刻|\d{1,2}|[一二三四五][十]?[一二三四五六七八九]?)?分?`)
	hanPart    = regexp.MustCompile(`凌晨|早上|早|上午|中午|下午|傍晚|晚上|晚`)
)

var partOfDay = map[string]int{"morning": 9 * 60, "afternoon": 14 * 60, "evening": 18 * 60, "早上": 9 * 60, "早": 9 * 60, "上午": 9 * 60, "中午": 12 * 60,
	"下午": 14 * 60, "傍晚": 18 * 60, "晚上": 19 * 60, "晚": 19 * 60}

// clocks reads times of day.
func (c *scan) clocks() []clockAt {
	var out []clockAt
	add := func(m []int, body, minutes int, sure Sure) bool {
		if minutes < 0 || minutes >= 24*60 || len(out) == MaxFound || !c.edge(m[1]) {
			return false
		}
		c.hold(m[0], m[1])
		out = append(out, clockAt{m[0], m[1], body, minutes, sure})
		return true
	}
	c.each(latinClock, func(m []int, body int) bool {
		if c.group(m, 4) != "" {
			return add(m, body, 12*60, Certain)
		}
		return add(m, body, hours(c.group(m, 1), c.group(m, 2), strings.ToLower(c.group(m, 3))[0] == 'p', true), Certain)
	})
	c.each(hanClock, func(m []int, body int) bool {
		part, minute := c.group(m, 1), c.group(m, 3)
		n := map[string]string{"半": "30", "一刻": "15", "三刻": "45"}[minute]
		if n == "" && minute != "" {
			n = strconv.Itoa(hanInt(minute))
		}
		hour := hanInt(c.group(m, 2))
		colon := strings.ContainsRune(c.s[m[0]:m[1]], ':')
		if !c.edge(m[0]) || hour == 0 && c.group(m, 2) != "0" || colon && len(minute) != 2 || strings.ContainsRune("心赞评名子", c.after(m[1])) && m[1] < len(c.s) {
			return false
		}
		sure := Certain
		late := strings.Contains("下午傍晚晚上", part) && part != "" || part == "中午" && hour < 10
		if part == "" && hour >= 1 && hour <= 6 && !colon {
			late, sure = true, Likely
		}
		return add(m, body, hours(strconv.Itoa(hour), n, late, false), sure)
	})
	c.each(plainClock, func(m []int, body int) bool {
		return c.whole(m) && add(m, body, hours(c.group(m, 1), c.group(m, 2), false, false), Certain)
	})
	c.each(dayPart, func(m []int, body int) bool {
		return c.besideDay(m) && add(m, body, partOfDay[strings.ToLower(c.group(m, 1))], Likely)
	})
	c.each(hanPart, func(m []int, body int) bool {
		return c.besideDay(m) && add(m, body, partOfDay[c.s[m[0]:m[1]]], Likely)
	})
	return out
}

// besideDay tells whether a part of the day follows a day that was read.
func (c *scan) besideDay(m []int) bool {
	i := m[0]
	for i > 0 && c.s[i-1] == ' ' {
		i--
	}
	return i > 0 && c.used[i-1]
}

// hours is a time in minutes, -1 for none that a clock shows.
func hours(hour, minute string, late, twelve bool) int {
	h, err := strconv.Atoi(hour)
	m := 0
	if err == nil && minute != "" {
		m, err = strconv.Atoi(minute)
	}
	if err != nil || h > 23 || m > 59 || twelve && (h < 1 || h > 12) {
		return -1
	}
	if twelve && h == 12 {
		h = 0
	}
	if late && h < 12 {
		h += 12
	}
	return h*60 + m
}
