package app

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/kit/page"
	"regulars/app/kit/pricing"
	"regulars/app/sales/product"
	"regulars/app/sales/quote"
	"regulars/app/sys/auth"
	"regulars/app/sys/setting"
)

// demoSales gives the made-up business what only its services can write: a price
// list, a template, and quotes whose links open, in every state of their life.
func (a *App) demoSales(ctx context.Context) error {
	owner := auth.System("demo")
	owner.UserID = 1 // whoever set the shop up
	ctx = auth.With(ctx, owner)
	offered, err := a.products.Offered(ctx, 4)
	if err != nil {
		return err
	}
	found, err := a.customers.List(ctx, page.Request{Limit: 5}, nil)
	if err != nil || len(offered) < 3 || len(found.Items) == 0 {
		return err
	}
	list := product.PriceListInput{Name: "Wholesale 批发", Levels: "AB", Active: true}
	for _, p := range offered {
		list.Items = append(list.Items, product.PriceItem{ProductID: p.ID, Least: 10 * money.One, Price: p.Price * 9 / 10})
	}
	if _, err := a.products.CreatePriceList(ctx, list); err != nil {
		return err
	}
	terms := "Prices hold for the time shown. Payment 30 days after delivery, by transfer."
	if _, err := a.quotes.SaveTemplate(ctx, quote.Template{Name: "Regular delivery", Intro: "Thank you for asking. This is what we would bring.", Terms: terms, ValidDays: 14}); err != nil {
		return err
	}
	b, err := setting.ReadBusiness(ctx, a.DB.Reader(ctx))
	if err != nil {
		return err
	}
	for i, c := range found.Items {
		in := quote.Input{CustomerID: c.ID, Title: "Delivery for the season", ValidUntil: cal.Today(a.DB.Now(), b.Zone()).AddDays(14), Terms: terms}
		for k, p := range offered[:3] {
			line := quote.LineInput{ProductID: p.ID, Quantity: money.Quantity(i+k+1) * 4 * money.One, Optional: k == 2}
			if k == 0 {
				line.Discount = pricing.Discount{Rate: 500}
			}
			in.Lines = append(in.Lines, line)
		}
		if err := a.demoQuote(ctx, in, i); err != nil {
			return fmt.Errorf("make up a quote: %w", err)
		}
	}
	return a.demoMoney(ctx, offered)
}

// demoQuote writes the n-th quote: accepted, declined, out in its second version,
// out, and a draft.
func (a *App) demoQuote(ctx context.Context, in quote.Input, n int) error {
	q, err := a.quotes.Create(ctx, in)
	if err != nil || n >= 4 {
		return err
	}
	if q, _, err = a.quotes.Send(ctx, q.ID, q.Version, quote.Sending{}); err != nil {
		return err
	}
	switch n {
	case 0:
		_, err = a.quotes.Accept(ctx, q.ID, quote.Consenting{Signer: q.CustomerName})
	case 1:
		_, err = a.quotes.Decline(ctx, q.ID, "Not this season")
	case 2:
		if q, err = a.quotes.Revise(ctx, q.ID); err == nil {
			_, _, err = a.quotes.Send(ctx, q.ID, q.Version, quote.Sending{})
		}
	}
	return err
}
