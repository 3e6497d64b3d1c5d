package contact

import (
	"context"
	"strings"

	"regulars/app/sys/export"
)

// Exporter tells how contacts leave: a row each, which an import reads back.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "contacts", Cards: true, Write: s.writeOut, Shown: listOf(s).Export}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	q := s.db.Reader(ctx)
	record, err := s.fields.Record(ctx, q, "contact")
	if err != nil {
		return err
	}
	head := []string{"customer", "name", "title", "phone", "email", "wechat", "birthday", "notes"}
	return export.Table(ctx, ask, w, append(head, record.Set.Columns()...), s.List, func(rows []Row) (out [][]string, err error) {
		for _, r := range rows {
			var phones []string
			for _, p := range r.Phones {
				phones = append(phones, p.Raw)
			}
			own, err := r.Added.Cells(false)
			if err != nil {
				return nil, err
			}
			cells := []string{r.CustomerName, r.Contact.Name, r.Title, strings.Join(phones, "; "), strings.Join(r.Emails, "; "), r.WeChat, r.Birthday, r.Notes}
			out = append(out, append(cells, own...))
		}
		return out, nil
	})
}
