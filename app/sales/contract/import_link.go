package contract

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/money"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// What else the row of an imported contract names: the order or the deal it came
// from, who is reminded, its amount in their currency, and the shop's own fields.
// What is not here is left out with a remark.

func (w *importWork) links(ctx context.Context, tx *db.Tx, r *importer.Record, in *Input) error {
	for _, of := range []struct {
		column, sql, problem string
		to                   *int64
	}{{"order_no", sqlOrderNumbered, "import.problem.no_order", &in.OrderID}, {"deal", sqlDealNamed, "import.problem.no_deal", &in.DealID}} {
		cell := strings.Join(strings.Fields(r.Get(of.column)), " ")
		if cell == "" {
			continue
		}
		found, err := db.Found(tx.Get(ctx, of.to, of.sql, in.CustomerID, cell))
		if err != nil {
			return fmt.Errorf("find what a contract is about: %w", err)
		}
		if !found {
			r.Remark(of.column, of.problem, "value", clip(cell))
		}
	}
	if cell := strings.TrimSpace(r.Get("owner_email")); cell != "" {
		if in.OwnerID = w.people[strings.ToLower(cell)]; in.OwnerID == 0 {
			r.Remark("owner_email", "import.problem.owner", "value", clip(cell))
		}
	}
	var err error
	if in.own, err = r.Own(ctx, tx, w.added); err != nil {
		return err
	}
	return w.amount(ctx, tx, r, in)
}

// amount reads money in the currency of the order, the deal or the shop.
func (w *importWork) amount(ctx context.Context, tx *db.Tx, r *importer.Record, in *Input) error {
	cell := r.Get("amount")
	if cell == "" {
		return nil
	}
	currency, err := w.s.currency(auth.As(ctx, "import"), tx, *in)
	if err != nil {
		return atColumn(err)
	}
	decimal, ok := r.Decimal("amount")
	n, err := money.Parse(decimal, currency)
	if !ok || err != nil {
		return wrong("amount", "import.problem.amount", "value", clip(cell), "currency", currency)
	}
	said := strings.ToUpper(strings.TrimSpace(r.Get("currency")))
	if said != "" && said != currency && n != 0 {
		return wrong("currency", "promise.error.currency", "currency", currency)
	}
	in.Amount, in.Currency = n, currency
	return nil
}
