package customer

import (
	"context"
	"strings"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// rowWriter is a CSV or XLSX file being written.
type rowWriter interface {
	Write(row []string) error
	Close() error
}

// exportColumns are the columns that an import reads back.
var exportColumns = []string{"external_id", "name", "kind", "phone", "email", "wechat", "address", "region", "source", "level", "stage", "tags", "birthday", "owner"}

// Export writes exactly the customers that a list shows, and notes in the
// audit log that they left.
func (s *Service) Export(ctx context.Context, req page.Request, conds []filter.Cond, w rowWriter) error {
	if err := auth.From(ctx).May(Export); err != nil {
		return err
	}
	record, err := added(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	header := append([]string{}, exportColumns...)
	for _, f := range record.Set {
		header = append(header, f.Input())
	}
	if err := w.Write(header); err != nil {
		return err
	}
	req.Limit, req.Cursor = page.MaxLimit, ""
	for {
		p, err := s.List(ctx, req, conds)
		if err != nil {
			return err
		}
		for _, r := range p.Items {
			if err := w.Write(r.cells()); err != nil {
				return err
			}
		}
		if p.Next == "" {
			break
		}
		req.Cursor = p.Next
	}
	if err := w.Close(); err != nil {
		return err
	}
	return s.db.Write(ctx, "customer.export", func(_ context.Context, tx *db.Tx) error {
		journal.Keep(tx)
		return nil
	})
}

func (r Row) cells() []string {
	var phones, tags []string
	for _, p := range r.Phones {
		phones = append(phones, p.Raw)
	}
	for _, t := range r.Tags {
		tags = append(tags, t.Name)
	}
	cells := []string{string(r.ExternalID), r.Name, r.Kind, strings.Join(phones, "; "), strings.Join(r.Emails, "; "), r.WeChat, r.Address,
		r.Region, r.Source, r.Level, r.Stage, strings.Join(tags, ", "), r.Birthday, string(r.OwnerName)}
	for _, f := range r.Added.Set {
		cells = append(cells, strings.Join(f.Strings(r.Values, r.Added.Currency), "; "))
	}
	return cells
}
