package text

import "strings"

// Whether a name really answers a query, and how well.

// Ranks of Match, best first.
const (
	rankExact = iota
	rankPrefix
	rankWord
	rankInside
	rankPinyin
	rankPinyinInside
)

// Match checks a candidate from the index against what was typed. The lower the
// rank the better: 0 the same, 1 begins with it, 2 a word begins with it,
// 3 contains it, 4 pinyin from the start, 5 pinyin elsewhere.
func Match(q, name string) (rank int, ok bool) {
	fq, fn := cut(Fold(q), maxQuery), cut(Fold(name), maxName)
	runs := split(fq)
	if len(runs) == 0 {
		return 0, false
	}
	if fq == fn {
		return rankExact, true
	}
	if len(runs) == 1 && string(runs[0].text) == fq && strings.HasPrefix(fn, fq) {
		return rankPrefix, true
	}
	var all []rune
	letters := false
	for _, r := range runs {
		all = append(all, r.text...)
		letters = letters || !r.cjk
	}
	units := unitsOf(fn, letters)
	if rank, ok = find(all, units); ok && (rank <= rankWord || len(runs) == 1) {
		return rank, true
	}
	if each, found := findEach(runs, units); found && (!ok || each < rank) {
		return each, true
	}
	return rank, ok
}

// unit is one character of a name.
type unit struct {
	r     rune
	sound []string // readings of a Han character
	word  bool     // begins a word
}

// unitsOf cuts a name; how its characters sound is looked up only when letters
// were typed.
func unitsOf(folded string, sounded bool) []unit {
	var units []unit
	for _, r := range split(folded) {
		var primary []string
		if r.cjk && sounded {
			primary = syllables(r.text, isNamed(r.text))
		}
		for i, c := range r.text {
			u := unit{r: c, word: i == 0}
			if r.cjk && sounded {
				u.sound = sounds(c, primary[i])
			}
			units = append(units, u)
		}
	}
	return units
}

// sounds are all ways to type a character by letters.
func sounds(c rune, primary string) []string {
	var all []string
	if primary != "" {
		all = append(all, primary)
	}
	if s, ok := surnames[string(c)]; ok {
		all = addNew(all, s[0])
	}
	for _, s := range readings(c) {
		all = addNew(all, s)
	}
	for _, s := range all[:len(all):len(all)] {
		all = addNew(all, umlaut.Replace(s))
	}
	return all
}

// findEach wants every word somewhere.
func findEach(runs []run, units []unit) (int, bool) {
	worst := rankWord
	for _, r := range runs {
		rank, ok := find(r.text, units)
		if !ok {
			return 0, false
		}
		worst = max(worst, rank)
	}
	if worst == rankPinyin {
		worst = rankPinyinInside
	}
	return worst, true
}

// find looks for q as a whole, in the characters first, then by sound.
func find(q []rune, units []unit) (int, bool) {
	best, ok := rankPinyinInside, false
	better := func(rank int) {
		if !ok || rank < best {
			best, ok = rank, true
		}
	}
	plain := reach(q, units, false)
	spoken := reach(q, units, true)
	for i, u := range units {
		switch {
		case plain[i] && i == 0 && len(q) == len(units):
			better(rankExact)
		case plain[i] && i == 0:
			better(rankPrefix)
		case plain[i] && u.word:
			better(rankWord)
		case plain[i]:
			better(rankInside)
		case spoken[i] && i == 0:
			better(rankPinyin)
		case spoken[i]:
			better(rankPinyinInside)
		}
	}
	return best, ok
}

// reach tells for every unit whether q can be read off from there on.
func reach(q []rune, units []unit, bySound bool) []bool {
	width := len(q) + 1
	can := make([]bool, (len(units)+1)*width)
	for i := len(units); i >= 0; i-- {
		can[i*width+len(q)] = true
		if i == len(units) {
			continue
		}
		next := can[(i+1)*width : (i+2)*width]
		for j := range q {
			can[i*width+j] = units[i].r == q[j] && next[j+1] || bySound && heard(q[j:], units[i].sound, next[j:])
		}
	}
	from := make([]bool, len(units))
	for i := range units {
		from[i] = can[i*width]
	}
	return from
}

// heard tells whether q begins with a reading, its initial (z, zh), or ends
// within one, and can go on from there.
func heard(q []rune, sound []string, next []bool) bool {
	for _, s := range sound {
		for k := 1; k <= len(s) && k <= len(q) && rune(s[k-1]) == q[k-1]; k++ {
			initial := k == 1 || k == 2 && s[1] == 'h'
			if (initial || k == len(s) || k == len(q)) && next[k] {
				return true
			}
		}
	}
	return false
}
