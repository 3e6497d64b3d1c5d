package app

import (
	"regulars/app/voice/poster"
	"regulars/app/voice/review"
)

// places is where whoever passes is asked, and what is written elsewhere.
type places struct {
	posters *poster.Service
	reviews *review.Service
}

func (a *App) makePlaces() error {
	var err error
	a.posters, err = poster.New(poster.Deps{DB: a.DB, Keys: a.Keys, View: a.View, Surveys: a.surveys, Customers: a.customers})
	if err != nil {
		return err
	}
	a.reviews, err = review.New(review.Deps{DB: a.DB, Events: a.Events, Keys: a.Keys, View: a.View, Customers: a.customers, Cases: a.cases, BaseURL: a.BaseURL})
	return err
}
