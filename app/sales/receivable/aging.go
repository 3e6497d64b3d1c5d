package receivable

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/money"
	"regulars/app/sales/payment"
	"regulars/app/sys/auth"
	"regulars/app/sys/export"
)

// Ageing is who owes how much for how long.
type Ageing struct {
	Today    cal.Date
	Totals   []Debtor // per currency
	Debtors  []Debtor // most overdue first
	Promises map[int64]Promised
	Items    []Item // what is due first before the rest
}

// Narrow says which part of the ageing is wanted.
type Narrow struct {
	Customer int64
	Bucket   string // "" for all
	Currency string
	Overdue  bool
	Team     int64 // of whoever looks after the customer, 0 for all

	members []int64 // of the team
}

func (n Narrow) takes(i Item, today cal.Date) bool {
	return (n.Team == 0 || slices.Contains(n.members, i.OwnerID)) && (n.Customer == 0 || i.CustomerID == n.Customer) && (n.Currency == "" || i.Currency == n.Currency) &&
		(n.Bucket == "" || Buckets[Bucket(i.Days(today))] == n.Bucket) && (!n.Overdue || i.Late(today))
}

// Ageing reads what the customers that the actor sees owe, and what they promised.
func (s *Service) Ageing(ctx context.Context, n Narrow) (Ageing, error) {
	a, err := s.Owed(ctx, n)
	if err != nil {
		return a, err
	}
	ids := []int64{}
	for _, d := range a.Debtors {
		ids = append(ids, d.CustomerID)
	}
	raw, err := json.Marshal(ids)
	if err != nil {
		return a, fmt.Errorf("read who promised to pay: %w", err)
	}
	a.Promises, err = promised(ctx, s.DB.Reader(ctx), string(raw))
	return a, err
}

// InSum is what is owed in one currency, by age, and how many owe something
// that is overdue.
type InSum struct {
	Debtor
	Late int
}

// InSum sums what the customers that the actor sees owe in a currency, of a
// team or of all: the totals of Owed, without reading what they consist of.
func (s *Service) InSum(ctx context.Context, n Narrow) (InSum, error) {
	actor := auth.From(ctx)
	if err := actor.May(payment.Read); err != nil {
		return InSum{}, err
	}
	q := s.DB.Reader(ctx)
	day, _, err := today(ctx, q, s.DB)
	if err != nil {
		return InSum{}, err
	}
	return inSum(ctx, q, actor.Scope(), n.Currency, n.Team, day)
}

// Owed is Ageing without the promises.
func (s *Service) Owed(ctx context.Context, n Narrow) (Ageing, error) {
	var a Ageing
	actor := auth.From(ctx)
	if err := actor.May(payment.Read); err != nil {
		return a, err
	}
	q := s.DB.Reader(ctx)
	var err error
	if a.Today, _, err = today(ctx, q, s.DB); err != nil {
		return a, err
	}
	if a.Items, err = items(ctx, q, actor.Scope()); err != nil {
		return a, err
	}
	if n.members, err = members(ctx, q, n.Team); err != nil {
		return a, err
	}
	a.Items = slices.DeleteFunc(a.Items, func(i Item) bool { return !n.takes(i, a.Today) })
	a.Debtors, a.Totals = Aged(a.Items, a.Today)
	slices.SortStableFunc(a.Debtors, func(x, y Debtor) int {
		if d := y.Overdue() - x.Overdue(); d != 0 {
			return sign(d)
		}
		return sign(y.Total() - x.Total())
	})
	return a, nil
}

func sign(n int64) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// Exporters tell how instalments, receipts and what is owed leave: a row each.
func (s *Service) Exporters() []export.Kind {
	return []export.Kind{{Name: "instalments", Shown: partsOf(s).Export, Write: s.writeParts},
		{Name: "receipts", Shown: receiptsOf(s).Export, Write: s.writeReceipts}, {Name: "receivables", Write: s.writeOwed}}
}

func (s *Service) writeParts(ctx context.Context, ask export.Ask, w export.Writer) error {
	head := []string{"order_no", "due_on", "amount", "words", "paid", "customer", "currency"}
	return export.Table(ctx, ask, w, head, s.List, func(rows []Row) (out [][]string, err error) {
		for _, r := range rows {
			out = append(out, []string{r.OrderNumber, string(r.DueOn), money.Decimal(r.Amount, r.Currency), r.Words, money.Decimal(r.Paid, r.Currency), r.CustomerName, r.Currency})
		}
		return out, nil
	})
}

func (s *Service) writeReceipts(ctx context.Context, ask export.Ask, w export.Writer) error {
	head := []string{"received_on", "customer", "amount", "currency", "used", "paid_back", "credit", "method", "note"}
	return export.Table(ctx, ask, w, head, s.Receipts, func(rows []ReceiptRow) (out [][]string, err error) {
		for _, r := range rows {
			money := func(n int64) string { return money.Decimal(n, r.Currency) }
			out = append(out, []string{string(r.ReceivedOn), r.CustomerName, money(r.Amount), r.Currency, money(r.Used), money(r.Back), money(r.Credit()), r.Method, r.Note})
		}
		return out, nil
	})
}

func (s *Service) writeOwed(ctx context.Context, ask export.Ask, w export.Writer) error {
	n, err := narrowed(ask.Conds)
	if err != nil {
		return err
	}
	a, err := s.Ageing(ctx, n)
	if err != nil {
		return err
	}
	if err := w.Write([]string{"customer", "order_no", "due_on", "days_overdue", "open", "currency", "words"}); err != nil {
		return err
	}
	for _, i := range a.Items {
		row := []string{i.CustomerName, i.Number, string(i.DueOn), strconv.Itoa(max(0, i.Days(a.Today))), money.Decimal(i.Open, i.Currency), i.Currency, i.Words}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	return w.Close()
}

// narrowed reads the filters of an export or of the API.
func narrowed(conds []filter.Cond) (Narrow, error) {
	var n Narrow
	for _, c := range conds {
		if c.Op != "eq" {
			return n, unknown(c)
		}
		switch c.Field {
		case "customer_id":
			n.Customer, _ = strconv.ParseInt(c.Value, 10, 64) // no number is nobody's
			if n.Customer == 0 {
				n.Customer = -1
			}
		case "bucket":
			n.Bucket = c.Value
		case "currency":
			n.Currency = c.Value
		case "team_id":
			n.Team, _ = strconv.ParseInt(c.Value, 10, 64)
		case "overdue":
			n.Overdue = c.Value == "true"
		default:
			return n, unknown(c)
		}
	}
	return n, nil
}

// unknown says that what is owed cannot be narrowed like that.
func unknown(cond filter.Cond) error {
	c := &errs.Check{}
	c.Add(cond.Key(), "error.filter.field", "field", cond.Field)
	return c.Err()
}
