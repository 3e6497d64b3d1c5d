package deal

import (
	"context"

	"regulars/app/kit/money"
	"regulars/app/sys/export"
)

// Exporter tells how deals leave: a row each, as an import reads them.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "deals", Write: s.writeOut, Shown: listOf(s).Export}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	q := s.db.Reader(ctx)
	record, err := s.fields.Record(ctx, q, "deal")
	if err != nil {
		return err
	}
	mails, err := mailsOf(ctx, q)
	if err != nil {
		return err
	}
	head := []string{"external_id", "name", "customer", "pipeline", "stage", "amount", "expected_close", "created_on", "closed_on", "result", "reason", "owner_email", "sales_agent", "product", "notes"}
	return export.Table(ctx, ask, w, append(head, record.Set.Columns()...), s.List, func(rows []Row) (out [][]string, err error) {
		for _, r := range rows {
			if err := readLines(ctx, q, &r.Deal); err != nil {
				return nil, err
			}
			product := ""
			if len(r.Lines) > 0 {
				product = r.Lines[0].Name
			}
			own, err := r.Added.Cells(false)
			if err != nil {
				return nil, err
			}
			cells := []string{string(r.ExternalID), r.Name, string(r.CustomerName), r.PipelineName, r.StageName, money.Decimal(r.Amount, r.Currency), string(r.ExpectedClose),
				string(r.OpenedOn), string(r.ClosedOn), r.Result, string(r.ReasonName), mails[int64(r.OwnerID)], r.Agent, product, r.Notes}
			out = append(out, append(cells, own...))
		}
		return out, nil
	})
}
