package text

import (
	"hash/fnv"
	"strings"
	"unicode"
)

// What a list needs besides the name: letters and a colour for the avatar, and
// a key to sort by.

// Initials are the one or two letters of an avatar: the given name of a Chinese
// person, the first characters of a Chinese company after its place, the first
// letters of the first and last word otherwise. "?" when there is none.
func Initials(name string) string {
	runs := split(cut(Fold(name), maxName))
	if len(runs) == 0 {
		return "?"
	}
	if gs := groups(runs); len(gs) > 0 && runs[0].cjk {
		return hanInitials(gs[0].text)
	}
	first, last := runs[0].text[0], runs[len(runs)-1].text[0]
	if len(runs) == 1 {
		return string(unicode.ToUpper(first))
	}
	return string([]rune{unicode.ToUpper(first), unicode.ToUpper(last)})
}

func hanInitials(rs []rune) string {
	if n := placeLen(rs); n > 0 && n < len(rs) {
		rs = rs[n:]
		return string(rs[:min(2, len(rs))])
	}
	if len(rs) > 4 {
		return string(rs[:2])
	}
	return string(rs[max(0, len(rs)-2):])
}

// Hue picks one of eight colours, 1 to 8, always the same for the same name.
func Hue(name string) int {
	h := fnv.New32a()
	h.Write([]byte(Fold(name)))
	return int(h.Sum32()%8) + 1
}

// SortKey orders names as a reader of both scripts expects, compared bytewise:
// Chinese ones by pinyin, syllable by syllable, the same characters together,
// among the Latin ones.
func SortKey(name string) string {
	var b strings.Builder
	add := func(s string) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s)
	}
	for _, r := range split(cut(Fold(name), maxName)) {
		if !r.cjk {
			add(string(r.text))
			continue
		}
		for i, syl := range syllables(r.text, isNamed(r.text)) {
			if syl != "" {
				add(syl)
			}
			add(string(r.text[i]))
		}
	}
	return b.String()
}
