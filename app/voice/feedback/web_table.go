package feedback

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/listing"
	"regulars/app/sys/web"
)

// tableBody feeds the table.
type tableBody struct {
	listing.Page
	Q   string
	Any bool // some filter or search is on
}

func (s *Service) showTable(c *fiber.Ctx) error {
	req, conds, err := listing.Request(c)
	if err != nil {
		return err
	}
	found, err := listOf(s).Page(c, req, conds)
	if err != nil {
		return err
	}
	found.Saveable = true
	for _, t := range []struct{ name, query string }{
		{"open", "filter[open][eq]=true"}, {"mine", "filter[open][eq]=true&filter[owner_id][eq]=me"}, {"closed", "filter[open][eq]=false&sort=-due_at"},
	} {
		if q, err := url.ParseQuery(t.query); err == nil {
			q.Set("look", tableLook)
			found.Tabs = append(found.Tabs, listing.Tab{Label: web.Locale(c).T("feedback.view." + t.name), Href: "/feedback-cases?" + q.Encode(), Current: q.Encode() == found.Query})
		}
	}
	return web.Render(c, web.Page{Name: "feedback/table", Title: "feedback.title", Fragment: "result",
		Body: tableBody{Page: found, Q: req.Q, Any: req.Q != "" || len(conds) > 0}})
}
