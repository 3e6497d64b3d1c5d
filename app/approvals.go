package app

// What needs a colleague's word, and who hears the answer.

import (
	"context"
	"strconv"

	"regulars/app/customer/customer"
	"regulars/app/customer/sharing"
	"regulars/app/kit/pricing"
	"regulars/app/sales/payment"
	"regulars/app/sales/quote"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/export"
	"regulars/app/work/approval"
)

// consents is who is asked first.
type consents struct{ approvals *approval.Service }

func (a *App) makeApprovals() {
	a.approvals = approval.New(approval.Deps{DB: a.DB, Notices: a.notify, Mail: a.Outbox, View: a.View, BaseURL: a.BaseURL})
	a.payments.OnRefund(a.approvals)
	a.receivables.OnBack(a.approvals)
	a.quotes.OnDiscount(discounts{a.approvals})
	a.orders.OnApproval(a.approvals)
	a.exports.OnLeave(leavings{a.approvals})
	a.pools.OnApprovals(a.approvals)
	a.customers.OnGive(func(ctx context.Context, g customer.Giving) error {
		if err := a.pools.MayGive(ctx, g); err != nil || !g.Taken {
			return err
		}
		return a.sharing.MayGive(ctx)
	})
	for _, c := range []approval.Consumer{
		{Kind: approval.QuoteDiscount, Bases: []string{approval.Discount, approval.Amount}, Fingerprint: a.quoteMark},
		{Kind: approval.OrderDiscount, Bases: []string{approval.Discount, approval.Amount}, Fingerprint: a.orders.Mark, Decided: a.orders.Decided},
		{Kind: approval.Refund, Bases: []string{approval.Amount}, Permission: payment.Read, Decided: a.paidBack},
		{Kind: approval.Transfer, Decided: func(ctx context.Context, tx *db.Tx, ask approval.Ask, approved bool) error {
			return a.sharing.Decided(ctx, tx, ask, approved)
		}},
		{Kind: approval.PoolTransfer, Decided: a.poolDecided},
		{Kind: approval.Export, Bases: []string{approval.Rows}},
	} {
		a.approvals.Register(c)
	}
}

// poolDecided does what was asked about a pool: by whoever looks after it, or by
// giving everything that somebody has back to it.
func (a *App) poolDecided(ctx context.Context, tx *db.Tx, ask approval.Ask, approved bool) error {
	if sharing.Asked(ask) {
		return a.sharing.Decided(ctx, tx, ask, approved)
	}
	return a.pools.Decided(ctx, tx, ask, approved)
}

// paidBack records what was approved, for an order or of a customer's credit.
func (a *App) paidBack(ctx context.Context, tx *db.Tx, ask approval.Ask, approved bool) error {
	if ask.SubjectKind == "receipt" {
		return a.receivables.Decided(ctx, tx, ask, approved)
	}
	return a.payments.Decided(ctx, tx, ask, approved)
}

// discounts are the approvals as quotes see them.
type discounts struct{ *approval.Service }

func mark(version int64) string { return strconv.FormatInt(version, 10) }

// Cares implements quote.Approvals.
func (d discounts) Cares(ctx context.Context) (bool, error) {
	return d.Would(ctx, approval.Ask{Kind: approval.QuoteDiscount, Discount: pricing.Whole, Amount: pricing.Max + 1})
}

// Needed implements quote.Approvals: what was approved is approved as it was.
func (d discounts) Needed(ctx context.Context, tx *db.Tx, q quote.Discounted) (bool, error) {
	_, state, err := d.Service.Needed(ctx, tx, approval.Ask{Kind: approval.QuoteDiscount, SubjectKind: "quote", SubjectID: q.ID, CustomerID: q.CustomerID, Title: q.Name,
		Discount: q.Rate, Amount: q.Total, Currency: q.Currency, Fingerprint: mark(q.Version)})
	return state != "" && state != approval.Approved, err
}

// quoteMark is the state of a quote that an approval is about.
func (a *App) quoteMark(ctx context.Context, _ *db.Tx, ask approval.Ask) (string, error) {
	q, err := a.quotes.Get(auth.As(ctx, "approval"), ask.SubjectID)
	return mark(q.Version), err
}

// leavings are the approvals as the desk of lists sees them.
type leavings struct{ approvals *approval.Service }

// most is more rows than any list has.
const most = 1 << 40

// Cares implements export.Gate.
func (l leavings) Cares(ctx context.Context) (bool, error) {
	return l.approvals.Would(ctx, approval.Ask{Kind: approval.Export, Rows: most})
}

// May implements export.Gate: a list that was approved may leave for some days,
// unless it has grown.
func (l leavings) May(ctx context.Context, of export.Leaving) error {
	asks, err := l.approvals.Would(ctx, approval.Ask{Kind: approval.Export, Rows: of.Rows})
	if err != nil || !asks {
		return err
	}
	if of.Approved != 0 {
		a, good, err := l.approvals.Holds(ctx, of.Approved, approval.Export, of.Mark)
		if err != nil || good && of.Rows <= a.Rows+a.Rows/10+10 {
			return err
		}
	}
	return export.Needs(of)
}

// Request implements export.Gate.
func (l leavings) Request(ctx context.Context, tx *db.Tx, of export.Leaving, reason string) (int64, error) {
	id, _, err := l.approvals.Needed(ctx, tx, approval.Ask{Kind: approval.Export, SubjectKind: "export", Title: of.Kind, Rows: of.Rows, Reason: reason,
		Fingerprint: of.Mark, Payload: "/exports/" + of.Kind + "?" + of.Query})
	return id, err
}
