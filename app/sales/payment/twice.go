package payment

// The same money written down twice: by a second press, a second window, or two
// who were both told of it.

import (
	"context"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// soon is how long an equal payment is taken for the same.
const soon = time.Hour

// once refuses a payment of which an equal one of the same customer stands since
// a moment ago, unless somebody says that it is meant. One that pays just what
// another order still owes is that order's.
func (s *Service) once(ctx context.Context, tx *db.Tx, o Order, in Input) error {
	if in.ExternalID != "" {
		return s.unknown(ctx, tx, in)
	}
	if in.Again || in.ReceiptID != 0 {
		return nil
	}
	p, found, err := twin(ctx, tx, o, in, db.At(tx.Now.Add(-soon)))
	if err != nil || !found || p.OrderID != o.ID && in.Amount == o.Owed() {
		return err
	}
	return &errs.Error{Kind: errs.Conflict, Message: errs.Message{Key: same, Args: errs.Args{"amount": money.Text(p.Amount, p.Currency), "number": p.OrderNumber}},
		Current: p}
}

// same is the message of an equal payment.
const same = "payment.error.same"

// unknown refuses another system's payment that stands already, whatever it says.
func (s *Service) unknown(ctx context.Context, tx *db.Tx, in Input) error {
	id, found, err := byExternal(ctx, tx, in.ExternalSource, in.ExternalID)
	if err != nil || !found {
		return err
	}
	known := errs.New(errs.Conflict, "payment.error.known", "id", in.ExternalID)
	p, err := get(ctx, tx, auth.From(ctx).Scope(), id)
	if errs.Is(err, errs.NotFound) {
		return known
	}
	if err != nil {
		return err
	}
	known.Current = p
	return known
}
