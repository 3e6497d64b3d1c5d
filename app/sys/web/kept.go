package web

// What a browser keeps of a person's work. A form that was being filled in is
// kept by the browser until the form was taken (draft.js sends its draft's name
// along): the answer then says so in a cookie, because only the server knows.
// On a shared computer the browser keeps nothing.

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/api"
)

const (
	draftField   = "_draft"
	keptCookie   = "rg_kept"
	keptAtOnce   = 10 // drafts of that many tabs are told at once
	deviceCookie = "rg_device"
	deviceShared = "shared"
)

var draftName = regexp.MustCompile(`^[0-9a-f]{8,40}$`)

// kept tells the browser that a form it keeps a draft of was taken: it led
// somewhere.
func (s *Server) kept(c *fiber.Ctx, err error) error {
	name := c.FormValue(draftField)
	head := &c.Response().Header
	led := len(head.Peek(fiber.HeaderLocation)) > 0 || len(head.Peek("HX-Redirect")) > 0
	if err != nil || Actor(c) == nil || !led || !draftName.MatchString(name) {
		return err
	}
	names := []string{name}
	for _, before := range strings.Split(c.Cookies(keptCookie), ".") {
		if draftName.MatchString(before) && before != name && len(names) < keptAtOnce {
			names = append(names, before)
		}
	}
	c.Cookie(&fiber.Cookie{Name: keptCookie, Value: strings.Join(names, "."), Path: "/", Secure: s.secureScheme(c), SameSite: "Lax", SessionOnly: true})
	return nil
}

// sentOnce takes a form that a browser kept while it had no connection: its key
// lasts beyond this process, unlike the number of a form on a page (once.go).
func (s *Server) sentOnce(c *fiber.Ctx, h fiber.Handler) error {
	actor := Actor(c)
	if actor == nil || c.Get("Idempotency-Key") == "" {
		return s.once(c, h)
	}
	said, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	for name := range said {
		if strings.HasPrefix(name, "_") { // of the page, not of the form's words
			said.Del(name)
		}
	}
	err = api.Once(c, s.DB, actor.UserID, id.Hash(said.Encode()), func() error { return h(c) })
	if e, ok := errs.As(err); ok && e.Message.Key == "error.idempotency_done" { // it stands; only its answer was lost
		return Redirect(c, SafePath(c.FormValue("next"), "/"))
	}
	return err
}

// Shared tells whether the request comes from a computer that others use too.
func Shared(c *fiber.Ctx) bool { return c.Cookies(deviceCookie) == deviceShared }

// SetShared remembers it for a year, whoever signs in there.
func SetShared(c *fiber.Ctx, shared bool) {
	s := From(c)
	if !shared {
		s.clearCookie(c, deviceCookie)
		return
	}
	c.Cookie(&fiber.Cookie{Name: deviceCookie, Value: deviceShared, Path: "/", HTTPOnly: true, Secure: s.secureScheme(c), SameSite: "Lax",
		Expires: s.Clock.Now().Add(365 * 24 * time.Hour)})
}

// ForgetDevice asks the browser to remove what it keeps for this house. Where
// it does not listen (pages without https) the page's own scripts do it.
func ForgetDevice(c *fiber.Ctx) { c.Set("Clear-Site-Data", `"storage"`) }
