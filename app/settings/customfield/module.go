package customfield

import (
	"context"
	"fmt"
	"log/slog"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/safego"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "custom_field",
		Routes:      s.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Leads}, {Name: Reveal, Roles: auth.Leads}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.business", Order: 140, Key: "settings.fields", Icon: "cols", Href: "/settings/fields", Permission: Write}},
		Journal:     []journal.Table{{Name: "custom_field", Refresh: s.refresh}},
		Subjects:    []web.Subject{{Kind: "custom_field", Path: func(id int64) string { return fmt.Sprintf("/settings/fields/%d", id) }}},
	}
}

// refresh follows an undo.
func (s *Service) refresh(_ context.Context, tx *db.Tx, _ []int64) error {
	tx.AfterCommit(s.wake)
	return nil
}

func (s *Service) wake() {
	select {
	case s.nudge <- struct{}{}:
	default:
	}
}

// Start keeps the indexes of filterable fields and what is searched as the fields
// are, until ctx ends.
func (s *Service) Start(ctx context.Context) {
	ctx = auth.With(ctx, auth.System("job"))
	s.wake()
	safego.Go("custom fields", func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-s.nudge:
			}
			if err := s.book.KeepIndexes(ctx); err != nil && ctx.Err() == nil {
				slog.Error("the indexes of added fields were not kept", "error", err)
			}
			if err := s.KeepSearch(ctx); err != nil && ctx.Err() == nil {
				slog.Error("search does not follow the added fields", "error", err)
			}
		}
	})
}
