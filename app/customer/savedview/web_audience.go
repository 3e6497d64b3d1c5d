package savedview

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Whom a view is shown to: its maker alone, a team, or everybody. Who leads
// chooses freely, others may show one to their own team, where every member may
// change it.

// Staff is who works here.
type Staff interface {
	// Alone tells that nobody else does.
	Alone(ctx context.Context) (bool, error)
	Teams(ctx context.Context) ([]view.Option, error)
}

const (
	everybody = "all"
	noTeam    = -2 // was asked for by something that is no team
)

// audience is what the reader can choose from, nothing when there is no choice.
func (s *Service) audience(c *fiber.Ctx) ([]view.Option, error) {
	actor, ctx, l := web.Actor(c), web.Ctx(c), web.Locale(c)
	if alone, err := s.staff.Alone(ctx); err != nil || alone || actor.ReadOnly {
		return nil, err
	}
	out := []view.Option{{Value: "", Label: l.T("view.only_me")}}
	if actor.Can(Share) {
		out = append(out, view.Option{Value: everybody, Label: l.T("view.everybody")})
	}
	teams, err := s.staff.Teams(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		id, _ := t.Value.(int64)
		if may(actor, true, id) == nil {
			out = append(out, view.Option{Value: strconv.FormatInt(id, 10), Label: l.T("view.team", "name", t.Label)})
		}
	}
	if len(out) == 1 {
		return nil, nil
	}
	return out, nil
}

func lines(actor *auth.Actor, views []View, teams []view.Option) []Line {
	out := make([]Line, len(views))
	for i, v := range views {
		out[i] = Line{View: v, May: may(actor, v.UserID == 0, int64(v.TeamID)) == nil}
		for _, t := range teams {
			if v.TeamID != 0 && t.Value == int64(v.TeamID) {
				out[i].Team = t.Label
			}
		}
	}
	return out
}
