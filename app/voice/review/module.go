package review

import (
	"fmt"

	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

const (
	home    = "/reviews"
	subject = "review"
)

func path(id int64) string { return fmt.Sprintf("%s/%d", home, id) }

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "review",
		Routes: s.routes,
		API:    s.api,
		Journal: []journal.Table{{Name: "review", Customer: `SELECT customer_id FROM review WHERE id = ?`},
			{Name: "praise_hidden", Customer: `SELECT r.customer_id FROM praise_hidden h JOIN survey_response r ON r.id = h.response_id WHERE h.id = ?`}},
		Timeline: []timeline.Kind{{Event: "review.given", Icon: "star", Tone: "accent", Human: true}},
		Subjects: []web.Subject{{Kind: subject, Path: path}},
	}
}
