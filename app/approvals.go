package app

// What needs a colleague's word, and who hears the answer.

import (
	"regulars/app/work/approval"
)

// consents is who is asked first.
type consents struct{ approvals *approval.Service }

func (a *App) makeApprovals() {
	a.approvals = approval.New(approval.Deps{DB: a.DB, Notices: a.notify, Mail: a.Outbox, View: a.View, BaseURL: a.BaseURL})
	a.payments.OnRefund(a.approvals)
	a.approvals.Register(approval.Consumer{Kind: approval.Refund, Bases: []string{approval.Amount}, Decided: a.payments.Decided})
}
