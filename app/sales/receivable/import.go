package receivable

import (
	"context"
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/text"
	"regulars/app/sales/payment"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// Importer tells how a table of instalments is brought in. A part is known by its
// order, day and amount; where a file has the same one twice, the second is the
// second. So the same file again changes nothing. A file may leave a part of an
// order unplanned, never more than the order costs.
func (s *Service) Importer() importer.Kind {
	return importer.Kind{
		Name: "instalments", Permission: payment.Write, Href: partsHome, Open: "/orders/",
		Columns: []importer.Column{
			{Name: "order_no", Required: true},
			{Name: "due_on", Required: true, Synonyms: []string{"Due on", "Due date", "Due", "Date", "到期日", "到期日期", "应收日期", "计划回款日期", "日期"}},
			{Name: "amount", Required: true, Number: true, Synonyms: []string{"计划回款金额", "应收金额"}},
			{Name: "words", Synonyms: []string{"What for", "Instalment", "款项", "期次", "备注"}},
		},
		Start: func(o importer.Options) importer.Work { return &importWork{s: s, o: o, times: map[importKey]int{}} },
	}
}

// importKey is what an instalment of a file is known by.
type importKey struct {
	order  int64
	dueOn  cal.Date
	amount int64
}

// importWork takes the instalments of one run.
type importWork struct {
	s          *Service
	o          importer.Options
	orders     map[string]int64
	times, now map[importKey]int // how often earlier batches, and this one, had such a part
}

// Begin finds the orders of all rows.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var numbers []string
	for _, r := range batch {
		numbers = append(numbers, number(r))
	}
	var err error
	w.now = map[importKey]int{}
	w.orders, err = numbered(ctx, tx, auth.From(ctx).Scope(), numbers)
	return err
}

func number(r *importer.Record) string { return strings.Join(strings.Fields(r.Get("order_no")), " ") }

// Take adds, corrects or passes over one instalment.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	p, in, err := w.read(ctx, tx, r)
	if err != nil {
		return 0, err
	}
	if err := w.s.Customers.MustEdit(ctx, p.Order.CustomerID); err != nil {
		return 0, err
	}
	r.Is(p.Order.ID)
	k := importKey{p.Order.ID, in.DueOn, in.Amount}
	outcome, parts := w.decide(p, in, w.times[k]+w.now[k]+1)
	if outcome != importer.Skipped {
		if err := p.bound(parts, false); err != nil {
			return 0, atRow(err)
		}
		if err := writeParts(ctx, tx, p, parts); err != nil {
			return 0, err
		}
	}
	w.now[k]++
	return outcome, nil
}

// decide says what becomes of the n-th such part of a file, and of the plan.
func (w *importWork) decide(p Plan, in Part, n int) (importer.Outcome, []Part) {
	parts, same := []Part{}, []int{}
	for _, i := range p.Parts {
		if i.DueOn == in.DueOn && i.Amount == in.Amount {
			same = append(same, len(parts))
		}
		parts = append(parts, Part{ID: i.ID, DueOn: i.DueOn, Amount: i.Amount, Words: i.Words})
	}
	switch {
	case len(same) < n || w.o.OnDuplicate == importer.Create:
		return importer.Created, append(parts, in)
	case w.o.OnDuplicate == importer.Update && in.Words != "" && in.Words != parts[same[n-1]].Words:
		parts[same[n-1]].Words = in.Words
		return importer.Updated, parts
	}
	return importer.Skipped, nil
}

// Resume counts how often the rows before a break had which part.
func (w *importWork) Resume(ctx context.Context, tx *db.Tx, batch []*importer.Record, _ importer.Past) error {
	if err := w.Begin(ctx, tx, batch); err != nil {
		return err
	}
	for _, r := range batch {
		if p, in, err := w.read(ctx, tx, r); err == nil {
			w.now[importKey{p.Order.ID, in.DueOn, in.Amount}]++
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

func (w *importWork) read(ctx context.Context, tx *db.Tx, r *importer.Record) (Plan, Part, error) {
	in, c, called := Part{Words: text.Line(r.Get("words"))}, &errs.Check{}, number(r)
	id, found := w.orders[called]
	c.That(called != "", "order_no", "error.required")
	c.That(called == "" || found, "order_no", "import.problem.no_order", "value", clip(called))
	cell := r.Get("due_on")
	day, ok := r.Date("due_on")
	in.DueOn = cal.Date(day)
	c.That(cell != "", "due_on", "error.required")
	c.That(cell == "" || ok, "due_on", "import.problem.date", "value", clip(cell))
	if err := c.Err(); err != nil {
		return Plan{}, in, err
	}
	p, err := planOf(ctx, tx, auth.From(ctx).Scope(), id)
	if err != nil {
		return p, in, err
	}
	cell = r.Get("amount")
	decimal, ok := r.Decimal("amount")
	in.Amount, err = money.Parse(decimal, p.Order.Currency)
	c.That(cell != "", "amount", "error.required")
	c.That(cell == "" || ok && err == nil, "amount", "import.problem.amount", "value", clip(cell), "currency", p.Order.Currency)
	return p, in, c.Err()
}

func clip(s string) string {
	if rs := []rune(s); len(rs) > maxMethod {
		return string(rs[:maxMethod]) + "…"
	}
	return s
}

// atRow puts what is wrong with a part of the plan at the columns of its row.
func atRow(err error) error {
	e, ok := errs.As(err)
	if !ok || e.Kind != errs.Invalid {
		return err
	}
	c := &errs.Check{}
	columns := []string{"due_on", "amount", "words"}
	for name, m := range e.Fields {
		at := "amount"
		if _, last, ok := strings.Cut(name, "]."); ok && slices.Contains(columns, last) {
			at = last
		}
		var args []any
		for k, v := range m.Args {
			args = append(args, k, v)
		}
		c.Add(at, m.Key, args...)
	}
	return c.Err()
}
