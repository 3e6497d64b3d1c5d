package improvement

import (
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

const (
	home    = "/improvements"
	subject = "improvement"
)

// sendOp is the write that sends letters and judgeOp the one that judges: what
// left the house, and what the figures said, is not taken back.
const (
	sendOp  = "improvement.send"
	judgeOp = "improvement.judge"
)

// Stands are the writes that no undo takes back, with what is said instead.
var Stands = map[string]string{sendOp: "improvement.error.sent_stands", judgeOp: "improvement.error.verdict_stands"}

func path(id int64) string { return fmt.Sprintf("%s/%d", home, id) }

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "improvement",
		Routes: s.routes,
		API:    s.api,
		Jobs:   []job.Spec{{Name: "improvements", Schedule: job.Daily(5, 20), Run: s.Judge}},
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone},
			{Name: Write, Roles: auth.Everyone},
			{Name: Tell, Roles: auth.Leads},
		},
		Nav:      []web.Nav{{Group: "nav.group.listen", Order: 325, Key: "nav.improvements", Icon: "rise", Href: home, Permission: Read}},
		Journal:  []journal.Table{{Name: "improvement"}, {Name: "improvement_case", Customer: `SELECT k.customer_id FROM improvement_case l JOIN feedback_case k ON k.id = l.case_id WHERE l.id = ?`}, {Name: "improvement_verdict"}},
		Subjects: []web.Subject{{Kind: subject, Path: path}},
	}
}
