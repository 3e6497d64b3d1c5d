package app

import (
	"context"
	"io"

	"regulars/app/customer/consent"
	"regulars/app/insight/letter"
	"regulars/app/insight/report"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
	"regulars/app/voice/feedback"
	"regulars/app/voice/improvement"
	"regulars/app/voice/survey"
	"regulars/app/voice/topic"
	"regulars/app/voice/wave"
)

// consentDeps ties the ledger of agreements, which is also the gate of all that
// is sent, to the slices that it asks. They are made after it, and asked later.
func (a *App) consentDeps() consent.Deps {
	return consent.Deps{DB: a.DB, Bus: a.Events, Keys: a.Keys, Bundle: a.View.Bundle(), BaseURL: a.BaseURL,
		Days: func(ctx context.Context) (consent.Days, error) { return a.hours.Hours(ctx) },
		View: a.View,
		Queue: func(ctx context.Context, tx *db.Tx, m outbox.Message) (bool, error) {
			_, created, err := a.Outbox.Queue(ctx, tx, m)
			return created, err
		},
		Asked: survey.Asked, OpenCase: a.openCase,
		CanReply: func(ctx context.Context) bool { _, ok := a.channel.Replies(ctx); return ok },
		Profiling: func(ctx context.Context, tx *db.Tx, id int64, off bool) error {
			return a.customers.Profiling(ctx, tx, id, off)
		},
		Attach: func(ctx context.Context, id int64, name string, r io.Reader) (int64, error) {
			f, err := a.files.Add(ctx, id, name, r)
			return f.ID, err
		},
		Files: func(ctx context.Context, id int64) ([]consent.File, error) {
			list, err := a.files.Of(ctx, id)
			var out []consent.File
			for _, f := range list {
				out = append(out, consent.File{ID: f.ID, Name: f.Name})
			}
			return out, err
		}}
}

// Consents is the ledger of agreements.
func (a *App) Consents() *consent.Service { return a.consent }

// Waves ask many customers at once.
func (a *App) Waves() *wave.Service { return a.waves }

// Improvements is the outer loop of feedback.
func (a *App) Improvements() *improvement.Service { return a.improvements }

// Letters are the owner's letters.
func (a *App) Letters() *letter.Service { return a.letters }

// Reports are the satisfaction reports.
func (a *App) Reports() *report.Service { return a.reports }

// themes are topics as improvements are about them.
type themes struct{ topics *topic.Service }

// Themes implements improvement.Topics.
func (t themes) Themes(ctx context.Context, q db.Q, language string) ([]improvement.Topic, error) {
	list, err := t.topics.Active(ctx, q)
	var out []improvement.Topic
	for _, one := range list {
		out = append(out, improvement.Topic{ID: one.ID, Name: one.Name(language)})
	}
	return out, err
}

// ThemesIn implements feedback.Topics.
func (t themes) ThemesIn(ctx context.Context, q db.Q, said string) ([]feedback.Theme, error) {
	list, err := t.topics.In(ctx, q, said)
	var out []feedback.Theme
	for _, one := range list {
		out = append(out, feedback.Theme{ID: one.ID, TeamID: int64(one.TeamID)})
	}
	return out, err
}

// Answers implements improvement.Topics.
func (t themes) Answers(ctx context.Context, q db.Q, id int64) (map[int64]bool, error) {
	return t.topics.Answers(ctx, q, id)
}
