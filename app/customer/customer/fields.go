package customer

import (
	"context"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/formula"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/importer"
)

// The fields that the shop added to its customers.

// subject tells what rules and formulas of added fields may look at.
func (s *Service) subject() custom.Subject {
	return custom.Subject{Name: "customer", Table: "customer", Path: "/customers", Label: "nav.customers",
		Rules: []custom.Fact{{Name: "kind", Label: "customer.kind"}},
		Built: []custom.Fact{
			{Name: "name", Label: "customer.name", Kind: formula.Text, Column: "name"}, {Name: "kind", Label: "customer.kind", Kind: formula.Text, Column: "kind"},
			{Name: "level", Label: "customer.level", Kind: formula.Text, Column: "level"}, {Name: "region", Label: "customer.region", Kind: formula.Text, Column: "region"},
			{Name: "created_on", Label: "customer.created_at", Kind: formula.Date}, {Name: "first_order_on", Label: "customer.first_order", Kind: formula.Date, Derived: "s.first_order_on"},
			{Name: "last_order_on", Label: "customer.last_order", Kind: formula.Date, Derived: "s.last_order_on"}, {Name: "expected_on", Label: "customer.expected", Kind: formula.Date, Derived: "s.expected_on", Off: s.dueOff},
			{Name: "last_contact_on", Label: "customer.last_contact", Kind: formula.Date}, {Name: "orders_count", Label: "customer.orders", Kind: formula.Number, Derived: "s.orders"},
			{Name: "orders_total", Label: "customer.revenue", Kind: formula.Money, Derived: "s.revenue"}, {Name: "paid_total", Label: "customer.paid", Kind: formula.Money, Derived: "s.paid"},
			{Name: "nps", Label: "customer.nps", Kind: formula.Number, Derived: "CASE WHEN s.nps >= 0 THEN s.nps END"}, {Name: "score", Label: "customer.score", Kind: formula.Number, Derived: "CASE WHEN s.score >= 0 THEN s.score END"},
			{Name: "open_cases", Label: "customer.open_cases", Kind: formula.Number, Derived: "s.open_cases"},
		},
		Open: func(ctx context.Context, id int64) (custom.Opened, error) {
			c, err := s.Get(ctx, id)
			return custom.Opened{Kind: "customer", ID: c.ID, Label: c.Name, Record: c.Added}, err
		}}
}

// Figures are what formulas know of a customer besides their own row.
type Figures struct {
	Orders        int     `db:"orders"`
	Revenue       int64   `db:"revenue"`
	Paid          int64   `db:"paid"`
	FirstOrderOn  string  `db:"first_order_on"`
	LastOrderOn   string  `db:"last_order_on"`
	ExpectedOn    string  `db:"expected_on"`
	LastContactAt db.Time `db:"last_contact_at"`
	NPS           int     `db:"nps"`
	Score         float64 `db:"score"`
	OpenCases     int     `db:"open_cases"`
}

// Known is what formulas find in a customer, wherever they are asked: with their
// figures below zero for unknown, and days as the shop's.
type Known struct {
	Figures
	Name, Kind, Level, Region string
	CreatedOn, ContactOn      cal.Date
}

// Value is what stands under one of the names that the shop's formulas may use.
func (k Known) Value(r custom.Record, name string) formula.Value {
	known := func(n float64) formula.Value {
		if n < 0 {
			return formula.Value{}
		}
		return custom.Count(n)
	}
	switch name {
	case "name":
		return custom.Word(k.Name)
	case "kind":
		return custom.Word(k.Kind)
	case "level":
		return custom.Word(k.Level)
	case "region":
		return custom.Word(k.Region)
	case "created_on":
		return custom.Day(string(k.CreatedOn))
	case "first_order_on":
		return custom.Day(k.FirstOrderOn)
	case "last_order_on":
		return custom.Day(k.LastOrderOn)
	case "expected_on":
		return custom.Day(k.ExpectedOn)
	case "last_contact_on":
		return custom.Day(string(k.ContactOn))
	case "orders_count":
		return custom.Count(float64(k.Orders))
	case "orders_total":
		return r.Amount(k.Revenue)
	case "paid_total":
		return r.Amount(k.Paid)
	case "nps":
		return known(float64(k.NPS))
	case "score":
		return known(k.Score)
	case "open_cases":
		return custom.Count(float64(k.OpenCases))
	}
	return formula.Value{}
}

// built is what formulas find in a customer of the actor's.
func built(ctx context.Context, r custom.Record, c Customer, f Figures) func(string) formula.Value {
	day := func(at db.Time) cal.Date {
		if zone := auth.From(ctx).Zone; zone != nil && !at.IsZero() {
			return cal.DateOf(at.Time, zone)
		}
		return ""
	}
	return func(name string) formula.Value {
		return Known{Figures: f, Name: c.Name, Kind: c.Kind, Level: c.Level, Region: c.Region, CreatedOn: day(c.CreatedAt), ContactOn: day(f.LastContactAt)}.Value(r, name)
	}
}

// add completes a customer with the added fields.
func (s *Service) add(ctx context.Context, q db.Q, c *Customer) error {
	var err error
	if c.Added, err = s.fields.Of(ctx, q, "customer", c.Values); err != nil || !c.Added.Set.Has(custom.Computed) {
		return err
	}
	f, err := figuresOf(ctx, q, c.ID)
	if c.NoProfiling {
		f.ExpectedOn = ""
	}
	c.Added.Built = built(ctx, c.Added, *c, f)
	return err
}

// addAll completes the rows of a list.
func (s *Service) addAll(ctx context.Context, q db.Q, rows []Row) error {
	values := make([]custom.Values, len(rows))
	for i := range rows {
		values[i] = rows[i].Values
	}
	records, err := s.fields.All(ctx, q, "customer", values)
	if err != nil {
		return err
	}
	for i := range records {
		r := &rows[i]
		c := Customer{Name: r.Name, Kind: r.Kind, Level: r.Level, Region: r.Region, CreatedAt: r.CreatedAt}
		r.Added = records[i]
		r.Added.Built = built(ctx, records[i], c, Figures{Orders: r.Orders, Revenue: r.Revenue, Paid: r.Paid, FirstOrderOn: r.FirstOrderOn, LastOrderOn: r.LastOrderOn, ExpectedOn: r.ExpectedOn,
			LastContactAt: r.LastContactAt, NPS: r.NPS, Score: r.Score, OpenCases: r.OpenCases})
	}
	return nil
}

// fill checks what was said about added fields and completes the input with the
// values to store.
func (s *Service) fill(ctx context.Context, q db.Q, in *Input, before custom.Values) error {
	var err error
	in.values, err = s.fields.Apply(ctx, q, "customer", before, in.Fields, in.facts())
	return err
}

// facts are what rules of added fields may look at.
func (in Input) facts() map[string]string { return map[string]string{"kind": in.Kind} }

// must makes the required fields of a new customer required, although nothing
// was said about any.
func (in *Input) must() {
	if in.Fields == nil {
		in.Fields = custom.Typed{}
	}
}

// listWith is the list with the added fields among what it can be filtered by.
func (s *Service) listWith(ctx context.Context, q db.Q) (field.List, custom.Record, error) {
	l := list
	l.Fields = slices.Clone(list.Fields)
	if i := slices.IndexFunc(l.Fields, func(f field.Field) bool { return f.Name == recycleAt }); auth.From(ctx).Can("pool.read") {
		l.Fields[i].Sort = true // in tables of its own, see goingBack
	} else { // of pools nobody hears who has none
		l.Fields = slices.DeleteFunc(l.Fields, func(f field.Field) bool { return f.Name == recycleAt || f.Name == protectedUntil })
	}
	if off, err := s.dueOff(ctx); err != nil {
		return l, custom.Record{}, err
	} else if off {
		l = undue(l)
	}
	if auth.From(ctx).Scope().Everything() { // a sum would tell of customers whom others may not see
		l.Fields = append(l.Fields, referral...)
	}
	l, err := s.withConsents(ctx, q, l)
	if err != nil {
		return l, custom.Record{}, err
	}
	if auth.From(ctx).Masked() {
		l = l.Masked("phone", "email", "wechat")
	}
	record, err := s.fields.Record(ctx, q, "customer")
	if err != nil || len(record.Set) == 0 {
		return l, record, err
	}
	l, err = record.Listed(ctx, q, l, "c")
	return l, record, err
}

// importMore are the columns that an import of customers has besides.
func (s *Service) importMore(ctx context.Context) ([]importer.Column, error) {
	more, err := importer.OwnColumns(ctx, s.db.Reader(ctx), "customer")
	for _, p := range s.parts {
		if err != nil {
			return nil, err
		}
		var theirs []importer.Column
		theirs, err = p.MoreColumns(ctx)
		more = append(more, theirs...)
	}
	return more, err
}
