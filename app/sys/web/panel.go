package web

import (
	"reflect"
	"slices"
	"sort"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/view"
)

// Panels renders the parts that slices show of a customer in some zones, each
// in order. A part that fails is logged and left out; the page stands.
func Panels(c *fiber.Ctx, customer int64, zones ...string) map[string][]view.Markup {
	s := From(c)
	var all []Panel
	for _, m := range s.Modules {
		for _, p := range m.Panels {
			if slices.Contains(zones, p.Zone) && (p.Permission == "" || Actor(c).Can(p.Permission)) {
				all = append(all, p)
			}
		}
	}
	sort.SliceStable(all, func(i, k int) bool { return all[i].Order < all[k].Order })
	out := map[string][]view.Markup{}
	d := s.data(c)
	for _, p := range all {
		body, err := p.Load(Ctx(c), customer)
		if err != nil {
			logFault(c, err)
			continue
		}
		if body == nil || (reflect.ValueOf(body).Kind() == reflect.Pointer && reflect.ValueOf(body).IsNil()) {
			continue
		}
		d.Body = body
		part, err := s.View.Part(d.Locale.Tag(), p.Page, d)
		if err != nil {
			logFault(c, err)
			continue
		}
		out[p.Zone] = append(out[p.Zone], part)
	}
	return out
}

// LookOnly makes what follows of a page for a reader who only looks, so that it
// offers nothing that would be refused; what it returns gives them their rights
// back.
func LookOnly(c *fiber.Ctx) (back func()) {
	actor := Actor(c)
	c.Locals(actorLocal, actor.Looking())
	return func() { c.Locals(actorLocal, actor) }
}

// PathOf is the page of a record, or "" when its kind has none.
func PathOf(c *fiber.Ctx, kind string, id int64) string {
	if id == 0 {
		return ""
	}
	for _, m := range From(c).Modules {
		for _, s := range m.Subjects {
			if s.Kind == kind {
				return s.Path(id)
			}
		}
	}
	return ""
}
