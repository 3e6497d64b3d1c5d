package pages

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/importer"
	"regulars/app/sys/web"
)

// What a person decides about single rows of a file that was looked into:
// cells typed anew, and which of two values stays.

// fix takes the cells that were typed anew and checks the file again. A cell
// that two problems are about stands twice in the form.
func (p *Pages) fix(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	if c.FormValue("forget") != "" {
		_, err = p.engine.Unfix(ctx, id)
	} else {
		_, err = p.engine.Fix(ctx, id, fixes(c))
	}
	if err != nil {
		return p.page(c, err)
	}
	return web.Redirect(c, path(id))
}

func fixes(c *fiber.Ctx) []importer.Fix {
	args := c.Request().PostArgs()
	var out []importer.Fix
	seen := map[string]bool{}
	for k := range args.All() {
		cell, ok := strings.CutPrefix(string(k), "fix-")
		line, column, cut := strings.Cut(cell, "-")
		n, err := strconv.Atoi(line)
		if !ok || !cut || err != nil || n < 1 || seen[cell] {
			continue
		}
		seen[cell] = true
		was := args.PeekMulti("was-" + cell)
		for i, value := range args.PeekMulti("fix-" + cell) {
			if i >= len(was) || string(was[i]) != string(value) {
				out = append(out, importer.Fix{Line: n, Column: column, Value: string(value)})
				break
			}
		}
	}
	return out
}

// decide stores what is to become of one row whose record is already here, and
// turns to the next.
func (p *Pages) decide(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	line, err := strconv.Atoi(c.FormValue("line"))
	if err != nil || line < 1 {
		return errs.New(errs.Malformed, "error.malformed")
	}
	choice := importer.RowChoice{On: c.FormValue("on"), Fields: map[string]string{}}
	for k, v := range c.Request().PostArgs().All() {
		if column, ok := strings.CutPrefix(string(k), "pick-"); ok {
			choice.Fields[column] = string(v)
		}
	}
	if _, err := p.engine.Decide(web.Ctx(c), id, line, choice, c.FormValue("all") != ""); err != nil {
		return p.page(c, err)
	}
	next, err := strconv.Atoi(c.FormValue("next"))
	if err != nil || next < 1 {
		next = 1
	}
	return web.Redirect(c, path(id)+"?pair="+strconv.Itoa(next)+"#pairs")
}
