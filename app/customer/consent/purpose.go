// What a shop asks consent for, in which words, and in which ways it reaches
// people. Three purposes are built in; others are the shop's own. Words are
// kept as versions, so that it stays known what somebody agreed to.

package consent

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
)

// ChannelsName is the setting with the channels that the shop uses.
const ChannelsName = "consent.channels"

// Purpose is something that a customer decides about.
type Purpose struct {
	ID          int64   `db:"id"`
	Key         string  `db:"key"`
	BuiltIn     bool    `db:"built_in"`
	NameEN      string  `db:"name_en"`
	NameZH      string  `db:"name_zh"`
	AboutEN     string  `db:"about_en"`
	AboutZH     string  `db:"about_zh"`
	NeedsWord   bool    `db:"needs_word"`
	DoubleOptIn bool    `db:"double_opt_in"`
	Active      bool    `db:"active"`
	Position    int     `db:"position"`
	CreatedAt   db.Time `db:"created_at"`
	UpdatedAt   db.Time `db:"updated_at"`
	Version     int64   `db:"version"`
}

// words is what a language bundle answers with.
type words interface {
	Tag() string
	T(key string, args ...any) string
}

// Name is what the reader calls it.
func (p Purpose) Name(l words) string {
	return p.said(l, "consent.purpose.", p.NameEN, p.NameZH)
}

// About is what it means, in the reader's language.
func (p Purpose) About(l words) string {
	return p.said(l, "consent.about.", p.AboutEN, p.AboutZH)
}

// said is the shop's own text in the reader's language, else what the product
// says of a built-in purpose, else the text in the other language.
func (p Purpose) said(l words, key, english, chinese string) string {
	own, other := english, chinese
	if l.Tag() == i18n.Chinese {
		own, other = chinese, english
	}
	if own == "" && p.BuiltIn {
		return l.T(key + p.Key)
	}
	return cmp.Or(own, other)
}

// PurposeInput is a purpose as somebody describes it.
type PurposeInput struct {
	NameEN, NameZH   string
	AboutEN, AboutZH string
	NeedsWord        bool
	DoubleOptIn      bool
	Active           bool
	Position         int
}

// InputOf is a purpose as it stands.
func InputOf(p Purpose) PurposeInput {
	return PurposeInput{p.NameEN, p.NameZH, p.AboutEN, p.AboutZH, p.NeedsWord, p.DoubleOptIn, p.Active, p.Position}
}

func (in *PurposeInput) clean() {
	in.NameEN, in.NameZH = text.Line(in.NameEN), text.Line(in.NameZH)
	in.AboutEN, in.AboutZH = strings.TrimSpace(in.AboutEN), strings.TrimSpace(in.AboutZH)
}

// The most that a shop can add, and how long things may be, in characters.
const (
	maxPurposes = 30
	maxName     = 60
	maxAbout    = 400
)

func (in PurposeInput) validate(builtIn bool) error {
	c := &errs.Check{}
	c.That(builtIn || in.NameEN != "" || in.NameZH != "", "name_en", "error.required")
	for name, s := range map[string]string{"name_en": in.NameEN, "name_zh": in.NameZH} {
		c.That(len([]rune(s)) <= maxName, name, "error.long", "n", maxName)
	}
	for name, s := range map[string]string{"about_en": in.AboutEN, "about_zh": in.AboutZH} {
		c.That(len([]rune(s)) <= maxAbout, name, "error.long", "n", maxAbout)
	}
	return c.Err()
}

// keyOf makes the name that the API and files use; taken ones get a number.
func keyOf(in PurposeInput, taken func(key string) bool) string {
	var b strings.Builder
	for _, r := range strings.ToLower(in.NameEN) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	base := strings.Trim(b.String(), "_")
	if len(base) > 40 {
		base = strings.Trim(base[:40], "_")
	}
	if base == "" {
		base = "purpose"
	}
	key := base
	for n := 2; taken(key); n++ {
		key = base + "_" + strconv.Itoa(n)
	}
	return key
}

// Wording is one version of what people are told.
type Wording struct {
	ID        int64   `db:"id"`
	PurposeID int64   `db:"purpose_id"`
	Number    int     `db:"number"`
	TextEN    string  `db:"text_en"`
	TextZH    string  `db:"text_zh"`
	UserID    db.ID   `db:"user_id"`
	UserName  db.Null `db:"user_name"`
	CreatedAt db.Time `db:"created_at"`
	Given     int     `db:"given"` // words in the ledger that rest on it
}

// Text is the wording in a language, or in the other where it is missing.
func (w Wording) Text(tag string) string {
	text, other := w.TextEN, w.TextZH
	if tag == i18n.Chinese {
		text, other = other, text
	}
	if text == "" {
		return other
	}
	return text
}

// Missing are the languages in which a version says nothing.
func (w Wording) Missing() []string {
	var out []string
	if w.TextEN == "" {
		out = append(out, i18n.English)
	}
	if w.TextZH == "" {
		out = append(out, i18n.Chinese)
	}
	return out
}

// inUse are the channels of a setting, in the house's order; none is all.
func inUse(named []string) []string {
	var out []string
	for _, ch := range Channels {
		if slices.Contains(named, ch) {
			out = append(out, ch)
		}
	}
	if len(out) == 0 {
		return Channels
	}
	return out
}

func known(channel string) bool { return slices.Contains(Channels, channel) }
