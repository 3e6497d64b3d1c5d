package app

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/pricing"
	"regulars/app/sales/contract"
	"regulars/app/sales/deal"
	"regulars/app/sales/experience"
	"regulars/app/sales/lead"
	"regulars/app/sales/quote"
	"regulars/app/sales/target"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
)

// sales are the chances and what comes of them.
type sales struct {
	targets    *target.Service
	deals      *deal.Service
	quotes     *quote.Service
	leads      *lead.Service
	contracts  *contract.Service
	experience *experience.Service
}

func (a *App) makeSales() error {
	a.deals = deal.New(deal.Deps{DB: a.DB, Users: a.users, Events: a.Events, Customers: a.customers, Contacts: a.contacts, Products: a.products,
		Tasks: a.tasks, People: a.notify, Files: a.files, Fields: a.fields.Book(), Search: a.Search, Blobs: a.Blobs})
	a.experience = experience.New(a.DB, a.deals)
	a.targets = target.New(target.Deps{DB: a.DB, Deals: a.deals})
	a.tasks.OnAbout("deal", a.deals.Customer)
	a.contracts = contract.New(contract.Deps{DB: a.DB, Events: a.Events, Customers: a.customers, Tasks: a.tasks, People: a.notify, Files: a.files, Fields: a.fields.Book()})
	a.tasks.OnAbout("contract", a.contracts.Customer)
	return nil
}

// startSales gives a shop that was there before its first pipeline.
func (a *App) startSales(ctx context.Context) error { return a.deals.Start(ctx) }

// makeQuotes makes what stands on products, deals, orders and mail.
func (a *App) makeQuotes() error {
	var err error
	a.quotes, err = quote.New(quote.Deps{DB: a.DB, Events: a.Events, Customers: a.customers, Contacts: a.contacts, Titles: a.titles, Products: a.products,
		Orders: a.orders, Deals: quotedDeals{a.deals}, Accounts: a.receivables, People: a.notify, Tasks: a.tasks, Consent: a.consent, Fields: a.fields.Book(), Keys: a.Keys,
		Outbox: a.Outbox, View: a.View, BaseURL: a.BaseURL})
	if err != nil {
		return err
	}
	a.deals.OnQuotes(dealQuotes{a.quotes})
	a.channels[outbox.Email] = a.quotes.Channel(a.channels[outbox.Email])
	return nil
}

// quotedDeals are the deals as quotes see them.
type quotedDeals struct{ deals *deal.Service }

func quoted(d deal.Deal) quote.Deal {
	out := quote.Deal{ID: d.ID, Name: d.Name, CustomerID: int64(d.CustomerID), ContactID: int64(d.ContactID), Currency: d.Currency}
	for _, l := range d.Lines {
		out.Lines = append(out.Lines, quote.LineInput{ProductID: int64(l.ProductID), Name: l.Name, Unit: l.Unit, Quantity: l.Quantity, UnitPrice: &l.UnitPrice,
			Discount: pricing.Discount{Rate: int64(l.Discount)}})
	}
	return out
}

// dealQuotes are the quotes as deals show them.
type dealQuotes struct{ quotes *quote.Service }

// OfDeal implements deal.Quotes. Whoever may not read quotes sees none.
func (q dealQuotes) OfDeal(ctx context.Context, id int64) (any, error) {
	all, err := q.quotes.OfDeal(ctx, id)
	if errs.Is(err, errs.Denied) {
		return nil, nil
	}
	return all, err
}

// AgreedFor implements deal.Quotes.
func (q dealQuotes) AgreedFor(ctx context.Context, id int64) (n int, sum int64, err error) {
	a, err := q.quotes.AgreedFor(ctx, id)
	return a.N, a.Sum, err
}

// Deal implements quote.Deals.
func (q quotedDeals) Deal(ctx context.Context, id int64) (quote.Deal, error) {
	d, err := q.deals.Get(ctx, id)
	return quoted(d), err
}

// OpenDeals implements quote.Deals.
func (q quotedDeals) OpenDeals(ctx context.Context, customer int64) ([]quote.Deal, error) {
	all, err := q.deals.OfCustomer(ctx, customer)
	var out []quote.Deal
	for _, d := range all {
		if d.Result == deal.Open {
			out = append(out, quoted(d))
		}
	}
	return out, err
}

// Won implements quote.Deals. What a customer accepts counts, also where the deal
// was given up before.
func (q quotedDeals) Won(ctx context.Context, _ *db.Tx, id int64, a quote.Accepting) error {
	d, err := q.deals.Get(ctx, id)
	if err != nil {
		return err
	}
	if d.Result == deal.Lost {
		if _, err := q.deals.Reopen(ctx, id, nil); err != nil {
			return err
		}
	}
	_, err = q.deals.Accepted(ctx, id, deal.Acceptance(a))
	return err
}
