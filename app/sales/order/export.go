package order

import (
	"context"

	"regulars/app/kit/money"
	"regulars/app/sys/export"
)

// Exporter tells how orders leave: a row for each line, as an import reads them.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "orders", Write: s.writeOut}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	record, err := s.fields.Record(ctx, s.db.Reader(ctx), "order")
	if err != nil {
		return err
	}
	head := []string{"order_no", "ordered_on", "customer", "product", "quantity", "unit_price", "status"}
	if err := w.Write(append(head, record.Set.Columns()...)); err != nil {
		return err
	}
	err = export.Pages(ctx, ask, s.List, func(rows []Row) error {
		for _, r := range rows {
			own, err := r.Added.Cells(false)
			if err != nil {
				return err
			}
			for _, l := range r.Lines {
				cells := []string{r.Number, string(r.OrderedOn), r.CustomerName, l.Name, l.Quantity.String(), money.Decimal(l.UnitPrice, r.Currency), r.Status}
				if err := w.Write(append(cells, own...)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.Close()
}
