package feedback

import (
	"context"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// What to say on the telephone, step by step, by what was asked and in the
// customer's language: listen, thank, apologise, solve, agree. Ours hold until
// the shop writes its own.

const scriptName = "feedback.script"

// scriptKinds are for what there is a script; a complaint is none of a survey.
var scriptKinds = []string{nps, csat, ces, "complaint"}

// Script is what is said about one kind in one language.
type Script struct {
	Kind     string
	Language string
	Text     string // one step a line; "" is ours
}

// key is where a script lies among the shop's own.
func (s Script) key() string { return s.Kind + ":" + s.Language }

func readScripts(ctx context.Context, q db.Q) (map[string]string, error) {
	own := map[string]string{}
	err := setting.Get(ctx, q, scriptName, &own)
	return own, err
}

// Scripts are those that the shop wrote itself, by kind and language.
func (s *Service) Scripts(ctx context.Context) ([]Script, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	own, err := readScripts(ctx, s.db.Reader(ctx))
	var out []Script
	for _, kind := range scriptKinds {
		for _, language := range i18n.Tags() {
			one := Script{Kind: kind, Language: language}
			one.Text = own[one.key()]
			out = append(out, one)
		}
	}
	return out, err
}

// SetScripts keeps the shop's own words; an empty text goes back to ours.
func (s *Service) SetScripts(ctx context.Context, list []Script) error {
	if err := auth.From(ctx).May(Decide); err != nil {
		return err
	}
	check := &errs.Check{}
	for i, one := range list {
		list[i].Text = text.Block(one.Text)
		check.That(slices.Contains(scriptKinds, one.Kind) && slices.Contains(i18n.Tags(), one.Language), "kind", "error.choice")
		check.That(len([]rune(one.Text)) <= maxAction, one.Kind+"_"+one.Language, "error.long", "n", maxAction)
	}
	if err := check.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, "feedback.script", func(ctx context.Context, tx *db.Tx) error {
		own, err := readScripts(ctx, tx)
		if err != nil {
			return err
		}
		for _, one := range list {
			if own[one.key()] = one.Text; one.Text == "" {
				delete(own, one.key())
			}
		}
		journal.About(tx, "setting", 0, scriptName)
		return setting.Put(ctx, tx, scriptName, own)
	})
}

// steps are what is said about a case, line by line.
func steps(own map[string]string, l *i18n.Locale, kind string) []string {
	if !slices.Contains(scriptKinds, kind) {
		kind = "complaint"
	}
	words := own[Script{Kind: kind, Language: l.Tag()}.key()]
	if words == "" {
		words = l.T("feedback.script." + kind)
	}
	return strings.FieldsFunc(words, func(r rune) bool { return r == '\n' })
}
