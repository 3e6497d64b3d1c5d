package contact

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/formula"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// The fields that the shop added to contacts.

func (s *Service) subject() custom.Subject {
	return custom.Subject{Name: "contact", Table: "contact", Path: "/contacts", Label: "contact.all",
		Built: []custom.Fact{{Name: "name", Label: "customer.name", Kind: formula.Text, Column: "name"}, {Name: "title", Label: "contact.title", Kind: formula.Text, Column: "title"},
			{Name: "created_on", Label: "customer.created_at", Kind: formula.Date}},
		Open: func(ctx context.Context, id int64) (custom.Opened, error) {
			c, err := s.Get(ctx, id)
			return custom.Opened{Kind: "customer", ID: c.CustomerID, Label: c.Name, Record: c.Added}, err
		}}
}

func (s *Service) get(ctx context.Context, q db.Q, id int64) (Contact, error) {
	c, err := get(ctx, q, id)
	if err != nil {
		return c, err
	}
	return c, s.add(ctx, q, 1, func(int) *Contact { return &c })
}

// add completes n contacts with the added fields.
func (s *Service) add(ctx context.Context, q db.Q, n int, at func(int) *Contact) error {
	return s.fields.Complete(ctx, q, "contact", n, func(i int) custom.Values { return at(i).Values }, func(i int, r custom.Record) {
		c := at(i)
		c.Added = r
		c.Added.Built = built(ctx, *c)
	})
}

// built is what formulas find in a contact.
func built(ctx context.Context, c Contact) func(string) formula.Value {
	zone := auth.From(ctx).Zone
	return func(name string) formula.Value {
		switch {
		case name == "name":
			return custom.Word(c.Name)
		case name == "title":
			return custom.Word(c.Title)
		case name == "created_on" && zone != nil:
			return custom.Day(string(cal.DateOf(c.CreatedAt.Time, zone)))
		}
		return formula.Value{}
	}
}

// fill checks what was said about added fields and completes the input with the
// values to store.
func (s *Service) fill(ctx context.Context, q db.Q, in *Input, before custom.Values) error {
	var err error
	in.values, err = s.fields.Apply(ctx, q, "contact", before, in.Fields, nil)
	return err
}
