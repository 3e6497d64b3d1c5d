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
		Name:   "export",
		Routes: func(r *web.Router) { r.Get("/exports/:kind", Permission, d.download) },
		API:    d.api,
	}
}

// download sends what a list with this query shows.
func (d *Desk) download(c *fiber.Ctx) error {
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	for key := range query {
		if strings.HasPrefix(key, "filter[") && query.Get(key) == "" {
			query.Del(key)
		}
	}
	conds, err := filter.Parse(query)
	if err != nil {
		return err
	}
	ask := Ask{Request: page.Request{Q: strings.TrimSpace(query.Get("q")), Sort: query.Get("sort")}, Conds: conds, Clear: query.Get("clear") == "1"}
	if query.Get("as") == "shown" {
		ask.Shown = &Shown{Query: query, Locale: web.Locale(c).Sheet(), Currency: web.Business(c).Currency}
	}
	return d.Send(c, strings.Clone(c.Params("kind")), query.Get("format"), ask)
}

// Send answers with a kind as a file.
func (d *Desk) Send(c *fiber.Ctx, kind, format string, ask Ask) error {
	file, body, err := d.make(web.Ctx(c), kind, format, ask)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, file.Type)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	return c.SendStream(body, body.size) // closed by the server when it is sent
}
