package note

import (
	"fmt"
	"mime/multipart"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Upload("/customers/:customer/notes", Write, MaxUpload, s.postNew)
	r.Get("/notes/:id", Read, s.showNote)
	r.Upload("/notes/:id", Write, MaxUpload, s.postNote)
	r.Post("/notes/:id/pin", Write, s.postPin)
	r.Post("/notes/:id/delete", Delete, s.postDelete)
}

// form is the input as typed.
type form struct {
	Text    string
	Version string
	Visible bool
	Pinned  bool
}

// editBody is the page of one note, and of a new one that had a mistake.
type editBody struct {
	Note     Note
	Customer int64
	Name     string
	Files    []customer.File
	Theirs   []web.Clash // what somebody else saved meanwhile
}

func (s *Service) postNew(c *fiber.Ctx) error {
	customer, err := web.ID(c, "customer")
	if err != nil {
		return err
	}
	f := formOf(c)
	in := f.input(customer)
	n, err := s.AddWith(web.Ctx(c), in, chosen(c))
	if err != nil {
		ref, missing := s.customers.MustSee(web.Ctx(c), customer)
		if missing != nil {
			return missing
		}
		return s.render(c, editBody{Customer: customer, Name: ref.Name}, f, err)
	}
	return web.Done(c, web.SafePath(c.FormValue("next"), fmt.Sprintf("/customers/%d", customer)), "note.added", "customer", n.CustomerName)
}

func (s *Service) render(c *fiber.Ctx, body editBody, f form, problem error) error {
	if body.Note.ID != 0 {
		var err error
		if body.Files, err = s.filesOf(web.Ctx(c), body.Note.ID); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "work/note", Title: "note.title", Body: body, Form: f, Err: problem})
}

func (s *Service) ofPath(c *fiber.Ctx) (Note, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Note{}, err
	}
	return s.Get(web.Ctx(c), id)
}

func (s *Service) showNote(c *fiber.Ctx) error {
	n, err := s.ofPath(c)
	if err != nil {
		return err
	}
	return s.render(c, editBody{Note: n, Customer: n.CustomerID, Name: n.CustomerName}, form{n.Text, strconv.FormatInt(n.Version, 10), n.Visible, n.Pinned()}, nil)
}

func (s *Service) postNote(c *fiber.Ctx) error {
	n, err := s.ofPath(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	version, _ := strconv.ParseInt(f.Version, 10, 64) // 0 is simply stale
	if _, err := s.UpdateWith(web.Ctx(c), n.ID, version, f.input(n.CustomerID), chosen(c)); err != nil {
		f.Version = strconv.FormatInt(n.Version, 10) // having seen both, the reader may choose
		body := editBody{Note: n, Customer: n.CustomerID, Name: n.CustomerName}
		if errs.Is(err, errs.Conflict) {
			body.Theirs = web.Clashes(web.Locale(c), web.Clash{Name: "text", Label: "note.field.text", Ours: f.Text, Theirs: n.Text})
		}
		return s.render(c, body, f, err)
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", n.CustomerID), "common.saved")
}

func chosen(c *fiber.Ctx) []*multipart.FileHeader {
	m, err := c.MultipartForm()
	if err != nil {
		return nil // an ordinary form has no files
	}
	return Chosen(m)
}

func formOf(c *fiber.Ctx) form {
	return form{c.FormValue("text"), c.FormValue("version"), c.FormValue("visible") != "", c.FormValue("pinned") != ""}
}

func (f form) input(customer int64) Input {
	return Input{CustomerID: customer, Text: f.Text, Visible: f.Visible, Pinned: f.Pinned}
}

// postPin puts a note on top, or takes it from there.
func (s *Service) postPin(c *fiber.Ctx) error {
	n, err := s.ofPath(c)
	if err != nil {
		return err
	}
	on := c.FormValue("on") == "1"
	if _, err := s.Pin(web.Ctx(c), n.ID, on); err != nil {
		return s.render(c, editBody{Note: n, Customer: n.CustomerID, Name: n.CustomerName}, form{n.Text, strconv.FormatInt(n.Version, 10), n.Visible, n.Pinned()}, err)
	}
	said := "note.unpinned"
	if on {
		said = "note.pinned"
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", n.CustomerID), said)
}

func (s *Service) postDelete(c *fiber.Ctx) error {
	n, err := s.ofPath(c)
	if err != nil {
		return err
	}
	if err := s.Remove(web.Ctx(c), n.ID); err != nil {
		return err
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", n.CustomerID), "common.deleted")
}
