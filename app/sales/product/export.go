package product

import (
	"context"

	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/sys/auth"
	"regulars/app/sys/export"
	"regulars/app/sys/setting"
)

// Exporter tells how products leave: a row each, which an import reads back.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "products", Write: s.writeOut, Shown: listOf(s).Export}
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
	head := []string{"code", "name", "unit", "price", "category", "tax_rate", "stock_note", "warranty_months", "use_up_days", "once"}
	knows := auth.From(ctx).Can(Cost)
	if knows {
		head = append(head, "cost")
	}
	return export.Table(ctx, ask, w, append(head, record.Set.Columns()...), s.List, func(rows []Row) (out [][]string, err error) {
		for _, r := range rows {
			own, err := r.Added.Cells(false)
			if err != nil {
				return nil, err
			}
			cells := []string{string(r.Code), r.Product.Name, r.Unit, money.Decimal(r.Price, business.Currency), r.Category,
				rate(r.TaxRate), r.StockNote, some(r.Warranty), some(r.UseUpDays), yesNo(r.Once)}
			if knows {
				cells = append(cells, money.Decimal(r.Cost, business.Currency))
			}
			out = append(out, append(cells, own...))
		}
		return out, nil
	})
}

// yesNo is an answer as an import reads it.
func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// rate is a tax rate as an import reads it; none is an empty cell.
func rate(basis int64) string {
	if basis == 0 {
		return ""
	}
	return pricing.RateText(basis)
}
