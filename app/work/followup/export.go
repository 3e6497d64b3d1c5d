package followup

import (
	"context"
	"time"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
	"regulars/app/sys/export"
	"regulars/app/sys/setting"
)

// Exporter tells how exchanges leave: a row each, which an import reads back.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "follow-ups", Write: s.writeOut}
}

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	list := func(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[FollowUp], error) {
		return s.List(ctx, req, conds)
	}
	return export.Table(ctx, ask, w, []string{"customer", "at", "channel", "content", "next_at", "by"}, list, func(rows []FollowUp) (out [][]string, err error) {
		for _, f := range rows {
			out = append(out, []string{f.CustomerName, moment(f.At, business.Zone()), f.Channel, f.Content, moment(f.NextAt, business.Zone()), string(f.UserName)})
		}
		return out, nil
	})
}

// moment is a time as a table shows it; "" for none.
func moment(t db.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02 15:04")
}
