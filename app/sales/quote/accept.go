package quote

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sales/order"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Consenting is what somebody says who accepts.
type Consenting struct {
	Signer    string
	Signature string  // drawn, as the path of an SVG; "" where the name was typed
	Chosen    []int64 // lines offered in addition
}

const (
	maxSigner    = 100
	maxSignature = 20_000
	maxReason    = 2000
)

// drawn is what a path may hold: moves and lines of whole numbers.
var drawn = regexp.MustCompile(`^([ML]-?\d{1,4} -?\d{1,4})+$`)

func (in *Consenting) check() error {
	in.Signer = line(in.Signer)
	c := &errs.Check{}
	c.That(in.Signer != "", "signer", "error.required")
	c.That(len([]rune(in.Signer)) <= maxSigner, "signer", "error.long", "n", maxSigner)
	c.That(in.Signature == "" || len(in.Signature) <= maxSignature && drawn.MatchString(in.Signature), "signature", "quote.error.signature")
	return c.Err()
}

// Accept notes that the customer accepted what was sent: it becomes an order,
// and its deal is won. A second time changes nothing.
func (s *Service) Accept(ctx context.Context, id int64, in Consenting) (Quote, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Quote{}, err
	}
	return s.accept(ctx, in, func(ctx context.Context, tx *db.Tx) (Quote, error) { return s.get(ctx, tx, actor.Scope(), id) })
}

// AcceptAt is Accept behind a token.
func (s *Service) AcceptAt(ctx context.Context, token string, in Consenting) (Quote, error) {
	ctx = auth.With(ctx, auth.System("public"))
	return s.accept(ctx, in, func(ctx context.Context, tx *db.Tx) (Quote, error) { return s.at(ctx, tx, token) })
}

func (s *Service) accept(ctx context.Context, in Consenting, read func(context.Context, *db.Tx) (Quote, error)) (Quote, error) {
	if err := in.check(); err != nil {
		return Quote{}, err
	}
	return db.WriteOne(ctx, s.db, "quote.accept", func(ctx context.Context, tx *db.Tx) (Quote, error) {
		before, err := read(ctx, tx)
		if err != nil || before.State == Accepted {
			return before, err
		}
		today, err := s.today(ctx, tx)
		if err != nil {
			return before, err
		}
		if !before.Open(today) {
			return before, closed(before)
		}
		journal.About(tx, "quote", before.ID, before.Name())
		v := before
		v.Lines = slices.Clone(before.Lines)
		for i := range v.Lines {
			v.Lines[i].Chosen = v.Lines[i].Optional && slices.Contains(in.Chosen, v.Lines[i].ID)
		}
		if err := v.sum(); err != nil {
			return before, err
		}
		made, err := s.order(ctx, tx, v, today)
		if err != nil {
			return before, err
		}
		v, err = s.move(ctx, tx, v.ID, func(q *Quote) {
			q.State, q.DecidedAt, q.Signer, q.Signature, q.OrderID, q.Lines = Accepted, db.At(tx.Now), in.Signer, in.Signature, db.ID(made.ID), v.Lines
		})
		if err != nil {
			return before, err
		}
		return v, s.agreed(ctx, tx, v)
	})
}

// agreed tells everybody who has to know.
func (s *Service) agreed(ctx context.Context, tx *db.Tx, v Quote) error {
	if v.DealID != 0 && s.d.Deals != nil {
		a, err := accepting(ctx, tx, v)
		if err != nil {
			return err
		}
		if err := s.d.Deals.Won(auth.As(ctx, "quote"), tx, int64(v.DealID), a); err != nil {
			return fmt.Errorf("win the deal of quote %d: %w", v.ID, err)
		}
	}
	if err := s.d.Outbox.Cancel(ctx, subjectKind, v.ID); err != nil {
		return err
	}
	if err := s.d.Events.Publish(ctx, tx, Agreed{v.fact(), v.Signer, int64(v.OrderID)}); err != nil {
		return err
	}
	return s.tell(ctx, tx, v, notify.QuoteAnswered, "")
}

// order makes the order of an accepted quote: its lines with their discounts and
// tax, so that it comes to the same sum to the cent.
func (s *Service) order(ctx context.Context, tx *db.Tx, v Quote, today cal.Date) (order.Order, error) {
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return order.Order{}, err
	}
	if v.Currency != b.Currency {
		return order.Order{}, errs.New(errs.Conflict, "quote.error.currency", "quote", v.Currency, "shop", b.Currency)
	}
	words := s.d.View.Bundle().For(b.Locale)
	in := order.Input{CustomerID: v.CustomerID, OrderedOn: today, Status: order.Confirmed, Notes: words.T("quote.order.from", "number", v.Name()),
		Discount: v.Discount(), WithTax: &v.WithTax}
	for _, l := range v.Counted() {
		price, tax := l.UnitPrice, l.TaxRate
		in.Lines = append(in.Lines, order.LineInput{ProductID: int64(l.ProductID), Name: l.Name, Unit: l.Unit, Quantity: l.Quantity, UnitPrice: &price,
			Discount: l.Discount(), TaxRate: &tax})
	}
	made, err := s.d.Orders.Create(auth.As(ctx, "quote"), in)
	if err != nil {
		return made, fmt.Errorf("make the order of quote %d: %w", v.ID, err)
	}
	if made.Total != v.Total {
		return made, fmt.Errorf("the order of quote %d comes to %d instead of %d", v.ID, made.Total, v.Total)
	}
	return made, nil
}

// Decline notes that the customer does not want it, and why.
func (s *Service) Decline(ctx context.Context, id int64, reason string) (Quote, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Quote{}, err
	}
	return s.decline(ctx, reason, func(ctx context.Context, tx *db.Tx) (Quote, error) { return s.get(ctx, tx, actor.Scope(), id) })
}

// DeclineAt is Decline behind a token.
func (s *Service) DeclineAt(ctx context.Context, token, reason string) (Quote, error) {
	ctx = auth.With(ctx, auth.System("public"))
	return s.decline(ctx, reason, func(ctx context.Context, tx *db.Tx) (Quote, error) { return s.at(ctx, tx, token) })
}

func (s *Service) decline(ctx context.Context, reason string, read func(context.Context, *db.Tx) (Quote, error)) (Quote, error) {
	return db.WriteOne(ctx, s.db, "quote.decline", func(ctx context.Context, tx *db.Tx) (Quote, error) {
		before, err := read(ctx, tx)
		if err != nil || before.State == Declined {
			return before, err
		}
		today, err := s.today(ctx, tx)
		if err != nil {
			return before, err
		}
		if !before.Open(today) {
			return before, closed(before)
		}
		journal.About(tx, "quote", before.ID, before.Name())
		v, err := s.move(ctx, tx, before.ID, func(q *Quote) {
			q.State, q.DecidedAt, q.Reason = Declined, db.At(tx.Now), clip(text.Block(reason))
		})
		if err != nil {
			return before, err
		}
		if err := s.d.Outbox.Cancel(ctx, subjectKind, v.ID); err != nil {
			return before, err
		}
		if err := s.d.Events.Publish(ctx, tx, Refused{v.fact(), v.Reason}); err != nil {
			return before, err
		}
		return v, s.tell(ctx, tx, v, notify.QuoteAnswered, "")
	})
}
