package lead

import (
	"context"
	"strings"

	"regulars/app/kit/money"
	"regulars/app/sys/export"
	"regulars/app/sys/setting"
)

// Exporter tells how leads leave: a row each, as an import reads them.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "leads", Write: s.writeOut, Shown: listOf(s).Export}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	q := s.db.Reader(ctx)
	record, err := s.fields.Record(ctx, q, "lead")
	if err != nil {
		return err
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	zone := b.Zone()
	mails, err := mailsOf(ctx, q)
	if err != nil {
		return err
	}
	head := []string{"external_id", "name", "company", "phone", "email", "wechat", "need", "product", "source", "amount", "region", "status", "reason", "owner_email", "created_on", "answered_on", "closed_on", "customer"}
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
				r.Source, amount, r.Region, r.State, r.because(), mails[int64(r.OwnerID)], stamp(r.ReceivedAt, zone), stamp(r.FirstResponseAt, zone), stamp(r.ClosedAt, zone), string(r.CustomerName)}
			out = append(out, append(cells, own...))
		}
		return out, nil
	})
}

// because is why it was given up: the reason of the list, or what was written.
func (l Lead) because() string {
	if l.ReasonName != "" {
		return string(l.ReasonName)
	}
	return l.ReasonNote
}
