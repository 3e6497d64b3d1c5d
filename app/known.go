package app

import (
	"context"

	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/search"
	"regulars/app/voice/feedback"
)

// What slices ask the house about others: names, days off, open complaints.

// findCustomers finds customers for a field that names one.
func (a *App) findCustomers(ctx context.Context, typed string, n int) ([]custom.Named, error) {
	found, err := a.customers.List(ctx, page.Request{Q: typed, Limit: n}, nil)
	var out []custom.Named
	for _, r := range found.Items {
		out = append(out, custom.Named{ID: r.ID, Name: r.Name})
	}
	return out, err
}

// namedCustomers are the customers that a search finds, the best matches first.
func (a *App) namedCustomers(ctx context.Context, typed string, most int) ([]int64, error) {
	found, err := a.Search.Find(ctx, search.Query{Text: typed, Kinds: []string{"customer"}, Scope: auth.From(ctx).Scope(), Limit: most})
	ids := make([]int64, len(found.Hits))
	for i, hit := range found.Hits {
		ids[i] = hit.ID
	}
	return ids, err
}

// holidays are the shop's days off as they stand with its working hours.
func (a *App) holidays(ctx context.Context) ([]string, error) {
	p, err := a.hours.Plan(ctx)
	return p.Holidays, err
}

// openCase tells whether a complaint of the customer is being dealt with.
func (a *App) openCase(ctx context.Context, q db.Q, customer int64) (bool, error) {
	return feedback.Open(ctx, q, customer)
}

// names are the people's names by id.
func (a *App) names(ctx context.Context) (map[int64]string, error) {
	list, err := a.notify.Colleagues(ctx)
	if err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for _, p := range list {
		out[p.ID] = p.Name
	}
	return out, nil
}

// maySee refuses the history of a customer that the actor may not see.
func (a *App) maySee(ctx context.Context, kind string, id int64) error {
	if kind != "customer" {
		return nil
	}
	_, err := a.customers.MustSee(ctx, id)
	return err
}
