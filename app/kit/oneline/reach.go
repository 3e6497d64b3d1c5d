package oneline

import (
	"regexp"
	"strings"

	"regulars/app/kit/phone"
)

var (
	emailShape = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,24}`)
	linkShape  = regexp.MustCompile(`(?i)(?:https?://|www\.)[^\s一-鿿]+`)
	phoneShape = regexp.MustCompile(`\+?\(?\d[\d \-().]{4,24}\d(?:\s*(?:转|分机|ext\.?|x|#)\s*\d{1,6})?`)
	phoneLabel = regexp.MustCompile(`(?i)(?:tel|phone|mobile|电话|手机|手机号|联系电话)\s*[:.]?\s*$`)
	hanText    = regexp.MustCompile(`\p{Han}`)
	priced     = regexp.MustCompile(`^\s?(?:元|块|万|%)`)
	groupShape = regexp.MustCompile(`\S+`)
)

func (c *scan) emails() {
	c.each(emailShape, func(m []int, body int) bool {
		if len(c.out.Emails) == MaxFound || !c.edge(m[0]) || c.own(body) {
			return false
		}
		c.out.Emails = append(c.out.Emails, Found[string]{c.s[m[0]:m[1]], c.take(m[0], m[1]), Certain})
		return true
	})
}

// links are no words of the grammar: digits in them mean nothing.
func (c *scan) links() {
	c.each(linkShape, func(m []int, _ int) bool {
		c.hold(m[0], m[1])
		return true
	})
}

// maxTries bounds how often a heap of digits is looked at.
const maxTries = 500

// phones takes the longest groups of digits that are a number somewhere.
func (c *scan) phones() {
	tries := 0
	c.each(phoneShape, func(m []int, body int) bool {
		if tries++; tries > maxTries || len(c.out.Phones) == MaxFound {
			return true
		}
		if !c.edge(m[0]) || c.own(body) || m[0] > 0 && strings.ContainsRune("@_/-.,¥£$€", c.before(m[0])) {
			return false
		}
		groups := groupShape.FindAllStringIndex(c.s[m[0]:m[1]], 9)
		for last := len(groups) - 1; last >= 0; last-- {
			end := m[0] + groups[last][1]
			n := c.number(c.s[m[0]:end])
			if n.E164 == "" || !c.edge(end) || priced.MatchString(c.s[end:]) {
				continue
			}
			start := m[0]
			if l := phoneLabel.FindStringIndex(c.s[:start]); l != nil && c.free(l[0], start) {
				c.take(l[0], start)
			}
			c.out.Phones = append(c.out.Phones, Found[phone.Number]{n, c.take(start, end), Certain})
			return true
		}
		return false
	})
}

// number reads a telephone number of the shop's region; in a Chinese text also
// one of China, which is then kept with its country code.
func (c *scan) number(s string) phone.Number {
	n := phone.Parse(s, c.in.Region)
	if n.E164 != "" || !hanText.MatchString(c.s) {
		return n
	}
	if n = phone.Parse(s, "CN"); n.E164 != "" {
		n.Raw = n.E164
	}
	return n
}

// own tells whether somebody who works here wrote it: how to reach the shop is
// not how to reach the customer.
func (c *scan) own(body int) bool {
	i := c.spoken[body]
	return i >= 0 && c.out.Chat[i].Own
}
