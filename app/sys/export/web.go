package export

import (
	"mime"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/web"
)

// Module offers the desk to the house.
func (d *Desk) Module() web.Module {
	return web.Module{
		Name: "export",
		Routes: func(r *web.Router) {
			r.Get("/exports/:kind", Permission, d.download)
			r.Post("/exports/:kind", Permission, d.request)
		},
		API: d.api,
	}
}

// asked reads what a list with this query shows.
func asked(c *fiber.Ctx) (Ask, string, error) {
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return Ask{}, "", errs.New(errs.Malformed, "error.malformed")
	}
	for key := range query {
		if strings.HasPrefix(key, "filter[") && query.Get(key) == "" {
			query.Del(key)
		}
	}
	conds, err := filter.Parse(query)
	if err != nil {
		return Ask{}, "", err
	}
	ask := Ask{Request: page.Request{Q: strings.TrimSpace(query.Get("q")), Sort: query.Get("sort")}, Conds: conds, Clear: query.Get("clear") == "1",
		Approved: number(query.Get("approval"))}
	if query.Get("as") == "shown" {
		ask.Shown = &Shown{Query: query, Locale: web.Locale(c).Sheet(), Currency: web.Business(c).Currency}
		if query.Get("format") == PDF { // words for people, not cells for a program
			ask.Shown.Locale = web.Locale(c)
		}
	}
	return ask, query.Get("format"), nil
}

// download sends what a list with this query shows.
func (d *Desk) download(c *fiber.Ctx) error {
	ask, format, err := asked(c)
	if err != nil {
		return err
	}
	return d.Send(c, strings.Clone(c.Params("kind")), format, ask)
}

// request asks for a list that needs somebody's word.
func (d *Desk) request(c *fiber.Ctx) error {
	ask, format, err := asked(c)
	if err != nil {
		return err
	}
	id, err := d.Request(web.Ctx(c), strings.Clone(c.Params("kind")), format, ask, c.FormValue("reason"))
	if err != nil {
		return err
	}
	if id == 0 {
		return web.Redirect(c, c.OriginalURL())
	}
	return web.Done(c, web.PathOf(c, "approval", id), "approval.asked")
}

// needBody feeds the page that asks for a list.
type needBody struct{ Leaving }

// Send answers with a kind as a file, or with the page that asks for it.
func (d *Desk) Send(c *fiber.Ctx, kind, format string, ask Ask) error {
	file, body, err := d.Make(web.Ctx(c), kind, format, ask)
	if l, needs := Needing(err); needs {
		return web.Render(c, web.Page{Name: "work/export-ask", Title: "export.needs", Body: needBody{l}})
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, file.Type)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	return c.SendStream(body, body.Size) // closed by the server when it is sent
}
