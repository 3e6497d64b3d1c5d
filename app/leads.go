package app

import "regulars/app/sales/lead"

// makeLeads comes behind what a lead becomes.
func (a *App) makeLeads() error {
	var err error
	a.leads, err = lead.New(lead.Deps{DB: a.DB, Events: a.Events, Customers: a.customers, Contacts: a.contacts, Deals: a.deals, Products: a.products,
		FollowUps: a.followups, Notes: a.notes, People: a.notify, Fields: a.fields.Book(), Hours: a.hours.Hours, Keys: a.Keys, Roles: a.roles})
	return err
}
