package consent

import (
	"strings"

	"regulars/app/kit/text"
)

// What cells of other programs mean.
type sense int

const (
	unclear sense = iota
	yes
	no
	nothing // nobody asked them, or nobody knows
)

var senses = map[string]sense{}

func init() {
	for s, words := range map[sense][]string{
		yes: {"yes", "y", "true", "1", "x", "✓", "✔", "ok", "on", "agreed", "agrees", "agree", "allowed", "granted", "given", "accepted", "accepts", "confirmed", "opt in", "opted in", "subscribed",
			"是", "对", "同意", "已同意", "愿意", "接受", "允许", "允许接收", "订阅", "已订阅", "有"},
		no: {"no", "n", "false", "0", "✗", "off", "objected", "objects", "refused", "declined", "denied", "withdrawn", "revoked", "opt out", "opted out", "unsubscribed",
			"否", "不", "不同意", "不愿意", "拒绝", "已拒绝", "不接受", "拒收", "退订", "已退订", "取消订阅"},
		nothing: {"-", "?", "unknown", "not asked", "never asked", "never contacted", "no consent", "not subscribed", "none", "pending", "未知", "未询问", "没问过", "未订阅", "待确认", "无"},
	} {
		for _, w := range words {
			senses[plainWord(w)] = s
		}
	}
}

// meaning is what a cell says; a word that is not known means nothing certain,
// and is never taken for a yes.
func meaning(cell string) sense { return senses[plainWord(cell)] }

func plainWord(s string) string {
	s = strings.TrimSpace(text.Fold(s))
	if s == "-" {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" -_/", r) }), "")
}
