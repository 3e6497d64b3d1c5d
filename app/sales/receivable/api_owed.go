package receivable

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/api"
)

// OwedObject is what one customer owes in one currency, by age.
type OwedObject struct {
	CustomerID int64       `json:"customer_id,omitempty"`
	Customer   string      `json:"customer,omitempty"`
	Currency   string      `json:"currency"`
	NotDue     api.Money   `json:"not_due"`
	Days30     api.Money   `json:"days_1_30"`
	Days60     api.Money   `json:"days_31_60"`
	Days90     api.Money   `json:"days_61_90"`
	Older      api.Money   `json:"days_over_90"`
	Total      api.Money   `json:"total"`
	Oldest     int         `json:"oldest_days"`
	Promised   *PromiseRef `json:"promised,omitempty"`
}

// PromiseRef is what they said they would pay.
type PromiseRef struct {
	DueOn  string     `json:"due_on" format:"date"`
	Amount *api.Money `json:"amount,omitempty" doc:"Absent: what is owed"`
}

// ItemObject is money that is to come by a day.
type ItemObject struct {
	CustomerID   int64     `json:"customer_id"`
	OrderID      int64     `json:"order_id"`
	OrderNumber  string    `json:"order_number"`
	InstalmentID int64     `json:"instalment_id,omitempty"`
	DueOn        string    `json:"due_on" format:"date"`
	DaysOverdue  int       `json:"days_overdue"`
	Open         api.Money `json:"open"`
	Words        string    `json:"words,omitempty"`
}

// AgeingObject is who owes how much for how long.
type AgeingObject struct {
	Totals  []OwedObject `json:"totals" doc:"Per currency"`
	Debtors []OwedObject `json:"debtors"`
	Items   []ItemObject `json:"items"`
}

type ageingIn struct {
	CustomerID int64  `query:"customer_id"`
	Bucket     string `query:"bucket" enum:"due,30,60,90,over" doc:"Days overdue: not due, to 30, to 60, to 90, longer"`
	Currency   string `query:"currency"`
	Overdue    bool   `query:"overdue"`
}

type statementIn struct {
	api.Path
	From string `query:"from" doc:"First day; the first of this year when absent"`
	To   string `query:"to" doc:"Last day; today when absent"`
}

// EntryObject is one line of a statement.
type EntryObject struct {
	On      string    `json:"on" format:"date"`
	Kind    string    `json:"kind" enum:"order,return,payment,refund,receipt,back,moved"`
	ID      int64     `json:"id"`
	Ref     string    `json:"ref,omitempty"`
	Amount  api.Money `json:"amount" doc:"What they owe more by it; below zero: less"`
	Balance api.Money `json:"balance"`
}

// AccountObject is a statement in one currency.
type AccountObject struct {
	Currency string        `json:"currency"`
	Opening  api.Money     `json:"opening"`
	Closing  api.Money     `json:"closing"`
	Entries  []EntryObject `json:"entries"`
}

// StatementObject is what a customer bought and paid within a period.
type StatementObject struct {
	CustomerID int64           `json:"customer_id"`
	From       string          `json:"from" format:"date"`
	To         string          `json:"to" format:"date"`
	Accounts   []AccountObject `json:"accounts"`
}

func (s *Service) apiOwed(a *api.API, tag string) {
	api.Register(a, api.Op{Method: api.Get, Path: "/receivables", Tag: tag, Summary: "Who owes how much for how long"}, s.apiAgeing)
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/statement", Tag: tag, Summary: "What a customer bought and paid within a period"}, s.apiStatement)
}

func (s *Service) apiAgeing(ctx context.Context, in *ageingIn) (*api.Body[AgeingObject], error) {
	a, err := s.Ageing(ctx, Narrow{Customer: in.CustomerID, Bucket: in.Bucket, Currency: in.Currency, Overdue: in.Overdue})
	if err != nil {
		return nil, err
	}
	out := AgeingObject{Totals: []OwedObject{}, Debtors: []OwedObject{}, Items: []ItemObject{}}
	for _, d := range a.Totals {
		out.Totals = append(out.Totals, owedObject(d))
	}
	for _, d := range a.Debtors {
		o := owedObject(d)
		if p, ok := a.Promises[d.CustomerID]; ok {
			o.Promised = &PromiseRef{DueOn: string(p.DueOn)}
			if p.Amount > 0 {
				m := api.MoneyOf(p.Amount, p.Currency)
				o.Promised.Amount = &m
			}
		}
		out.Debtors = append(out.Debtors, o)
	}
	for _, i := range a.Items {
		out.Items = append(out.Items, ItemObject{CustomerID: i.CustomerID, OrderID: i.OrderID, OrderNumber: i.Number, InstalmentID: i.InstalmentID,
			DueOn: string(i.DueOn), DaysOverdue: max(0, i.Days(a.Today)), Open: api.MoneyOf(i.Open, i.Currency), Words: i.Words})
	}
	return &api.Body[AgeingObject]{Body: out}, nil
}

func owedObject(d Debtor) OwedObject {
	money := func(n int64) api.Money { return api.MoneyOf(n, d.Currency) }
	return OwedObject{CustomerID: d.CustomerID, Customer: d.CustomerName, Currency: d.Currency, NotDue: money(d.Buckets[0]), Days30: money(d.Buckets[1]),
		Days60: money(d.Buckets[2]), Days90: money(d.Buckets[3]), Older: money(d.Buckets[4]), Total: money(d.Total()), Oldest: max(0, d.Oldest)}
}

func (s *Service) apiStatement(ctx context.Context, in *statementIn) (*api.Body[StatementObject], error) {
	day, _, err := today(ctx, s.DB.Reader(ctx), s.DB)
	if err != nil {
		return nil, err
	}
	c := &errs.Check{}
	from, to := period(c, in.From, in.To, day)
	if err := c.Err(); err != nil {
		return nil, err
	}
	st, err := s.StatementOf(ctx, in.ID, from, to)
	if err != nil {
		return nil, err
	}
	out := StatementObject{CustomerID: in.ID, From: string(from), To: string(to), Accounts: []AccountObject{}}
	for _, a := range st.Accounts {
		o := AccountObject{Currency: a.Currency, Opening: api.MoneyOf(a.Opening, a.Currency), Closing: api.MoneyOf(a.Closing, a.Currency), Entries: []EntryObject{}}
		for _, e := range a.Entries {
			o.Entries = append(o.Entries, EntryObject{On: string(e.On), Kind: e.Kind, ID: e.ID, Ref: e.Ref, Amount: api.MoneyOf(e.Amount, a.Currency), Balance: api.MoneyOf(e.Balance, a.Currency)})
		}
		out.Accounts = append(out.Accounts, o)
	}
	return &api.Body[StatementObject]{Body: out}, nil
}

// period reads the days of a statement: this year until today unless said.
func period(c *errs.Check, from, to string, day cal.Date) (cal.Date, cal.Date) {
	first, last := cal.Date(string(day)[:4]+"-01-01"), day
	if from != "" {
		first = date(c, "from", from)
	}
	if to != "" {
		last = date(c, "to", to)
	}
	c.That(first <= last, "to", "receivable.error.period")
	return first, last
}
