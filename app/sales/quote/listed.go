package quote

import (
	"context"
	"strconv"

	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/sys/export"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// listOf is what the list of quotes can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	text := func(of func(Row) string) func(listing.Say, Row) view.Cell {
		return func(_ listing.Say, r Row) view.Cell { return listing.Text(of(r)) }
	}
	return listing.Kind[Row]{Path: "/quotes", Title: "nav.quotes", Source: s, Groups: []string{"state"},
		Filters: []string{"number", "title", "customer", "state", "quoted_on", "valid_until", "total", "product", "user_id", "external_id", "created_at", "updated_at"},
		Inputs:  []string{"state.eq"},
		Record:  func(r Row) listing.Record { return listing.Record{ID: r.ID, Name: r.Quote.Name(), Own: r.Added} },
		Called: func(l *i18n.Locale, field, value string) string {
			if field == "state" {
				return l.T("quote.state." + value)
			}
			return ""
		},
		Columns: []column{
			{Name: "number", Label: "quote.number", Class: "l2", Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.Quote.Name(), Strong: true, Href: path(r.ID)}
			}},
			{Name: "title", Label: "quote.title", Class: "t2 l3 clip", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.Title, Title: r.Title}
			}},
			{Name: "customer_id", Label: "common.customer", Class: "l1", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.CustomerName, Href: "/customers/" + strconv.FormatInt(r.CustomerID, 10), Class: "strong"}
			}},
			{Name: "quoted_on", Label: "quote.quoted_on", Class: "l2", Sort: "quoted_on", Plain: true, Cell: func(s listing.Say, r Row) view.Cell { return s.Day(r.QuotedOn) }},
			{Name: "valid_until", Label: "quote.valid_until", Class: "l3e", Plain: true, Cell: validCell},
			{Name: "state", Label: "quote.state", Class: "l2e", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				if r.Asked {
					return view.Cell{Text: s.T("approval.pill"), Pill: "warm"}
				}
				return view.Cell{Text: s.T("quote.state." + r.State), Pill: tone(r.State)}
			}},
			{Name: "total", Label: "quote.total", Class: "num strong l1e", Sort: "total", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				return listing.Text(s.Money(r.Total, r.Currency))
			}},
			{Name: "user_id", Label: "quote.by", Cell: text(func(r Row) string { return r.UserName })},
			{Name: "external_id", Label: "order.external_id", Cell: text(func(r Row) string { return string(r.ExternalID) })},
			{Name: "created_at", Label: "common.created", Sort: "created_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.CreatedAt.Time)) }},
			{Name: "updated_at", Label: "common.updated", Sort: "updated_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.UpdatedAt.Time)) }},
		}}
}

func validCell(s listing.Say, r Row) view.Cell {
	c := s.Day(r.ValidUntil)
	if r.State == Sent && r.over(s.Today) {
		c.Class = "warm-t"
	}
	return c
}

// Tone is the colour of a state.
func tone(state string) string {
	switch state {
	case Sent:
		return "info"
	case Accepted:
		return "accent"
	case Declined, Expired, Withdrawn:
		return "warm"
	}
	return "plain"
}

// Tone is the colour of its state.
func (q Quote) Tone() string { return tone(q.State) }

// Exporter tells how quotes leave: a row for each line, as an import reads them.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "quotes", Write: s.writeOut, Shown: listOf(s).Export}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	record, err := s.d.Fields.Record(ctx, s.db.Reader(ctx), "quote")
	if err != nil {
		return err
	}
	head := []string{"quote_no", "quoted_on", "customer", "subject", "valid_until", "quote_state", "product", "unit", "quantity", "unit_price", "discount", "tax_rate",
		"optional", "order_discount", "prices_with_tax", "currency", "terms", "total", "tax", "written_by", "external_id"}
	return export.Table(ctx, ask, w, append(head, record.Set.Columns()...), s.List, func(rows []Row) (out [][]string, err error) {
		if err := addLines(ctx, s.db.Reader(ctx), rows); err != nil {
			return nil, err
		}
		for _, r := range rows {
			own, err := r.Added.Cells(false)
			if err != nil {
				return nil, err
			}
			for _, l := range r.Lines {
				cells := []string{r.Quote.Name(), string(r.QuotedOn), r.CustomerName, r.Title, string(r.ValidUntil), r.State, l.Name, l.Unit, l.Quantity.String(),
					money.Decimal(l.UnitPrice, r.Currency), l.Discount().Text(r.Currency), pricing.RateText(l.TaxRate), taken(l), r.Discount().Text(r.Currency), yes(r.WithTax),
					r.Currency, r.Terms, money.Decimal(r.Total, r.Currency), money.Decimal(r.Tax, r.Currency), r.UserName, string(r.ExternalID)}
				out = append(out, append(cells, own...))
			}
		}
		return out, nil
	})
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// taken is whether a line is optional, and was taken along.
func taken(l Line) string {
	if l.Optional && l.Chosen {
		return "chosen"
	}
	return yes(l.Optional)
}

// Counted is the list as something to count.
func (s *Service) Counted() listing.Counted { return listOf(s).Counted(s.where) }
