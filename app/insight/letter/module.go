package letter

import (
	"fmt"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

const (
	home     = "/letters"
	settings = "/settings/letter"
	subject  = "owner_letter"
)

func path(id int64) string { return fmt.Sprintf("%s/%d", home, id) }

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "letter",
		Routes:      s.routes,
		API:         s.api,
		Jobs:        []job.Spec{{Name: "letters", Schedule: job.Every(10 * time.Minute), Run: s.Run}},
		Nav:         []web.Nav{{Group: "nav.group.insight", Order: 420, Key: "nav.letters", Icon: "mail", Href: home, Permission: Read}},
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Leads}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.business", Order: 141, Key: "settings.letter", Icon: "note", Href: settings, Permission: Write}},
		Journal:     []journal.Table{{Name: "owner_letter"}},
		Subjects:    []web.Subject{{Kind: subject, Path: path}},
	}
}
