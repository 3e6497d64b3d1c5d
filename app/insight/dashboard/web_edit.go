package dashboard

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// editBody is the page on which a dashboard is arranged.
type editBody struct {
	Dashboard
	Input
	Named    map[string]string // what sources are called
	Sources  []shelf
	MayShare bool
	Alone    bool
}

// shelf are sources under a heading.
type shelf struct {
	Title   string // i18n key
	Options []view.Option
}

// AllRoles are those that a dashboard can be shown to.
func (editBody) AllRoles() []string { return Roles }

// Looks are the ways to draw a report.
func (editBody) Looks() []string { return Looks }

// Widths are the columns that a tile can take.
func (editBody) Widths() []int { return []int{1, 2, 3} }

// Special tells whether a source has a picture of its own.
func (editBody) Special(source string) bool { return slices.Contains(specials, source) }

// Last is the place of the last tile.
func (b editBody) Last() int { return len(b.Input.Tiles) - 1 }

// Called is a tile in words.
func (b editBody) Called(t TileInput) string {
	if t.Title != "" {
		return t.Title
	}
	return b.Named[t.Source]
}

func (d Dashboard) input() Input {
	in := Input{Name: d.Name, Roles: d.Roles.list()}
	for _, t := range d.Tiles {
		in.Tiles = append(in.Tiles, TileInput{ID: t.ID, Source: t.From(), Title: t.Title, Look: t.Look, Width: t.Width})
	}
	return in
}

func (s *Service) edit(c *fiber.Ctx) error { return s.showEdit(c, nil, nil) }

func (s *Service) showEdit(c *fiber.Ctx, typed *Input, problem error) error {
	ctx, l, actor := web.Ctx(c), web.Locale(c), web.Actor(c)
	d, err := s.Get(ctx, l, c.Params("which"))
	if err != nil {
		return err
	}
	if err := d.mayChange(actor); err != nil {
		return err
	}
	b := editBody{Dashboard: d, Input: d.input(), Named: map[string]string{}, MayShare: actor.Can(Share)}
	if typed != nil {
		b.Input = *typed
	}
	people, err := options(ctx, s.DB.Reader(ctx), sqlPeople)
	if err != nil {
		return err
	}
	b.Alone = len(people) < 2
	if err := s.sources(c, &b); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/dashboard-edit", Heading: d.Name, Body: b, Err: problem})
}

// sources are what can become a tile.
func (s *Service) sources(c *fiber.Ctx, b *editBody) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	r, err := s.reader(ctx)
	if err != nil {
		return err
	}
	put := func(into *shelf, source, label string) {
		b.Named[source] = label
		into.Options = append(into.Options, view.Option{Value: source, Label: label})
	}
	numbers, pictures, library, kept := shelf{Title: "dashboard.shelf.numbers"}, shelf{Title: "dashboard.shelf.pictures"}, shelf{Title: "dashboard.shelf.ready"}, shelf{Title: "dashboard.shelf.kept"}
	for _, key := range ownKeys {
		if r.may(key) {
			put(&numbers, key, l.T("dashboard.own."+key))
		}
	}
	for _, key := range specials {
		if r.may(key) {
			put(&pictures, key, l.T("dashboard.special."+key))
		}
	}
	all, err := s.Reports.Library(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.Link == "" {
			put(&library, one.Key, l.T(one.Title()))
		}
	}
	mine, err := s.Reports.List(ctx, page.Request{Limit: 200}, nil)
	if err != nil {
		return err
	}
	for _, one := range mine.Items {
		put(&kept, reportPrefix+strconv.FormatInt(one.ID, 10), one.Name)
	}
	for _, one := range []shelf{numbers, pictures, library, kept} {
		if len(one.Options) > 0 {
			b.Sources = append(b.Sources, one)
		}
	}
	return nil
}

// typed is what the form says, before its button.
func typed(c *fiber.Ctx) (Input, error) {
	in := Input{Name: c.FormValue("name")}
	args := c.Context().PostArgs()
	for _, r := range args.PeekMulti("roles") {
		in.Roles = append(in.Roles, string(r))
	}
	for _, raw := range args.PeekMulti("tile") {
		id, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil || id <= 0 {
			return in, errs.New(errs.Malformed, "error.malformed")
		}
		at := func(name string) string { return c.FormValue(fmt.Sprintf("%s-%d", name, id)) }
		width, err := strconv.Atoi(at("width"))
		if err != nil {
			return in, errs.New(errs.Malformed, "error.malformed")
		}
		in.Tiles = append(in.Tiles, TileInput{ID: id, Source: at("source"), Title: at("title"), Look: at("look"), Width: width})
	}
	return in, nil
}

// press does what a button of the form says; at is the tile to stay at.
func (in *Input) press(c *fiber.Ctx) (at string, stay bool) {
	what, which, _ := strings.Cut(c.FormValue("do"), ":")
	id, _ := strconv.ParseInt(which, 10, 64)
	i := slices.IndexFunc(in.Tiles, func(t TileInput) bool { return t.ID == id })
	switch {
	case what == "add":
		in.Tiles = append(in.Tiles, TileInput{Source: c.FormValue("new_source"), Look: c.FormValue("new_look"), Width: 1})
		return "#add", true
	case what == "order":
		return "", true
	case i < 0:
		return "", false
	case what == "up" && i > 0:
		in.Tiles[i-1], in.Tiles[i] = in.Tiles[i], in.Tiles[i-1]
		if i > 1 { // the button is pressed again and again
			return "#up-" + which, true
		}
	case what == "down" && i < len(in.Tiles)-1:
		in.Tiles[i+1], in.Tiles[i] = in.Tiles[i], in.Tiles[i+1]
		if i+1 < len(in.Tiles)-1 {
			return "#down-" + which, true
		}
	case what == "drop":
		in.Tiles = slices.Delete(in.Tiles, i, i+1)
		return "", true
	}
	return "#tile-" + which, true
}

func (s *Service) update(c *fiber.Ctx) error {
	id, err := web.ID(c, "which")
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	in, err := typed(c)
	if err != nil {
		return err
	}
	sent := slices.Clone(in.Tiles)
	at, stay := in.press(c)
	d, err := s.Update(web.Ctx(c), id, version, in)
	if e, ok := errs.As(err); ok {
		if now, ok := e.Current.(Dashboard); ok {
			in.meet(sent, now.input().Tiles)
			err = errs.New(errs.Conflict, "dashboard.error.stale")
		}
	}
	if err != nil {
		return s.showEdit(c, &in, err)
	}
	if stay {
		return web.Done(c, path(d, "/edit", Ask{})+at, "dashboard.done.changed")
	}
	return web.Done(c, path(d, "", Ask{}), "dashboard.done.changed")
}

// meet brings what a form wants together with what another changed meanwhile: tiles
// that are gone leave it, and new ones, which it has not sent, come last.
func (in *Input) meet(sent, now []TileInput) {
	among := func(all []TileInput, id int64) bool {
		return slices.ContainsFunc(all, func(t TileInput) bool { return t.ID == id })
	}
	in.Tiles = slices.DeleteFunc(in.Tiles, func(t TileInput) bool { return !among(now, t.ID) })
	for _, t := range now {
		if !among(sent, t.ID) {
			in.Tiles = append(in.Tiles, t)
		}
	}
}

func (s *Service) create(c *fiber.Ctx) error {
	l := web.Locale(c)
	d, err := s.Create(web.Ctx(c), Input{Name: l.T("dashboard.new_name"), Tiles: []TileInput{{Source: "sales", Look: Number, Width: 1}}})
	if e, ok := errs.As(err); ok && e.Kind == errs.Invalid { // they may not see sales
		d, err = s.Create(web.Ctx(c), Input{Name: l.T("dashboard.new_name")})
	}
	if err != nil {
		return err
	}
	return web.Done(c, path(d, "/edit", Ask{}), "dashboard.done.made")
}

func (s *Service) copyOf(c *fiber.Ctx) error {
	d, err := s.Copy(web.Ctx(c), web.Locale(c), c.Params("which"))
	if err != nil {
		return err
	}
	return web.Done(c, path(d, "/edit", Ask{}), "dashboard.done.made")
}

func (s *Service) remove(c *fiber.Ctx) error {
	id, err := web.ID(c, "which")
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, home, "dashboard.done.deleted")
}
