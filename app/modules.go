package app

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/contact"
	"regulars/app/customer/customer"
	"regulars/app/settings/business"
	"regulars/app/settings/token"
	"regulars/app/staff/notify"
	"regulars/app/staff/role"
	"regulars/app/staff/team"
	"regulars/app/staff/user"
	"regulars/app/sys/auth"
	"regulars/app/sys/outbox"
	"regulars/app/sys/timeline"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/today"
)

// slices are the services of the product, by area.
type slices struct {
	roles     *role.Service
	teams     *team.Service
	users     *user.Service
	notify    *notify.Service
	business  *business.Service
	tokens    *token.Service
	customers *customer.Service
	contacts  *contact.Service
	today     *today.Service
}

// makeSlices builds them in the order in which they need each other.
func (a *App) makeSlices() error {
	a.Outbox = outbox.New(a.DB, outbox.Options{ClockBack: func() bool { return a.Jobs.ClockBack() }})
	a.roles = role.New(a.DB)
	a.teams = team.New(a.DB)
	var err error
	a.users, err = user.New(user.Options{DB: a.DB, Keys: a.Keys, Roles: a.roles, Teams: a.teams, BaseURL: a.Config.BaseURL})
	if err != nil {
		return err
	}
	a.notify = notify.New(a.DB, a.users)
	a.business = business.New(a.DB, a.users, a.Config.DataDir)
	a.tokens = token.New(a.DB, a.users, a.Config.Limits.APIPerMinute)
	a.customers = customer.New(a.DB, a.Events, a.Search)
	a.contacts = contact.New(a.DB, a.Events, a.customers)
	a.today = today.New(a.DB)
	return nil
}

// list is the table of contents of the product: one line a slice.
func (a *App) list() []web.Module {
	return []web.Module{
		a.today.Module(a.Search),
		a.business.Module(),
		a.users.Module(),
		a.teams.Module(),
		a.roles.Module(),
		a.notify.Module(),
		a.tokens.Module(),
		a.customers.Module(colleagues{a.notify}, func() *timeline.Timeline { return a.Timeline }),
		a.contacts.Module(),
	}
}

// connect gives the machines what only the slices know.
func (a *App) connect(permissions []auth.Permission) {
	a.roles.SetPermissions(permissions)
	a.customers.Attach(a.Events)
	a.Journal.OnTouched(a.customers.Touched)
}

// startSlices starts what a slice runs in the background.
func (a *App) startSlices(context.Context) error { return nil }

// colleagues lists who can be chosen as somebody's owner.
type colleagues struct{ notify *notify.Service }

// Options implements customer.Staff.
func (s colleagues) Options(c *fiber.Ctx) ([]view.Option, error) {
	list, err := s.notify.Colleagues(web.Ctx(c))
	if err != nil {
		return nil, err
	}
	var out []view.Option
	for _, p := range list {
		out = append(out, view.Option{Value: p.ID, Label: p.Name})
	}
	return out, nil
}
