package today

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/search"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module(index *search.Index) web.Module {
	f := finder{s, index}
	return web.Module{
		Name: "today",
		Routes: func(r *web.Router) {
			r.Get("/", web.Self, func(c *fiber.Ctx) error { return web.Redirect(c, "/today") })
			r.Get("/today", Read, s.show)
			r.Post("/today/dismissals", Read, s.putAway)
			r.Get("/search", Read, f.find)
		},
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}},
		Nav:         []web.Nav{{Order: 10, Key: "nav.today", Icon: "today", Href: "/today", Permission: Read, Tab: true, Shortcut: "g t"}},
		Journal:     []journal.Table{{Name: "today_dismissal"}},
	}
}

func (s *Service) show(c *fiber.Ctx) error {
	card, err := s.Card(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "today/today", Title: "nav.today", Body: card})
}

func (s *Service) putAway(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.FormValue("customer_id"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	if err := s.Dismiss(web.Ctx(c), id, c.FormValue("kind"), c.FormValue("period"), c.FormValue("reason")); err != nil {
		return err
	}
	return web.Done(c, "/today", "today.put_away")
}

// finder answers the search box of every page.
type finder struct {
	s     *Service
	index *search.Index
}

// FindPage feeds the palette and the search page.
type FindPage struct {
	Q    string
	Hits []Hit
	Do   []Action
}

// Hit is a record found.
type Hit struct{ Kind, Title, Sub, Href string }

// Action is a thing to do or a place to go.
type Action struct{ Key, Icon, Href string }

func (f finder) find(c *fiber.Ctx) error {
	b := FindPage{Q: c.Query("q")}
	actor := web.Actor(c)
	var kinds []string
	for _, kind := range []string{"customer", "product", "order"} {
		if actor.Can(kind + ".read") {
			kinds = append(kinds, kind)
		}
	}
	if b.Q != "" && len(kinds) > 0 {
		found, err := f.index.Find(web.Ctx(c), search.Query{Text: b.Q, Kinds: kinds, Scope: actor.Scope(), Limit: 12})
		if err != nil {
			return err
		}
		for _, h := range found.Hits {
			b.Hits = append(b.Hits, Hit{h.Kind, h.Title, h.Sub, web.PathOf(c, h.Kind, h.ID)})
		}
	}
	if actor.Can("customer.write") {
		b.Do = append(b.Do, Action{"customer.new", "plus", "/customers/new?name=" + url.QueryEscape(b.Q)})
	}
	for _, n := range web.Places(c) {
		b.Do = append(b.Do, Action{n.Key, n.Icon, n.Href})
	}
	return web.Render(c, web.Page{Name: "today/search", Title: "common.search", Body: b, Fragment: "hits"})
}
