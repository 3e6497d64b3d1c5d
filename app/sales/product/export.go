package product

import (
	"context"

	"regulars/app/kit/money"
	"regulars/app/sys/export"
	"regulars/app/sys/setting"
)

// Exporter tells how products leave: a row each, which an import reads back.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "products", Write: s.writeOut}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	q := s.db.Reader(ctx)
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	record, err := s.fields.Record(ctx, q, "product")
	if err != nil {
		return err
	}
	if err := w.Write(append([]string{"code", "name", "unit", "price", "category"}, record.Set.Columns()...)); err != nil {
		return err
	}
	err = export.Pages(ctx, ask, s.List, func(rows []Row) error {
		for _, r := range rows {
			own, err := r.Added.Cells(false)
			if err != nil {
				return err
			}
			if err := w.Write(append([]string{string(r.Code), r.Product.Name, r.Unit, money.Decimal(r.Price, business.Currency), r.Category}, own...)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.Close()
}
