package web

import (
	"bytes"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

// Page is what a handler wants shown.
type Page struct {
	Name     string // template, "customers/list"
	Layout   string // "app" unless said otherwise
	Title    string // i18n key
	Heading  string // instead of Title: a record's own name
	Status   int    // 200 unless said otherwise
	Body     any    // the page's own data
	Form     any    // the input as typed
	Err      error  // an expected failure to show beside the form
	Fragment string // answer htmx with this block of the page only
}

// Render shows a page. With Err it is the same page again with the messages
// and the status that belong to the failure; an unexpected Err goes on to the
// error page.
func Render(c *fiber.Ctx, p Page) error {
	s := From(c)
	d := s.data(c)
	d.Title = p.Heading
	if p.Title != "" {
		d.Title = d.Locale.T(p.Title)
	}
	d.Body, d.Form = p.Body, p.Form
	status := p.Status
	if p.Err != nil {
		e, ok := errs.As(p.Err)
		if !ok || (e.Kind != errs.Invalid && e.Kind != errs.Conflict && e.Kind != errs.TooMany && e.Kind != errs.Unauthenticated) {
			return p.Err
		}
		status = statusOf(e.Kind)
		if e.Retry > 0 {
			c.Set(fiber.HeaderRetryAfter, strconv.Itoa(e.Retry))
		}
		d.Error = d.Locale.Message(e.Message)
		d.Errors = map[string]string{}
		for name, m := range e.Fields {
			d.Errors[name] = d.Locale.Message(m)
		}
	}
	if p.Layout == "" {
		p.Layout = "app"
	}
	return s.send(c, status, p, d)
}

func (s *Server) send(c *fiber.Ctx, status int, p Page, d view.Data) error {
	var buf bytes.Buffer
	c.Vary("HX-Request")
	part := p.Fragment != "" && c.Get("HX-Request") == "true" && c.Get("HX-Boosted") != "true"
	var err error
	if part {
		err = s.View.Fragment(&buf, d.Locale.Tag(), p.Name, p.Fragment, d)
	} else {
		err = s.View.Page(&buf, d.Locale.Tag(), p.Layout, p.Name, d)
	}
	if err != nil {
		return err
	}
	if status == 0 {
		status = fiber.StatusOK
	}
	c.Status(status)
	s.mayKeep(c, status)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(buf.Bytes())
}

// Locale is the reader's language, zone and now.
func Locale(c *fiber.Ctx) *i18n.Locale {
	s := From(c)
	tag := ""
	if a := Actor(c); a != nil {
		tag = a.Locale
	}
	if q := c.Query("lang"); tag == "" && (q == i18n.English || q == i18n.Chinese) {
		tag = q
	}
	if tag == "" && c.Get("Accept-Language") != "" {
		tag = i18n.Negotiate(c.Get("Accept-Language"))
	}
	if tag == "" {
		tag = Business(c).Locale
	}
	return s.View.Bundle().For(tag).In(zoneOf(c)).At(s.DB.Now())
}

// data is what every page gets.
func (s *Server) data(c *fiber.Ctx) view.Data {
	l := Locale(c)
	b := Business(c)
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		query = url.Values{}
	}
	d := view.Data{Locale: l, Path: c.Path(), Query: query, Business: b.Name, Look: b.Look, Logo: b.Logo, Sample: b.Sample, Version: s.Version, Shared: Shared(c)}
	if c.Locals(noSessionLocal) == nil {
		d.CSRF = CSRF(c)
		d.Toasts = takeFlash(c, l)
	}
	if a := Actor(c); a != nil {
		d.User = &view.User{ID: a.UserID, Name: a.Name, Email: a.Email, Role: a.Role}
		d.Theme, d.Density, d.NoShortcuts = a.Theme, a.Density, a.NoShortcuts
		if c.Get("HX-Request") != "true" || c.Get("HX-Boosted") == "true" {
			f := s.frame(c)
			d.Nav = nav(c, f)
			d.Banners = f.shown(l)
			d.Unread = f.unread
		}
	}
	return d
}

const noSessionLocal = "web.nosession"

// NoSession marks a token page: it gets no CSRF token and no cookie.
func NoSession(c *fiber.Ctx) { c.Locals(noSessionLocal, true) }

// Places are the sidebar's entries that are offered to the reader, in order.
func Places(c *fiber.Ctx) []Nav {
	a := Actor(c)
	var all []Nav
	for _, m := range From(c).Modules {
		for _, n := range m.Nav {
			if n.Permission == "" || a.Can(n.Permission) {
				all = append(all, n)
			}
		}
	}
	sort.SliceStable(all, func(i, k int) bool { return all[i].Order < all[k].Order })
	return all
}

// nav is the sidebar: the places with their counts.
func nav(c *fiber.Ctx, f *frame) []view.NavGroup {
	var groups []view.NavGroup
	for _, n := range Places(c) {
		if f.away[n.Key] {
			continue
		}
		counted := f.counts[n.Key]
		item := view.NavItem{Key: n.Key, Icon: n.Icon, Href: n.Href, Tab: n.Tab, Shortcut: n.Shortcut, Current: current(c.Path(), n.Href),
			Count: counted.n, Warm: counted.warm}
		if len(groups) == 0 || groups[len(groups)-1].Title != n.Group {
			groups = append(groups, view.NavGroup{Title: n.Group})
		}
		g := &groups[len(groups)-1]
		g.Items = append(g.Items, item)
	}
	if len(f.pins) > 0 && len(groups) > 0 {
		groups = slices.Insert(groups, 1, pinned(c, f.pins))
	}
	return groups
}

// pinned is the group of what the reader put into the sidebar.
func pinned(c *fiber.Ctx, pins []Pin) view.NavGroup {
	g := view.NavGroup{Title: "nav.pinned"}
	here := c.Path() + "?" + string(c.Request().URI().QueryString())
	for _, p := range pins {
		g.Items = append(g.Items, view.NavItem{Label: p.Label, Icon: p.Icon, Href: p.Href, Count: p.N, Over: p.Over, Current: here == p.Href})
	}
	return g
}

func current(path, href string) bool {
	return path == href || (href != "/" && strings.HasPrefix(path, href+"/"))
}
