package oneline

import (
	"strings"

	"regulars/app/kit/money"
)

// Numbers as people write them: 1,280, 1.5, 两, 三十五, 一千二, a dozen.

const (
	decimal   = `\d{1,3}(?:,\d{3})+(?:\.\d{1,3})?|\d{1,9}(?:\.\d{1,3})?`
	hanNumber = `[零〇一二两三四五六七八九十百千万半]{1,9}`
	words     = `half a dozen|a dozen|dozen|half|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|an|a`
)

var spelled = map[string]int64{"half a dozen": 6000, "a dozen": 12000, "dozen": 12000, "half": 500, "a": 1000, "an": 1000, "one": 1000, "two": 2000,
	"three": 3000, "four": 4000, "five": 5000, "six": 6000, "seven": 7000, "eight": 8000, "nine": 9000, "ten": 10000, "eleven": 11000, "twelve": 12000}

// number reads a number in thousandths.
func number(s string) (int64, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if n, ok := spelled[s]; ok {
		return n, true
	}
	if s != "" && isDigit(rune(s[0])) {
		q, err := money.ParseQuantity(strings.ReplaceAll(s, ",", ""))
		return int64(q), err == nil
	}
	return hanValue(s)
}

var (
	hanDigits = map[rune]int64{'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	hanUnits  = map[rune]int64{'十': 10, '百': 100, '千': 1000, '万': 10000}
)

// hanValue reads 三十五, 两千, 一千二 (1200), 一万五 (15000), 半 (one half).
func hanValue(s string) (int64, bool) {
	if s == "半" {
		return 500, true
	}
	var total, part, digit, last int64 // last is the unit just read
	digit = -1
	for _, r := range s {
		if d, ok := hanDigits[r]; ok {
			if digit > 0 {
				return 0, false
			}
			digit = d
			if d == 0 {
				last, digit = 0, -1
			}
			continue
		}
		unit, ok := hanUnits[r]
		if !ok {
			return 0, false
		}
		if digit < 0 {
			digit = 1
			if unit != 10 && part == 0 {
				return 0, false
			}
			if unit == 10000 {
				digit = 0
			}
		}
		if unit == 10000 {
			if part+digit > 9999 || total > 0 {
				return 0, false
			}
			total, part = (part+digit)*unit, 0
		} else {
			part += digit * unit
		}
		digit, last = -1, unit
	}
	if digit > 0 {
		if last >= 100 {
			digit *= last / 10
		}
		part += digit
	}
	return (total + part) * 1000, total+part > 0
}
