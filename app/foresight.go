package app

import (
	"context"

	"regulars/app/insight/advice"
	"regulars/app/insight/outlook"
	"regulars/app/insight/prediction"
	"regulars/app/insight/recommend"
	"regulars/app/insight/reorder"
	"regulars/app/insight/retention"
	"regulars/app/insight/rfm"
	"regulars/app/insight/watch"
	"regulars/app/insight/worth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/today"
)

// foresight is what is made of purchases at night: who comes back, and what is
// likely to come.
type foresight struct {
	prediction *prediction.Service
	retention  *retention.Service
	rfm        *rfm.Service
	worth      *worth.Service
	advice     *advice.Service
	recommend  *recommend.Service
	reorder    *reorder.Service
	watch      *watch.Service
	outlook    *outlook.Service
}

func (a *App) makeForesight() {
	a.prediction = prediction.New(a.DB)
	a.retention = retention.New(a.DB)
	a.rfm = rfm.New(a.DB)
	a.rfm.Attach(a.prediction)
	a.worth = worth.New(a.DB)
	a.worth.Attach(a.prediction)
	a.recommend = recommend.New(a.DB)
	a.recommend.Attach(a.prediction)
	a.products.OnTogether(a.recommend.Together)
	a.reorder = reorder.New(a.DB)
	a.reorder.Attach(a.prediction)
	a.watch = watch.New(a.DB)
	a.watch.Attach(a.prediction)
	a.outlook = outlook.New(a.DB)
	a.outlook.Attach(a.prediction)
	a.advice = advice.New(advice.Deps{DB: a.DB, Tasks: a.tasks, Consent: a.consent, Outbox: a.Outbox, View: a.View, BaseURL: a.BaseURL})
	a.channels[outbox.Email] = a.advice.Channel(a.channels[outbox.Email])
	a.customers.OnSegments(func(ctx context.Context, l *i18n.Locale) (map[string]string, error) { return a.rfm.Names(ctx, l) })
}

// unusual are the numbers out of the ordinary, for the morning card.
func (a *App) unusual(ctx context.Context, l *i18n.Locale) ([]today.Unusual, error) {
	list, err := a.watch.Lines(ctx, l)
	var out []today.Unusual
	for _, n := range list {
		out = append(out, today.Unusual(n))
	}
	return out, err
}

// unheard tells what says nothing here, for the morning card.
func (a *App) unheard(ctx context.Context) (late, due bool, err error) {
	s, err := prediction.SilenceOf(ctx, a.DB.Reader(ctx))
	return s.Late.Off(), s.Due.Off(), err
}

// settingsBack makes anew what rests on settings that an undo brought back.
func (a *App) settingsBack(ctx context.Context, tx *db.Tx, rows []int64) error {
	names, err := setting.Names(ctx, tx, rows)
	if err != nil {
		return err
	}
	for range len(rows) - len(names) { // a row that is gone has no name
		names = append(names, rfm.Setting, worth.Setting)
	}
	for _, name := range names {
		switch name {
		case rfm.Setting:
			a.rfm.Again(tx)
		case worth.Setting:
			a.worth.Again(tx)
		}
	}
	return nil
}
