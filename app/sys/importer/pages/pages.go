// Package pages shows imports to people and programs: the upload, the mapping
// with its preview, the progress, what came of it and the way back.
package pages

import (
	"strconv"

	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Pages are the two faces of an engine.
type Pages struct{ engine *importer.Engine }

// New makes them.
func New(e *importer.Engine) *Pages { return &Pages{engine: e} }

// Module offers them to the house.
func (p *Pages) Module() web.Module {
	return web.Module{
		Name:        "import",
		Routes:      p.routes,
		API:         p.api,
		Permissions: []auth.Permission{{Name: importer.Write, Roles: auth.Leads}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.data", Order: 330, Key: "settings.import", Icon: "upload", Href: "/imports", Permission: importer.Write}},
		Journal:     []journal.Table{{Name: "import_profile"}},
		Subjects:    []web.Subject{{Kind: "import", Path: path}},
	}
}

func path(id int64) string { return "/imports/" + strconv.FormatInt(id, 10) }
