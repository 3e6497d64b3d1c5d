package app

import (
	"context"

	"regulars/app/customer/customer"
	"regulars/app/customer/savedview"
	"regulars/app/insight/analysis"
	"regulars/app/insight/dashboard"
)

// makeAnalysis makes what counts the records of all others.
func (a *App) makeAnalysis() {
	a.analysis = analysis.New(analysis.Deps{DB: a.DB, Fields: a.fields.Book(), Users: a.users, Mail: a.Outbox, View: a.View, BaseURL: a.BaseURL, Segments: segments{a}, Lists: analysis.Lists{
		Customers: a.customers.Counted(), Contacts: a.contacts.Counted(), Leads: a.leads.Counted(), Deals: a.deals.Counted(), Quotes: a.quotes.Counted(),
		Orders: a.orders.Counted(), Payments: a.payments.Counted(), Receipts: a.receivables.CountedReceipts(), Instalments: a.receivables.Counted(),
		Owed:      a.receivables.CountedOwed(),
		Contracts: a.contracts.Counted(), Promises: a.promises.Counted(), Tasks: a.tasks.Counted(), FollowUps: a.followups.Counted(),
		Responses: a.surveys.Counted(), Cases: a.cases.Counted(),
	}})
}

// segments is where reports keep lists of customers.
type segments struct{ *App }

// Tag implements analysis.Segments.
func (s segments) Tag(ctx context.Context, ids []int64, name string) (int, error) {
	out, err := s.customers.Change(ctx, ids, customer.BulkChange{Field: "add_tags", Values: []string{name}})
	if err != nil {
		return 0, err
	}
	return out[0].Changes, nil
}

// View implements analysis.Segments.
func (s segments) View(ctx context.Context, name, query string) (int64, error) {
	v, err := s.views.Create(ctx, savedview.Input{Kind: "customers", Name: name, Query: query})
	return v.ID, err
}

// Analysis are the reports, for what stands on them.
func (a *App) Analysis() *analysis.Service { return a.analysis }

// makeDashboards makes what puts figures beside each other.
func (a *App) makeDashboards() {
	a.dashboards = dashboard.New(dashboard.Deps{DB: a.DB, Bundle: a.View.Bundle(), Reports: a.analysis, Evaluation: a.evaluation, Retention: a.retention,
		Counts: a.satisfaction, Surveys: a.surveys, Version: a.Version})
}

// Dashboards are they, for tests that wait for every figure.
func (a *App) Dashboards() *dashboard.Service { return a.dashboards }
