package product

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/formula"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// The fields that the shop added to its products.

func (s *Service) subject() custom.Subject {
	return custom.Subject{Name: "product", Table: "product", Path: "/products", Label: "nav.products",
		Rules: []custom.Fact{{Name: "category", Label: "product.category"}},
		Built: []custom.Fact{{Name: "name", Label: "common.name", Kind: formula.Text, Column: "name"}, {Name: "code", Label: "product.code", Kind: formula.Text, Column: "code"},
			{Name: "unit", Label: "product.unit", Kind: formula.Text, Column: "unit"}, {Name: "category", Label: "product.category", Kind: formula.Text, Column: "category"},
			{Name: "price", Label: "product.price", Kind: formula.Money, Column: "price"}, {Name: "use_up_days", Label: "product.use_up_days", Kind: formula.Number, Column: "use_up_days"},
			{Name: "active", Label: "product.active", Kind: formula.Bool, Column: "active"}, {Name: "created_on", Label: "common.created", Kind: formula.Date}},
		Open: func(ctx context.Context, id int64) (custom.Opened, error) {
			p, err := s.Get(ctx, id)
			return custom.Opened{Kind: "product", ID: p.ID, Label: p.Name, Record: p.Added}, err
		}}
}

func (s *Service) get(ctx context.Context, q db.Q, id int64) (Product, error) {
	p, err := get(ctx, q, id)
	if err != nil {
		return p, err
	}
	if err := addUnits(ctx, q, []*Product{&p}); err != nil {
		return p, err
	}
	return p, s.add(ctx, q, 1, func(int) *Product { return &p })
}

// add completes n products with the added fields, and keeps from the actor what
// they may not know.
func (s *Service) add(ctx context.Context, q db.Q, n int, at func(int) *Product) error {
	if !auth.From(ctx).Can(Cost) {
		for i := range n {
			at(i).Cost = 0
		}
	}
	return s.fields.Complete(ctx, q, "product", n, func(i int) custom.Values { return at(i).Values }, func(i int, r custom.Record) {
		p := at(i)
		p.Added = r
		p.Added.Built = built(ctx, *p)
	})
}

// built is what formulas find in a product.
func built(ctx context.Context, p Product) func(string) formula.Value {
	zone := auth.From(ctx).Zone
	return func(name string) formula.Value {
		switch name {
		case "name":
			return custom.Word(p.Name)
		case "code":
			return custom.Word(string(p.Code))
		case "unit":
			return custom.Word(p.Unit)
		case "category":
			return custom.Word(p.Category)
		case "price":
			return p.Added.Amount(p.Price)
		case "use_up_days":
			return custom.Count(float64(p.UseUpDays))
		case "active":
			return custom.Yes(p.Active)
		case "created_on":
			if zone != nil {
				return custom.Day(string(cal.DateOf(p.CreatedAt.Time, zone)))
			}
		}
		return formula.Value{}
	}
}

// fill checks what was said about added fields and completes the input with the
// values to store.
func (s *Service) fill(ctx context.Context, q db.Q, in *Input, before custom.Values) error {
	var err error
	in.values, err = s.fields.Apply(ctx, q, "product", before, in.Fields, in.facts())
	return err
}

// facts are what rules of added fields may look at.
func (in Input) facts() map[string]string { return map[string]string{"category": in.Category} }
