package customer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/reveal"
)

// Numbers, addresses and WeChat names for roles that see them masked. What such
// a person saves again unchanged stays what it is, and a masked value that
// stands for none of what is there is refused instead of being stored.

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

// VeilWeChat is a WeChat name as the actor sees it.
func VeilWeChat(ctx context.Context, name string) string {
	if !auth.From(ctx).Masked() {
		return name
	}
	return text.Mask(name)
}

func (c *Customer) veil(ctx context.Context) {
	if !auth.From(ctx).Masked() {
		return
	}
	c.WeChat = text.Mask(c.WeChat)
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
	var mail []string
	for _, a := range addresses {
		if int64(a.ContactID) == contact {
			mail = append(mail, a.Email)
		}
	}
	Unmask(slices.DeleteFunc(numbers, func(n Phone) bool { return int64(n.ContactID) != contact }), mail, phones, emails)
	return MaskLeft(ctx, phones, emails, "")
}

// Unmask puts the numbers and addresses that somebody has into the place of
// their masked forms in what was sent.
func Unmask(numbers []Phone, mail []string, phones []PhoneInput, emails []string) {
	used := map[string]bool{}
	for i, p := range phones {
		for _, n := range numbers {
			if strings.Contains(p.Raw, "*") && !used[n.Raw] && phone.Mask(n.Raw) == p.Raw {
				phones[i].Raw, used[n.Raw] = n.Raw, true
				break
			}
		}
	}
	for i, e := range emails {
		for _, a := range mail {
			if strings.Contains(e, "*") && !used[a] && text.MaskEmail(a) == e {
				emails[i], used[a] = a, true
				break
			}
		}
	}
}

// MaskLeft refuses masked values that stand for nothing: stored, they would be
// taken for a number, an address or a name.
func MaskLeft(ctx context.Context, phones []PhoneInput, emails []string, wechat string) error {
	if !auth.From(ctx).Masked() {
		return nil
	}
	c := &errs.Check{}
	for _, p := range phones {
		c.That(!strings.Contains(p.Raw, "*"), "phones", "error.masked")
	}
	for _, e := range emails {
		c.That(!strings.Contains(e, "***"), "emails", "error.masked")
	}
	c.That(!strings.Contains(wechat, "***"), "wechat", "error.masked")
	return c.Err()
}

// unmasked is what a row of an import says of this customer, read in full, with
// what its person only saw masked as it is.
func (c Customer) unmasked(ctx context.Context, in Input) Input {
	if !auth.From(ctx).Masked() {
		return in
	}
	in.Phones, in.Emails = slices.Clone(in.Phones), slices.Clone(in.Emails)
	var own []Phone
	for _, p := range c.Phones {
		if p.ContactID == 0 {
			own = append(own, p)
		}
	}
	Unmask(own, c.Input().Emails, in.Phones, in.Emails)
	if in.WeChat != "" && text.Mask(c.WeChat) == in.WeChat {
		in.WeChat = c.WeChat
	}
	return in
}

// UnveilWeChat is the WeChat name to store for what was sent, where sql reads
// the one that stands there.
func UnveilWeChat(ctx context.Context, q db.Q, sql string, id int64, sent string) (string, error) {
	if !auth.From(ctx).Masked() || !strings.Contains(sent, "***") {
		return sent, nil
	}
	var have string
	if _, err := db.Found(q.Get(ctx, &have, sql, id)); err != nil {
		return "", fmt.Errorf("read the WeChat name of %d: %w", id, err)
	}
	if text.Mask(have) == sent {
		return have, nil
	}
	return "", MaskLeft(ctx, nil, nil, sent)
}

// Revealed is what of a record is otherwise masked: the customer's own and what
// its contacts have.
type Revealed struct {
	Customer
	WeChats []WeChat
}

// WeChat is a WeChat name of a customer or of one of its contacts.
type WeChat struct {
	ContactID db.ID  `db:"contact_id"`
	Name      string `db:"wechat"`
}

// hides tells whether there is anything on a record that is shown masked.
func (s *Service) hides(ctx context.Context, c Customer) (bool, error) {
	if len(c.Phones)+len(c.Emails) > 0 || c.WeChat != "" {
		return true, nil
	}
	var names []WeChat
	err := s.db.Reader(ctx).Select(ctx, &names, sqlWeChats, c.ID)
	return len(names) > 0, err
}

// Reveal shows one record's numbers, addresses and WeChat names in full, its
// contacts' among them, after it was written down who looked.
func (s *Service) Reveal(ctx context.Context, id int64) (Revealed, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Revealed{}, err
	}
	if err := actor.May(auth.Reveal); err != nil {
		return Revealed{}, err
	}
	return db.WriteOne(ctx, s.db, "customer.reveal", func(ctx context.Context, tx *db.Tx) (Revealed, error) {
		if _, err := ref(ctx, tx, actor.Scope(), id); err != nil {
			return Revealed{}, err
		}
		c, err := get(auth.As(ctx, "reveal"), tx, actor.Scope(), id)
		if err != nil {
			return Revealed{}, err
		}
		out := Revealed{Customer: c}
		if err := tx.Select(ctx, &out.WeChats, sqlWeChats, id); err != nil {
			return out, fmt.Errorf("read the WeChat names of customer %d: %w", id, err)
		}
		return out, reveal.Record(ctx, tx, s.events, reveal.Seen{Kind: "customer", ID: id, Label: c.Name, Parts: []string{"phone", "email", "wechat"}})
	})
}
