package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/voice/question"
)

// The builder changes one thing of a draft at a time: a question more, a
// question's words, its place. Every press is one change that undo takes back,
// and nobody is asked any of it before it is published.

// Known is what published versions of a survey have asked: keys that keep their
// meaning for ever.
type Known struct {
	kinds   map[string]string          // kind by question key
	options map[string]map[string]bool // option keys by question key
}

// Kind is what a published key asks, "" for one that never was published.
func (k Known) Kind(key string) string { return k.kinds[key] }

// known reads what was ever published.
func known(ctx context.Context, q db.Q, survey int64) (Known, error) {
	out := Known{map[string]string{}, map[string]map[string]bool{}}
	var versions []Version
	if err := q.Select(ctx, &versions, sqlVersions, survey); err != nil {
		return out, fmt.Errorf("list the versions of survey %d: %w", survey, err)
	}
	for _, v := range versions {
		d, err := v.Document()
		if err != nil {
			return out, err
		}
		for _, one := range d.Questions {
			out.kinds[one.Key] = one.Kind
			if out.options[one.Key] == nil {
				out.options[one.Key] = map[string]bool{}
			}
			for _, o := range one.Options {
				out.options[one.Key][o.Key] = true
			}
		}
	}
	return out, nil
}

// Known reads what a survey's published versions have asked.
func (s *Service) Known(ctx context.Context, survey int64) (Known, error) {
	return known(ctx, s.db.Reader(ctx), survey)
}

// Edit changes the draft of a survey, beginning one if there is none.
func (s *Service) Edit(ctx context.Context, id, version int64, change func(d *Document, k Known) error) (Survey, error) {
	return s.redraft(ctx, "survey.draft", id, version, func(ctx context.Context, tx *db.Tx, v Survey) (string, error) {
		k, err := known(ctx, tx, id)
		if err != nil {
			return "", err
		}
		d, err := v.copyDraft()
		if err != nil {
			return "", err
		}
		if err := change(&d, k); err != nil {
			return "", err
		}
		d.clean()
		if err := s.checkDocument(ctx, tx, v, d); err != nil {
			return "", err
		}
		if d.same(v.Document) {
			return "", nil
		}
		raw, err := json.Marshal(d)
		return string(raw), err
	})
}

// copyDraft is the draft with nothing shared with what is published.
func (s Survey) copyDraft() (Document, error) {
	d, err := s.Draft()
	if err != nil {
		return d, err
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return d, fmt.Errorf("copy the draft of survey %d: %w", s.ID, err)
	}
	return Version{Text: string(raw), Number: s.Revision}.Document()
}

// freeKey is a key that no question of the draft has and no published one had;
// wish is taken when it is free.
func freeKey(l question.List, k Known, wish string) string {
	taken := func(key string) bool {
		_, there := l.Find(key)
		return there || k.kinds[key] != "" || key == question.Score || key == question.Comment || key == question.End
	}
	if wish != "" && !taken(wish) {
		return wish
	}
	stem := "q"
	if wish != "" {
		stem = wish[:min(len(wish), 24)] + "_"
	}
	for n := 1; ; n++ {
		if key := stem + strconv.Itoa(n); !taken(key) {
			return key
		}
	}
}

// freeOption is an option key that the question does not have and never had.
func freeOption(q question.Question, k Known) string {
	for n := 1; ; n++ {
		key := "o" + strconv.Itoa(n)
		if _, there := q.Option(key); !there && !k.options[q.Key][key] {
			return key
		}
	}
}

// Add puts a question at the end of the draft and gives its key. A ready one
// may be asked twice: the second gets a key of its own.
func (s *Service) Add(ctx context.Context, id, version int64, q question.Question) (Survey, string, error) {
	key := ""
	v, err := s.Edit(ctx, id, version, func(d *Document, k Known) error {
		wish := q.Key
		if kind := k.Kind(wish); kind == q.Kind && kind != "" {
			if _, there := d.Questions.Find(wish); !there {
				k.kinds = map[string]string{} // it comes back under its own key
			}
		}
		key = freeKey(d.Questions, k, wish)
		q.Key = key
		d.Questions = append(d.Questions, q)
		return nil
	})
	return v, key, err
}

// Replace changes one question of the draft.
func (s *Service) Replace(ctx context.Context, id, version int64, q question.Question) (Survey, error) {
	return s.Edit(ctx, id, version, func(d *Document, _ Known) error {
		at, err := place(d.Questions, q.Key)
		if err == nil {
			d.Questions[at] = q
		}
		return err
	})
}

// Drop takes a question out of the draft; what was answered stays.
func (s *Service) Drop(ctx context.Context, id, version int64, key string) (Survey, error) {
	return s.Edit(ctx, id, version, func(d *Document, _ Known) error {
		at, err := place(d.Questions, key)
		if err == nil {
			d.Questions = slices.Delete(d.Questions, at, at+1)
		}
		return err
	})
}

// Move puts a question of the draft at another place, counted from 0.
func (s *Service) Move(ctx context.Context, id, version int64, key string, to int) (Survey, error) {
	return s.Edit(ctx, id, version, func(d *Document, _ Known) error {
		at, err := place(d.Questions, key)
		if err != nil {
			return err
		}
		q := d.Questions[at]
		d.Questions = slices.Delete(d.Questions, at, at+1)
		d.Questions = slices.Insert(d.Questions, max(0, min(to, len(d.Questions))), q)
		return nil
	})
}

func place(l question.List, key string) (int, error) {
	at := slices.IndexFunc(l, func(q question.Question) bool { return q.Key == key })
	if at < 0 {
		return 0, errs.NotVisible()
	}
	return at, nil
}

// blank is a new question of a kind with words to begin with, in every language.
func (s *Service) blank(kind string) question.Question {
	say := func(key string, args ...any) question.Texts {
		out := question.Texts{}
		for _, language := range Languages {
			out[language] = s.d.View.Bundle().For(language).T(key, args...)
		}
		return out
	}
	q := question.Question{Kind: kind, Text: say("builder.first." + kind)}
	q.Options = s.firstOptions(kind)
	if kind == question.Matrix || q.Scaled() && kind != question.CSAT {
		q.Low, q.High = say("builder.first.low"), say("builder.first.high")
	}
	return q
}

// firstOptions are as many options as a kind needs at least.
func (s *Service) firstOptions(kind string) []question.Option {
	var out []question.Option
	if kind != question.Single && kind != question.Multi && kind != question.Ranking && kind != question.Matrix {
		return nil
	}
	for n := 1; n <= 2; n++ {
		o := question.Option{Key: "o" + strconv.Itoa(n), Text: question.Texts{}}
		for _, language := range Languages {
			o.Text[language] = s.d.View.Bundle().For(language).T("builder.first.option", "n", n)
		}
		out = append(out, o)
	}
	return out
}
