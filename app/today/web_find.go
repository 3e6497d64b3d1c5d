package today

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/search"
	"regulars/app/sys/web"
)

// finder answers the search box of every page and the palette: with nothing
// typed who was looked at last, then what was found, what can be done with the
// typed words, and the places to go.
type finder struct {
	s     *Service
	index *search.Index
}

// FindPage feeds the palette and the search page.
type FindPage struct {
	Q      string
	Recent []Hit
	Hits   []Hit
	Sold   []Hit // deals, quotes, orders, contracts and leads
	Do     []Action
	Go     []Action
}

// Count is how many options there are.
func (p FindPage) Count() int {
	return len(p.Recent) + len(p.Hits) + len(p.Sold) + len(p.Do) + len(p.Go)
}

// Hit is a record found.
type Hit struct {
	Kind, Title, Sub, Href string
	id                     int64
}

// Action is a thing to do or a place to go. Text are the typed words, where
// they are part of its name.
type Action struct {
	Key, Icon, Href string
	Text            string
}

// maxTyped bounds what is carried from the search box into a form.
const maxTyped = 200

func (f finder) find(c *fiber.Ctx) error {
	b := FindPage{Q: strings.TrimSpace(c.Query("q"))}
	var err error
	if b.Q == "" {
		b.Recent, err = f.recent(c)
	} else {
		if b.Hits, err = f.hits(c, b.Q); err == nil {
			b.Sold, err = f.sold(c, b.Q, b.Hits)
		}
	}
	if err != nil {
		return err
	}
	b.Do, b.Go = f.actions(c, b.Q), f.places(c, b.Q)
	return web.Render(c, web.Page{Name: "today/search", Title: "common.search", Body: b, Fragment: "hits"})
}

// recent are the customers that the reader looked at last.
func (f finder) recent(c *fiber.Ctx) ([]Hit, error) {
	actor := web.Actor(c)
	if !actor.Can("customer.read") {
		return nil, nil
	}
	list, err := f.s.visited(web.Ctx(c), actor)
	var out []Hit
	for _, r := range list {
		out = append(out, Hit{"customer", r.Name, r.Region, web.PathOf(c, "customer", r.ID), r.ID})
	}
	return out, err
}

func (f finder) hits(c *fiber.Ctx, q string) ([]Hit, error) {
	actor := web.Actor(c)
	kinds := slices.DeleteFunc([]string{"customer", "product"}, func(kind string) bool { return !actor.Can(kind + ".read") })
	if len(kinds) == 0 {
		return nil, nil
	}
	found, err := f.index.Find(web.Ctx(c), search.Query{Text: q, Kinds: kinds, Scope: actor.Scope(), Limit: 12})
	var out []Hit
	for _, h := range found.Hits {
		out = append(out, Hit{h.Kind, h.Title, h.Sub, web.PathOf(c, h.Kind, h.ID), h.ID})
	}
	return out, err
}

// sold are the records of sales that answer, with those of the customers found.
func (f finder) sold(c *fiber.Ctx, q string, hits []Hit) ([]Hit, error) {
	var customers []int64
	for _, h := range hits {
		if h.Kind == "customer" {
			customers = append(customers, h.id)
		}
	}
	deals, err := proposed(web.Ctx(c), f.index, clip(q))
	if err != nil {
		return nil, err
	}
	out, err := found(web.Ctx(c), f.s.db.Reader(web.Ctx(c)), clip(q), customers, deals)
	for i := range out {
		out[i].Href = web.PathOf(c, out[i].Kind, out[i].id)
	}
	for _, find := range f.s.finders {
		if err != nil {
			return out, err
		}
		var more []Hit
		more, err = find(web.Ctx(c), clip(q))
		out = append(out, more...)
	}
	return out, err
}

// proposed are deals whose names answer: the newest of all, and of the reader's
// own. Whether the reader sees them is looked at where they are read.
func proposed(ctx context.Context, x *search.Index, typed string) ([]int64, error) {
	const most = 200
	mine := auth.From(ctx).Scope()
	var out []int64
	for _, scope := range []auth.Scope{{Reach: auth.All}, mine} {
		r, err := x.Find(ctx, search.Query{Text: typed, Kinds: []string{"deal"}, Scope: scope, Limit: most})
		if err != nil {
			return nil, err
		}
		for _, h := range r.Hits {
			out = append(out, h.ID)
		}
		if mine.Reach == auth.All || len(r.Hits) < most {
			break
		}
	}
	return out, nil
}

// actions are what can be done, with the typed words where they help.
func (f finder) actions(c *fiber.Ctx, q string) []Action {
	actor := web.Actor(c)
	typed := url.QueryEscape(clip(q))
	all := []struct {
		permission string
		plain      Action
		with       Action // with what was typed
	}{
		{"customer.read", Action{Key: "entry.open", Icon: "bolt", Href: "/entry"}, Action{Key: "entry.do", Icon: "bolt", Href: "/entry?text=" + typed}},
		{"customer.write", Action{Key: "customer.new", Icon: "plus", Href: "/customers/new"}, Action{Key: "entry.do.customer", Icon: "plus", Href: "/customers/new?name=" + typed}},
		{"task.write", Action{Key: "task.new", Icon: "check", Href: "/tasks/new"}, Action{Key: "entry.do.task", Icon: "check", Href: "/tasks/new?title=" + typed}},
		{"order.write", Action{Key: "entry.do.order", Icon: "receipt", Href: "/orders/new"}, Action{Key: "entry.do.order", Icon: "receipt", Href: "/orders/new?q=" + typed}},
		{"followup.write", Action{Key: "entry.do.log", Icon: "note", Href: "/log"}, Action{Key: "entry.do.log", Icon: "note", Href: "/log?q=" + typed}},
	}
	var out []Action
	for _, a := range all {
		if !actor.Can(a.permission) {
			continue
		}
		if q == "" {
			out = append(out, a.plain)
			continue
		}
		a.with.Text = clip(q)
		out = append(out, a.with)
	}
	return out
}

// places are the pages whose name answers what was typed, also in pinyin; all
// of the sidebar's when nothing was.
func (f finder) places(c *fiber.Ctx, q string) []Action {
	l := web.Locale(c)
	var out []Action
	add := func(key, icon, href string) {
		if _, ok := text.Match(q, l.T(key)); q != "" && !ok || slices.ContainsFunc(out, func(a Action) bool { return a.Href == href }) {
			return
		}
		out = append(out, Action{Key: key, Icon: icon, Href: href})
	}
	for _, n := range web.Places(c) {
		add(n.Key, n.Icon, n.Href)
	}
	if q == "" {
		return out
	}
	for _, g := range web.SettingsNav(c) {
		for _, i := range g.Items {
			add(i.Key, i.Icon, i.Href)
		}
	}
	return out
}

func clip(s string) string {
	if r := []rune(s); len(r) > maxTyped {
		return string(r[:maxTyped])
	}
	return s
}
