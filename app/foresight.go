package app

import (
	"context"

	"regulars/app/insight/advice"
	"regulars/app/insight/prediction"
	"regulars/app/insight/retention"
	"regulars/app/insight/rfm"
	"regulars/app/insight/worth"
	"regulars/app/sys/i18n"
)

// foresight is what is made of purchases at night: who comes back, and what is
// likely to come.
type foresight struct {
	prediction *prediction.Service
	retention  *retention.Service
	rfm        *rfm.Service
	worth      *worth.Service
	advice     *advice.Service
}

func (a *App) makeForesight() {
	a.prediction = prediction.New(a.DB)
	a.retention = retention.New(a.DB)
	a.rfm = rfm.New(a.DB)
	a.rfm.Attach(a.prediction)
	a.worth = worth.New(a.DB)
	a.worth.Attach(a.prediction)
	a.advice = advice.New(a.DB, a.tasks)
	a.customers.OnSegments(func(ctx context.Context, l *i18n.Locale) (map[string]string, error) { return a.rfm.Names(ctx, l) })
}
