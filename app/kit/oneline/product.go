package oneline

import (
	"regexp"
	"sort"
	"strings"

	"regulars/app/kit/money"
)

const (
	hanMeasure   = `公斤|千克|个|件|盒|箱|包|袋|罐|瓶|斤|克|两|条|支|张|套|本|份|杯|桶|块|片|只|双|提|打|饼|串|台|把|盆|束|壶`
	latinMeasure = `boxes|box|bags?|packs?|packets?|pcs|pieces?|bottles?|tins?|cans?|jars?|kilos?|kgs?|grams?|lbs?|pounds?|cups?|sets?|cases?|crates?|cartons?|units?|litres?|liters?|bunches|bunch|loaf|loaves|bars?|tubs?|sacks?|trays?|rolls?`
)

var (
	// quantity in front: "2 x ", "two bags of ", "3 盒", "两斤"
	infront = regexp.MustCompile(`(?i)(` + decimal + `|` + words + `|` + hanNumber + `)\s*(?:(?:x|×|\*)\s*|(` + hanMeasure + `)\s*(?:的)?\s*|(` + latinMeasure + `)\s+(?:of\s+)?|\s+)?$`)
	// and behind: " x 2", "2盒", " 3 boxes"
	behind = regexp.MustCompile(`(?i)^\s*(?:(?:x|×|\*)\s*(` + decimal + `)|(` + decimal + `|` + hanNumber + `)\s*(` + hanMeasure + `)|(` + decimal + `)\s*(` + latinMeasure + `)\b)`)
	// something that is counted, in nobody's catalogue or only in part
	unknownHan   = regexp.MustCompile(`(` + decimal + `|` + hanNumber + `)\s*(` + hanMeasure + `)(?:的)?\s?(\p{Han}{1,8})`)
	unknownLatin = regexp.MustCompile(`(?i)(` + decimal + `|` + words + `)\s*(?:(?:x|×|\*)\s*|(` + latinMeasure + `)\s+of\s+)([a-z][a-z'\-]{2,}(?: [a-z][a-z'\-]{2,})?)`)
	// a count, to know whether something is ordered at all
	counting = regexp.MustCompile(`(?i)(?:` + decimal + `|` + hanNumber + `)\s*(?:` + hanMeasure + `|x\s|×|\*)`)
)

// counted notes whether anything is counted or bought, before numbers are read.
func (c *scan) counted() {
	for _, body := range c.bodies {
		if orderWords.MatchString(c.s[body[0]:body[1]]) || counting.MatchString(c.s[body[0]:body[1]]) {
			c.bought = true
		}
	}
}

// products finds the shop's own names and codes, the longest first.
func (c *scan) products() {
	type named struct {
		name string
		at   int
	}
	var all []named
	for i, p := range c.in.Products {
		for _, n := range []string{p.Name, p.Code} {
			if n = foldName(n); len([]rune(n)) >= 2 && !allDigits(n) {
				all = append(all, named{n, i})
			}
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return len(all[i].name) > len(all[j].name) })
	low := lower(c.s)
	for _, n := range all {
		for from := 0; ; {
			i := strings.Index(low[from:], n.name)
			if i < 0 {
				break
			}
			a, b := from+i, from+i+len(n.name)
			from = b
			if c.edge(b+1) && b < len(c.s) && low[b] == 's' && isLetter(c.before(b)) {
				b++ // a plural
			}
			if c.free(a, b) && c.edge(a) && c.edge(b) && c.inBody(a, b) {
				c.line(a, b, []int{n.at}, Certain)
			}
		}
	}
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// lower makes ASCII letters small, byte for byte.
func lower(s string) string {
	b := []byte(s)
	for i, x := range b {
		if x >= 'A' && x <= 'Z' {
			b[i] = x + 'a' - 'A'
		}
	}
	return string(b)
}

func foldName(s string) string {
	return lower(strings.TrimSpace(strings.Map(func(r rune) rune {
		if r = plain(r); r == '\n' {
			return ' '
		}
		return r
	}, s)))
}

func (c *scan) inBody(a, b int) bool {
	for _, body := range c.bodies {
		if a >= body[0] && b <= body[1] {
			return true
		}
	}
	return false
}

// line notes something that is ordered; quantities finds how many of it.
func (c *scan) line(a, b int, products []int, sure Sure) {
	l := Line{Name: strings.TrimSpace(c.s[a:b]), Products: products, Quantity: money.One}
	c.hold(a, b)
	c.pending = append(c.pending, pending{a, b, l, sure})
}

// pending is a line whose quantity is still to be read.
type pending struct {
	a, b int
	line Line
	sure Sure
}

// quantities reads how many of each, in front of the name or behind it.
func (c *scan) quantities() {
	for _, p := range c.pending {
		if !c.infront(&p) {
			c.behind(&p)
		}
		if len(c.out.Lines) >= MaxFound || !p.line.Counted && c.blamed(p.a) {
			c.release(p.a, p.b)
			continue
		}
		if !p.line.Counted && p.sure == Certain {
			p.sure = Likely
		}
		c.out.Lines = append(c.out.Lines, Found[Line]{p.line, c.take(p.a, p.b), p.sure})
	}
	c.pending = nil
}

// blamed tells whether the words around i complain and order nothing: what is
// named there is not ordered.
func (c *scan) blamed(i int) bool {
	for _, body := range c.bodies {
		if i >= body[0] && i < body[1] {
			said := c.s[body[0]:body[1]]
			return badWords.MatchString(said) && !orderWords.MatchString(said)
		}
	}
	return false
}

func (c *scan) infront(p *pending) bool {
	from := max(0, p.a-40)
	head := string(c.w[from:p.a])
	m := infront.FindStringSubmatchIndex(head)
	if m == nil {
		return false
	}
	start, unit := from+m[0], pick(m, 2, 3)
	first := c.after(start)
	_, han := hanDigits[first]
	if han = han || hanUnits[first] > 0 || first == '半'; han && unit[0] < 0 {
		return false // 下周三龙井
	}
	if !c.edge(start) || start > 0 && strings.ContainsRune("¥£$€.,-:/第", c.before(start)) || !p.line.count(head, m[2:4], unit) {
		return false
	}
	p.a = start
	return true
}

func (c *scan) behind(p *pending) bool {
	tail := string(c.w[p.b:min(len(c.w), p.b+40)])
	m := behind.FindStringSubmatchIndex(tail)
	if m == nil || m[6] >= 0 && tail[m[6]:m[7]] == "块" || !c.edge(p.b+m[1]) || !p.line.count(tail, pick(m, 1, 2, 4), pick(m, 3, 5)) {
		return false
	}
	p.b += m[1]
	return true
}

// count puts a quantity into a line; in s stand the number and its unit.
func (l *Line) count(s string, num, unit []int) bool {
	if num[0] < 0 {
		return false
	}
	n, ok := number(s[num[0]:num[1]])
	if !ok || n <= 0 || n > 1_000_000_000 {
		return false
	}
	l.Quantity, l.Counted = money.Quantity(n), true
	if unit[0] >= 0 {
		l.Unit = s[unit[0]:unit[1]]
	}
	return true
}

// pick is the first of some groups that took part.
func pick(m []int, groups ...int) []int {
	for _, g := range groups {
		if 2*g+1 < len(m) && m[2*g] >= 0 {
			return m[2*g : 2*g+2]
		}
	}
	return []int{-1, -1}
}
