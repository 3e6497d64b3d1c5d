package app

import (
	"context"

	"regulars/app/sales/deal"
)

// sales are the chances and what comes of them.
type sales struct {
	deals *deal.Service
}

func (a *App) makeSales() error {
	a.deals = deal.New(deal.Deps{DB: a.DB, Events: a.Events, Customers: a.customers, Products: a.products, Tasks: a.tasks, People: a.notify, Files: a.files, Fields: a.fields.Book()})
	a.tasks.OnAbout("deal", a.deals.Customer)
	return nil
}

// startSales gives a shop that was there before its first pipeline.
func (a *App) startSales(ctx context.Context) error { return a.deals.Start(ctx) }
