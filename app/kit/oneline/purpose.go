package oneline

import (
	"regexp"
	"strings"
)

// Words of purpose. Those of a complaint stay in the note, where somebody has
// to read what it is about; so do the others when more is said.
var (
	orderWords = regexp.MustCompile(`(?i)(?:\b(?:orders?|ordered|buys?|buying|bought|purchases?|wants?|needs?)\b|下单|订购|订货|预订|购买|采购|再要|想要|订|买|要了|再加)`)
	callWords  = regexp.MustCompile(`(?i)(?:\b(?:call(?:ing)? back|ring back|phone back|callback|call|ring|phone|follow[ -]?up|remind(?: me)?|get back to)\b|打电话|回电话|回个电话|回电|回访|致电|联系|跟进|提醒)`)
	visitWords = regexp.MustCompile(`(?i)(?:\b(?:visits?|visiting|drop by|come by|comes by|on[ -]site)\b|上门|拜访|登门|到店|来店|走访)`)
	badWords   = regexp.MustCompile(`(?i)(?:\b(?:complain(?:s|ed|ing|ts?)?|unhappy|dissatisfied|disappointed|not (?:happy|satisfied)|broken|damaged|faulty|defective|leaking|mouldy|stale|too slow|too late|terrible|awful|rude|wrong item|refund|never arrived)\b|投诉|不满意|不满|不高兴|太慢|坏了|坏的|破损|破了|受潮|发霉|变质|差评|太差|很差|退货|退款|漏发|发错|少发|失望|生气)`)
	negation   = regexp.MustCompile(`(?i)(?:\b(?:not|no|never|isn't|wasn't|without|don't|nothing)(?:\s\w+)?\s*|没有?|没有人|不|别|未|无|不再)$`)
)

func (c *scan) purposes() {
	c.purpose(Complaint, badWords, Likely)
	c.purpose(CallBack, callWords, Likely)
	c.purpose(Visit, visitWords, Likely)
	c.purpose(Order, orderWords, Likely)
}

func (c *scan) purpose(p Purpose, re *regexp.Regexp, sure Sure) {
	c.each(re, func(m []int, body int) bool {
		head := c.s[max(c.bodies[body][0], m[0]-24):m[0]]
		if len(c.out.Purposes) >= MaxFound || !c.edge(m[0]) || !c.edge(m[1]) || negation.MatchString(head) || p == Order && notOrder(head, c.s[m[1]:]) {
			return false
		}
		c.out.Purposes = append(c.out.Purposes, Found[Purpose]{p, c.hold(m[0], m[1]), sure})
		return true
	})
}

// notOrder: 退订 and 订单 are no orders, nor is "in order to".
func notOrder(head, tail string) bool {
	return strings.HasSuffix(head, "退") || strings.HasPrefix(tail, "单") || strings.HasPrefix(tail, " to ") && strings.HasSuffix(strings.ToLower(head), "in ")
}
