package money

import (
	"math"
	"strings"
	"testing"
)

func TestCapitals(t *testing.T) {
	for want, fen := range map[string]int64{
		"零元整": 0, "壹分": 1, "伍角整": 50, "伍角叁分": 53, "壹元整": 100, "壹元零伍分": 105, "壹元伍角整": 150, "壹拾元整": 1000, "壹拾壹元整": 1100,
		"壹佰元整": 10000, "壹佰零壹元整": 10100, "壹佰壹拾元零壹分": 11001, "壹仟零壹拾元整": 101000, "壹仟零壹元整": 100100,
		"壹仟贰佰叁拾肆元伍角陆分": 123456, "壹仟肆佰零玖元伍角整": 140950, "陆仟零柒元壹角肆分": 600714, "壹仟陆佰捌拾元叁角贰分": 168032,
		"壹拾万柒仟元伍角叁分": 10700053, "壹万陆仟肆佰零玖元零贰分": 1640902, "叁佰贰拾伍元零肆分": 32504, "壹拾万零壹元整": 10000100,
		"贰拾万伍仟元整": 20500000, "壹佰万元整": 100000000, "壹仟万壹仟元整": 1000100000, "壹亿元整": 10000000000, "壹亿零壹元整": 10000000100,
		"壹亿零壹万元整": 10001000000, "壹亿零壹仟元整": 10000100000, "壹拾亿零贰拾万元整": 100020000000, "壹万亿元整": 100000000000000,
		"壹万亿零壹元整": 100000000000100, "壹万零壹亿元整": 100010000000000, "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分": 999999999999999999,
		"负壹元零壹分": -101, "负伍角整": -50, "": math.MaxInt64,
	} {
		if got := Capitals(fen); got != want {
			t.Errorf("%d: got %s, want %s", fen, got, want)
		}
	}
	if Capitals(math.MinInt64) != "" {
		t.Error("an amount nobody can write was written")
	}
}

// TestCapitalsSayEveryAmountOnce reads the words back.
func TestCapitalsSayEveryAmountOnce(t *testing.T) {
	for n := int64(0); n < 3_000_000_000_000; n = n*13/11 + 7 {
		words := Capitals(n)
		if got := spoken(words); got != n {
			t.Fatalf("%d is written %s, which reads %d", n, words, got)
		}
		if strings.Contains(words, "零零") || strings.Contains(words, "零元") && n != 0 {
			t.Fatalf("%d is written %s", n, words)
		}
	}
}

func spoken(words string) int64 {
	units := map[rune]int64{'拾': 10, '佰': 100, '仟': 1000, '万': 10000, '亿': 100000000}
	var yuan, part, digit, fen int64
	for _, r := range words {
		if i := strings.Index(strings.Join(capitals, ""), string(r)); i >= 0 {
			digit = int64(i / len("零"))
			continue
		}
		switch r {
		case '拾', '佰', '仟':
			part, digit = part+digit*units[r], 0
		case '万':
			part, digit = (part+digit)*units[r], 0
		case '亿':
			yuan, part, digit = (part+digit)*units[r], 0, 0
		case '元':
			yuan, part, digit = yuan+part+digit, 0, 0
		case '角':
			fen, digit = fen+digit*10, 0
		case '分':
			fen, digit = fen+digit, 0
		}
	}
	return yuan*100 + fen
}
