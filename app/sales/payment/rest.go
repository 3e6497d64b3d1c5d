package payment

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
)

// Money beyond what an order owes, and payments that are parts of a receipt.

// Rests keeps what is beyond an order as its customer's credit; sales/receivable
// has it.
type Rests interface {
	Keep(ctx context.Context, tx *db.Tx, o Order, in Input) (payment int64, err error)
	// Unset removes the receipt that a return became, or says why it stays.
	Unset(ctx context.Context, tx *db.Tx, receipt int64) error
}

// OnRest says who keeps what is paid beyond an order. Call it before the start.
func (s *Service) OnRest(r Rests) { s.rests = r }

// beyond takes money that is more than the order owes, as in.Surplus says. Where
// the order owed nothing there is no payment: all of it is credit.
func (s *Service) beyond(ctx context.Context, tx *db.Tx, o Order, in Input) (Payment, error) {
	if in.Surplus == Refuse || s.rests == nil {
		c := &errs.Check{}
		c.Add("amount", "payment.error.over", "amount", money.Text(o.Owed(), o.Currency))
		return Payment{}, c.Err()
	}
	id, err := s.rests.Keep(ctx, tx, o, in)
	if err != nil || id == 0 {
		return Payment{OrderID: o.ID, OrderNumber: o.Number, CustomerID: o.CustomerID, Currency: o.Currency, PaidOn: in.PaidOn}, err
	}
	return get(ctx, tx, auth.Scope{Reach: auth.All}, id)
}

// Take makes a payment part of a receipt, or less of one, inside the change that
// does so; with nothing left of it, it is gone.
func (s *Service) Take(ctx context.Context, tx *db.Tx, id, receipt, amount int64) error {
	p, err := get(ctx, tx, auth.Scope{Reach: auth.All}, id)
	if err != nil {
		return err
	}
	if err := stays(ctx, tx, p, amount); err != nil {
		return err
	}
	if err := timeline.Drop(ctx, tx, "payment", id); err != nil {
		return err
	}
	if amount == 0 {
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Removed{p.fact(tx.Now)})
	}
	if _, err := tx.Exec(ctx, sqlTake, amount, db.ID(receipt), db.At(tx.Now), id); err != nil {
		return fmt.Errorf("take payment %d apart: %w", id, err)
	}
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	p.Amount = amount
	return s.events.Publish(ctx, tx, Changed{p.fact(moment(p.PaidOn, tx.Now, business.Zone()))})
}

// SetOff writes down that what a return owes its customer has become their
// credit, inside the change that makes it. No money leaves by that: nobody is
// asked.
func (s *Service) SetOff(ctx context.Context, tx *db.Tx, id, amount int64, on cal.Date) (int64, error) {
	o, err := order(ctx, tx, auth.Scope{Reach: auth.All}, id)
	if err != nil {
		return 0, err
	}
	payment, err := insert(ctx, tx, o, Input{Amount: -amount, PaidOn: on, Method: "other"})
	if err != nil {
		return 0, err
	}
	p, err := get(ctx, tx, auth.Scope{Reach: auth.All}, payment)
	if err != nil {
		return 0, err
	}
	return payment, s.events.Publish(ctx, tx, Refunded{p.fact(tx.Now)})
}

// unset takes the receipt of a return away with its payment.
func (s *Service) unset(ctx context.Context, tx *db.Tx, p Payment) error {
	if p.CreditID == 0 || s.rests == nil {
		return nil
	}
	return s.rests.Unset(ctx, tx, int64(p.CreditID))
}

// within refuses to make a part of a receipt larger than what is left of it.
func within(ctx context.Context, q db.Q, p Payment, amount int64) error {
	if p.ReceiptID == 0 {
		return nil
	}
	var spare int64
	if err := q.Get(ctx, &spare, sqlSpare, int64(p.ReceiptID)); err != nil {
		return fmt.Errorf("read what is left of receipt %d: %w", p.ReceiptID, err)
	}
	c := &errs.Check{}
	c.That(amount > 0, "amount", "error.positive")
	c.That(amount-p.Amount <= spare, "amount", "payment.error.receipt", "amount", money.Text(p.Amount+spare, p.Currency))
	return c.Err()
}
