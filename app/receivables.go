package app

import (
	"regulars/app/sales/receivable"
)

// makeReceivables makes what is owed, which stands beside each order.
func (a *App) makeReceivables() {
	a.receivables = receivable.New(receivable.Deps{DB: a.DB, Customers: a.customers, Payments: a.payments})
	a.payments.OnRest(a.receivables)
}
