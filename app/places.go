package app

import "regulars/app/voice/poster"

// places is where whoever passes is asked.
type places struct{ posters *poster.Service }

func (a *App) makePlaces() error {
	var err error
	a.posters, err = poster.New(poster.Deps{DB: a.DB, Keys: a.Keys, View: a.View, Surveys: a.surveys, Customers: a.customers})
	return err
}
