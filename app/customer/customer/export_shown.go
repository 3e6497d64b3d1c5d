package customer

import (
	"context"
	"strings"

	"regulars/app/customer/stage"
	"regulars/app/sys/export"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/setting"
)

// writeShown writes the list as its page shows it: the columns that the address
// chose, in the reader's words.
func (s *Service) writeShown(ctx context.Context, ask export.Ask, w export.Writer) error {
	l, q := ask.Shown.Locale, s.db.Reader(ctx)
	list, record, err := s.listWith(ctx, q)
	if err != nil {
		return err
	}
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	names, err := stage.NamesIn(ctx, q)
	if err != nil {
		return err
	}
	columns, _ := headings(l, list, record.Set, listing.Panel{Plain: plainColumns}.Names(ask.Shown.Query))
	if err := s.nameSegments(ctx, l, columns); err != nil {
		return err
	}
	head := []string{l.T("common.name")}
	for _, c := range columns {
		head = append(head, c.Label)
	}
	return export.Table(ctx, ask, w, head, s.List, func(rows []Row) (out [][]string, err error) {
		for _, r := range rows {
			shown := listRow(l, business, r)
			shown.StageName = names.Of(l, r.Stage)
			cells := []string{r.Name}
			for _, c := range columns {
				cells = append(cells, c.words(l, business, shown))
			}
			out = append(out, cells)
		}
		return out, nil
	})
}

// words is what a row says in this column of a file.
func (c Column) words(l *i18n.Locale, b setting.Business, r ListRow) string {
	switch c.Name {
	case "tag_id":
		var tags []string
		for _, t := range r.Tags {
			tags = append(tags, t.Name)
		}
		return strings.Join(tags, "; ")
	case "rhythm":
		if r.Orders == 0 {
			return ""
		}
		return r.rhythm(l).Label
	case "address":
		return r.Address
	}
	if t, ok := r.Added.TellOne(c.own, l); c.own.ID != 0 && ok {
		return t.Text
	}
	return c.cell(l, b, r).Words()
}
