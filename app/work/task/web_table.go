package task

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/i18n"
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
	if found.Tabs, err = s.tabs(c, found.Query); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "work/task-table", Title: "nav.tasks", Fragment: "result",
		Body: tableBody{Page: found, Q: req.Q, Any: req.Q != "" || len(conds) > 0}})
}

// tabs are the ready views of the table: the scopes of the list as filters.
func (s *Service) tabs(c *fiber.Ctx, now string) ([]listing.Tab, error) {
	several, err := s.several(web.Ctx(c))
	var out []listing.Tab
	for _, t := range []struct{ scope, query string }{
		{"mine", "filter[open][eq]=true&filter[owner_id][eq]=me"}, {"all", "filter[open][eq]=true"}, {"done", "filter[open][eq]=false&sort=-due_at"},
	} {
		q, err := url.ParseQuery(t.query)
		if err != nil || t.scope == "mine" && !several {
			continue
		}
		q.Set("look", tableLook)
		out = append(out, listing.Tab{Label: scopeLabel(web.Locale(c), t.scope, several), Href: "/tasks?" + q.Encode(), Current: q.Encode() == now})
	}
	return out, err
}

// scopeLabel is what a way to see the tasks is called; where nobody else works
// nothing is mine.
func scopeLabel(l *i18n.Locale, scope string, several bool) string {
	if !several && scope != "done" {
		return l.T("task.field.open")
	}
	return l.T("task.scope." + scope)
}

// several tells whether more than one person works here.
func (s *Service) several(ctx context.Context) (bool, error) {
	people, err := s.notices.Colleagues(ctx)
	return len(people) > 1, err
}
