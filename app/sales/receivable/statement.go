package receivable

import (
	"context"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/sales/payment"
	"regulars/app/sys/auth"
)

// Entry is one line of a statement: what a customer bought, paid or got back.
type Entry struct {
	On      cal.Date `db:"day"`
	Kind    string   `db:"kind"` // order, return, payment, refund, receipt, back, moved
	ID      int64    `db:"id"`
	Ref     string   `db:"ref"`
	Method  string   `db:"method"`
	Amount  int64    `db:"amount"` // what they owe more by it
	Balance int64    `db:"-"`      // after it
}

// Debit is what they owe more by it.
func (e Entry) Debit() int64 { return max(0, e.Amount) }

// Credit is what they owe less by it.
func (e Entry) Credit() int64 { return max(0, -e.Amount) }

// Account is a customer's statement in one currency. A balance below zero is
// theirs.
type Account struct {
	Currency         string
	Opening, Closing int64
	Bought, Paid     int64
	Entries          []Entry
}

// Owed is the closing balance without its sign.
func (a Account) Owed() int64 { return max(a.Closing, -a.Closing) }

// Capitals is the closing balance in the words that Chinese papers want, "" for
// other currencies.
func (a Account) Capitals() string {
	if a.Currency != "CNY" || a.Closing == 0 {
		return ""
	}
	return money.Capitals(a.Owed())
}

// Statement is what a customer bought and paid within a period, per currency.
type Statement struct {
	Customer customer.Ref
	From, To cal.Date
	Accounts []Account
}

// StatementOf reads the statement of a visible customer.
func (s *Service) StatementOf(ctx context.Context, customer int64, from, to cal.Date) (Statement, error) {
	st := Statement{From: from, To: to}
	if err := auth.From(ctx).May(payment.Read); err != nil {
		return st, err
	}
	var err error
	if st.Customer, err = s.Customers.MustSee(ctx, customer); err != nil {
		return st, err
	}
	q := s.DB.Reader(ctx)
	currencies, err := currenciesOf(ctx, q, customer)
	if err != nil {
		return st, err
	}
	for _, cur := range currencies {
		all, err := entriesOf(ctx, q, customer, cur, to)
		if err != nil {
			return st, err
		}
		st.Accounts = append(st.Accounts, account(cur, all, from))
	}
	return st, nil
}

// account sums entries that stand in the order of their days; those before from
// make the opening balance.
func account(currency string, all []Entry, from cal.Date) Account {
	a := Account{Currency: currency, Entries: []Entry{}}
	for _, e := range all {
		a.Closing += e.Amount
		if e.On < from {
			a.Opening += e.Amount
			continue
		}
		e.Balance = a.Closing
		if e.Kind == "order" || e.Kind == "return" {
			a.Bought += e.Amount
		} else {
			a.Paid -= e.Amount
		}
		a.Entries = append(a.Entries, e)
	}
	return a
}
