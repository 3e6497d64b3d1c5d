package invoicetitle

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/customers/:customer/invoice-titles/new", customer.Write, s.blank)
	r.Post("/customers/:customer/invoice-titles", customer.Write, s.create)
	r.Get("/invoice-titles/:id", customer.Write, s.edit)
	r.Post("/invoice-titles/:id", customer.Write, s.change)
	r.Post("/invoice-titles/:id/delete", customer.Write, s.drop)
}

// Form is the form as typed.
type Form struct {
	Input
	ID, Version int64
	Customer    string
	Paste       string
	Read        bool   // the fields were read out of Paste
	Nothing     bool   // Paste held nothing that could be placed
	Doubt       string // about the tax id
}

func formOf(c *fiber.Ctx) Form {
	f := Form{Input: Input{Title: c.FormValue("title"), TaxID: c.FormValue("tax_id"), Address: c.FormValue("address"), Phone: c.FormValue("phone"),
		Bank: c.FormValue("bank"), Account: c.FormValue("account"), Default: c.FormValue("is_default") != ""}, Paste: c.FormValue("paste")}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	return f
}

// recognise fills the form out of the pasted text; nothing is stored.
func (f *Form) recognise() {
	read := Recognise(f.Paste)
	f.Nothing = read == Input{}
	if f.Nothing {
		return
	}
	f.Read = true
	read.CustomerID, read.Default = f.CustomerID, f.Default
	f.Input = read
}

func (s *Service) blank(c *fiber.Ctx) error {
	id, err := web.ID(c, "customer")
	if err != nil {
		return err
	}
	return s.form(c, Form{Input: Input{CustomerID: id}}, nil)
}

func (s *Service) create(c *fiber.Ctx) error {
	id, err := web.ID(c, "customer")
	if err != nil {
		return err
	}
	f := formOf(c)
	f.CustomerID = id
	if c.FormValue("do") == "recognise" {
		f.recognise()
		return s.form(c, f, nil)
	}
	t, err := s.Create(web.Ctx(c), f.Input)
	if err != nil {
		return s.form(c, f, err)
	}
	return s.done(c, t)
}

// done says besides when the tax id does not add up.
func (s *Service) done(c *fiber.Ctx, t Title) error {
	if t.Doubt() != "" {
		return web.Done(c, record(t.CustomerID), "invoicetitle.saved_doubt")
	}
	return web.Done(c, record(t.CustomerID), "invoicetitle.saved")
}

func (s *Service) ofPath(c *fiber.Ctx) (Title, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Title{}, err
	}
	return s.Get(web.Ctx(c), id)
}

func (s *Service) edit(c *fiber.Ctx) error {
	t, err := s.ofPath(c)
	if err != nil {
		return err
	}
	return s.form(c, Form{Input: t.Input(), ID: t.ID, Version: t.Version}, nil)
}

func (s *Service) change(c *fiber.Ctx) error {
	t, err := s.ofPath(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	f.ID, f.CustomerID = t.ID, t.CustomerID
	if c.FormValue("do") == "recognise" {
		f.recognise()
		return s.form(c, f, nil)
	}
	after, err := s.Update(web.Ctx(c), t.ID, f.Version, f.Input)
	if err != nil {
		if errs.Is(err, errs.Conflict) {
			f.Version = t.Version // having seen that, the reader may choose
		}
		return s.form(c, f, err)
	}
	return s.done(c, after)
}

func (s *Service) drop(c *fiber.Ctx) error {
	t, err := s.ofPath(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), t.ID); err != nil {
		return err
	}
	return web.Done(c, record(t.CustomerID), "common.deleted")
}

func (s *Service) form(c *fiber.Ctx, f Form, err error) error {
	ref, serr := s.customers.MustSee(web.Ctx(c), f.CustomerID)
	if serr != nil {
		return serr
	}
	f.Customer, f.Doubt = ref.Name, Doubt(f.TaxID)
	title := "invoicetitle.new"
	if f.ID != 0 {
		title = "invoicetitle.edit"
	}
	return web.Render(c, web.Page{Name: "customer/invoice-title", Title: title, Form: f, Err: err})
}

func record(id int64) string { return "/customers/" + strconv.FormatInt(id, 10) }
