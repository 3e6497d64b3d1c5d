package oneline

import (
	"strings"
	"unicode/utf8"

	"regulars/app/kit/money"
)

// partial reads what is counted or ordered by a part of a product's name: 龙井
// for 西湖龙井, tea for any of three. What means several keeps them all, for a
// person to choose.
func (c *scan) partial() {
	c.each(unknownHan, func(m []int, _ int) bool {
		if !c.edge(m[0]) || m[0] > 0 && strings.ContainsRune("第.:/-周期¥£$€", c.before(m[0])) || c.group(m, 2) == "块" && !c.bought {
			return false
		}
		name := c.group(m, 3)
		products, said := c.mean(name)
		if said == "" {
			said = untilVerb(name)
		}
		if said == "" || len(products) == 0 && noGoods(said) {
			return false
		}
		return c.partly(m[0], m[6]+len(said), said, products, m[2:4], m[4:6])
	})
	c.each(unknownLatin, func(m []int, _ int) bool {
		if !c.whole(m) {
			return false
		}
		name := c.group(m, 3)
		products, said := c.mean(name)
		if said == "" {
			said, _, _ = strings.Cut(name, " ")
		}
		return c.partly(m[0], m[6]+len(said), said, products, m[2:4], m[4:6])
	})
	if c.bought {
		c.mentioned()
	}
	c.quantities()
}

// partly adds a line that is counted.
func (c *scan) partly(a, b int, name string, products []int, num, unit []int) bool {
	l := Line{Name: name, Products: products, Quantity: money.One}
	if len(c.out.Lines) >= MaxFound || !l.count(c.s, num, unit) {
		return false
	}
	sure := Guess
	if len(products) == 1 {
		sure = Likely
	}
	c.out.Lines = append(c.out.Lines, Found[Line]{l, c.take(a, b), sure})
	return true
}

// noGoods tells of words behind a measure that no goods are called.
func noGoods(s string) bool {
	for _, w := range []string{"月", "天", "年", "人", "事", "电话", "时", "钟", "小时", "钱", "问题", "意见", "建议", "礼拜", "星期", "客户", "地方"} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// untilVerb cuts what follows the goods: 茶送到店里 is 茶.
func untilVerb(s string) string {
	for i, r := range s {
		if strings.ContainsRune("送给发下明后今周月星的了吧呢,到要和及共总一两三四五六七八九十", r) {
			return s[:i]
		}
	}
	if utf8.RuneCountInString(s) > 6 {
		return ""
	}
	return s
}

// mean looks for the longest beginning of a word that names products.
func (c *scan) mean(word string) ([]int, string) {
	low := lower(word)
	for end := len(low); end > 0; {
		part := strings.TrimSpace(low[:end])
		if products := c.having(part); len(products) > 0 {
			return products, word[:len(part)]
		}
		_, size := utf8.DecodeLastRuneInString(low[:end])
		end -= size
		if isLetter(c.firstOf(low)) {
			end = strings.LastIndexByte(low[:end], ' ')
		}
	}
	return nil, ""
}

func (c *scan) firstOf(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// maxMeant bounds among how many products a person is to choose.
const maxMeant = 8

// having are the products whose name has the part in it, Latin words whole.
func (c *scan) having(part string) []int {
	if out, ok := c.meant[part]; ok {
		return out
	}
	out := c.search(part)
	c.meant[part] = out
	return out
}

func (c *scan) search(part string) []int {
	var out []int
	for i, p := range c.folded() {
		at := strings.Index(p, part)
		if at < 0 {
			continue
		}
		if r := c.firstOf(part); isLetter(r) && !wordIn(p, part) {
			continue
		}
		if out = append(out, i); len(out) > maxMeant {
			return out[:maxMeant]
		}
	}
	return out
}

// wordIn tells whether part stands in name as words of their own, also plural.
func wordIn(name, part string) bool {
	for _, p := range []string{part, strings.TrimSuffix(part, "s"), strings.TrimSuffix(part, "es")} {
		for from := 0; len(p) >= 3; {
			i := strings.Index(name[from:], p)
			if i < 0 {
				break
			}
			a, b := from+i, from+i+len(p)
			left, _ := utf8.DecodeLastRuneInString(name[:a])
			right, _ := utf8.DecodeRuneInString(name[b:])
			if !(a > 0 && isLetter(left)) && !(b < len(name) && isLetter(right)) {
				return true
			}
			from = b
		}
	}
	return false
}

func (c *scan) folded() []string {
	if c.goods == nil {
		c.goods = make([]string, len(c.in.Products))
		for i, p := range c.in.Products {
			c.goods[i] = foldName(p.Name)
		}
	}
	return c.goods
}

// begins tells quickly whether any product's name has the first two characters
// of a stretch in it: most have not.
func (c *scan) begins(low string) bool {
	if c.pairs == nil {
		c.pairs = map[string]bool{}
		for _, name := range c.folded() {
			last := 0
			for i := range name {
				if i > 0 {
					_, size := utf8.DecodeRuneInString(name[i:])
					c.pairs[name[last:i+size]] = true
				}
				last = i
			}
		}
	}
	_, one := utf8.DecodeRuneInString(low)
	_, two := utf8.DecodeRuneInString(low[one:])
	return c.pairs[low[:one+two]]
}

// mentioned takes two or more Han characters, or a word, of exactly one
// product's name as that product, when there are words of ordering.
func (c *scan) mentioned() {
	for _, body := range c.bodies {
		for i := body[0]; i < body[1]; {
			r, size := utf8.DecodeRune(c.w[i:body[1]])
			end := c.stretch(i, body[1], r)
			if end > i && c.known(i, end) {
				i = end
				continue
			}
			if isLetter(r) && end > i {
				size = end - i
			}
			i += size
		}
	}
}

// stretch is the end of the word, or of up to six Han characters, at i.
func (c *scan) stretch(i, most int, first rune) int {
	han := isHan(first)
	if !han && !isLetter(first) {
		return i
	}
	n := 0
	for i < most && n < 40 {
		r, size := utf8.DecodeRune(c.w[i:most])
		if isHan(r) != han || !isHan(r) && !isLetter(r) || han && n == 6 {
			break
		}
		i += size
		n++
	}
	return i
}

func (c *scan) known(a, b int) bool {
	low := lower(c.s[a:b])
	if !c.begins(low) {
		return false
	}
	least := 2
	if !isHan(c.after(a)) {
		least = 4
	}
	for utf8.RuneCountInString(low) >= least {
		if products := c.having(low); len(products) == 1 {
			c.line(a, a+len(low), products, Likely)
			return true
		} else if least == 4 || len(products) > 1 {
			return false
		}
		_, size := utf8.DecodeLastRuneInString(low)
		low = low[:len(low)-size]
	}
	return false
}
