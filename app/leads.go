package app

import (
	"context"
	"fmt"

	"regulars/app/sales/lead"
	"regulars/app/sys/auth"
	"regulars/app/today"
)

// makeLeads comes behind what a lead becomes.
func (a *App) makeLeads() error {
	var err error
	a.leads, err = lead.New(lead.Deps{DB: a.DB, Events: a.Events, Customers: a.customers, Contacts: a.contacts, Deals: a.deals, Products: a.products,
		FollowUps: a.followups, Notes: a.notes, People: a.notify, Fields: a.fields.Book(), Hours: a.hours.Hours, Keys: a.Keys, Roles: a.roles})
	return err
}

// findLeads lets the search find leads.
func (a *App) findLeads(ctx context.Context, typed string) ([]today.Hit, error) {
	const most = 4
	list, err := a.leads.Find(ctx, typed, most)
	var out []today.Hit
	for _, l := range list {
		out = append(out, today.Hit{Kind: "lead", Title: l.Title, Sub: l.Need, Href: fmt.Sprintf("/leads/%d", l.ID)})
	}
	return out, err
}

// askedLeads tells the morning card who waits for a first answer.
func (a *App) askedLeads(ctx context.Context) ([]today.Asked, error) {
	const most = 6
	list, err := a.leads.Unanswered(ctx, most)
	var out []today.Asked
	for _, l := range list {
		out = append(out, today.Asked{Title: l.Title(), Sub: l.Wanted(), Href: fmt.Sprintf("/leads/%d", l.ID), Due: l.DueAt.Time, Pooled: l.OwnerID == 0})
	}
	return out, err
}

// demoLeads gives the made-up business what it was asked.
func (a *App) demoLeads(ctx context.Context, seed uint64) error {
	owner := auth.System("demo")
	owner.UserID = 1 // whoever set the shop up
	return a.leads.Demo(auth.With(ctx, owner), seed)
}
