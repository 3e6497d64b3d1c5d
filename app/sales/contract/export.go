package contract

import (
	"context"
	"strconv"

	"regulars/app/kit/money"
	"regulars/app/sys/export"
)

// Exporter tells how contracts leave: a row each, as an import reads them.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "contracts", Shown: listOf(s).Export, Write: s.writeOut}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	record, err := s.Fields.Record(ctx, s.DB.Reader(ctx), subject)
	if err != nil {
		return err
	}
	head := []string{"number", "customer", "title", "state", "signed_on", "starts_on", "ends_on", "amount", "currency", "notice_days", "renewal", "renew_months", "order_no", "deal", "owner_email", "cancelled_on", "reason", "notes"}
	return export.Table(ctx, ask, w, append(head, record.Set.Columns()...), s.List, func(rows []Row) (out [][]string, err error) {
		for _, r := range rows {
			own, err := r.Added.Cells(false)
			if err != nil {
				return nil, err
			}
			cells := []string{r.Number, r.CustomerName, r.Title, r.State, string(r.SignedOn), string(r.StartsOn), string(r.EndsOn),
				money.Decimal(r.Amount, r.Currency), r.Currency, strconv.Itoa(r.NoticeDays), r.Renewal, strconv.Itoa(r.RenewMonths), string(r.OrderNumber),
				string(r.DealName), string(r.OwnerEmail), string(r.CancelledOn), r.Reason, r.Notes}
			out = append(out, append(cells, own...))
		}
		return out, nil
	})
}
