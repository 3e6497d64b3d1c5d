package poster

import (
	"context"
	"fmt"
	"net/mail"
	"strings"

	people "regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/voice/survey"
)

// Guest is what somebody said about themselves beside an answer.
type Guest struct {
	ID           int64   `db:"id"`
	ResponseID   int64   `db:"response_id"`
	Name         string  `db:"name"`
	Phone        string  `db:"phone"`
	Email        string  `db:"email"`
	Notice       string  `db:"notice"` // the words they agreed to
	CustomerID   db.ID   `db:"customer_id"`
	CustomerName db.Null `db:"customer_name"`
	CreatedAt    db.Time `db:"created_at"`
	Score        int     `db:"score"`
	Kind         string  `db:"kind"`
	Comment      string  `db:"comment"`
	PosterID     db.ID   `db:"poster_id"`
	Place        db.Null `db:"place"`
	CaseID       db.ID   `db:"case_id"`
}

// Contact is how to reach them.
func (g Guest) Contact() string {
	if g.Phone != "" {
		return g.Phone
	}
	return g.Email
}

// mask hides how to reach them from those who see no details.
func (g *Guest) mask(ctx context.Context) {
	if auth.From(ctx).Masked() {
		g.Phone, g.Email = text.Mask(g.Phone), text.MaskEmail(g.Email)
	}
}

// left is what a form says; ok is false when it says nothing.
type left struct{ name, phone, email, notice string }

// leaves reads name and contact from a page. Who leaves anything must agree to
// it being kept, and can only be reached by a number or an address.
func leaves(name, contact string, agreed bool, notice string) (l left, ok bool, err error) {
	name, contact = text.Line(name), text.Line(contact)
	if name == "" && contact == "" {
		return l, false, nil
	}
	c := &errs.Check{}
	l = left{name: clip(name, 100), notice: notice}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, contact)
	if a, wrong := mail.ParseAddress(contact); wrong == nil && a.Address == contact && len(contact) <= 200 {
		l.email = strings.ToLower(contact)
	} else if len(digits) >= 5 && len(digits) <= 20 && len([]rune(contact)) <= 40 {
		l.phone = contact
	} else {
		c.Add("guest_contact", "poster.error.contact")
	}
	c.That(agreed, "guest_agreed", "poster.error.agree")
	return l, true, c.Err()
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// Guests are those of whom nobody has said yet who they are, newest first.
func (s *Service) Guests(ctx context.Context) ([]Guest, error) {
	if err := auth.From(ctx).May(survey.Read); err != nil {
		return nil, err
	}
	out := []Guest{}
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlGuests); err != nil {
		return nil, fmt.Errorf("list the guests: %w", err)
	}
	for k := range out {
		out[k].mask(ctx)
	}
	return out, nil
}

func guestOf(ctx context.Context, q db.Q, response int64) (Guest, error) {
	var g Guest
	err := db.OrNotFound(q.Get(ctx, &g, sqlGuest, append([]any{response}, auth.From(ctx).Scope().Args()...)...))
	return g, err
}

// Guest is who gave an answer, and the customers who may be the same.
func (s *Service) Guest(ctx context.Context, response int64) (Guest, []people.Alike, error) {
	if err := auth.From(ctx).May(survey.Read); err != nil {
		return Guest{}, nil, err
	}
	g, err := guestOf(ctx, s.db.Reader(ctx), response)
	if err != nil || g.CustomerID != 0 {
		return g, nil, err
	}
	in := people.Input{Name: g.Name}
	if g.Phone != "" {
		in.Phones = []people.PhoneInput{{Raw: g.Phone}}
	}
	if g.Email != "" {
		in.Emails = []string{g.Email}
	}
	alike, err := s.Customers.Alike(ctx, in, 0)
	g.mask(ctx)
	return g, alike, err
}

// Know says which customer a guest is: the answer, and the case it opened, are
// the customer's from then on. Nothing is merged.
func (s *Service) Know(ctx context.Context, response, customer int64) error {
	if err := auth.From(ctx).May(survey.Ask); err != nil {
		return err
	}
	return s.db.Write(ctx, "poster.know", func(ctx context.Context, tx *db.Tx) error {
		g, err := guestOf(ctx, tx, response)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", customer, g.Name)
		if err := s.Surveys.Claim(ctx, tx, response, customer); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, sqlKnown, customer, db.At(tx.Now), response)
		return err
	})
}
