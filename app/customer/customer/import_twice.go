package customer

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/kit/uscc"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

// taxColumn is where a file says the tax id of a new customer; the invoice
// titles read it, too.
const taxColumn = "invoice.tax_id"

// twice looks before a row makes a customer who seems to be there already. Who
// may not create anybody twice is refused the row; otherwise the same tax id, by
// which nobody is matched because a firm's people share it, gets a remark.
func (w *importWork) twice(ctx context.Context, r *importer.Record, in Input) error {
	in.TaxID = uscc.Clean(text.Line(r.Get(taxColumn)))
	may := auth.From(ctx).Can(Twice)
	if may && in.TaxID == "" {
		return nil
	}
	if may {
		in = Input{TaxID: in.TaxID}
	}
	alike, err := w.s.alike(ctx, in, 0)
	if err != nil || len(alike) == 0 {
		return err
	}
	first := alike[0]
	if may {
		r.Remark(taxColumn, "import.problem.same_tax", "name", short(first.Name))
		return nil
	}
	c := &errs.Check{}
	c.Add("name", "import.problem.twice", "name", short(first.Name), "owner", string(first.OwnerName))
	return c.Err()
}
