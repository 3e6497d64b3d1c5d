package stage

import (
	"context"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	own := func(table string) journal.Table {
		return journal.Table{Name: table, Customer: "SELECT customer_id FROM " + table + " WHERE id = ?"}
	}
	return web.Module{
		Name:        "stage",
		Routes:      s.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Rule, Roles: auth.Leads}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.business", Order: 145, Key: "settings.stages", Icon: "loop", Href: "/settings/stages", Permission: Rule}},
		Journal:     []journal.Table{{Name: "stage_rule", Refresh: s.afterUndo}, own("stage_hold"), own("stage_move")},
		Timeline:    []timeline.Kind{{Event: MovedKind, Icon: "loop"}},
		Subjects:    []web.Subject{{Kind: "stage_rule", Path: func(int64) string { return "/settings/stages" }}},
		Panels:      []web.Panel{{Zone: web.ZoneLeft, Order: 3, Permission: Read, Page: "customer/stage-panel", Load: s.panel}},
	}
}

// afterUndo moves everybody by the rules that stand again.
func (s *Service) afterUndo(_ context.Context, tx *db.Tx, _ []int64) error {
	tx.AfterCommit(s.wake)
	return nil
}
