package lead

import (
	"context"
	"strings"
	"time"

	"regulars/app/kit/money"
	"regulars/app/sys/export"
)

// Exporter tells how leads leave: a row each, as an import reads them.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "leads", Write: s.writeOut, Shown: s.leads().Export}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	q := s.db.Reader(ctx)
	record, err := s.fields.Record(ctx, q, "lead")
	if err != nil {
		return err
	}
	mails, err := mailsOf(ctx, q)
	if err != nil {
		return err
	}
	head := []string{"external_id", "name", "company", "phone", "email", "wechat", "need", "product", "source", "amount", "region", "status", "reason", "owner_email", "created_on"}
	return export.Table(ctx, ask, w, append(head, record.Set.Columns()...), s.List, func(rows []Row) (out [][]string, err error) {
		for _, r := range rows {
			own, err := r.Added.Cells(false)
			if err != nil {
				return nil, err
			}
			amount := ""
			if r.Amount != 0 {
				amount = money.Decimal(r.Amount, r.Currency)
			}
			cells := []string{string(r.ExternalID), r.Name, r.Company, strings.Join(r.Phones, "; "), strings.Join(r.Emails, "; "), r.WeChat, r.Need, r.Interest,
				r.Source, amount, r.Region, r.State, string(r.ReasonName), mails[int64(r.OwnerID)], r.ReceivedAt.UTC().Format(time.DateOnly)}
			out = append(out, append(cells, own...))
		}
		return out, nil
	})
}
