package payment

// What counts together when money is paid back: a limit is one for the sum, or
// it would be passed in parts.

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/work/approval"
)

// sinceDays is how long credit that was paid back counts together with what
// follows; of one order or one receipt everything does.
const sinceDays = 90

// earlier is what went back for an order, or of its customer's credit, or waits
// to.
func (s *Service) earlier(ctx context.Context, q db.Q, o Order) (int64, error) {
	credit, err := creditBack(ctx, q, o.CustomerID, 0, o.Currency, s.since())
	if err != nil {
		return 0, err
	}
	open, err := s.approvals.Open(ctx, approval.Refund, o.CustomerID, "order", o.ID)
	sum := o.Back + credit
	for _, a := range open {
		if a.Currency == o.Currency && (a.SubjectKind != "order" || a.SubjectID == o.ID) {
			sum += a.Amount
		}
	}
	return sum, err
}

// EarlierOfCredit is what went back of a receipt, to its customer by another, or
// for their orders, or waits to, inside a change that pays credit back.
func (s *Service) EarlierOfCredit(ctx context.Context, tx *db.Tx, customer, receipt int64, currency string) (int64, error) {
	if s.approvals == nil {
		return 0, nil
	}
	sum, err := creditBack(ctx, tx, customer, receipt, currency, s.since())
	if err != nil {
		return 0, err
	}
	refunds, err := refunded(ctx, tx, customer, currency, s.since())
	if err != nil {
		return 0, err
	}
	open, err := s.approvals.Open(ctx, approval.Refund, customer, "receipt", receipt)
	sum += refunds
	for _, a := range open {
		if a.Currency == currency {
			sum += a.Amount
		}
	}
	return sum, err
}

func (s *Service) since() db.Time { return db.At(s.db.Now().AddDate(0, 0, -sinceDays)) }

// unasked refuses a payment of a file that somebody would have to be asked about:
// a file asks nobody.
func (s *Service) unasked(ctx context.Context, tx *db.Tx, o Order, amount int64, shop string) error {
	if s.approvals == nil || amount >= 0 || auth.From(ctx).Role == auth.Owner {
		return nil
	}
	earlier, err := s.earlier(ctx, tx, o)
	if err != nil {
		return err
	}
	rule, wanted, err := s.approvals.Wants(ctx, approval.Ask{Kind: approval.Refund, Amount: -amount, Earlier: earlier, Currency: o.Currency})
	if err != nil || !wanted {
		return err
	}
	c := &errs.Check{}
	if rule.Basis == approval.Amount && o.Currency == shop {
		c.Add("amount", "import.problem.refund_over", "limit", money.Text(rule.Threshold, shop), "amount", money.Text(-amount, shop), "sum", money.Text(earlier-amount, shop))
	} else {
		c.Add("amount", "import.problem.refund", "amount", money.Text(-amount, o.Currency))
	}
	return c.Err()
}
