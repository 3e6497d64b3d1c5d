package oneline

import (
	"regexp"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scan is a text being read. It works on a folded copy (full width is plain,
// invisible marks are gone) and knows where each byte of it came from.
type scan struct {
	in      Input
	s       string
	w       []byte   // s with what was understood blotted out
	at      []int    // byte of s -> byte of the text, with one more at the end
	used    []bool   // bytes of s that were understood, or are no words of a person
	mute    []bool   // of those, the ones that the note leaves out
	bodies  [][2]int // what is read: the whole, or the messages of a chat
	spoken  []int    // for each body, its message, or -1
	pending []pending
	goods   []string         // the products' names, folded
	pairs   map[string]bool  // neighbouring characters in them
	meant   map[string][]int // what parts of names were found to mean
	bought  bool             // there are words of ordering
	out     Result
}

func newScan(in Input) *scan {
	c := &scan{in: in, meant: map[string][]int{}}
	var b strings.Builder
	for i, r := range in.Text {
		f := plain(r)
		if f < 0 {
			continue
		}
		for range utf8.RuneLen(f) {
			c.at = append(c.at, i)
		}
		b.WriteRune(f)
	}
	c.s = b.String()
	c.w = []byte(c.s)
	c.at = append(c.at, len(in.Text))
	c.used, c.mute = make([]bool, len(c.s)), make([]bool, len(c.s))
	c.bodies, c.spoken = [][2]int{{0, len(c.s)}}, []int{-1}
	return c
}

// plain folds one character; below zero it is left out.
func plain(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - 0xfee0
	case r == '￥':
		return '¥'
	case r == '￡':
		return '£'
	case r == '。':
		return '.'
	case r == '、':
		return ','
	case r == '\n':
		return r
	case r == utf8.RuneError, r == '\u2028', r == '\u2029', unicode.IsSpace(r), unicode.IsControl(r):
		return ' '
	case r >= '\u2010' && r <= '\u2015', r == '\u2212':
		return '-'
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// span is where a stretch of s stands in the text.
func (c *scan) span(a, b int) Span { return Span{c.at[a], c.at[b]} }

// free tells whether nobody understood any of it yet.
func (c *scan) free(a, b int) bool {
	for i := a; i < b; i++ {
		if c.used[i] {
			return false
		}
	}
	return a < b
}

// take marks a stretch as understood: it is no note any more.
func (c *scan) take(a, b int) Span {
	for i := a; i < b; i++ {
		c.mute[i] = true
	}
	return c.hold(a, b)
}

// hold marks a stretch as understood that stays in the note.
func (c *scan) hold(a, b int) Span {
	for i := a; i < b; i++ {
		c.used[i], c.w[i] = true, 0
	}
	return c.span(a, b)
}

// release gives a stretch back that was held.
func (c *scan) release(a, b int) {
	for i := a; i < b; i++ {
		c.used[i], c.w[i] = false, c.s[i]
	}
}

// each offers every match within what is read and not understood yet. A match that fn does not
// take is tried again from its next character.
func (c *scan) each(re *regexp.Regexp, fn func(m []int, body int) bool) {
	for n, body := range c.bodies {
		for at := body[0]; at < body[1]; {
			m := re.FindSubmatchIndex(c.w[at:body[1]])
			if m == nil {
				break
			}
			for i := range m {
				if m[i] >= 0 {
					m[i] += at
				}
			}
			if m[1] > m[0] && fn(m, n) {
				at = m[1]
				continue
			}
			_, size := utf8.DecodeRuneInString(c.s[m[0]:])
			at = m[0] + max(size, 1)
		}
	}
}

// group is a submatch, "" when it took no part.
func (c *scan) group(m []int, n int) string {
	if 2*n+1 >= len(m) || m[2*n] < 0 {
		return ""
	}
	return c.s[m[2*n]:m[2*n+1]]
}

func (c *scan) before(i int) rune {
	r, _ := utf8.DecodeLastRuneInString(c.s[:i])
	return r
}

func (c *scan) after(i int) rune {
	r, _ := utf8.DecodeRuneInString(c.s[i:])
	return r
}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLetter(r rune) bool { return unicode.IsLetter(r) && !isHan(r) || r == '\'' }
func isHan(r rune) bool    { return unicode.Is(unicode.Han, r) }

// edge tells whether no word or number goes on across i.
func (c *scan) edge(i int) bool {
	if i <= 0 || i >= len(c.s) {
		return true
	}
	a, b := c.before(i), c.after(i)
	return !(isLetter(a) && isLetter(b)) && !(isDigit(a) && isDigit(b))
}

// whole tells whether a stretch stands as a word of its own.
func (c *scan) whole(m []int) bool { return c.edge(m[0]) && c.edge(m[1]) }

// note is what nobody understood, with the words of purpose in it; those alone
// are no note.
func (c *scan) note() string {
	var parts []string
	said := false
	for _, body := range c.bodies {
		var b strings.Builder
		for i := body[0]; i < body[1]; {
			r, size := utf8.DecodeRuneInString(c.s[i:])
			if c.mute[i] {
				b.WriteByte(' ')
			} else {
				b.WriteString(c.in.Text[c.at[i]:c.at[i+size]])
				said = said || !c.used[i] && (unicode.IsLetter(r) && !strings.ContainsRune(particles, r) || isDigit(r))
			}
			i += size
		}
		if line := tidy(b.String()); line != "" {
			parts = append(parts, line)
		}
	}
	note := strings.Join(parts, "\n")
	if !said || onlySmall(note) {
		return ""
	}
	return note
}

// particles alone say nothing.
const particles = "的了吧呢啊哦嗯呀哈和给跟请在到"

// onlySmall tells whether a text is nothing but small words: for, and, with.
func onlySmall(s string) bool {
	for _, w := range strings.Fields(strings.ToLower(s)) {
		switch strings.Trim(w, ".,;:!?&+-") {
		case "", "for", "to", "and", "with", "from", "at", "on", "of", "by", "please", "the", "a":
		default:
			if orderWords.FindString(w) != w && callWords.FindString(w) != w && visitWords.FindString(w) != w {
				return false
			}
		}
	}
	return true
}

// tidy drops the blanks and separators that taking words out leaves behind.
func tidy(s string) string {
	var lines []string
	for _, line := range strings.Split(s, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		for _, p := range []string{" ,", " .", " ;", " :"} {
			line = strings.ReplaceAll(line, p, p[1:])
		}
		line = strings.Trim(line, " ,;:.-|/，。；：、")
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// order puts everything in the order of the text.
func (c *scan) order() {
	inOrder(c.out.Phones)
	inOrder(c.out.Emails)
	inOrder(c.out.Amounts)
	inOrder(c.out.Lines)
	inOrder(c.out.Moments)
	inOrder(c.out.Purposes)
}

func inOrder[T any](list []Found[T]) {
	sort.SliceStable(list, func(i, j int) bool { return list[i].Span.Start < list[j].Span.Start })
}
