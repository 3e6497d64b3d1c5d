package receivable

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/money"
	"regulars/app/kit/page"
	"regulars/app/sales/payment"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
)

// Correct changes what was written down of a receipt that is still at version.
// Parts that were given with it follow its day and method.
func (s *Service) Correct(ctx context.Context, id, version int64, in ReceiptInput) (Receipt, error) {
	return s.changed(ctx, id, "receipt.update", func(ctx context.Context, tx *db.Tx, r Receipt) error {
		if r.Version != version {
			return errs.Stale(r)
		}
		day, _, err := today(ctx, tx, s.DB)
		if err != nil {
			return err
		}
		in.Currency = r.Currency
		if err := in.clean(day, r.Currency); err != nil {
			return err
		}
		c := &errs.Check{}
		for _, back := range r.Backs {
			c.That(in.ReceivedOn <= back.PaidOn, "received_on", "receivable.error.back_before", "day", string(back.PaidOn))
		}
		c.That(r.SetOffID == 0 || in.Amount == r.Amount, "amount", "payment.error.set_off")
		c.That(in.Amount >= r.Used+r.Back, "amount", "receivable.error.used", "amount", money.Text(r.Used+r.Back, r.Currency))
		if err := c.Err(); err != nil {
			return err
		}
		if err := updateReceipt(ctx, tx, id, in); err != nil {
			return err
		}
		for _, a := range r.Parts {
			p, err := s.Payments.Get(ctx, a.PaymentID)
			if err != nil {
				return err
			}
			next := p.Input()
			if next.PaidOn == r.ReceivedOn {
				next.PaidOn = in.ReceivedOn
			}
			if next.Method == r.Method {
				next.Method = in.Method
			}
			if next == p.Input() {
				continue
			}
			if _, err := s.Payments.Update(ctx, p.ID, p.Version, next); err != nil {
				return err
			}
		}
		return nil
	})
}

// Delete removes a receipt that was entered by mistake, with the payments that
// were made of it and the refund of a return that it was made of. One of
// which money was paid back stays.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(payment.Delete); err != nil {
		return err
	}
	return s.DB.Write(ctx, "receipt.delete", func(ctx context.Context, tx *db.Tx) error {
		r, err := receiptOf(ctx, tx, auth.From(ctx).Scope(), id)
		if err != nil {
			return err
		}
		if err := s.Customers.MustEdit(ctx, r.CustomerID); err != nil {
			return err
		}
		if r.Back > 0 {
			return errs.New(errs.Conflict, "receivable.error.paid_back")
		}
		for _, a := range r.Parts {
			if err := s.Payments.Take(ctx, tx, a.PaymentID, 0, 0); err != nil {
				return err
			}
		}
		journal.About(tx, "receipt", id, money.Text(r.Amount, r.Currency))
		if err := removeReceipt(ctx, tx, id); err != nil || r.SetOffID == 0 {
			return err
		}
		return s.Payments.Take(ctx, tx, int64(r.SetOffID), 0, 0)
	})
}

// TakeBack deletes what was written down as paid back by mistake.
func (s *Service) TakeBack(ctx context.Context, id, back int64) (Receipt, error) {
	if err := auth.From(ctx).May(payment.Delete); err != nil {
		return Receipt{}, err
	}
	return s.changed(ctx, id, "receipt.back_delete", func(ctx context.Context, tx *db.Tx, r Receipt) error {
		return removeBack(ctx, tx, r.ID, back)
	})
}

// Free makes credit of what was paid for an order beyond what it costs, or of all
// that was paid for one that is cancelled: the latest payments first. What a
// return owes the customer becomes credit too: it counts as paid back by that.
func (s *Service) Free(ctx context.Context, order int64) (int64, error) {
	actor := auth.From(ctx)
	if err := actor.May(payment.Write); err != nil {
		return 0, err
	}
	return db.WriteOne(ctx, s.DB, "receipt.free", func(ctx context.Context, tx *db.Tx) (int64, error) {
		o, err := orderOf(ctx, tx, actor.Scope(), order)
		if err != nil {
			return 0, err
		}
		if err := s.Customers.MustEdit(ctx, o.CustomerID); err != nil {
			return 0, err
		}
		left := o.Surplus()
		if left == 0 {
			return 0, errs.New(errs.Conflict, "receivable.error.no_surplus")
		}
		paid, err := paidFor(ctx, tx, order)
		if err != nil {
			return 0, err
		}
		for _, p := range paid {
			free := min(left, p.Amount)
			if free <= 0 {
				continue
			}
			left -= free
			receipt := int64(p.ReceiptID)
			if receipt == 0 {
				in := ReceiptInput{CustomerID: o.CustomerID, Amount: p.Amount, Currency: o.Currency, ReceivedOn: p.PaidOn, Method: p.Method, Note: p.Note}
				if receipt, err = insertReceipt(ctx, tx, in, actor.UserID); err != nil {
					return 0, err
				}
			}
			if err := s.Payments.Take(ctx, tx, p.ID, receipt, p.Amount-free); err != nil {
				return 0, err
			}
		}
		if o.Return() && left > 0 {
			if err := s.setOff(ctx, tx, o, left); err != nil {
				return 0, err
			}
			left = 0
		}
		journal.About(tx, "order", order, o.Number)
		return o.Surplus() - left, nil
	})
}

// setOff turns what a return owes into a receipt that can pay for other orders.
func (s *Service) setOff(ctx context.Context, tx *db.Tx, o Order, amount int64) error {
	day, _, err := today(ctx, tx, s.DB)
	if err != nil {
		return err
	}
	refund, err := s.Payments.SetOff(ctx, tx, o.ID, amount, day)
	if err != nil {
		return err
	}
	in := ReceiptInput{CustomerID: o.CustomerID, Amount: amount, Currency: o.Currency, ReceivedOn: day, Method: "other", Note: o.Number, setOff: refund}
	_, err = insertReceipt(ctx, tx, in, auth.From(ctx).UserID)
	return err
}

// Unset implements payment.Rests: the credit that a return became goes with its
// refund, unless something was paid with it.
func (s *Service) Unset(ctx context.Context, tx *db.Tx, receipt int64) error {
	r, err := receiptOf(ctx, tx, auth.Scope{Reach: auth.All}, receipt)
	if err != nil {
		return err
	}
	if r.Used+r.Back > 0 {
		return errs.New(errs.Conflict, "receivable.error.credit_used", "amount", money.Text(r.Used+r.Back, r.Currency))
	}
	return removeReceipt(ctx, tx, receipt)
}

// Receipts reads one page of receipts of customers that the actor sees.
func (s *Service) Receipts(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[ReceiptRow], error) {
	where, err := narrow(ctx, receipts, conds)
	if err != nil {
		return page.Page[ReceiptRow]{}, err
	}
	return field.Fetch[ReceiptRow](ctx, s.DB.Reader(ctx), receipts, req, where)
}
