package payment

import (
	"context"

	"regulars/app/kit/money"
	"regulars/app/sys/export"
)

// Exporter tells how payments leave: a row each, which an import reads back.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "payments", Shown: listOf(s).Export, Write: s.writeOut}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	head := []string{"order_no", "amount", "paid_on", "method", "customer", "currency", "note", "external_id"}
	return export.Table(ctx, ask, w, head, s.List, func(rows []Row) (out [][]string, err error) {
		for _, r := range rows {
			out = append(out, []string{r.OrderNumber, money.Decimal(r.Amount, r.Currency), string(r.PaidOn), r.Method, r.CustomerName, r.Currency, r.Note, string(r.ExternalID)})
		}
		return out, nil
	})
}
