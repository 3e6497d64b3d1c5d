package web

import (
	"context"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Access says who may use a route. A permission's name, or one of:
const (
	// Public routes need no login and read no session (token pages, /up).
	Public = "public"
	// Visitor routes are for people about to sign in: login, setup, reset.
	Visitor = "visitor"
	// Self routes are for every signed-in person: their own profile.
	Self = "self"
)

// Route is one registered route, kept for the test that every one names who
// may use it.
type Route struct{ Method, Path, Access, Module string }

// Router registers the routes of one module.
type Router struct {
	server *Server
	module string
}

var routes []Route

// Routes lists what all routers registered, for tests.
func Routes() []Route { return routes }

// Get registers a page. It changes nothing that anyone decided.
func (r *Router) Get(path, access string, h fiber.Handler) {
	r.add(fiber.MethodGet, path, access, MaxForm, h)
	r.add(fiber.MethodHead, path, access, MaxForm, h)
}

// Post registers a change, guarded against other sites' forms.
func (r *Router) Post(path, access string, h fiber.Handler) {
	r.add(fiber.MethodPost, path, access, MaxForm, h)
}

// Upload is Post for bodies larger than a form.
func (r *Router) Upload(path, access string, limit int, h fiber.Handler) {
	r.add(fiber.MethodPost, path, access, limit, h)
}

func (r *Router) add(method, path, access string, limit int, h fiber.Handler) {
	if access == "" {
		panic("web: route without access: " + method + " " + path)
	}
	if method != fiber.MethodHead { // every page answers HEAD as it answers GET
		routes = append(routes, Route{method, path, access, r.module})
	}
	s := r.server
	r.server.App.Add(method, path, func(c *fiber.Ctx) error {
		if len(c.Request().Body()) > limit {
			return errs.New(errs.TooLarge, "error.too_large", "mb", limit>>20)
		}
		if method == fiber.MethodPost {
			if err := checkText(c); err != nil {
				return err
			}
		}
		if err := s.admit(c, method, access); err != nil {
			return err
		}
		if method == fiber.MethodPost {
			takeTheirs(c)
			return s.kept(c, s.sentOnce(c, h))
		}
		return h(c)
	})
}

// errNotSetUp sends the reader to the first run.
var errNotSetUp = errs.New(errs.Unavailable, "error.not_set_up")

// admit finds out who acts and whether they may use the route.
func (s *Server) admit(c *fiber.Ctx, method, access string) error {
	business, err := setting.ReadBusiness(c.UserContext(), s.DB.Reader(c.UserContext()))
	if err != nil {
		return err
	}
	c.Locals(businessLocal, business)
	if access == Public {
		return nil
	}
	sess, actor, err := s.resume(c)
	if err != nil {
		return err
	}
	if sess != nil {
		c.Locals(sessionLocal, sess)
	}
	if method != fiber.MethodGet && method != fiber.MethodHead {
		if err := s.checkCSRF(c); err != nil {
			return err
		}
	}
	if access == Visitor {
		return nil
	}
	if !business.Ready() {
		return errNotSetUp
	}
	if sess == nil || sess.Pending {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	actor.RequestID = RequestID(c)
	c.Locals(actorLocal, actor)
	if access == Self {
		return nil
	}
	return actor.May(access)
}

const (
	actorLocal    = "web.actor"
	businessLocal = "web.business"
	receiptLocal  = "web.receipt"
)

// Ctx is the context for services: it ends after 30 seconds or when the house
// closes, and carries who acts, their zone and the shop's currency.
func Ctx(c *fiber.Ctx) context.Context {
	ctx := c.UserContext()
	if a := Actor(c); a != nil {
		ctx = auth.With(ctx, a)
	}
	r := receiptOf(c)
	if r == nil {
		r = &journal.Receipt{}
		c.Locals(receiptLocal, r)
	}
	ctx = journal.WithReceipt(ctx, r)
	v := field.Values{Now: From(c).DB.Now(), Zone: zoneOf(c), Currency: Business(c).Currency}
	if a := Actor(c); a != nil {
		v.Me = a.UserID
	}
	return field.With(ctx, v)
}

// Actor is the signed-in person, or nil.
func Actor(c *fiber.Ctx) *auth.Actor {
	a, _ := c.Locals(actorLocal).(*auth.Actor)
	return a
}

// Business is the shop as it was when the request came.
func Business(c *fiber.Ctx) setting.Business {
	b, _ := c.Locals(businessLocal).(setting.Business)
	return b
}

// RequestID is the id that the log and an error page share.
func RequestID(c *fiber.Ctx) string {
	rid, _ := c.Locals(requestIDLocal).(string)
	return rid
}

func receiptOf(c *fiber.Ctx) *journal.Receipt {
	r, _ := c.Locals(receiptLocal).(*journal.Receipt)
	return r
}

func zoneOf(c *fiber.Ctx) *time.Location {
	if a := Actor(c); a != nil && a.Zone != nil {
		return a.Zone
	}
	return Business(c).Zone()
}

// ID reads the number of a path parameter; anything else is not found.
func ID(c *fiber.Ctx, name string) (int64, error) {
	var n int64
	if _, err := fmt.Sscanf(c.Params(name), "%d", &n); err != nil || n <= 0 || fmt.Sprint(n) != c.Params(name) {
		return 0, errs.NotVisible()
	}
	return n, nil
}
