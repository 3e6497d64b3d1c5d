package oneline

import (
	"regexp"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/text"
)

// A chat is pasted in one of the shapes in which messengers copy and export it:
//
//	[05/03/2026, 09:12:33] Maria Silva: text        WhatsApp, iPhone
//	05/03/2026, 09:12 - Maria Silva: text           WhatsApp, Android
//	[09:12, 05/03/2026] Maria Silva: text           WhatsApp, browser
//	Maria Silva 2026-03-05 09:12                    WeChat: the text on the next lines
//	Maria Silva: text                               copied by hand, two lines or more

const (
	numericDay = `(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?`
	dayClock   = `(?:上午|下午|晚上|早上|中午)?\s?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?`
)

var (
	bracketed = regexp.MustCompile(`^\[(?:` + numericDay + `,?\s+` + dayClock + `|` + dayClock + `,\s+` + numericDay + `)\]\s?~?\s?([^:]{1,60}):\s?(.*)$`)
	dashed    = regexp.MustCompile(`^` + numericDay + `,?\s+` + dayClock + `\s-\s([^:]{1,60}):\s?(.*)$`)
	headed    = regexp.MustCompile(`^(.{1,40}?)\s*:?\s+(?:(?:` + numericDay + `|(\d{1,2})[-/月](\d{1,2})日?|(昨天|今天|Yesterday|Today)|(?:星期|周)[一二三四五六日天])\s+)?` + dayClock + `\s*$`)
	spokenBy  = regexp.MustCompile(`^([^:]{1,30}):\s?(\S.*)$`)
	labels    = regexp.MustCompile(`(?i)^\s*(?:name|customer|client|company|contact|tel|phone|mobile|e-?mail|address|order|note|notes|date|time|wechat|total|amount|to|from|re|subject|姓名|名字|客户|公司|联系人|电话|手机|手机号|联系电话|邮箱|地址|微信|微信号|订单|产品|数量|金额|备注|日期|时间|税号|https?)\s*$`)
)

// head is a line that begins a message.
type head struct {
	speaker [2]int
	body    int // where its text begins
	day     cal.Date
}

// chat finds the messages of a pasted chat, if it is one.
func (c *scan) chat() {
	heads := map[int]head{} // by the start of the line
	var starts []int
	byHand, lines := 0, 0
	for at := 0; at < len(c.s); {
		end := at + strings.IndexByte(c.s[at:]+"\n", '\n')
		if strings.TrimSpace(c.s[at:end]) != "" {
			lines++
			if h, ok := c.head(at, end); ok {
				heads[at] = h
				starts = append(starts, at)
			} else if m := spokenBy.FindStringSubmatch(c.s[at:end]); m != nil && !labels.MatchString(m[1]) && strings.IndexFunc(m[1], isDigit) < 0 {
				byHand++
			}
		}
		at = end + 1
	}
	if len(starts) == 0 && lines >= 2 && byHand == lines {
		starts = c.handmade(heads)
	}
	if len(starts) == 0 {
		return
	}
	c.bodies, c.spoken = nil, nil
	if before := strings.TrimSpace(c.s[:starts[0]]); before != "" {
		c.bodies, c.spoken = append(c.bodies, [2]int{0, starts[0]}), append(c.spoken, -1)
	}
	for i, at := range starts {
		end := len(c.s)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		c.message(at, end, heads[at])
	}
}

// message adds one message.
func (c *scan) message(at, end int, h head) {
	speaker := strings.TrimSpace(c.s[h.speaker[0]:h.speaker[1]])
	m := Message{Speaker: speaker, Own: c.isOwn(speaker), Day: h.day, Head: c.span(at, h.body), Body: c.span(h.body, end)}
	c.hold(at, h.body)
	c.out.Chat = append(c.out.Chat, m)
	c.bodies, c.spoken = append(c.bodies, [2]int{h.body, end}), append(c.spoken, len(c.out.Chat)-1)
	if !m.Own && len(c.out.Names) == 0 {
		sure := Likely
		if len(c.in.Own) > 0 {
			sure = Certain
		}
		c.out.Names = append(c.out.Names, Found[Who]{Who{speaker, text.IsCompany(speaker)}, c.span(h.speaker[0], h.speaker[1]), sure})
	}
}

func (c *scan) isOwn(speaker string) bool {
	key := text.Fold(speaker)
	for _, own := range c.in.Own {
		if text.Fold(own) == key {
			return true
		}
	}
	return key == "我" || key == "me" || key == "you"
}

// head reads the line from at to end as the head of a message.
func (c *scan) head(at, end int) (head, bool) {
	line := c.s[at:end]
	if m := bracketed.FindStringSubmatchIndex(line); m != nil {
		day := c.numeric(sub(line, m, 1), sub(line, m, 2), sub(line, m, 3)) + c.numeric(sub(line, m, 4), sub(line, m, 5), sub(line, m, 6))
		return head{[2]int{at + m[14], at + m[15]}, at + m[16], day}, true
	}
	if m := dashed.FindStringSubmatchIndex(line); m != nil {
		return head{[2]int{at + m[8], at + m[9]}, at + m[10], c.numeric(sub(line, m, 1), sub(line, m, 2), sub(line, m, 3))}, true
	}
	m := headed.FindStringSubmatchIndex(line)
	next := strings.TrimLeft(c.s[end:], "\n ")
	if m == nil || next == "" || !looksNamed(line[m[2]:m[3]]) {
		return head{}, false
	}
	day := c.numeric(sub(line, m, 2), sub(line, m, 3), sub(line, m, 4))
	today := cal.DateOf(c.in.Now, c.in.Zone)
	if month := sub(line, m, 5); month != "" {
		day = dateOf(string(today)[:4], month, sub(line, m, 6))
	}
	if word := strings.ToLower(sub(line, m, 7)); word == "昨天" || word == "yesterday" {
		day = today.AddDays(-1)
	}
	return head{[2]int{at + m[2], at + m[3]}, end, day}, true
}

// looksNamed keeps a typed line that ends with a time from being a speaker.
func looksNamed(s string) bool {
	return len(strings.Fields(s)) <= 4 && strings.IndexFunc(s, isDigit) < 0 && !strings.ContainsAny(s, ",;@?!¥£$€") && !anyPurpose(s) && !labels.MatchString(s)
}

func anyPurpose(s string) bool {
	return orderWords.MatchString(s) || callWords.MatchString(s) || visitWords.MatchString(s) || badWords.MatchString(s) || weekday.MatchString(s) || phrase.MatchString(s) || hanPhrase.MatchString(s) || hanWeek.MatchString(s)
}

func sub(s string, m []int, n int) string {
	if 2*n+1 >= len(m) || m[2*n] < 0 {
		return ""
	}
	return s[m[2*n]:m[2*n+1]]
}

// numeric is a day in digits: year first, or day and month by what fits and by
// the custom of the region.
func (c *scan) numeric(a, b, d string) cal.Date {
	switch {
	case a == "":
		return ""
	case len(a) == 4:
		return dateOf(a, b, d)
	case len(d) == 2 && strings.ToUpper(c.in.Region) == "CN":
		return dateOf("20"+a, b, d)
	case len(d) == 2:
		d = "20" + d
	}
	first, second := hanInt(a), hanInt(b)
	if first > 12 || second <= 12 && strings.ToUpper(c.in.Region) != "US" {
		a, b = b, a
	}
	return dateOf(d, a, b)
}

// handmade takes every line as a message of whoever stands before the colon.
func (c *scan) handmade(heads map[int]head) []int {
	var starts []int
	for at := 0; at < len(c.s); {
		end := at + strings.IndexByte(c.s[at:]+"\n", '\n')
		if m := spokenBy.FindStringSubmatchIndex(c.s[at:end]); m != nil {
			heads[at] = head{[2]int{at + m[2], at + m[3]}, at + m[4], ""}
			starts = append(starts, at)
		}
		at = end + 1
	}
	return starts
}
