package entry

import (
	"context"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/customer/note"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/phone"
	"regulars/app/sales/order"
	"regulars/app/sales/product"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/voice/feedback"
	"regulars/app/work/task"
)

// Customers finds and makes customers.
type Customers interface {
	Alike(ctx context.Context, in customer.Input, except int64) ([]customer.Alike, error)
	List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[customer.Row], error)
	Get(ctx context.Context, id int64) (customer.Customer, error)
	Create(ctx context.Context, in customer.Input) (customer.Customer, error)
	Update(ctx context.Context, id, version int64, in customer.Input) (customer.Customer, error)
}

// Products are those that can be ordered.
type Products interface {
	Offered(ctx context.Context, limit int) ([]product.Product, error)
}

// Orders makes orders.
type Orders interface {
	Create(ctx context.Context, in order.Input) (order.Order, error)
}

// Tasks makes tasks.
type Tasks interface {
	Create(ctx context.Context, in task.Input) (task.Task, error)
}

// Cases takes complaints.
type Cases interface {
	Complain(ctx context.Context, customer int64, words string) (feedback.Case, error)
}

// Notes writes notes.
type Notes interface {
	Add(ctx context.Context, in note.Input) (note.Note, error)
}

// People are those who work here.
type People interface {
	Colleagues(ctx context.Context) ([]notify.Colleague, error)
}

// Deps are the neighbours of the slice.
type Deps struct {
	DB        *db.DB
	Bundle    *i18n.Bundle
	Customers Customers
	Products  Products
	Orders    Orders
	Tasks     Tasks
	Cases     Cases
	Notes     Notes
	People    People
}

// Service holds the use cases.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Make makes everything of an entry in one change, or nothing at all. Each part
// needs the right to make it alone.
func (s *Service) Make(ctx context.Context, in Input) (Made, error) {
	if err := auth.From(ctx).May(customer.Read); err != nil {
		return Made{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return Made{}, err
	}
	return db.WriteOne(ctx, s.DB, "entry.create", func(ctx context.Context, tx *db.Tx) (Made, error) {
		m := Made{Set: tx.Set}
		if err := s.customer(ctx, tx, in, &m); err != nil {
			return m, within("customer", err)
		}
		if in.Order != nil {
			o := *in.Order
			o.CustomerID = m.CustomerID
			made, err := s.Orders.Create(ctx, o)
			if err != nil {
				return m, within("order", err)
			}
			m.OrderID = made.ID
		}
		if in.Task != nil {
			t := *in.Task
			t.CustomerID = m.CustomerID
			made, err := s.Tasks.Create(ctx, t)
			if err != nil {
				return m, within("task", err)
			}
			m.TaskID = made.ID
		}
		return m, s.words(ctx, in, &m)
	})
}

// customer finds or makes whom the entry is about.
func (s *Service) customer(ctx context.Context, tx *db.Tx, in Input, m *Made) error {
	if in.CustomerID == 0 {
		if in.Customer == nil {
			return nil
		}
		c, err := s.Customers.Create(ctx, *in.Customer)
		m.CustomerID, m.CustomerName, m.Customer = c.ID, c.Name, true
		return err
	}
	c, err := s.Customers.Get(ctx, in.CustomerID)
	if err != nil {
		return err
	}
	m.CustomerID, m.CustomerName = c.ID, c.Name
	journal.About(tx, "customer", c.ID, c.Name)
	if in.Customer == nil {
		return nil
	}
	full, err := s.Customers.Get(auth.As(ctx, "entry"), c.ID) // what is known is known also to whoever sees it masked
	if err != nil {
		return err
	}
	more, added, err := s.added(ctx, tx, c, full, *in.Customer)
	if err != nil || !added {
		return err
	}
	_, err = s.Customers.Update(ctx, c.ID, c.Version, more)
	return err
}

// added is a known customer with the numbers and addresses that are new.
func (s *Service) added(ctx context.Context, q db.Q, c, full customer.Customer, in customer.Input) (customer.Input, bool, error) {
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return in, false, err
	}
	more, known := c.Input(), map[string]bool{}
	for _, p := range full.Phones {
		known[p.E164], known[p.Raw] = true, true
	}
	for _, e := range full.Emails {
		known[strings.ToLower(e.Email)] = true
	}
	n := len(more.Phones) + len(more.Emails)
	for _, p := range in.Phones {
		if e164 := phone.Parse(p.Raw, business.Region).E164; !known[p.Raw] && (e164 == "" || !known[e164]) {
			more.Phones = append(more.Phones, p)
		}
	}
	for _, e := range in.Emails {
		if !known[strings.ToLower(e)] {
			more.Emails = append(more.Emails, e)
		}
	}
	return more, len(more.Phones)+len(more.Emails) > n, nil
}

// words writes the complaint and the note down.
func (s *Service) words(ctx context.Context, in Input, m *Made) error {
	if in.Complaint != "" {
		c, err := s.Cases.Complain(ctx, m.CustomerID, in.Complaint)
		if err != nil {
			return within("feedback_case", err)
		}
		m.CaseID = c.ID
	}
	if in.Note != "" {
		n, err := s.Notes.Add(ctx, note.Input{CustomerID: m.CustomerID, Text: in.Note})
		if err != nil {
			return within("note", err)
		}
		m.NoteID = n.ID
	}
	return nil
}

// tooLong is the answer to a text that is longer than may be.
func tooLong() error {
	c := &errs.Check{}
	c.Add("text", "error.long", "n", MaxText)
	return c.Err()
}
