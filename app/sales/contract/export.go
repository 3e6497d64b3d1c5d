package contract

import (
	"context"
	"strconv"

	"regulars/app/kit/money"
	"regulars/app/sys/export"
)

// Exporter tells how contracts leave: a row each.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "contracts", Shown: s.ledger().Export, Write: s.writeOut}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	head := []string{"number", "customer", "title", "state", "signed_on", "starts_on", "ends_on", "amount", "currency", "notice_days", "renewal", "order_no", "deal", "owner", "cancelled_on", "reason", "notes"}
	return export.Table(ctx, ask, w, head, s.List, func(rows []Row) (out [][]string, err error) {
		for _, r := range rows {
			out = append(out, []string{r.Number, r.CustomerName, r.Title, r.State, string(r.SignedOn), string(r.StartsOn), string(r.EndsOn),
				money.Decimal(r.Amount, r.Currency), r.Currency, strconv.Itoa(r.NoticeDays), r.Renewal, string(r.OrderNumber), string(r.DealName),
				string(r.OwnerName), string(r.CancelledOn), r.Reason, r.Notes})
		}
		return out, nil
	})
}
