package lead

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/web"
)

// The page behind a form's address. It sets no cookie and shows nothing of the
// shop but its name; what is sent becomes a lead.

const (
	perNetwork = 20  // inquiries from one network in an hour
	perForm    = 300 // through one form
	// honeypot is the name of a field that no person sees.
	honeypot = "website"
)

// PublicPage feeds it.
type PublicPage struct {
	WebForm
	FormText
	Ticket string
	Sent   bool
	Said   map[string]string
	Agreed bool
	Fields []PublicField
}

// PublicField is one field of the page.
type PublicField struct {
	Name, Label, Value, Type, Complete string
	Must, Long                         bool
	Max                                int
}

func (s *Service) publicRoutes(r *web.Router) {
	r.Get("/f/:slug", web.Public, s.showForm)
	r.Post("/f/:slug", web.Public, s.takeForm)
}

func (s *Service) openForm(c *fiber.Ctx) (WebForm, error) {
	web.NoSession(c)
	c.Set("X-Robots-Tag", "noindex, nofollow")
	slug := c.Params("slug")
	if !slugShape.MatchString(slug) {
		return WebForm{}, errs.NotVisible()
	}
	ctx := web.Ctx(c)
	return formBySlug(ctx, s.db.Reader(ctx), slug)
}

func (s *Service) showForm(c *fiber.Ctx) error {
	f, err := s.openForm(c)
	if err != nil {
		return err
	}
	return s.formPage(c, PublicPage{WebForm: f, Sent: c.Query("sent") == "1", Ticket: s.ticket(f.Slug, s.db.Now())}, nil)
}

func (s *Service) formPage(c *fiber.Ctx, b PublicPage, problem error) error {
	if sites := strings.Fields(b.Origins); len(sites) > 0 {
		web.Framed(c, sites)
	}
	l := web.Locale(c)
	b.FormText = b.Texts.In(l.Tag())
	add := func(name, label, kind, complete string, must, long bool, limit int) {
		b.Fields = append(b.Fields, PublicField{name, l.T(label), b.Said[name], kind, complete, must, long, limit})
	}
	add("name", "common.name", "text", "name", true, false, maxName)
	for _, a := range []struct {
		name, label, kind, complete string
		long                        bool
		limit                       int
	}{{"phone", "common.phone", "tel", "tel", false, 60}, {"email", "common.email", "email", "email", false, 254}, {"wechat", "customer.wechat", "text", "off", false, maxShort},
		{"company", "lead.company", "text", "organization", false, maxName}, {"interest", "lead.interest", "text", "off", false, maxName},
		{"region", "lead.region", "text", "address-level1", false, maxShort}, {"need", "lead.form_need", "", "off", true, 5000}} {
		if b.Has(a.name) {
			add(a.name, a.label, a.kind, a.complete, b.Must(a.name), a.long, a.limit)
		}
	}
	return web.Render(c, web.Page{Layout: "public", Name: "public/lead", Heading: b.Title, Body: b, Err: problem})
}

// takeForm takes what was sent. Whatever fills the field that nobody sees is
// thanked and forgotten.
func (s *Service) takeForm(c *fiber.Ctx) error {
	f, err := s.openForm(c)
	if err != nil {
		return err
	}
	now := s.db.Now()
	b := PublicPage{WebForm: f, Ticket: c.FormValue("ticket"), Said: map[string]string{}, Agreed: c.FormValue("agreed") != ""}
	for _, name := range append([]string{"name"}, asked...) {
		b.Said[name] = strings.TrimSpace(c.FormValue(name))
	}
	if c.FormValue(honeypot) != "" {
		return s.thank(c, f)
	}
	at, which, ok := s.shown(f.Slug, b.Ticket, now)
	if !ok {
		b.Ticket = s.ticket(f.Slug, now)
		return s.formPage(c, b, errs.New(errs.Invalid, "lead.error.old_form"))
	}
	if now.Sub(at) < tooFast {
		return s.formPage(c, b, errs.New(errs.Invalid, "lead.error.fast"))
	}
	words := f.Texts.In(web.Locale(c).Tag())
	in, err := b.input(words.Consent)
	if err == nil {
		l := Lead{Unchecked: !worked(b.Ticket, c.FormValue("proof"), f.Effort), FormID: db.ID(f.ID)}
		if words.Consent != "" {
			l.Consent, l.ConsentAt = words.Consent, db.At(now)
		}
		in.ExternalSource, in.ExternalID = "form", which
		err = s.arrive(web.Ctx(c), f, l, in, web.AddressKey("lead form", web.From(c).ClientIP(c)))
	}
	if err != nil {
		return s.formPage(c, b, err)
	}
	return s.thank(c, f)
}

func (s *Service) thank(c *fiber.Ctx, f WebForm) error {
	to := "/f/" + f.Slug + "?sent=1"
	if l := c.Query("lang"); l == "en" || l == "zh-CN" {
		to += "&lang=" + l
	}
	return web.Redirect(c, to)
}

// input is what was said as a lead.
func (b PublicPage) input(consent string) (Input, error) {
	c := &errs.Check{}
	for _, name := range append([]string{"name"}, asked...) {
		if b.Said[name] != "" && name != "name" && !b.Has(name) {
			b.Said[name] = "" // nobody asked
		}
		c.That(b.Said[name] != "" || name != "name" && !b.Must(name), name, "error.required")
		c.That(len([]rune(b.Said[name])) <= 5000, name, "error.long", "n", 5000)
	}
	c.That(b.Said["phone"]+b.Said["email"]+b.Said["wechat"] != "", "phone", "lead.error.say_reach")
	c.That(consent == "" || b.Agreed, "agreed", "lead.error.agree")
	in := Input{Name: b.Said["name"], Company: b.Said["company"], Phones: nonEmpty(b.Said["phone"]), Emails: nonEmpty(b.Said["email"]), WeChat: b.Said["wechat"],
		Need: b.Said["need"], Interest: b.Said["interest"], Region: b.Said["region"], Source: b.Source}
	if in.Source == "" {
		in.Source = b.WebForm.Name
	}
	return in, c.Err()
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// arrive keeps an inquiry once and tells whose it is.
func (s *Service) arrive(ctx context.Context, f WebForm, l Lead, in Input, from string) error {
	ctx = auth.With(ctx, auth.System("form"))
	err := s.db.Write(ctx, "lead.form_sent", func(ctx context.Context, tx *db.Tx) error {
		_, there, err := byExternal(ctx, tx, in.ExternalSource, in.ExternalID)
		if err != nil || there {
			return err
		}
		t := web.Throttle{DB: s.db}
		for key, most := range map[string]int{from: perNetwork, fmt.Sprintf("lead form %d", f.ID): perForm} {
			n, err := t.Watch(ctx, tx, key, time.Hour)
			if err != nil {
				return err
			}
			if n > most {
				return errs.New(errs.TooMany, "lead.error.many")
			}
		}
		in.ByRules = true
		if in.OwnerID, err = s.ownerFor(ctx, tx, f); err != nil {
			return err
		}
		if f.OwnerID != 0 && in.OwnerID == int64(f.OwnerID) {
			l.AssignedWhy = "form:" + f.Name
		}
		made, err := s.receive(ctx, tx, l, in)
		if err != nil {
			return publicFields(err)
		}
		return s.People.Tell(ctx, tx, notify.Notice{UserID: int64(made.OwnerID), Kind: notify.LeadGiven, SubjectKind: "lead", SubjectID: made.ID, Label: made.Title(),
			DedupeKey: dedupe("given", made, tx.Now)})
	})
	return err
}

// ownerFor is who gets what comes through a form: whoever it names, or whoever
// works here alone.
func (s *Service) ownerFor(ctx context.Context, tx *db.Tx, f WebForm) (int64, error) {
	if f.OwnerID != 0 {
		n, err := counts(ctx, tx, sqlPerson, f.OwnerID)
		if err != nil || n > 0 {
			return int64(f.OwnerID), err
		}
	}
	people, err := s.People.Colleagues(ctx)
	if err != nil || len(people) != 1 {
		return 0, err
	}
	return people[0].ID, nil
}

// publicFields names what is wrong as the page calls it.
func publicFields(err error) error {
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	for from, to := range map[string]string{"phones": "phone", "emails": "email"} {
		if m, ok := e.Fields[from]; ok {
			e.Fields[to] = m
			delete(e.Fields, from)
		}
	}
	return e
}
