package app

import (
	"context"

	"regulars/app/insight/evaluation"
	"regulars/app/sales/receivable"
	"regulars/app/sys/auth"
)

// makeReceivables makes what is owed, which stands beside each order.
func (a *App) makeReceivables() {
	a.receivables = receivable.New(receivable.Deps{DB: a.DB, Customers: a.customers, Payments: a.payments, Habits: habits{a}, Notices: a.notify,
		Outbox: a.Outbox, Consent: a.consent, View: a.View, BaseURL: a.BaseURL})
	a.payments.OnRest(a.receivables)
}

// habits are how customers pay, for those who see evaluations.
type habits struct{ a *App }

// Paying implements receivable.Habits.
func (h habits) Paying(ctx context.Context, customer int64) (receivable.Habit, error) {
	var out receivable.Habit
	if !auth.From(ctx).Can(evaluation.Read) {
		return out, nil
	}
	e, err := h.a.evaluation.Get(ctx, customer)
	if err != nil {
		return out, err
	}
	d := e.Dimension(evaluation.Payment)
	out.Score, out.Total = d.Score, e.Total
	for _, r := range d.Reasons {
		out.Reasons = append(out.Reasons, r)
	}
	return out, nil
}
