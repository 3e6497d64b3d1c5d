package view

import (
	"hash/fnv"
	"strings"
	"unicode"
)

// initials are the letters in an avatar: two of a Latin name, the last
// character or two of a Chinese one.
func initials(name string) string {
	var letters []rune
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' }) {
		for _, r := range word {
			if unicode.Is(unicode.Han, r) {
				return hanInitials(name)
			}
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				letters = append(letters, unicode.ToUpper(r))
				break
			}
		}
	}
	switch {
	case len(letters) == 0:
		return "?"
	case len(letters) == 1:
		return string(letters)
	}
	return string([]rune{letters[0], letters[1]})
}

func hanInitials(name string) string {
	var han []rune
	for _, r := range name {
		if unicode.Is(unicode.Han, r) {
			han = append(han, r)
		}
	}
	if len(han) <= 3 { // a person's name: the given name says more than the surname
		return string(han[len(han)-1:])
	}
	return string(han[:2])
}

// hue is the avatar's colour, 1 to 8, always the same for a name.
func hue(name string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return int(h.Sum32()%8) + 1
}
