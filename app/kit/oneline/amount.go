package oneline

import (
	"regexp"
	"strings"

	"regulars/app/kit/money"
)

var (
	signed = regexp.MustCompile(`(?i)(US\$|HK\$|RMB|CNY|USD|GBP|EUR|¥|£|\$|€)\s?(` + decimal + `)\s?(k\b|万|千)?`)
	united = regexp.MustCompile(`(?i)(` + decimal + `|` + hanNumber + `)\s?(k|万|千|百)?\s?(元|块钱|块|人民币|rmb|cny|usd|gbp|eur|yuan|dollars?|pounds?|quid|euros?|€|£)(整)?`)
	large  = regexp.MustCompile(`(` + decimal + `|` + hanNumber + `)\s?(万|千)`)
	lone   = regexp.MustCompile(decimal)
)

var currencies = map[string]string{"us$": "USD", "hk$": "HKD", "rmb": "CNY", "cny": "CNY", "usd": "USD", "gbp": "GBP", "eur": "EUR", "£": "GBP", "€": "EUR",
	"元": "CNY", "块钱": "CNY", "块": "CNY", "人民币": "CNY", "yuan": "CNY", "dollar": "USD", "dollars": "USD", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "euro": "EUR", "euros": "EUR"}

var multiples = map[string]int64{"": 1, "k": 1000, "百": 100, "千": 1000, "万": 10000}

// currency is what a sign means in this shop: ¥ and $ are many countries'.
func (c *scan) currency(sign string) string {
	sign = strings.ToLower(sign)
	own := c.in.Currency
	switch sign {
	case "¥", "元", "块", "块钱":
		if own == "JPY" && sign == "¥" || own == "TWD" || own == "HKD" && sign != "¥" {
			return own
		}
		return "CNY"
	case "$", "dollar", "dollars":
		if strings.HasSuffix(money.Symbol(own), "$") {
			return own
		}
		return "USD"
	}
	return currencies[sign]
}

// minor turns thousandths into minor units, when that is exact.
func minor(thousandths, times int64, currency string) (int64, bool) {
	if thousandths < 0 || thousandths > 1e11 {
		return 0, false
	}
	n := thousandths * times
	for range money.Digits(currency) {
		n *= 10
	}
	return n / 1000, n%1000 == 0
}

func (c *scan) amount(a, b int, num, times, currency string, sure Sure) bool {
	th, ok := number(num)
	if !ok {
		return false
	}
	in := currency
	if in == "" {
		in = c.in.Currency
	}
	n, ok := minor(th, multiples[strings.ToLower(times)], in)
	if !ok || n <= 0 || len(c.out.Amounts) == MaxFound {
		return false
	}
	c.out.Amounts = append(c.out.Amounts, Found[Amount]{Amount{n, currency}, c.take(a, b), sure})
	return true
}

// money reads sums with a sign or a word for money.
func (c *scan) money() {
	c.each(signed, func(m []int, _ int) bool {
		if !c.edge(m[0]) || !c.edge(m[1]) {
			return false
		}
		return c.amount(m[0], m[1], c.group(m, 2), c.group(m, 3), c.currency(c.group(m, 1)), Certain)
	})
	c.each(united, func(m []int, _ int) bool {
		num := c.group(m, 1)
		if !c.edge(m[0]) || m[0] > 0 && (c.before(m[0]) == '.' || strings.ContainsRune("第单", c.before(m[0]))) || isLetter(c.before(m[1])) && isLetter(c.after(m[1])) || num == "半" {
			return false
		}
		unit := c.group(m, 3)
		if unit == "元" && strings.ContainsRune("素旦宵", c.after(m[1])) {
			return false
		}
		return c.amount(m[0], m[1], num, c.group(m, 2), c.currency(unit), Certain)
	})
	c.each(large, func(m []int, _ int) bool {
		if !c.edge(m[0]) || m[1] < len(c.s) && (isHan(c.after(m[1])) && c.free(m[1], m[1]+1) || isDigit(c.after(m[1]))) {
			return false
		}
		return c.amount(m[0], m[1], c.group(m, 1), c.group(m, 2), "", Likely)
	})
}

// bare takes a single number without any sign as the price of what is ordered;
// two of them could be anything.
func (c *scan) bare() {
	if len(c.out.Amounts) > 0 || !c.bought && len(c.out.Lines) == 0 {
		return
	}
	var found [][]int
	c.each(lone, func(m []int, _ int) bool {
		s := c.s[m[0]:m[1]]
		alone := (m[0] == 0 || strings.ContainsRune(" ,;:\n", c.before(m[0]))) && (m[1] == len(c.s) || strings.ContainsRune(" ,;.\n", c.after(m[1])))
		if alone && !c.amongDigits(m[0], m[1]) && len(s) >= 2 && s[0] != '0' {
			found = append(found, []int{m[0], m[1]})
		}
		return true
	})
	if len(found) == 1 {
		c.amount(found[0][0], found[0][1], c.s[found[0][0]:found[0][1]], "", "", Guess)
	}
}

// amongDigits tells whether more digits stand before or behind, as in a number
// of a telephone that nobody understood.
func (c *scan) amongDigits(a, b int) bool {
	for a > 0 && c.w[a-1] == ' ' {
		a--
	}
	for b < len(c.w) && c.w[b] == ' ' {
		b++
	}
	return a > 0 && isDigit(rune(c.w[a-1])) || b < len(c.w) && isDigit(rune(c.w[b]))
}
