package web

// Two people edit one record. The second save is refused and shows, field by
// field, what each of them wants (partials/clash); the reader chooses, without
// script too: a field for which they take the other's value gets it here,
// before the handler reads the form. Nothing typed is lost.

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/i18n"
)

// The inputs of the choice: which side, and what the other side holds.
const (
	takeField   = "_take."
	theirsField = "_theirs."
)

// Clash is a field on which two editors disagree.
type Clash struct {
	Name         string // of the form's input
	Label        string // i18n key, or the text itself
	Ours, Theirs string
	Values       []string // theirs as the form would send it, when that is not Theirs
	Show         func(value string) string
}

// Clashes keeps the fields that differ, with their words in the reader's
// language.
func Clashes(l *i18n.Locale, fields ...Clash) []Clash {
	var out []Clash
	for _, f := range fields {
		ours, theirs := strings.ReplaceAll(strings.TrimSpace(f.Ours), "\r\n", "\n"), strings.TrimSpace(f.Theirs)
		if ours == theirs {
			continue
		}
		if l.Has(f.Label) {
			f.Label = l.T(f.Label)
		}
		if f.Values == nil {
			f.Values = []string{f.Theirs}
		}
		if f.Show != nil {
			f.Ours, f.Theirs = f.Show(f.Ours), f.Show(f.Theirs)
		}
		out = append(out, f)
	}
	return out
}

// Ticked is a tick as a form sends it.
func Ticked(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// Answered writes a tick as yes or no.
func Answered(l *i18n.Locale) func(string) string {
	return func(value string) string {
		if value == "" {
			return l.T("common.no")
		}
		return l.T("common.yes")
	}
}

// takeTheirs puts the other's values where the reader chose them.
func takeTheirs(c *fiber.Ctx) {
	args := c.Request().PostArgs()
	var taken []string
	for key, value := range args.All() {
		if name, ok := strings.CutPrefix(string(key), takeField); ok && string(value) == "theirs" && name != "" && name[0] != '_' {
			taken = append(taken, name)
		}
	}
	for _, name := range taken {
		var values []string
		for _, v := range args.PeekMulti(theirsField + name) {
			values = append(values, string(v))
		}
		args.Del(name)
		for _, v := range values {
			args.Add(name, v)
		}
	}
}
