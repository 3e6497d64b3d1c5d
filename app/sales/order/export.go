package order

import (
	"context"

	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/sys/export"
)

// Exporter tells how orders leave: a row for each line, as an import reads them.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "orders", Write: s.writeOut, Shown: listOf(s).Export}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	record, err := s.fields.Record(ctx, s.db.Reader(ctx), "order")
	if err != nil {
		return err
	}
	head := []string{"order_no", "ordered_on", "customer", "product", "quantity", "unit_price", "discount", "tax_rate", "order_discount", "prices_with_tax", "deliver_on", "status"}
	return export.Table(ctx, ask, w, append(head, record.Set.Columns()...), s.List, func(rows []Row) (out [][]string, err error) {
		for _, r := range rows {
			own, err := r.Added.Cells(false)
			if err != nil {
				return nil, err
			}
			with := "no"
			if r.WithTax {
				with = "yes"
			}
			for _, l := range r.Lines {
				cells := []string{r.Number, string(r.OrderedOn), r.CustomerName, l.Name, l.Quantity.String(), money.Decimal(l.UnitPrice, r.Currency),
					l.Discount().Text(r.Currency), pricing.RateText(l.TaxRate), r.Discount().Text(r.Currency), with, string(r.DeliverOn), r.Status}
				out = append(out, append(cells, own...))
			}
		}
		return out, nil
	})
}
