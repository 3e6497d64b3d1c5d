package quote

// How much a quote gives away, and whether somebody has to agree to it first.

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/kit/pricing"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// approval tells whether a quote waits for somebody's word before it leaves.
func (s *Service) approval(ctx context.Context, tx *db.Tx, v Quote) (bool, error) {
	if s.d.Approvals == nil || v.State != Draft {
		return false, nil
	}
	cares, err := s.d.Approvals.Cares(ctx)
	if err != nil || !cares {
		return false, err
	}
	rate, err := s.given(ctx, tx, v)
	if err != nil {
		return false, err
	}
	return s.d.Approvals.Needed(ctx, tx, Discounted{ID: v.ID, CustomerID: v.CustomerID, UserID: auth.From(ctx).UserID, Version: v.Version, Name: v.Name(),
		Rate: rate, Total: v.Total, Currency: v.Currency})
}

// given is the highest share of the full price that the quote may take off, in
// basis points; an option that the customer takes later is nobody's surprise then.
func (s *Service) given(ctx context.Context, q db.Q, v Quote) (int64, error) {
	lines := make([]pricing.Offered, len(v.Lines))
	for i, l := range v.Lines {
		full, err := s.full(ctx, q, v, l)
		if err != nil {
			return 0, err
		}
		lines[i] = pricing.Offered{Line: l.priced(), Full: full, Extra: !l.counts()}
	}
	return pricing.Deepest(lines, v.Discount())
}

// full is what one of a line's product costs this customer by the lists and the
// catalogue, 0 where nobody can tell.
func (s *Service) full(ctx context.Context, q db.Q, v Quote, l Line) (int64, error) {
	if l.ProductID == 0 {
		return 0, nil
	}
	ctx = auth.As(ctx, "quote")
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil || v.Currency != b.Currency || v.WithTax == b.TaxOnTop {
		return 0, err
	}
	p, err := s.d.Products.Get(ctx, int64(l.ProductID))
	if errs.Is(err, errs.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("look what product %d costs: %w", l.ProductID, err)
	}
	who, err := s.d.Customers.MustSee(ctx, v.CustomerID)
	if err != nil {
		return 0, err
	}
	priced, err := s.d.Products.PriceOf(ctx, p, product.Ask{Unit: l.Unit, Quantity: l.Quantity, Level: who.Level, On: v.QuotedOn})
	return priced.Price, err
}

// waiting marks the rows that wait for approval.
func (s *Service) waiting(ctx context.Context, rows []Row) error {
	if s.d.Approvals == nil {
		return nil
	}
	var drafts []int64
	for _, r := range rows {
		if r.State == Draft {
			drafts = append(drafts, r.ID)
		}
	}
	asked, err := s.d.Approvals.Waits(ctx, subjectKind, drafts)
	for i := range rows {
		rows[i].Asked = asked[rows[i].ID]
	}
	return err
}
