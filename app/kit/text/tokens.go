package text

// Tokens to store in the index for one name.

const (
	fullMark    = "ᴘ" // full pinyin
	initialMark = "ɪ" // pinyin initials
	maxName     = 200 // runes of a name that are indexed
	maxToken    = 40  // runes of one word or pinyin token
	maxStarts   = 6   // places in a name from which pinyin is indexed
)

// SearchTokens lists the tokens under which a name is to be found; see the
// package comment for their forms. Write them, separated by blanks, into an
// FTS5 column tokenized by unicode61.
func SearchTokens(name string) []string {
	var t tokens
	runs := split(cut(Fold(name), maxName))
	for i, r := range runs {
		if !r.cjk {
			t.words(runs, i)
		}
	}
	for _, g := range groups(runs) {
		t.cjk(g)
	}
	return t.list
}

// tokens collects each token once, in order.
type tokens struct {
	list []string
	seen map[string]bool
}

func (t *tokens) add(s string) {
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	if !t.seen[s] {
		t.seen[s] = true
		t.list = append(t.list, s)
	}
}

// words adds the word at i, and joined with what punctuation ties to it: O'Brien as obrien.
func (t *tokens) words(runs []run, i int) {
	t.add(cut(string(runs[i].text), maxToken))
	if i > 0 && runs[i].glued && !runs[i-1].cjk {
		return // the first of the chain did it
	}
	joined := string(runs[i].text)
	for j := i + 1; j < len(runs) && runs[j].glued && !runs[j].cjk; j++ {
		joined += string(runs[j].text)
	}
	t.add(cut(joined, maxToken))
}

// group is CJK text with only blanks and punctuation inside, and where its parts begin.
type group struct {
	text   []rune
	starts []int
}

func groups(runs []run) []group {
	var out []group
	for i, r := range runs {
		if !r.cjk {
			continue
		}
		if i == 0 || !runs[i-1].cjk {
			out = append(out, group{})
		}
		g := &out[len(out)-1]
		g.starts = append(g.starts, len(g.text))
		g.text = append(g.text, r.text...)
	}
	return out
}

func (t *tokens) cjk(g group) {
	for i, r := range g.text {
		t.add(string(r))
		if i > 0 {
			t.add(string(g.text[i-1 : i+1]))
		}
	}
	for _, start := range g.pinyinStarts() {
		t.pinyin(g.text[start:])
	}
}

// pinyinStarts are the parts' beginnings, the given name of a person, and what
// follows the places in front of a company's name.
func (g group) pinyinStarts() []int {
	starts := g.starts
	if isNamed(g.text) {
		starts = append(starts[:len(starts):len(starts)], surnameLen(g.text))
	}
	for at := placeLen(g.text); at > 0 && at < len(g.text); {
		starts = append(starts[:len(starts):len(starts)], at)
		n := placeLen(g.text[at:])
		if n == 0 {
			break
		}
		at += n
	}
	return starts[:min(len(starts), maxStarts)]
}

// placeLen is how many characters at the start are a province or city.
func placeLen(rs []rune) int {
	for n := min(4, len(rs)); n >= 2; n-- {
		if !places[string(rs[:n])] {
			continue
		}
		for _, end := range placeEnds {
			if e := []rune(end); len(rs) >= n+len(e) && string(rs[n:n+len(e)]) == end {
				return n + len(e)
			}
		}
		return n
	}
	return 0
}

func (t *tokens) pinyin(rs []rune) {
	for _, syl := range spelled(rs[:min(len(rs), maxToken)]) {
		short := initials(syl)
		if short == "" {
			continue
		}
		t.add(fullMark + spell(join(syl)))
		t.add(initialMark + cut(short, maxToken))
		if len(rs) > 2 { // zhangxm for 张小明
			t.add(fullMark + spell(syl[0]+initials(syl[1:])))
		}
	}
}

// spell is how full pinyin is written in a token.
func spell(s string) string { return cut(umlaut.Replace(s), maxToken) }

func join(syl []string) string {
	var s string
	for _, x := range syl {
		s += x
	}
	return s
}
