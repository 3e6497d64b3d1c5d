package app

import (
	"regulars/app/insight/prediction"
	"regulars/app/insight/retention"
)

// foresight is what is made of purchases at night: who comes back, and what is
// likely to come.
type foresight struct {
	prediction *prediction.Service
	retention  *retention.Service
}

func (a *App) makeForesight() {
	a.prediction = prediction.New(a.DB)
	a.retention = retention.New(a.DB)
}
