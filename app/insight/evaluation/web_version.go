package evaluation

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// versionsBody feeds the list of versions.
type versionsBody struct {
	tabs
	Models   []Model
	Progress Progress
}

// Short is a version's weights in a line.
func (b versionsBody) Short(d view.Data, m Model) string {
	var parts []string
	for _, w := range weightsOf(m) {
		if w.Weight > 0 {
			parts = append(parts, m.Name(d.Locale, w.Key)+" "+d.Locale.Decimal(w.Weight, 0))
		}
	}
	return strings.Join(parts, d.Locale.T("common.comma"))
}

func (s *Service) tabsAt(c *fiber.Ctx, at string) tabs {
	return tabs{at, mayDecide(web.Ctx(c)) == nil}
}

func (s *Service) showVersions(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	b := versionsBody{tabs: s.tabsAt(c, "versions")}
	var err error
	if b.Models, err = s.Models(ctx); err != nil {
		return err
	}
	if b.Progress, err = s.Progress(ctx); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/versions", Title: "evaluation.versions", Body: b})
}

func (s *Service) showProgress(c *fiber.Ctx) error {
	p, err := s.Progress(web.Ctx(c))
	if err != nil {
		return err
	}
	if !web.Part(c) {
		return web.Redirect(c, home+"/versions")
	}
	return web.Render(c, web.Page{Name: "insight/versions", Title: "evaluation.versions", Body: versionsBody{tabs: s.tabsAt(c, "versions"), Progress: p}, Fragment: "progress"})
}

// versionBody feeds the page of one version.
type versionBody struct {
	tabs
	Model
	Latest Model
	Fields map[int64]fieldWords
	Force  int64
	Debt   string
	Block  string
}

// Short is a group's weights in a line.
func (b versionBody) Short(d view.Data, g Group) string {
	m := b.Model
	m.Weights = g.Weights
	return versionsBody{}.Short(d, m)
}

// Made says what one of the shop's own dimensions is made of.
func (b versionBody) Made(d view.Data, o Own) string { return made(d.Locale, o, b.Fields[o.Field]) }

// Lines are its weights.
func (b versionBody) Lines() []Weight { return weightsOf(b.Model) }

func (s *Service) showVersion(c *fiber.Ctx) error { return s.versionPage(c, nil) }

func (s *Service) versionPage(c *fiber.Ctx, problem error) error {
	ctx := web.Ctx(c)
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	b := versionBody{tabs: s.tabsAt(c, "versions")}
	if b.Model, err = s.Model(ctx, id); err != nil {
		return err
	}
	if b.Latest, err = s.Latest(ctx); err != nil {
		return err
	}
	p, err := s.Progress(ctx)
	if err != nil {
		return err
	}
	b.Force = p.InForce
	if b.Fields, err = s.fieldNames(ctx, web.Locale(c)); err != nil {
		return err
	}
	tags, err := s.tagOptions(ctx)
	if err != nil {
		return err
	}
	for _, t := range tags {
		switch t.Value {
		case strconv.FormatInt(b.DebtTag, 10):
			b.Debt = t.Label
		case strconv.FormatInt(b.BlockedTag, 10):
			b.Block = t.Label
		}
	}
	return web.Render(c, web.Page{Name: "insight/version", Heading: web.Locale(c).T("evaluation.version_n", "n", id), Body: b, Err: problem})
}

func (s *Service) again(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	base, _ := strconv.ParseInt(c.FormValue("base"), 10, 64)
	m, err := s.Again(web.Ctx(c), id, base)
	if err != nil {
		return s.versionPage(c, err)
	}
	return web.Done(c, home+"/versions", "evaluation.published", "n", m.ID)
}

func (s *Service) hurry(c *fiber.Ctx) error {
	if err := s.Hurry(web.Ctx(c)); err != nil {
		return err
	}
	return web.Redirect(c, home+"/versions")
}
