package app

// Who works here, as forms and views offer them.

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

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

// audience is whom a view of a list can be shown to.
type audience struct{ a *App }

// Alone implements savedview.Staff.
func (s audience) Alone(ctx context.Context) (bool, error) {
	list, err := s.a.notify.Colleagues(ctx)
	return len(list) < 2, err
}

// Teams implements savedview.Staff.
func (s audience) Teams(ctx context.Context) ([]view.Option, error) { return s.a.teamOptions(ctx) }

// teamOptions lists the teams for a form whose page asked for its own right:
// who looks after one pool need not see the people's settings.
func (a *App) teamOptions(ctx context.Context) ([]view.Option, error) {
	list, err := a.teams.List(auth.As(ctx, "form"))
	var out []view.Option
	for _, t := range list {
		out = append(out, view.Option{Value: t.ID, Label: t.Name})
	}
	return out, err
}
