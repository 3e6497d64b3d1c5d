package lead

import (
	"context"
	"slices"
	"strings"

	"regulars/app/customer/contact"
	"regulars/app/customer/customer"
	"regulars/app/customer/note"
	"regulars/app/kit/errs"
	"regulars/app/sales/deal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/i18n"
	"regulars/app/work/followup"
	"regulars/app/work/task"
)

// A lead becomes a customer: one that is there already or a new one, with the
// person as a contact of a company and a deal for what they want. All of it
// happens together and is undone together.

// Conversion is what is to be made of a lead.
type Conversion struct {
	CustomerID int64 // 0 makes a new one
	Contact    bool  // the person becomes a contact of the customer
	Deal       bool
	DealName   string
	StageID    int64 // 0: the first of the standard pipeline
	Amount     int64
}

// Alike are customers that may be the lead already.
func (s *Service) Alike(ctx context.Context, l Lead) ([]customer.Alike, error) {
	raw, err := one(ctx, s.db.Reader(ctx), l.ID) // whole numbers, also for who sees them masked
	if err != nil {
		return nil, err
	}
	return s.Customers.Alike(ctx, raw.customer(), 0)
}

// customer is the lead as a new customer.
func (l Lead) customer() customer.Input {
	in := customer.Input{Kind: "person", Name: l.Name, OwnerID: int64(l.OwnerID), Region: l.Region, Source: l.Source}
	if l.Company != "" {
		in.Kind, in.Name = "company", l.Company
		return in
	}
	in.WeChat, in.Emails = l.WeChat, l.Emails
	in.Phones = phones(l)
	return in
}

func phones(l Lead) (out []customer.PhoneInput) {
	for _, p := range l.Phones {
		out = append(out, customer.PhoneInput{Raw: p})
	}
	return out
}

// Convert makes a customer of a lead. One that is a customer already is given
// back as it is: pressed twice, it is done once.
func (s *Service) Convert(ctx context.Context, id int64, version *int64, how Conversion) (Lead, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Lead{}, err
	}
	return db.WriteOne(ctx, s.db, "lead.convert", func(ctx context.Context, tx *db.Tx) (Lead, error) {
		l, err := s.get(ctx, tx, actor.Scope(), id)
		if err != nil || l.State == Converted {
			return l, err
		}
		return s.change(ctx, "lead.convert", id, version, func(ctx context.Context, tx *db.Tx, l *Lead) (event.Fact, error) {
			if !l.IsOpen() {
				return nil, decided(*l)
			}
			return Became{}, s.convert(ctx, tx, l, how)
		})
	})
}

func (s *Service) convert(ctx context.Context, tx *db.Tx, l *Lead, how Conversion) error {
	actor := auth.From(ctx)
	if l.OwnerID == 0 && actor.Signed() {
		own(l, actor.UserID, "", tx.Now)
	}
	if err := s.toCustomer(ctx, l, how); err != nil {
		return err
	}
	person, err := s.toContact(ctx, *l, how)
	if err != nil {
		return err
	}
	if how.Deal {
		name := strings.TrimSpace(how.DealName)
		if name == "" {
			name = l.wish()
		}
		d, err := s.Deals.Create(ctx, deal.Input{Name: name, CustomerID: int64(l.CustomerID), ContactID: person, StageID: how.StageID, Amount: how.Amount,
			OwnerID: int64(l.OwnerID), Source: l.Source, Notes: l.Need})
		if err != nil {
			return inDeal(err)
		}
		l.DealID = db.ID(d.ID)
	}
	if err := s.carry(ctx, tx, *l, person); err != nil {
		return err
	}
	l.State, l.ClosedAt = Converted, db.At(tx.Now)
	if l.FirstResponseAt.IsZero() {
		l.FirstResponseAt = db.At(tx.Now)
	}
	return jot(ctx, tx, l.ID, Event{Kind: Converted, UserID: db.ID(actor.UserID)})
}

func (s *Service) toCustomer(ctx context.Context, l *Lead, how Conversion) error {
	if how.CustomerID != 0 {
		ref, err := s.Customers.MustSee(ctx, how.CustomerID)
		if errs.Is(err, errs.NotFound) {
			c := &errs.Check{}
			c.Add("customer_id", "order.error.no_customer")
			return c.Err()
		}
		l.CustomerID = db.ID(ref.ID)
		return err
	}
	made, err := s.Customers.Create(ctx, l.customer())
	l.CustomerID = db.ID(made.ID)
	return err
}

// toContact makes the person a contact where the customer is somebody else: a
// company, or one who is there already.
func (s *Service) toContact(ctx context.Context, l Lead, how Conversion) (int64, error) {
	if !how.Contact || how.CustomerID == 0 && l.Company == "" {
		return 0, nil
	}
	made, err := s.Contacts.Create(ctx, contact.Input{CustomerID: int64(l.CustomerID), Name: l.Name, WeChat: l.WeChat, Phones: phones(l), Emails: l.Emails})
	return made.ID, err
}

// wish is what a deal for the lead is called.
func (l Lead) wish() string {
	what := l.Interest
	if what == "" {
		what, _, _ = strings.Cut(l.Need, "\n")
	}
	if what == "" {
		what = l.Title()
	}
	const most = 200
	if r := []rune(what); len(r) > most {
		what = string(r[:most-1]) + "…"
	}
	return what
}

// inDeal tells what is wrong with the deal beside the fields of this form.
func inDeal(err error) error {
	e, ok := errs.As(err)
	if !ok || len(e.Fields) == 0 {
		return err
	}
	c := &errs.Check{}
	for name, m := range e.Fields {
		if name == "name" || name == "amount" {
			name = "deal_" + name
		}
		var args []any
		for k, v := range m.Args {
			args = append(args, k, v)
		}
		c.Add(name, m.Key, args...)
	}
	return c.Err()
}

// carry takes what was said and noted over to the customer's timeline: every
// exchange at its own time, what they asked for and the notes as notes. Who
// converts need not be allowed to write either.
func (s *Service) carry(ctx context.Context, tx *db.Tx, l Lead, person int64) error {
	log, err := events(ctx, tx, l.ID)
	if err != nil {
		return err
	}
	ctx = auth.As(ctx, "lead")
	if l.Need != "" {
		if _, err := s.Notes.Add(ctx, note.Input{CustomerID: int64(l.CustomerID), Text: l.Need}); err != nil {
			return err
		}
	}
	slices.Reverse(log)
	for _, e := range log {
		switch {
		case e.Kind == noteKind:
			if _, err := s.Notes.Add(ctx, note.Input{CustomerID: int64(l.CustomerID), Text: e.Words}); err != nil {
				return err
			}
		case slices.Contains(followup.Channels, e.Kind):
			if _, err := s.FollowUps.Create(ctx, followup.Input{CustomerID: int64(l.CustomerID), ContactID: person, UserID: int64(e.UserID), Channel: e.Kind,
				Content: e.Words, At: task.When{At: e.At.Time}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Why is what a line of the log says in the reader's language.
func (e Event) Why(l *i18n.Locale) string {
	if e.Kind == handedKind {
		to, _, _ := strings.Cut(e.Words, "\n")
		return l.T("lead.log.handed", "name", to)
	}
	return l.T("lead.log." + e.Kind)
}

// Said is what somebody wrote about it.
func (e Event) Said() string {
	if e.Kind != handedKind {
		return e.Words
	}
	_, note, _ := strings.Cut(e.Words, "\n")
	return note
}
