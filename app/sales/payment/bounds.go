package payment

// What was paid for an order stays within what can be: nobody gets back more
// than they gave, and a return gives back what it comes to at most.

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// fits refuses a new payment that the order cannot take.
func fits(o Order, amount int64) error {
	c := &errs.Check{}
	key, left := o.Takes(amount)
	c.That(key == "", "amount", key, "amount", money.Text(left, o.Currency))
	return c.Err()
}

// corrected refuses to make more or less of a payment than the order can take.
func corrected(o Order, was, amount int64) error {
	key, left := o.Takes(amount - was)
	switch {
	case key == "":
		return nil
	case key == "payment.error.back" && amount >= 0:
		key = "payment.error.refunded"
	case key == "payment.error.back":
		left += max(0, -was)
	}
	c := &errs.Check{}
	c.Add("amount", key, "amount", money.Text(left, o.Currency))
	return c.Err()
}

// stays refuses to take away a payment, or a part of one, of which money was
// paid back.
func stays(ctx context.Context, tx *db.Tx, p Payment, amount int64) error {
	o, err := order(ctx, tx, auth.Scope{Reach: auth.All}, p.OrderID)
	if err != nil {
		return err
	}
	key, left := o.Takes(amount - p.Amount)
	switch key {
	case "":
		return nil
	case "payment.error.back":
		key = "payment.error.refunded"
	}
	return errs.New(errs.Conflict, key, "amount", money.Text(left, o.Currency))
}
