package payment

import (
	"context"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/sys/setting"
)

// Importer tells how a table of payments is brought in. A payment is known by
// its order, day and amount; where a file has the same one twice, the second
// is the second. So the same file again changes nothing.
func (s *Service) Importer() importer.Kind {
	return importer.Kind{
		Name: "payments", Permission: Write, Href: "/payments", Open: "/orders/",
		Columns: []importer.Column{
			{Name: "order_no", Required: true}, {Name: "amount", Required: true, Number: true}, {Name: "paid_on", Required: true}, {Name: "method"},
		},
		Start: func(o importer.Options) importer.Work { return &importWork{s: s, o: o, times: map[key]int{}} },
	}
}

// importWork takes the payments of one run.
type importWork struct {
	s        *Service
	o        importer.Options
	business setting.Business
	orders   map[string]Order
	have     map[key][]Payment
	times    map[key]int // how often earlier batches had such a payment
	now      map[key]int // how often this one had
}

// Begin finds the orders of all rows and what was paid for them.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var err error
	if w.business, err = setting.ReadBusiness(ctx, tx); err != nil {
		return err
	}
	var numbers []string
	for _, r := range batch {
		numbers = append(numbers, plain(r.Get("order_no")))
	}
	if w.orders, err = numbered(ctx, tx, auth.From(ctx).Scope(), numbers); err != nil {
		return err
	}
	w.now = map[key]int{}
	w.have, err = paidFor(ctx, tx, w.orders)
	return err
}

func plain(s string) string { return strings.Join(strings.Fields(s), " ") }

// Take records, corrects or passes over one payment.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	o, in, err := w.read(r, tx)
	if err != nil {
		return 0, err
	}
	r.Is(o.ID)
	k := key{o.ID, in.PaidOn, in.Amount}
	n := w.times[k] + w.now[k] + 1
	outcome := importer.Skipped
	switch {
	case len(w.have[k]) < n || w.o.OnDuplicate == importer.Create:
		outcome, err = importer.Created, w.create(ctx, tx, o, in)
	case w.o.OnDuplicate == importer.Update:
		outcome, err = w.update(ctx, w.have[k][n-1], in)
	}
	if err != nil {
		return 0, err
	}
	w.now[k]++
	return outcome, nil
}

// Resume counts how often the rows before a break had which payment.
func (w *importWork) Resume(ctx context.Context, tx *db.Tx, batch []*importer.Record, _ importer.Past) error {
	if err := w.Begin(ctx, tx, batch); err != nil {
		return err
	}
	for _, r := range batch {
		if o, in, err := w.read(r, tx); err == nil {
			w.now[key{o.ID, in.PaidOn, in.Amount}]++
		}
	}
	return w.End(ctx, tx)
}

// End implements importer.Work.
func (w *importWork) End(context.Context, *db.Tx) error {
	for k, n := range w.now {
		w.times[k] += n
	}
	return nil
}

func (w *importWork) read(r *importer.Record, tx *db.Tx) (Order, Input, error) {
	in := Input{Method: r.Get("method")}
	c := &errs.Check{}
	number := plain(r.Get("order_no"))
	o, found := w.orders[number]
	c.That(number != "", "order_no", "error.required")
	c.That(number == "" || found, "order_no", "import.problem.no_order", "value", clip(number))
	cell := r.Get("paid_on")
	day, ok := r.Date("paid_on")
	in.PaidOn = cal.Date(day)
	c.That(cell != "", "paid_on", "error.required")
	c.That(cell == "" || ok, "paid_on", "import.problem.date", "value", clip(cell))
	currency := o.Currency
	if !found {
		currency = w.business.Currency
	}
	cell = r.Get("amount")
	decimal, ok := r.Decimal("amount")
	amount, err := money.Parse(decimal, currency)
	in.Amount = amount
	c.That(cell != "", "amount", "error.required")
	c.That(cell == "" || ok && err == nil, "amount", "import.problem.amount", "value", clip(cell), "currency", currency)
	if err := c.Err(); err != nil {
		return o, in, err
	}
	today := cal.Today(tx.Now, w.business.Zone())
	in.Clean(today)
	return o, in, in.Validate(today)
}

func clip(s string) string {
	if rs := []rune(s); len(rs) > maxMethod {
		return string(rs[:maxMethod]) + "…"
	}
	return s
}

func (w *importWork) create(ctx context.Context, tx *db.Tx, o Order, in Input) error {
	if err := fits(o, in.Amount); err != nil {
		return err
	}
	if err := w.s.unasked(ctx, tx, o, in.Amount, w.business.Currency); err != nil {
		return err
	}
	id, err := insert(ctx, tx, o, in)
	if err != nil {
		return err
	}
	o.add(in.Amount)
	w.orders[o.Number] = o
	p := Payment{ID: id, OrderID: o.ID, OrderNumber: o.Number, CustomerID: o.CustomerID, Amount: in.Amount, Currency: o.Currency, PaidOn: in.PaidOn,
		Method: in.Method, Version: 1}
	k := key{o.ID, in.PaidOn, in.Amount}
	w.have[k] = append(w.have[k], p)
	fact := p.fact(moment(p.PaidOn, tx.Now, w.business.Zone()))
	if p.Amount < 0 {
		return w.s.events.Publish(ctx, tx, Refunded{fact})
	}
	return w.s.events.Publish(ctx, tx, Received{fact})
}

// update corrects how it was paid: the rest is what the payment is known by.
func (w *importWork) update(ctx context.Context, p Payment, in Input) (importer.Outcome, error) {
	if in.Method == "" || in.Method == p.Method {
		return importer.Skipped, nil
	}
	changed := p.Input()
	changed.Method = in.Method
	_, err := w.s.Update(ctx, p.ID, p.Version, changed)
	return importer.Updated, err
}
