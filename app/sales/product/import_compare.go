package product

import (
	"context"

	"regulars/app/kit/money"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// Compare shows a product that is here beside what a row says.
func (w *importWork) Compare(_ context.Context, _ *db.Tx, r *importer.Record) (*importer.Pair, error) {
	in, err := w.input(r)
	if err != nil {
		return nil, nil // told as a problem of the row
	}
	p, found, err := w.match(in)
	if err != nil || !found || p.ID == virtual {
		return nil, nil
	}
	pair := &importer.Pair{ID: p.ID, Title: p.Name, Known: "name"}
	if in.Code != "" && in.Code == string(p.Code) {
		pair.Known = "code"
	}
	price := func(minor int64) string {
		if minor == 0 {
			return ""
		}
		return money.Text(minor, w.currency)
	}
	once := ""
	if in.onceSaid {
		once = yesNo(in.Once)
	}
	for _, f := range []importer.PairField{
		{Column: "code", Here: string(p.Code), File: in.Code}, {Column: "name", Here: p.Name, File: in.Name}, {Column: "unit", Here: p.Unit, File: in.Unit},
		{Column: "price", Here: price(p.Price), File: price(in.Price)}, {Column: "category", Here: p.Category, File: in.Category},
		{Column: "tax_rate", Here: rate(p.TaxRate), File: rate(in.TaxRate)}, {Column: "stock_note", Here: p.StockNote, File: in.StockNote},
		{Column: "warranty_months", Here: some(p.Warranty), File: some(in.Warranty)}, {Column: "use_up_days", Here: some(p.UseUpDays), File: some(in.UseUpDays)},
		{Column: "once", Here: yesNo(p.Once), File: once},
	} {
		if f.File != "" && f.File != f.Here {
			pair.Fields = append(pair.Fields, f)
		}
	}
	return pair, nil
}
