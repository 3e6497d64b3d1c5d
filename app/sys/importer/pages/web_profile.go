package pages

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/importer"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Settings that are used again, of a profile or of an earlier import, and what
// became of each row of one.

func either(c *fiber.Ctx, name string) string { return cmp.Or(c.FormValue(name), c.Query(name)) }

// offer fills in what a new import may begin with.
func (p *Pages) offer(c *fiber.Ctx, b *newBody) error {
	ctx := web.Ctx(c)
	if id, err := strconv.ParseInt(either(c, "like"), 10, 64); err == nil {
		run, err := p.engine.Get(ctx, id)
		if err != nil {
			return err
		}
		b.Like, b.LikeName, b.Kind = run.ID, run.FileName, run.Kind
	}
	list, err := p.engine.Profiles(ctx, "")
	if err != nil {
		return err
	}
	for _, one := range list {
		b.Profiles = append(b.Profiles, view.Option{Value: strconv.FormatInt(one.ID, 10), Label: one.Name + " (" + web.Locale(c).T(one.KindLabel()) + ")"})
		if b.Kind == "" && strconv.FormatInt(one.ID, 10) == b.Profile {
			b.Kind = one.Kind
		}
	}
	return nil
}

// begin is the kind and the options that an upload starts with.
func (p *Pages) begin(c *fiber.Ctx) (string, importer.Options, error) {
	ctx, kind := web.Ctx(c), c.FormValue("kind")
	if id, err := strconv.ParseInt(c.FormValue("like"), 10, 64); err == nil {
		run, o, err := p.engine.Settings(ctx, id)
		if err != nil || run.Kind == kind {
			return kind, o, err
		}
	}
	if id, err := strconv.ParseInt(c.FormValue("profile"), 10, 64); err == nil {
		one, err := p.engine.Profile(ctx, id)
		if err != nil {
			return kind, importer.Options{}, err
		}
		return one.Kind, one.Options(), nil
	}
	return kind, importer.Options{}, nil
}

// saveProfile keeps what was chosen for a run under a name.
func (p *Pages) saveProfile(c *fiber.Ctx, id int64) error {
	ctx := web.Ctx(c)
	run, o, err := p.engine.Settings(ctx, id)
	if err == nil {
		_, err = p.engine.SaveProfile(ctx, run.Kind, c.FormValue("profile_name"), o)
	}
	if err != nil {
		return p.page(c, err)
	}
	return web.Said(c, path(id), "import.profile_saved")
}

func (p *Pages) profiles(c *fiber.Ctx) error {
	list, err := p.engine.Profiles(web.Ctx(c), "")
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "importer/profiles", Title: "import.profiles", Body: list})
}

type profileBody struct {
	importer.Profile
	Options importer.Options
	Headers []string
	Targets []view.Option
}

// Goes is where a header of the profile goes.
func (b profileBody) Goes(header string) string { return b.Options.Map[header] }

func (p *Pages) profile(c *fiber.Ctx) error { return p.profilePage(c, nil) }

func (p *Pages) profilePage(c *fiber.Ctx, problem error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	one, err := p.engine.Profile(web.Ctx(c), id)
	if err != nil {
		return err
	}
	k, err := p.engine.Kind(web.Ctx(c), one.Kind)
	if err != nil {
		return err
	}
	b := profileBody{Profile: one, Options: one.Options()}
	b.Headers = slices.Sorted(maps.Keys(b.Options.Map))
	for _, col := range k.Columns {
		b.Targets = append(b.Targets, view.Option{Value: col.Name, Label: col.In(web.Locale(c))})
	}
	return web.Render(c, web.Page{Name: "importer/profile", Heading: one.Name, Body: b, Err: problem})
}

func (p *Pages) changeProfile(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	one, err := p.engine.Profile(web.Ctx(c), id)
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	o := one.Options()
	o.OnDuplicate, o.CreateMissing = c.FormValue("on_duplicate"), c.FormValue("create_missing") != ""
	headers := slices.Sorted(maps.Keys(o.Map))
	for i, h := range headers {
		name := "column-" + strconv.Itoa(i)
		if c.Request().PostArgs().Has(name) {
			o.Map[h] = c.FormValue(name)
		}
	}
	if _, err := p.engine.ChangeProfile(web.Ctx(c), id, version, c.FormValue("name"), o); err != nil {
		return p.profilePage(c, err)
	}
	return web.Done(c, "/imports/profiles", "common.saved")
}

func (p *Pages) dropProfile(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := p.engine.DropProfile(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/imports/profiles", "common.deleted")
}

type rowsBody struct {
	Run     importer.Run
	Kind    importer.Kind
	Outcome string
	Rows    []importer.Taken
	Next    string
}

// Outcomes are what the list can be narrowed to.
func (rowsBody) Outcomes() []string { return importer.Outcomes }

func (p *Pages) rows(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	b := rowsBody{Outcome: strings.TrimSpace(c.Query("outcome"))}
	if b.Run, err = p.engine.Get(ctx, id); err != nil {
		return err
	}
	if b.Kind, err = p.engine.Kind(ctx, b.Run.Kind); err != nil {
		return err
	}
	found, err := p.engine.Taken(ctx, id, b.Outcome, page.Request{Limit: perPage, Cursor: c.Query("cursor")})
	if err != nil {
		return err
	}
	b.Rows, b.Next = found.Items, found.Next
	return web.Render(c, web.Page{Name: "importer/rows", Heading: b.Run.FileName, Body: b})
}
