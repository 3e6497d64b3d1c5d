// Package topic finds what customers talk about: topics are the shop's own, each
// with words in any language, and every comment and open answer is looked
// through for them in the background. Latin words are found whole, with a star
// in all their endings; Chinese ones wherever they stand. What is denied ("no
// waiting at all") is found too: guessing at grammar would be wrong more often.
package topic

import (
	"slices"
	"strings"
	"unicode"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Topic is something that customers speak of.
type Topic struct {
	field.Row
	ID        int64   `db:"id"`
	NameEN    string  `db:"name_en"`
	NameZH    string  `db:"name_zh"`
	Words     string  `db:"words"` // one a line
	TeamID    db.ID   `db:"team_id"`
	Active    bool    `db:"active"`
	Hits      int     `db:"hits"`    // answers that speak of it
	Reviews   int     `db:"reviews"` // reviews that do
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

// Name is the topic in a language, else in the other one.
func (t Topic) Name(language string) string { return name(language, t.NameEN, t.NameZH) }

func name(language, en, zh string) string {
	if language == "zh-CN" && zh != "" || en == "" {
		return zh
	}
	return en
}

// Input is what is said about a topic.
type Input struct {
	NameEN  string
	NameZH  string
	Words   string
	TeamID  int64
	Active  bool
	Version int64
}

// Bounds of a topic.
const (
	maxWords = 100
	maxWord  = 60
)

// Clean trims everything and writes one word a line, each once.
func (in *Input) Clean() {
	in.NameEN, in.NameZH = text.Line(in.NameEN), text.Line(in.NameZH)
	var words []string
	for _, w := range strings.FieldsFunc(in.Words, func(r rune) bool { return r == '\n' || r == ',' || r == '，' || r == '、' || r == ';' || r == '；' }) {
		if w = text.Line(w); w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	in.Words = strings.Join(words, "\n")
}

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.NameEN != "" || in.NameZH != "", "name_en", "error.required")
	c.That(len([]rune(in.NameEN)) <= 60, "name_en", "error.long", "n", 60)
	c.That(len([]rune(in.NameZH)) <= 60, "name_zh", "error.long", "n", 60)
	words := strings.Split(in.Words, "\n")
	c.That(in.Words != "", "words", "error.required")
	c.That(len(words) <= maxWords, "words", "topic.error.many", "n", maxWords)
	for _, w := range words {
		c.That(len([]rune(w)) <= maxWord, "words", "error.long", "n", maxWord)
		c.That(in.Words == "" || len(parts(strings.TrimSuffix(w, "*"))) > 0, "words", "topic.error.no_letters")
	}
	return c.Err()
}

// Matcher knows the words of a topic, ready to be looked for.
type Matcher struct {
	id    int64
	words []needle
}

// needle is one word or phrase: parts in a row, the last open at its end with a
// star. A Chinese one is looked for anywhere.
type needle struct {
	typed string
	parts []string
	open  bool
	han   bool
}

func matcher(t Topic) Matcher {
	m := Matcher{id: t.ID}
	for _, w := range strings.Split(t.Words, "\n") {
		plain, open := strings.CutSuffix(w, "*")
		if p := parts(plain); len(p) > 0 {
			m.words = append(m.words, needle{w, p, open, strings.ContainsFunc(plain, isHan)})
		}
	}
	return m
}

// haystack is a text made ready: its words, and all of it without blanks.
type haystack struct {
	words []string
	whole string
}

func hay(s string) haystack {
	p := parts(s)
	return haystack{p, strings.Join(p, "")}
}

// in is the first of the words that the text holds, as it was typed.
func (m Matcher) in(h haystack) (string, bool) {
	for _, n := range m.words {
		if n.han && strings.Contains(h.whole, strings.Join(n.parts, "")) || !n.han && n.follows(h.words) {
			return n.typed, true
		}
	}
	return "", false
}

// follows tells whether the parts stand one after the other among the words.
func (n needle) follows(words []string) bool {
	for i := 0; i+len(n.parts) <= len(words); i++ {
		k := 0
		for k < len(n.parts) && (words[i+k] == n.parts[k] || n.open && k == len(n.parts)-1 && strings.HasPrefix(words[i+k], n.parts[k])) {
			k++
		}
		if k == len(n.parts) {
			return true
		}
	}
	return false
}

// parts are the words of a text, folded; Chinese stands apart from Latin.
func parts(s string) []string {
	var out []string
	var word []rune
	han := false
	end := func() {
		if len(word) > 0 {
			out = append(out, string(word))
			word = word[:0]
		}
	}
	for _, r := range text.Fold(s) {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			end()
			continue
		case len(word) > 0 && isHan(r) != han:
			end()
		}
		han = isHan(r)
		word = append(word, r)
	}
	end()
	return out
}

func isHan(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}
