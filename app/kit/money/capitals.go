package money

import "strings"

// Capitals is an amount of yuan as Chinese contracts and receipts write it out,
// so that no digit can be altered: 123456 fen is 壹仟贰佰叁拾肆元伍角陆分. Beyond
// 万亿 there is no customary way, and the text is empty.
func Capitals(fen int64) string {
	const most = 1_0000_0000_0000_0000 // yuan: one above 玖仟…万亿
	n := magnitude(fen)
	yuan, jiao, rest := n/100, n/10%10, n%10
	if yuan >= most {
		return ""
	}
	var b strings.Builder
	if fen < 0 {
		b.WriteString("负")
	}
	if yuan > 0 || n == 0 {
		b.WriteString(capital(yuan) + "元")
	}
	if jiao == 0 && rest == 0 {
		return b.String() + "整"
	}
	switch {
	case jiao > 0:
		b.WriteString(capitals[jiao] + "角")
	case yuan > 0:
		b.WriteString("零")
	}
	if rest == 0 {
		return b.String() + "整"
	}
	return b.String() + capitals[rest] + "分"
}

var capitals = strings.Split("零 壹 贰 叁 肆 伍 陆 柒 捌 玖", " ")

// capital spells a whole number. A gap between two parts is one 零, however many
// digits it leaves out; at the end nothing is said.
func capital(n uint64) string {
	for _, step := range []struct {
		unit uint64
		name string
	}{{1_0000_0000, "亿"}, {1_0000, "万"}, {1000, "仟"}, {100, "佰"}, {10, "拾"}} {
		if n < step.unit {
			continue
		}
		s, rest := capital(n/step.unit)+step.name, n%step.unit
		if rest == 0 {
			return s
		}
		if rest < step.unit/10 {
			s += capitals[0]
		}
		return s + capital(rest)
	}
	return capitals[n]
}
