package product

import (
	"fmt"

	"regulars/app/kit/pricing"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// listOf is what the list of products can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	return listing.Kind[Row]{Path: "/products", Title: "nav.products", Source: s, Groups: []string{"category", "unit", "active"},
		Filters: []string{"name", "code", "category", "price", "unit", "active", "use_up_days", "tax_rate", "stock_note", "warranty_months", "once", "external_id", "created_at", "updated_at"}, Inputs: []string{"category.eq", "active.eq"},
		Record: func(r Row) listing.Record { return listing.Record{ID: r.ID, Name: r.Name, Own: r.Added} },
		Called: func(l *i18n.Locale, field, value string) string {
			if field == "active" {
				return l.T(map[string]string{"true": "product.active_yes", "false": "product.active_no"}[value])
			}
			return ""
		},
		Columns: []column{
			{Name: "name", Label: "common.name", Class: "l1", Sort: "name", Cell: nameCell},
			{Name: "code", Label: "product.code", Class: "t2 l2", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell { return listing.Text(string(r.Code)) }},
			{Name: "category", Label: "product.category", Class: "t2 l2", Sort: "category", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell { return listing.Text(r.Category) }},
			{Name: "unit", Label: "product.unit", Class: "t2 l2", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell { return listing.Text(r.Unit) }},
			{Name: "price", Label: "product.price", Class: "num strong l1e", Sort: "price", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				return listing.Text(s.Money(r.Price, s.Currency))
			}},
			{Name: "use_up_days", Label: "product.use_up", Class: "num t2 l2e", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				if r.UseUpDays == 0 {
					return view.Cell{}
				}
				return listing.Text(s.T("product.days", "n", r.UseUpDays))
			}},
			{Name: "tax_rate", Label: "product.tax", Class: "num t2", Cell: func(_ listing.Say, r Row) view.Cell {
				if r.TaxRate == 0 {
					return view.Cell{}
				}
				return listing.Text(pricing.RateText(r.TaxRate) + "%")
			}},
			{Name: "stock_note", Label: "product.stock", Cell: func(_ listing.Say, r Row) view.Cell { return listing.Text(r.StockNote) }},
			{Name: "warranty_months", Label: "product.warranty", Class: "num t2", Cell: func(s listing.Say, r Row) view.Cell {
				if r.Warranty == 0 {
					return view.Cell{}
				}
				return listing.Text(s.Number(r.Warranty))
			}},
			{Name: "once", Label: "product.once", Class: "t2", Cell: func(s listing.Say, r Row) view.Cell {
				if !r.Once {
					return view.Cell{}
				}
				return listing.Text(s.T("common.yes"))
			}},
			{Name: "external_id", Label: "product.external_id", Cell: func(_ listing.Say, r Row) view.Cell { return listing.Text(string(r.ExternalID)) }},
			{Name: "created_at", Label: "common.created", Sort: "created_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.CreatedAt.Time)) }},
			{Name: "updated_at", Label: "common.updated", Sort: "updated_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.UpdatedAt.Time)) }},
		}}
}

func nameCell(s listing.Say, r Row) view.Cell {
	c := view.Cell{Text: r.Name, Strong: true, Href: fmt.Sprintf("/products/%d", r.ID)}
	if !r.Active {
		c.Note = s.T("product.active_no")
	}
	return c
}
