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
	"regulars/app/sys/i18n"
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
	a.advice = advice.New(a.DB, a.tasks)
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
