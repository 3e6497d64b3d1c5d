package privacy

import (
	"bytes"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/customers/:id/privacy", Export, s.show(customerOf))
	r.Post("/customers/:id/person-export", Export, s.download(customerOf))
	r.Post("/customers/:id/erasure", Erase, s.erasure(customerOf))
	r.Get("/contacts/:id/privacy", Export, s.show(contactOf))
	r.Post("/contacts/:id/person-export", Export, s.download(contactOf))
	r.Post("/contacts/:id/erasure", Erase, s.erasure(contactOf))
	r.Get("/leads/:id/privacy", Export, s.show(leadOf))
	r.Post("/leads/:id/person-export", Export, s.download(leadOf))
	r.Post("/leads/:id/erasure", Erase, s.erasure(leadOf))
}

func customerOf(id int64) Subject { return Subject{CustomerID: id} }
func contactOf(id int64) Subject  { return Subject{ContactID: id} }
func leadOf(id int64) Subject     { return Subject{LeadID: id} }

// body feeds the page about one person's data.
type body struct {
	Held
	Base     string // of the page's own addresses
	Record   string // the record it belongs to
	MayErase bool
}

// Goes are the rows that an erasure deletes, Stays those it keeps for the books.
func (b body) Goes() []Count  { return b.fate(goes, swept) }
func (b body) Stays() []Count { return b.fate(stays, stays) }

func (b body) fate(one, other string) []Count {
	var out []Count
	for _, c := range b.Counts {
		if c.Table != "customer" && (c.Fate == one || c.Fate == other) {
			out = append(out, c)
		}
	}
	return out
}

func (s *Service) show(who func(int64) Subject) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := web.ID(c, "id")
		if err != nil {
			return err
		}
		return s.page(c, who(id), Input{}, nil)
	}
}

func (s *Service) page(c *fiber.Ctx, who Subject, typed Input, problem error) error {
	h, err := s.Look(web.Ctx(c), who)
	if err != nil {
		return err
	}
	b := body{Held: h, Record: fmt.Sprintf("/customers/%d", h.Person.CustomerID), MayErase: web.Actor(c).Can(Erase)}
	if who.LeadID != 0 {
		b.Record = fmt.Sprintf("/leads/%d", who.LeadID)
	}
	b.Base = b.Record
	if who.ContactID != 0 {
		b.Base = fmt.Sprintf("/contacts/%d", who.ContactID)
	}
	return web.Render(c, web.Page{Name: "privacy/person", Title: "privacy.title", Body: b, Form: typed, Err: problem})
}

func (s *Service) download(who func(int64) Subject) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := web.ID(c, "id")
		if err != nil {
			return err
		}
		var b bytes.Buffer
		p, err := s.Pack(web.Ctx(c), who(id), &b)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "application/zip")
		c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="person-%d.zip"`, max(p.ContactID, p.CustomerID, p.LeadID)))
		return c.Send(b.Bytes())
	}
}

func (s *Service) erasure(who func(int64) Subject) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := web.ID(c, "id")
		if err != nil {
			return err
		}
		subject := who(id)
		back := c.Path()[:len(c.Path())-len("erasure")] + "privacy"
		if sent, err := web.ProveFirst(c, back); sent || err != nil {
			return err
		}
		in := Input{Confirm: c.FormValue("confirm")}
		p, err := s.person(web.Ctx(c), s.d.DB.Reader(web.Ctx(c)), subject)
		if err != nil {
			return err
		}
		if _, err := s.Erase(web.Ctx(c), subject, in); err != nil {
			return s.page(c, subject, in, err)
		}
		if subject.LeadID != 0 {
			return web.Done(c, "/leads", "privacy.erased")
		}
		if subject.ContactID != 0 {
			return web.Done(c, fmt.Sprintf("/customers/%d", p.CustomerID), "privacy.erased")
		}
		return web.Done(c, "/customers", "privacy.erased")
	}
}
