package app

import (
	"context"
	"fmt"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/kit/money"
	"regulars/app/kit/page"
	"regulars/app/sales/contract"
	"regulars/app/sales/order"
	"regulars/app/sales/payment"
	"regulars/app/sales/product"
	"regulars/app/sales/promise"
	"regulars/app/sales/receivable"
	"regulars/app/sales/target"
	"regulars/app/sys/setting"
)

// demoMoney gives the made-up business orders that are paid in parts, late by
// every age, credit, contracts at every point of their life, and targets.
func (a *App) demoMoney(ctx context.Context, offered []product.Product) error {
	b, err := setting.ReadBusiness(ctx, a.DB.Reader(ctx))
	if err != nil {
		return err
	}
	day := cal.Today(a.DB.Now(), b.Zone())
	found, err := a.customers.List(ctx, page.Request{Limit: 20}, []filter.Cond{{Field: "kind", Op: "eq", Value: "company"}})
	if err != nil || len(found.Items) < 8 {
		return err
	}
	var who []int64
	for _, c := range found.Items[len(found.Items)-8:] {
		who = append(who, c.ID)
	}
	if err := a.demoOwed(ctx, who, offered, day); err != nil {
		return fmt.Errorf("make up what is owed: %w", err)
	}
	if err := a.demoContracts(ctx, who, day); err != nil {
		return fmt.Errorf("make up contracts: %w", err)
	}
	if err := a.demoTargets(ctx, day); err != nil {
		return fmt.Errorf("make up targets: %w", err)
	}
	return nil
}

// demoOwed makes an order in instalments for each of the customers: its second
// part is late by a growing number of days, or not due yet.
func (a *App) demoOwed(ctx context.Context, who []int64, offered []product.Product, day cal.Date) error {
	for n, late := range []int{-20, 12, 45, 75, 130} {
		due := day.AddDays(-late)
		o, err := a.orders.Create(ctx, order.Input{CustomerID: who[n], OrderedOn: due.AddDays(-45), DueOn: due, Status: order.Confirmed,
			Lines: []order.LineInput{{ProductID: offered[n%len(offered)].ID, Quantity: money.Quantity(24+n*6) * money.One}}})
		if err != nil {
			return err
		}
		first := o.Total * 3 / 10
		parts := []receivable.Part{{DueOn: o.OrderedOn, Amount: first, Words: "30 % with the order"}, {DueOn: due, Amount: o.Total - first, Words: "The rest in 45 days"}}
		if _, err := a.receivables.SetPlan(ctx, o.ID, "*", parts); err != nil {
			return err
		}
		paid := first
		if n == 2 {
			paid += (o.Total - first) / 2 // a part of the second one has come
		}
		if _, err := a.payments.Create(ctx, payment.Input{OrderID: o.ID, Amount: paid, PaidOn: o.OrderedOn.AddDays(2), Method: "transfer"}); err != nil {
			return err
		}
		if n != 3 {
			continue
		}
		vow, err := a.promises.Create(ctx, promise.Input{CustomerID: who[n], Side: promise.Theirs, Kind: promise.Pay, Words: "They pay the rest on Friday", MadeOn: day.AddDays(-30), DueOn: day.AddDays(-16), OrderID: o.ID})
		if err != nil {
			return err
		}
		if _, err := a.promises.Settle(ctx, vow.ID, vow.Version, promise.Broken, day.AddDays(-9), "Nothing came, and nobody called"); err != nil {
			return err
		}
	}
	_, err := a.receivables.Receive(ctx, receivable.ReceiptInput{CustomerID: who[5], Amount: 50000, ReceivedOn: day.AddDays(-3), Method: "transfer", Note: "Paid ahead for the season"})
	if err != nil {
		return err
	}
	limit := int64(150000)
	return a.receivables.SetLimit(ctx, who[4], &limit)
}

// demoContracts makes one that is to be decided, one that renewed itself, one
// that has ended and a draft.
func (a *App) demoContracts(ctx context.Context, who []int64, day cal.Date) error {
	list := []contract.Input{
		{Title: "Beans for a year", SignedOn: day.AddDays(-340), EndsOn: day.AddDays(25), Amount: 960000, NoticeDays: 14, Renewal: contract.ByHand},
		{Title: "Machine and service", SignedOn: day.AddDays(-500), EndsOn: day.AddDays(-135), Amount: 240000, NoticeDays: 30, Renewal: contract.ByHand},
		{Title: "Tea for the lobby", SignedOn: day.AddDays(-400), EndsOn: day.AddDays(-35), Amount: 180000},
		{Title: "Gift boxes for the holidays", StartsOn: day.AddDays(10), EndsOn: day.AddDays(375), Amount: 320000, Renewal: contract.ByItself},
	}
	for n, in := range list {
		in.CustomerID = who[n]
		k, err := a.contracts.Create(ctx, in)
		if err != nil {
			return err
		}
		if n == 1 {
			if _, err := a.contracts.Renew(ctx, k.ID, k.Version, k.NextEnd()); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoTargets sets what the running month and quarter are to bring, and what
// share of it is whose.
func (a *App) demoTargets(ctx context.Context, day cal.Date) error {
	month, quarter := target.MonthOf(day), target.QuarterOf(day)
	list := []target.Input{
		{Period: month.Name, Metric: target.Won, Subject: target.Company, Amount: 2000000},
		{Period: month.Name, Metric: target.Received, Subject: target.Company, Amount: 1000000},
		{Period: month.Name, Metric: target.NewCustomers, Subject: target.Company, Amount: 6},
		{Period: month.Name, Metric: target.Contacts, Subject: target.Company, Amount: 90},
		{Period: quarter.Name, Metric: target.Won, Subject: target.Company, Amount: 6000000},
		{Period: quarter.Name, Metric: target.Received, Subject: target.Company, Amount: 3200000},
	}
	people, err := a.notify.Colleagues(ctx)
	if err != nil {
		return err
	}
	for _, p := range people {
		key := strconv.FormatInt(p.ID, 10)
		list = append(list, target.Input{Period: month.Name, Metric: target.Won, Subject: target.Person, Key: key, Amount: 650000},
			target.Input{Period: month.Name, Metric: target.Received, Subject: target.Person, Key: key, Amount: 330000},
			target.Input{Period: month.Name, Metric: target.Contacts, Subject: target.Person, Key: key, Amount: 30})
	}
	if err := a.targets.Set(ctx, list); err != nil {
		return err
	}
	for _, r := range []target.Rule{{Metric: target.Won, Rate: 200}, {Metric: target.Won, FromPercent: 100, Rate: 350}, {Metric: target.Received, Rate: 50}} {
		if _, err := a.targets.AddRule(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
