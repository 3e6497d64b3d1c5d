package text

import "strings"

// What was typed, as a question to the index.

const (
	maxQuery  = 64 // runes of a query that count
	maxGroups = 16 // conditions of a query
)

// Term is one token to look for; with Prefix any token that begins with it.
type Term struct {
	Text   string
	Prefix bool
}

// QueryTokens turns typed text into conditions that must all hold, each of them
// by any of its terms. Candidates may include a few wrong ones (three Han
// characters are asked as two pairs): check them with Match, which also ranks.
// Nothing searchable typed gives nil.
func QueryTokens(q string) [][]Term {
	runs := split(cut(Fold(q), maxQuery))
	var out [][]Term
	for i := 0; i < len(runs); i++ {
		if runs[i].cjk {
			out = append(out, pairs(runs[i].text)...)
			continue
		}
		end := i + 1
		for end < len(runs) && !runs[end].cjk {
			end++
		}
		var before []rune
		if i > 0 {
			before = runs[i-1].text
		}
		out = append(out, typed(runs[i:end], before)...)
		i = end - 1
	}
	return out[:min(len(out), maxGroups)]
}

// Expr writes conditions as an FTS5 MATCH expression, "" when there are none.
func Expr(conditions [][]Term) string {
	var b strings.Builder
	for i, terms := range conditions {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteByte('(')
		for j, t := range terms {
			if j > 0 {
				b.WriteString(" OR ")
			}
			b.WriteString(`"` + strings.ReplaceAll(t.Text, `"`, `""`) + `"`)
			if t.Prefix {
				b.WriteByte('*')
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}

func pairs(rs []rune) [][]Term {
	if len(rs) == 1 {
		return [][]Term{{{Text: string(rs)}}}
	}
	var out [][]Term
	for i := 1; i < len(rs); i++ {
		out = append(out, []Term{{Text: string(rs[i-1 : i+1])}})
	}
	return out
}

// typed makes one condition of each word: the word itself, or pinyin, where all
// words together may be one name (zhang san) and may go on from the CJK text
// before them (张s).
func typed(words []run, before []rune) [][]Term {
	var joined string
	for _, w := range words {
		joined += string(w.text)
	}
	var out [][]Term
	for _, w := range words {
		word := string(w.text)
		alt := []Term{{Text: cut(word, maxToken), Prefix: true}}
		alt = pinyinTerms(alt, word, before)
		if joined != word {
			alt = pinyinTerms(alt, joined, before)
		}
		out = append(out, alt)
	}
	return out
}

func pinyinTerms(alt []Term, word string, before []rune) []Term {
	if !isLetters(word) {
		return alt
	}
	alt = addTerm(alt, fullMark+spell(word))
	alt = addTerm(alt, initialMark+cut(word, maxToken))
	for _, syl := range tails(before) {
		alt = addTerm(alt, fullMark+spell(join(syl)+word))
		alt = addTerm(alt, initialMark+cut(initials(syl)+word, maxToken))
	}
	return alt
}

// tails spells CJK text that more letters follow. Its last character may begin
// a word that is not complete yet (长s for 长沙), so all its readings count.
func tails(rs []rune) [][]string {
	if len(rs) == 0 {
		return nil
	}
	out := spelled(rs)
	last := len(rs) - 1
	if last == 0 {
		return out
	}
	for _, syl := range out[:len(out):len(out)] {
		for _, r := range readings(rs[last]) {
			if r != syl[last] && len(out) < 2*maxReadings {
				out = append(out, append(append([]string{}, syl[:last]...), r))
			}
		}
	}
	return out
}

func addTerm(list []Term, s string) []Term {
	t := Term{Text: s, Prefix: true}
	for _, have := range list {
		if have == t {
			return list
		}
	}
	return append(list, t)
}
