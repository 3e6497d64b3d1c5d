package report

import (
	"fmt"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

const (
	home     = "/satisfaction-reports"
	settings = "/settings/satisfaction-report"
	subject  = "satisfaction_report"
)

func path(id int64) string { return fmt.Sprintf("%s/%d", home, id) }

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "report",
		Routes:      s.routes,
		API:         s.api,
		Jobs:        []job.Spec{{Name: "satisfaction_reports", Schedule: job.Every(10 * time.Minute), Run: s.Run}},
		Permissions: []auth.Permission{{Name: Write, Roles: auth.Leads}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.business", Order: 142, Key: "settings.report", Icon: "smile", Href: settings, Permission: Write}},
		Journal:     []journal.Table{{Name: "satisfaction_report"}},
		Subjects:    []web.Subject{{Kind: subject, Path: path}},
	}
}
