package analysis

import (
	"fmt"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/export"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// fileRight is the right to take figures out as a file, the same as for lists.
const fileRight = export.Permission

func path(id int64) string { return fmt.Sprintf("%s/%d", home, id) }

// Module is what the slice offers the house. What was sent is not journaled: it
// is not undone.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "analysis",
		Routes:      s.routes,
		API:         s.api,
		Jobs:        []job.Spec{{Name: "report_mails", Schedule: job.Every(10 * time.Minute), Run: s.Send}},
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Share, Roles: auth.Leads}},
		Nav:         []web.Nav{{Group: "nav.group.insight", Order: 410, Key: "nav.analysis", Icon: "chart", Href: home, Permission: Read}},
		Journal:     []journal.Table{{Name: "analysis_report"}, {Name: "analysis_mail"}, {Name: "analysis_reader"}},
		Subjects:    []web.Subject{{Kind: "analysis_report", Path: path}},
	}
}
