// Package text makes names findable and sortable: folding (width, case,
// accents), a key that finds duplicate companies, tokens for the full-text
// index (Han characters and bigrams, pinyin, Latin words), the query that goes
// with them, and what a list needs to show a name.
//
// # Token scheme
//
// All tokens consist of letters and digits only, so that SQLite's FTS5
// tokenizer unicode61 takes each as it is:
//
//	张         one CJK character
//	张三       two CJK characters that follow each other
//	tom       a folded word of any other script (prefix search by tom*)
//	ᴘzhangsan full pinyin from the start of a part of the name
//	ɪzs       the initials of the same
//
// The pinyin marks ᴘ (U+1D18) and ɪ (U+026A) are letters that nobody types and
// that Fold never makes out of others; so the typed word "ps" does not find
// everybody whose pinyin begins with s. The index must be rebuilt when Version
// changes.
package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Version numbers the token scheme and its tables; an index built with another
// one has to be rebuilt.
const Version = 1

// letters without a decomposition, and what people type for them.
var plain = strings.NewReplacer(
	"ß", "ss", "ẞ", "ss", "æ", "ae", "Æ", "ae", "œ", "oe", "Œ", "oe", "ø", "o", "Ø", "o",
	"đ", "d", "Đ", "d", "ð", "d", "Ð", "d", "ł", "l", "Ł", "l", "ħ", "h", "Ħ", "h",
	"þ", "th", "Þ", "th", "ı", "i", "ς", "σ",
)

// Fold makes strings comparable: compatibility forms and full width become
// plain, case and diacritics go, blanks collapse, control characters vanish.
func Fold(s string) string {
	s = norm.NFKD.String(strings.ToValidUTF8(s, ""))
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Cc, r):
			gap = b.Len() > 0
			continue
		case unicode.Is(unicode.Cf, r), r >= 0x300 && r <= 0x36f:
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return norm.NFC.String(plain.Replace(b.String()))
}

// isWord tells what can be part of a token.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// isCJK tells which characters are indexed one by one and in pairs, because
// their scripts put no blanks between words.
func isCJK(r rune) bool {
	return r >= 0x2e80 && isWord(r) && (unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) ||
		unicode.Is(unicode.Katakana, r) || unicode.Is(unicode.Hangul, r) || r == 'ー')
}

// run is a stretch of one sort of characters.
type run struct {
	text  []rune
	cjk   bool
	glued bool // only punctuation, no blank, between it and the run before
}

// split cuts a folded string into runs; what is no letter or digit separates.
func split(folded string) []run {
	var runs []run
	glued, open := false, false
	for _, r := range folded {
		if unicode.IsMark(r) {
			continue
		}
		if !isWord(r) {
			open = false
			glued = glued && r != ' '
			continue
		}
		cjk := isCJK(r)
		if last := len(runs) - 1; open && runs[last].cjk == cjk {
			runs[last].text = append(runs[last].text, r)
			continue
		}
		runs = append(runs, run{text: []rune{r}, cjk: cjk, glued: glued})
		open, glued = true, true
	}
	return runs
}

// cut keeps at most n runes of s.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
