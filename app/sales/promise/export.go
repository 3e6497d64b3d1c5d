package promise

import (
	"context"

	"regulars/app/kit/money"
	"regulars/app/sys/export"
)

// Exporter tells how promises leave: a row each.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "promises", Shown: listOf(s).Export, Write: s.writeOut}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	head := []string{"customer", "side", "kind", "words", "made_on", "due_on", "amount", "currency", "order_no", "owner", "state", "settled_on", "reason"}
	return export.Table(ctx, ask, w, head, s.List, func(rows []Row) (out [][]string, err error) {
		for _, r := range rows {
			amount := ""
			if r.Amount > 0 {
				amount = money.Decimal(r.Amount, r.Currency)
			}
			out = append(out, []string{r.CustomerName, r.Side, r.Kind, r.Words, string(r.MadeOn), string(r.DueOn), amount, r.Currency,
				string(r.OrderNumber), string(r.OwnerName), r.State, string(r.SettledOn), r.Reason})
		}
		return out, nil
	})
}
