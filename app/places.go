package app

import (
	"context"

	"regulars/app/sys/db"
	"regulars/app/voice/poster"
	"regulars/app/voice/review"
	"regulars/app/voice/survey"
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
	a.reviews, err = review.New(review.Deps{DB: a.DB, Events: a.Events, Keys: a.Keys, View: a.View, Surveys: a.surveys, Customers: a.customers, Cases: a.cases, BaseURL: a.BaseURL})
	return err
}

// mostWithin is how many customers of a saved view are counted by.
const mostWithin = 100_000

// segments are the saved views of customers, which answers are divided by.
func (a *App) segments(ctx context.Context) ([]survey.Segment, error) {
	views, err := a.views.Of(ctx, "customers")
	var out []survey.Segment
	for _, v := range views {
		out = append(out, survey.Segment{ID: v.ID, Name: v.Name})
	}
	return out, err
}

// within are the customers of a saved view, as the actor sees them.
func (a *App) within(ctx context.Context, view int64) ([]int64, error) {
	v, err := a.views.Get(ctx, view)
	if err != nil {
		return nil, err
	}
	return a.customers.Audience(ctx, v.Query, mostWithin)
}

// hear opens a case for what somebody says beside an anonymous answer.
func (a *App) hear(ctx context.Context, tx *db.Tx, customer int64, who survey.Caller, words string) error {
	return a.cases.Heard(ctx, tx, customer, who, words)
}
