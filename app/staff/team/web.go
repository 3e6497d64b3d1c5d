package team

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/web"
)

// The forms for teams stand on the staff page; here are their answers.
func (s *Service) routes(r *web.Router) {
	r.Post("/settings/teams", "staff.write", s.postTeam)
	r.Get("/settings/teams/:id", "staff.write", s.showTeam)
	r.Post("/settings/teams/:id", "staff.write", s.postTeam)
	r.Post("/settings/teams/:id/delete", "staff.write", s.deleteTeam)
}

// editBody is the page of one team, and of a new one that had a mistake.
type editBody struct {
	Settings any
	Team     Team
}

func (s *Service) showTeam(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	t, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.edit(c, t, Input{Name: t.Name, Version: t.Version}, nil)
}

func (s *Service) edit(c *fiber.Ctx, t Team, in Input, problem error) error {
	return web.Render(c, web.Page{Name: "staff/team", Title: "team.title", Body: editBody{web.SettingsNav(c), t}, Form: in, Err: problem})
}

// postTeam adds a team, or renames the one in the address.
func (s *Service) postTeam(c *fiber.Ctx) error {
	in := Input{Name: c.FormValue("name")}
	in.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	if c.Params("id") == "" {
		if _, err := s.Add(web.Ctx(c), in); err != nil {
			return s.edit(c, Team{}, in, err)
		}
		return web.Done(c, "/settings/staff", "team.added", "name", in.Name)
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	t, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	if _, err := s.Update(web.Ctx(c), id, in); err != nil {
		return s.edit(c, t, in, err)
	}
	return web.Done(c, "/settings/staff", "common.saved")
}

func (s *Service) deleteTeam(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/settings/staff", "common.deleted")
}
