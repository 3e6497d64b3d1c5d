package text

import (
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// Readings. A name has one primary reading (for sorting), and for searching all
// readings of its first character with the primary one of the rest, because the
// first is the surname, which the dictionary most often gets wrong.

// maxReadings bounds the alternatives of one name.
const maxReadings = 8

var toneless = strings.NewReplacer(
	"ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e", "ê", "e", "ế", "e", "ề", "e",
	"ī", "i", "í", "i", "ǐ", "i", "ì", "i", "ō", "o", "ó", "o", "ǒ", "o", "ò", "o", "ū", "u", "ú", "u", "ǔ", "u", "ù", "u",
	"ü", "v", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v", "ń", "n", "ň", "n", "ǹ", "n", "ḿ", "m", "\u0300", "", "\u0304", "", "\u030c", "", "\u0301", "",
)

// readings lists the toneless readings of a character, the usual one first.
func readings(r rune) []string {
	var all []string
	if u, ok := usual[string(r)]; ok {
		all = append(all, u[0])
	}
	listed, ok := pinyin.PinyinDict[int(r)]
	if !ok {
		return all
	}
	for _, reading := range strings.Split(listed, ",") {
		if s := toneless.Replace(reading); isLetters(s) {
			all = addNew(all, s)
		}
	}
	return all
}

// syllables gives each character its primary reading, "" where it has none.
// With named, the first one or two characters are read as a surname.
func syllables(rs []rune, named bool) []string {
	out := make([]string, len(rs))
	for i := 0; i < len(rs); {
		if n, syl := phraseAt(rs, i, named); n > 0 {
			copy(out[i:], syl)
			i += n
			continue
		}
		if all := readings(rs[i]); len(all) > 0 {
			out[i] = all[0]
		}
		i++
	}
	return out
}

// phraseAt finds the longest entry of the tables that begins at i.
func phraseAt(rs []rune, i int, named bool) (int, []string) {
	for n := min(4, len(rs)-i); n >= 2; n-- {
		key := string(rs[i : i+n])
		if i == 0 && n == 2 {
			if syl, ok := compounds[key]; ok {
				return n, syl
			}
		}
		if syl, ok := phrases[key]; ok && len(syl) == n {
			return n, syl
		}
	}
	if i == 0 && named {
		if syl, ok := surnames[string(rs[0])]; ok {
			return 1, syl
		}
	}
	return 0, nil
}

// isNamed guesses whether Han characters are a person's name.
func isNamed(rs []rune) bool { return len(rs) >= 2 && len(rs) <= 4 }

// surnameLen is how many of the first characters are the surname of a person.
func surnameLen(rs []rune) int {
	if len(rs) > 2 && compounds[string(rs[:2])] != nil {
		return 2
	}
	return 1
}

// spelled are the readings of a stretch: every reading of the first character,
// each with the primary readings of the others.
func spelled(rs []rune) [][]string {
	first := syllables(rs, isNamed(rs))
	heads := []string{first[0]}
	if syl, ok := surnames[string(rs[0])]; ok {
		heads = addNew(heads, syl[0])
	}
	for _, r := range readings(rs[0]) {
		heads = addNew(heads, r)
	}
	if len(heads) > maxReadings {
		heads = heads[:maxReadings]
	}
	out := make([][]string, len(heads))
	for i, head := range heads {
		out[i] = append([]string{head}, first[1:]...)
	}
	return out
}

// umlaut writes ü as u: people type lv, lu or lü for 吕.
var umlaut = strings.NewReplacer("lv", "lu", "nv", "nu", "lyu", "lu", "nyu", "nu")

func initials(syl []string) string {
	var b strings.Builder
	for _, s := range syl {
		if s != "" {
			b.WriteByte(s[0])
		}
	}
	return b.String()
}

func isLetters(s string) bool {
	for _, r := range s {
		if r < 'a' || r > 'z' {
			return false
		}
	}
	return s != ""
}

func addNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
