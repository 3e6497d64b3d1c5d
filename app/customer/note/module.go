package note

import (
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "note",
		Routes:      s.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Everyone}},
		Timeline:    []timeline.Kind{{Event: "note.written", Icon: "note", Human: true}},
		Journal:     []journal.Table{{Name: "note", Customer: "SELECT customer_id FROM note WHERE id = ?"}},
		Subjects:    []web.Subject{{Kind: "note", Path: func(id int64) string { return fmt.Sprintf("/notes/%d", id) }}},
	}
}
