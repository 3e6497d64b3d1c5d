package poster

import (
	"fmt"

	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "poster",
		Routes: s.routes,
		API:    s.api,
		Journal: []journal.Table{
			{Name: "poster"},
			{Name: "poster_guest", Customer: "SELECT customer_id FROM poster_guest WHERE id = ?"},
		},
		Subjects: []web.Subject{{Kind: "poster", Path: func(id int64) string { return fmt.Sprintf("/posters/%d", id) }}},
	}
}
