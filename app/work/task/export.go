package task

import (
	"context"
	"strconv"

	"regulars/app/sys/export"
	"regulars/app/sys/setting"
)

// Exporter tells how tasks leave: a row each, which an import reads back.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "tasks", Shown: listOf(s).Export, Write: s.writeOut}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	head := []string{"task", "customer", "due_at", "owner", "notes", "done", "kind"}
	return export.Table(ctx, ask, w, head, s.List, func(rows []Task) (out [][]string, err error) {
		for _, t := range rows {
			due := ""
			if !t.DueAt.IsZero() {
				due = t.DueAt.In(business.Zone()).Format("2006-01-02 15:04")
			}
			out = append(out, []string{t.Title, string(t.CustomerName), due, string(t.OwnerName), t.Notes, strconv.FormatBool(!t.Open()), t.Kind})
		}
		return out, nil
	})
}
