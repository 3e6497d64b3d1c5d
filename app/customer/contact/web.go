package contact

import (
	"context"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/web"
)

// Form is the contact form as typed.
type Form struct {
	ID, CustomerID, Version int64
	Customer                string
	Name, Title, Phone      string
	Email, WeChat, Birthday string
	BirthdayLunar, Primary  bool
	Notes                   string
	Theirs                  []web.Clash // what somebody else saved meanwhile
	MayPrivacy              bool

	Fields custom.Typed   // of the added fields
	Asked  []custom.Asked // those fields on the form
	Told   []custom.Told  // those that a form cannot change, and sensitive ones
}

// PanelBody feeds the list of people on the record page.
type PanelBody struct {
	CustomerID int64
	Contacts   []Contact
	MayWrite   bool
	Masked     bool
}

func (s *Service) routes(r *web.Router) {
	r.Get("/customers/:customer/contacts/new", customer.Write, s.blank)
	r.Post("/customers/:customer/contacts", customer.Write, s.create)
	r.Get("/contacts", customer.Read, s.index)
	r.Get("/contacts/columns", customer.Read, listOf(s).Panel)
	r.Get("/contacts/filter", customer.Read, listOf(s).Filter)
	r.Get("/contacts/:id", customer.Write, s.edit)
	r.Post("/contacts/:id", customer.Write, s.change)
	r.Post("/contacts/:id/delete", customer.Write, s.drop)
}

// panel is the record page's list of people; a person has none unless added.
func (s *Service) panel(ctx context.Context, id int64) (any, error) {
	list, err := s.Of(ctx, id)
	if err != nil {
		return nil, err
	}
	return PanelBody{CustomerID: id, Contacts: list, MayWrite: auth.From(ctx).Can(customer.Write), Masked: auth.From(ctx).Masked()}, nil
}

func (s *Service) blank(c *fiber.Ctx) error {
	id, err := web.ID(c, "customer")
	if err != nil {
		return err
	}
	return s.form(c, Form{CustomerID: id}, nil)
}

func (s *Service) create(c *fiber.Ctx) error {
	id, err := web.ID(c, "customer")
	if err != nil {
		return err
	}
	f := formOf(c)
	f.CustomerID = id
	if _, err := s.Create(web.Ctx(c), f.input()); err != nil {
		return s.form(c, f, err)
	}
	return web.Done(c, record(id), "contact.saved")
}

func (s *Service) edit(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	k, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.form(c, formFrom(k), nil)
}

func (s *Service) change(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := formOf(c)
	f.ID = id
	if _, err := s.Update(web.Ctx(c), id, f.Version, f.input()); err != nil {
		if e, ok := errs.As(err); ok && e.Kind == errs.Conflict {
			if now, ok := e.Current.(Contact); ok {
				f.Theirs, f.Version = clashes(c, f, formFrom(now)), now.Version
			}
		}
		return s.form(c, f, err)
	}
	return web.Done(c, record(f.CustomerID), "contact.saved")
}

// clashes shows what two editors want of one contact.
func clashes(c *fiber.Ctx, ours, theirs Form) []web.Clash {
	return web.Clashes(web.Locale(c),
		web.Clash{Name: "name", Label: "customer.name", Ours: ours.Name, Theirs: theirs.Name},
		web.Clash{Name: "title", Label: "contact.title", Ours: ours.Title, Theirs: theirs.Title},
		web.Clash{Name: "phones", Label: "customer.phone", Ours: ours.Phone, Theirs: theirs.Phone},
		web.Clash{Name: "emails", Label: "customer.email", Ours: ours.Email, Theirs: theirs.Email},
		web.Clash{Name: "wechat", Label: "customer.wechat", Ours: ours.WeChat, Theirs: theirs.WeChat},
		web.Clash{Name: "birthday", Label: "customer.birthday", Ours: ours.Birthday, Theirs: theirs.Birthday},
		web.Clash{Name: "notes", Label: "common.notes", Ours: ours.Notes, Theirs: theirs.Notes})
}

func (s *Service) drop(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	k, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, record(k.CustomerID), "contact.deleted")
}

func (s *Service) form(c *fiber.Ctx, f Form, err error) error {
	ref, serr := s.customers.MustSee(web.Ctx(c), f.CustomerID)
	if serr != nil {
		return serr
	}
	f.Customer, f.MayPrivacy = ref.Name, web.Actor(c).Can("person.export") && !web.Actor(c).Masked()
	ctx := web.Ctx(c)
	record, serr := s.fields.Record(ctx, s.db.Reader(ctx), "contact")
	if serr != nil {
		return serr
	}
	if f.Asked, serr = record.Asked(ctx, s.db.Reader(ctx), f.Fields, nil, web.Locale(c)); serr != nil {
		return serr
	}
	if f.ID != 0 && len(record.Set) > 0 {
		now, serr := s.Get(ctx, f.ID)
		if serr != nil {
			return serr
		}
		f.Told = custom.Aside(web.Told(c, now.Added))
	}
	title := "contact.new"
	if f.ID != 0 {
		title = "contact.edit"
	}
	return web.Render(c, web.Page{Name: "customer/contact", Title: title, Form: f, Err: err})
}

func formOf(c *fiber.Ctx) Form {
	f := Form{Name: c.FormValue("name"), Title: c.FormValue("title"), Phone: c.FormValue("phones"), Email: c.FormValue("emails"),
		WeChat: c.FormValue("wechat"), Birthday: c.FormValue("birthday"), BirthdayLunar: c.FormValue("birthday_lunar") != "",
		Primary: c.FormValue("primary") != "", Notes: c.FormValue("notes")}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	f.CustomerID, _ = strconv.ParseInt(c.FormValue("customer_id"), 10, 64)
	f.Fields = web.Typed(c)
	return f
}

func formFrom(k Contact) Form {
	f := Form{ID: k.ID, CustomerID: k.CustomerID, Version: k.Version, Name: k.Name, Title: k.Title, WeChat: k.WeChat, Birthday: k.Birthday,
		BirthdayLunar: k.BirthdayLunar, Primary: k.Primary, Notes: k.Notes, Fields: k.Added.Typed()}
	for i, p := range k.Phones {
		if i > 0 {
			f.Phone += "; "
		}
		f.Phone += p.Raw
	}
	for i, e := range k.Emails {
		if i > 0 {
			f.Email += "; "
		}
		f.Email += e
	}
	return f
}

func (f Form) input() Input {
	in := Input{CustomerID: f.CustomerID, Name: f.Name, Title: f.Title, WeChat: f.WeChat, Birthday: f.Birthday, BirthdayLunar: f.BirthdayLunar,
		Primary: f.Primary, Notes: f.Notes, Fields: f.Fields, Phones: []customer.PhoneInput{{Raw: f.Phone}}, Emails: splitList(f.Email)}
	return in
}

func record(id int64) string { return fmt.Sprintf("/customers/%d", id) }
