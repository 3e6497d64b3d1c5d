package customer

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/reveal"
)

// Numbers and addresses for roles that see them masked. What such a person
// saves again unchanged stays what it is.

// Veil masks numbers and addresses unless the actor sees them in full.
func Veil(ctx context.Context, phones []Phone, emails []string) {
	if !auth.From(ctx).Masked() {
		return
	}
	for i, p := range phones {
		phones[i].Raw, phones[i].E164, phones[i].Ext = phone.Mask(p.Raw), "", ""
	}
	for i, e := range emails {
		emails[i] = text.MaskEmail(e)
	}
}

func (c *Customer) veil(ctx context.Context) {
	if !auth.From(ctx).Masked() {
		return
	}
	Veil(ctx, c.Phones, nil)
	for i, e := range c.Emails {
		c.Emails[i].Email = text.MaskEmail(e.Email)
	}
}

// unveil puts back what the actor only saw masked: in what they send, a masked
// value stands for the one that it hides.
func unveil(ctx context.Context, q db.Q, customer, contact int64, phones []PhoneInput, emails []string) error {
	if !auth.From(ctx).Masked() {
		return nil
	}
	var numbers []Phone
	if err := q.Select(ctx, &numbers, sqlPhones, customer); err != nil {
		return fmt.Errorf("read phones of customer %d: %w", customer, err)
	}
	var addresses []Email
	if err := q.Select(ctx, &addresses, sqlEmails, customer); err != nil {
		return fmt.Errorf("read e-mails of customer %d: %w", customer, err)
	}
	used := map[string]bool{}
	for i, p := range phones {
		for _, n := range numbers {
			if int64(n.ContactID) == contact && strings.Contains(p.Raw, "*") && !used[n.Raw] && phone.Mask(n.Raw) == p.Raw {
				phones[i].Raw, used[n.Raw] = n.Raw, true
				break
			}
		}
	}
	for i, e := range emails {
		for _, a := range addresses {
			if int64(a.ContactID) == contact && strings.Contains(e, "*") && !used[a.Email] && text.MaskEmail(a.Email) == e {
				emails[i], used[a.Email] = a.Email, true
				break
			}
		}
	}
	return nil
}

// Reveal shows one record's numbers and addresses in full, its contacts' among
// them, after it was written down who looked.
func (s *Service) Reveal(ctx context.Context, id int64) (Customer, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Customer{}, err
	}
	if err := actor.May(auth.Reveal); err != nil {
		return Customer{}, err
	}
	return db.WriteOne(ctx, s.db, "customer.reveal", func(ctx context.Context, tx *db.Tx) (Customer, error) {
		if _, err := ref(ctx, tx, actor.Scope(), id); err != nil {
			return Customer{}, err
		}
		c, err := get(auth.As(ctx, "reveal"), tx, actor.Scope(), id)
		if err != nil {
			return Customer{}, err
		}
		return c, reveal.Record(ctx, tx, s.events, reveal.Seen{Kind: "customer", ID: id, Label: c.Name, Parts: []string{"phone", "email"}})
	})
}
