package approval

import (
	"context"

	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "approval",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Admin, Roles: auth.OwnerOnly},
		},
		Nav: []web.Nav{{Group: "nav.group.house", Order: 880, Key: "nav.approvals", Icon: "check", Href: home, Permission: Read, Count: s.navCount, Here: s.here}},
		Settings: []web.SettingsEntry{{Group: "settings.group.people", Order: 246, Key: "settings.approvals", Icon: "check", Href: rulesHome,
			Permission: Admin}},
		Journal: []journal.Table{{Name: "approval_rule"}, {Name: "approval", Customer: sqlCustomer}, {Name: "approval_step", Customer: sqlStepCustomer},
			{Name: "approval_deputy"}},
		Subjects: []web.Subject{{Kind: subject, Path: Path}},
	}
}

// Stands are the changes that are not taken back: a word that was given, and what
// followed from it.
var Stands = map[string]string{"approval.approve": "approval.error.stands", "approval.reject": "approval.error.stands",
	"approval.withdraw": "approval.error.stands"}

// navCount is how many wait for the reader.
func (s *Service) navCount(ctx context.Context) (int, bool, error) {
	q := s.DB.Reader(ctx)
	args, err := s.mineArgs(ctx, q)
	if err != nil {
		return 0, false, err
	}
	var n int
	err = q.Get(ctx, &n, sqlCount, args...)
	return n, n > 0, err
}

// Waiting is how many wait for the reader's word; none for who has no part in it.
func (s *Service) Waiting(ctx context.Context) (int, error) {
	if !auth.From(ctx).Can(Read) {
		return 0, nil
	}
	n, _, err := s.navCount(ctx)
	return n, err
}

// here tells whether a shop has rules, or something that still waits.
func (s *Service) here(ctx context.Context) (any bool, err error) {
	return any, s.DB.Reader(ctx).Get(ctx, &any, sqlAnyRule)
}
