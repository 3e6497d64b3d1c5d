package order

// What an order gives away may need somebody's word, like a quote: a draft waits
// until it is confirmed, and is confirmed by the word. Whoever would have to ask
// cannot place it at once, nor give more afterwards.

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/pricing"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
	"regulars/app/work/approval"
)

// Approvals says whether somebody has to be asked, and what waits; work/approval
// has it.
type Approvals interface {
	Needed(ctx context.Context, tx *db.Tx, a approval.Ask) (id int64, state string, err error)
	Would(ctx context.Context, a approval.Ask) (bool, error)
	About(ctx context.Context, subjectKind string, id int64) (any, error)
	Waits(ctx context.Context, subjectKind string, ids []int64) (map[int64]bool, error)
}

// OnApproval lets orders wait where a rule says so. Call it before the house opens.
func (s *Service) OnApproval(a Approvals) { s.approvals = a }

// waiting marks the rows about which something waits.
func (s *Service) waiting(ctx context.Context, rows []Row) error {
	if s.approvals == nil {
		return nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	asked, err := s.approvals.Waits(ctx, "order", ids)
	for i := range rows {
		rows[i].Asked = asked[rows[i].ID]
	}
	return err
}

// ask asks whether an order may be placed as it is; 0 means that it may.
func (s *Service) ask(ctx context.Context, tx *db.Tx, o Order, status string) (int64, error) {
	if Purchase(o.Status) || !Purchase(status) {
		return 0, nil
	}
	rate, err := s.given(ctx, tx, o)
	if err != nil || rate == 0 {
		return 0, err
	}
	id, state, err := s.approvals.Needed(ctx, tx, o.ask(rate, status))
	if err != nil || state == "" || state == approval.Approved {
		return 0, err
	}
	if state == approval.Rejected {
		return 0, errs.New(errs.Conflict, "order.error.rejected", "approval", id)
	}
	return id, nil
}

// unasked refuses to place an order, or to give more than before, to whoever
// would have to ask.
func (s *Service) unasked(ctx context.Context, tx *db.Tx, before, o Order) error {
	if !Purchase(o.Status) {
		return nil
	}
	rate, err := s.given(ctx, tx, o)
	if err != nil || rate == 0 {
		return err
	}
	key := "order.error.ask_first"
	if Purchase(before.Status) {
		was, err := s.given(ctx, tx, before)
		if err != nil || rate <= was {
			return err
		}
		key = "order.error.gives_more"
	}
	wants, err := s.approvals.Would(ctx, o.ask(rate, o.Status))
	if err != nil || !wants {
		return err
	}
	c := &errs.Check{}
	c.Add("status", key, "percent", pricing.RateText(rate)+"%")
	return c.Err()
}

func (o Order) ask(rate int64, status string) approval.Ask {
	return approval.Ask{Kind: approval.OrderDiscount, SubjectKind: "order", SubjectID: o.ID, CustomerID: o.CustomerID, Title: o.Number, Amount: o.Total,
		Currency: o.Currency, Discount: rate, Fingerprint: o.mark(status)}
}

// mark is the order as it was asked about, with what it is to become.
func (o Order) mark(status string) string { return fmt.Sprintf("%d:%s", o.Version, status) }

// Mark is the order of a question as it is now.
func (s *Service) Mark(ctx context.Context, tx *db.Tx, a approval.Ask) (string, error) {
	_, status, _ := strings.Cut(a.Fingerprint, ":")
	o, err := get(ctx, tx, auth.Scope{Reach: auth.All}, a.SubjectID)
	return o.mark(status), err
}

// Decided places an order that was approved.
func (s *Service) Decided(ctx context.Context, _ *db.Tx, a approval.Ask, approved bool) error {
	if !approved {
		return nil
	}
	_, status, _ := strings.Cut(a.Fingerprint, ":")
	_, err := s.SetStatus(ctx, a.SubjectID, status)
	return err
}

// given is the highest share of the full price that an order takes off, in basis
// points; 0 where no discount would make the actor ask, and of what came back.
func (s *Service) given(ctx context.Context, q db.Q, o Order) (int64, error) {
	if s.approvals == nil || o.Return() {
		return 0, nil
	}
	cares, err := s.approvals.Would(ctx, approval.Ask{Kind: approval.OrderDiscount, Discount: pricing.Whole, Amount: pricing.Max + 1})
	if err != nil || !cares {
		return 0, err
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return 0, err
	}
	known := o.Currency == b.Currency && o.WithTax != b.TaxOnTop // the lists speak of such prices
	lines := make([]pricing.Offered, len(o.Lines))
	for i, l := range o.Lines {
		lines[i] = pricing.Offered{Line: pricing.Line{Quantity: l.Quantity, Price: l.UnitPrice, Discount: l.Discount(), TaxRate: l.TaxRate}}
		if known && l.ProductID != 0 {
			if lines[i].Full, err = s.full(ctx, o, l); err != nil {
				return 0, err
			}
		}
	}
	return pricing.Deepest(lines, o.Discount())
}

// full is what one of a line's product costs this customer by the lists and the
// catalogue, 0 where it is in neither any more.
func (s *Service) full(ctx context.Context, o Order, l Line) (int64, error) {
	ctx = auth.As(ctx, "order")
	p, err := s.products.Get(ctx, int64(l.ProductID))
	if errs.Is(err, errs.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("look what product %d costs: %w", l.ProductID, err)
	}
	who, err := s.customers.MustSee(ctx, o.CustomerID)
	if err != nil {
		return 0, err
	}
	priced, err := s.products.PriceOf(ctx, p, product.Ask{Unit: l.Unit, Quantity: l.Quantity, Level: who.Level, On: o.OrderedOn})
	return priced.Price, err
}
