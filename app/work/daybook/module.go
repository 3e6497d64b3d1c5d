package daybook

import (
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

const home = "/daybook"

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "daybook",
		Routes:      s.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Admin, Roles: auth.OwnerOnly}},
		Nav:         []web.Nav{{Group: "nav.group.house", Order: 885, Key: "nav.daybook", Icon: "people", Href: home, Permission: Read}},
		Settings: []web.SettingsEntry{{Group: "settings.group.people", Order: 247, Key: "settings.daybook", Icon: "clock", Href: "/settings/daybook",
			Permission: Admin}},
		Jobs:     []job.Spec{{Name: "report_reminder", Schedule: job.Every(5 * time.Minute), Run: s.Remind}},
		Journal:  []journal.Table{{Name: "daily_report"}, {Name: "daily_report_edition"}, {Name: "daily_report_comment"}},
		Subjects: []web.Subject{{Kind: "daily_report", Path: pathOf}, {Kind: "daily_report_mine", Path: pathOfMine}},
	}
}

// Stands are the changes that are not taken back: what was handed in was read. A
// mistake is put right with a new edition.
var Stands = map[string]string{"daybook.hand_in": "daybook.error.stands"}
