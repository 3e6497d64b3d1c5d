package listing

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/sys/export"
)

// Export writes the list as its page shows it: the columns that the address
// chose, in the reader's words.
func (k Kind[R]) Export(ctx context.Context, ask export.Ask, w export.Writer) error {
	l := ask.Shown.Locale
	list, record, err := k.Source.Listed(ctx)
	if err != nil {
		return err
	}
	words, err := k.words(ctx, l, list, record)
	if err != nil {
		return err
	}
	columns := k.columns(l, list, record.Set, k.panel(words, record.Set).Names(ask.Shown.Query), true)
	s := Say{Locale: l, Currency: ask.Shown.Currency, Today: cal.Today(l.Now(), l.Zone())}
	var head []string
	for _, c := range columns {
		head = append(head, c.head.Label)
	}
	return export.Table(ctx, ask, w, head, k.Source.List, func(rows []R) (out [][]string, err error) {
		for _, r := range rows {
			var cells []string
			for _, c := range columns {
				cells = append(cells, c.cell(s, r).Words())
			}
			out = append(out, cells)
		}
		return out, nil
	})
}
