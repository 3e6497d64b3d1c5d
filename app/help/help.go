// Package help shows the product's own guides: the same texts that lie in docs,
// in the reader's language.
package help

import (
	"fmt"
	"html/template"
	"io/fs"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/i18n"
	"regulars/app/sys/markup"
	"regulars/app/sys/web"
)

// Guide is one text.
type Guide struct {
	Path  string // "how-we-count"
	Title string // i18n key
}

var guides = []Guide{{"how-we-count", "help.how_we_count"}}

// Shelf holds the guides, ready to be shown.
type Shelf struct{ texts map[string]template.HTML }

// New reads the guides out of the program's files.
func New(files fs.FS) (*Shelf, error) {
	s := &Shelf{texts: map[string]template.HTML{}}
	for _, g := range guides {
		for _, tag := range i18n.Tags() {
			name := "docs/" + g.Path + ".md"
			if tag != i18n.English {
				name = "docs/" + g.Path + "." + tag + ".md"
			}
			md, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, fmt.Errorf("read the guide %s: %w", name, err)
			}
			s.texts[g.Path+tag] = markup.Document(string(md))
		}
	}
	return s, nil
}

// Module offers the guides to the house. Everybody may read them.
func (s *Shelf) Module() web.Module {
	return web.Module{Name: "help", Routes: func(r *web.Router) {
		for _, g := range guides {
			r.Get("/help/"+g.Path, web.Visitor, func(c *fiber.Ctx) error { return s.show(c, g) })
		}
	}}
}

func (s *Shelf) show(c *fiber.Ctx, g Guide) error {
	return web.Render(c, web.Page{Name: "help/guide", Layout: "plain", Title: g.Title, Body: s.texts[g.Path+web.Locale(c).Tag()]})
}
