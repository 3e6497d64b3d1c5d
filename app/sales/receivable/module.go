package receivable

import (
	"context"

	"regulars/app/sales/payment"
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house. Its permissions are those of
// payments.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "receivable",
		Routes: s.routes,
		API:    s.api,
		Jobs:   s.jobs(),
		Nav:    []web.Nav{{Group: "nav.group.sell", Order: 56, Key: "nav.receivables", Icon: "wallet", Href: "/receivables", Permission: payment.Read}},
		Settings: []web.SettingsEntry{{Group: "order.settings.group", Order: 42, Key: "receivable.reminders", Icon: "mail", Href: "/settings/payment-reminders",
			Permission: payment.Settings}},
		Journal: []journal.Table{{Name: "instalment", Customer: sqlPartCustomer}, {Name: "receipt", Customer: sqlCustomer, Held: sqlPaidBack},
			{Name: "receipt_back", Customer: sqlBackCustomer}, {Name: "credit_limit", Customer: sqlLimited}},
		Subjects: []web.Subject{{Kind: "receipt", Path: receiptPath}},
		Panels:   []web.Panel{{Zone: web.ZoneRight, Order: 31, Permission: payment.Read, Page: "sales/owed-panel", Load: s.panel}},
	}
}

// PanelBody feeds the account on a customer's record.
type PanelBody struct {
	CustomerID int64
	Standing   Standing
	Credit     []Receipt
	MayWrite   bool
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	b := PanelBody{CustomerID: customer, MayWrite: auth.From(ctx).Can(payment.Write)}
	var err error
	if b.Standing, err = s.StandingOf(ctx, customer); err != nil {
		return nil, err
	}
	b.Credit, err = openReceipts(ctx, s.DB.Reader(ctx), customer)
	return b, err
}
