package web

import (
	"sort"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/api"
	"regulars/app/sys/setting"
)

// DocsPage feeds the API's own documentation page.
type DocsPage struct{ Tags []DocsTag }

// DocsTag is one kind of record with its operations.
type DocsTag struct {
	Name       string
	Operations []DocsOperation
}

// DocsOperation is one line of the documentation.
type DocsOperation struct{ Method, Path, Summary string }

// Describe serves the API's description, as JSON and as a page of our own;
// both without login. It must stand before the API's own door. describe is
// asked per request, when all operations are known.
func (s *Server) Describe(describe func() *api.API) {
	s.App.Get(api.Prefix+"/openapi.json", func(c *fiber.Ctx) error {
		body, err := describe().OpenAPI()
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "application/json")
		return c.Send(body)
	})
	s.App.Get(api.Prefix+"/docs", func(c *fiber.Ctx) error {
		b, err := setting.ReadBusiness(c.UserContext(), s.DB.Reader(c.UserContext()))
		if err != nil {
			return err
		}
		c.Locals(businessLocal, b)
		NoSession(c)
		return Render(c, Page{Name: "api/docs", Layout: "plain", Title: "api.docs", Body: docs(describe())})
	})
}

func docs(a *api.API) DocsPage {
	byTag := map[string][]DocsOperation{}
	for path, item := range a.Document().Paths {
		for method, op := range api.Operations(item) {
			tag := ""
			if len(op.Tags) > 0 {
				tag = op.Tags[0]
			}
			byTag[tag] = append(byTag[tag], DocsOperation{method, api.Prefix + path, op.Summary})
		}
	}
	var page DocsPage
	for tag, ops := range byTag {
		sort.Slice(ops, func(i, k int) bool { return ops[i].Path+ops[i].Method < ops[k].Path+ops[k].Method })
		page.Tags = append(page.Tags, DocsTag{tag, ops})
	}
	sort.Slice(page.Tags, func(i, k int) bool { return page.Tags[i].Name < page.Tags[k].Name })
	return page
}
