package user

import (
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/staff/team"
	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	s.doorRoutes(r)
	s.profileRoutes(r)
	r.Get("/settings/staff", "staff.read", s.showStaff)
	r.Post("/settings/staff", "staff.write", s.postStaff)
	r.Get("/settings/staff/new", "staff.write", s.showNew)
	r.Post("/settings/staff/totp", "staff.owner", s.postRequired)
	r.Get("/settings/staff/:id", "staff.write", s.showPerson)
	r.Post("/settings/staff/:id", "staff.write", s.postPerson)
	r.Post("/settings/staff/:id/disable", "staff.write", s.postDisable)
	r.Post("/settings/staff/:id/enable", "staff.write", s.postEnable)
	r.Post("/settings/staff/:id/link", "staff.write", s.postLink)
	r.Post("/settings/staff/:id/totp-off", "staff.write", s.postTOTPOff)
}

// staffBody is the page with everybody, the teams and the owner's switch.
type staffBody struct {
	Settings []view.NavGroup
	People   []User
	Teams    []team.Team
	Required bool // everybody needs a second factor
	MayWrite bool
	MayOwn   bool
	Me       int64
}

func (s *Service) showStaff(c *fiber.Ctx) error { return s.staff(c, nil) }

func (s *Service) staff(c *fiber.Ctx, problem error) error {
	ctx := web.Ctx(c)
	b := staffBody{Settings: web.SettingsNav(c), Me: web.Actor(c).UserID,
		MayWrite: web.Actor(c).Can("staff.write"), MayOwn: web.Actor(c).Can("staff.owner")}
	var err error
	if b.People, err = s.List(ctx); err != nil {
		return err
	}
	if b.Teams, err = s.teams.List(ctx); err != nil {
		return err
	}
	if b.Required, err = s.TOTPRequired(ctx); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "staff/list", Title: "staff.title", Body: b, Err: problem})
}

// personBody is the page of one colleague, or of a new one.
type personBody struct {
	MayHand  bool // their work, to somebody else
	Settings []view.NavGroup
	Person   User
	Roles    []view.Option
	Teams    []view.Option
	Mine     bool
}

// personForm is what was typed about them.
type personForm struct {
	Name, Email, Role string
	TeamID            int64
	Version           int64
}

func (s *Service) person(c *fiber.Ctx, name, title string, u User, form personForm, problem error) error {
	teams, err := s.teams.List(web.Ctx(c))
	if err != nil {
		return err
	}
	l := web.Locale(c)
	b := personBody{Settings: web.SettingsNav(c), Person: u, Mine: u.ID == web.Actor(c).UserID, MayHand: web.Actor(c).Can("sharing.admin")}
	for _, r := range auth.Roles {
		if r != auth.Owner || web.Actor(c).Can("staff.owner") {
			b.Roles = append(b.Roles, view.Option{Value: r, Label: l.T("role.name." + r)})
		}
	}
	for _, t := range teams {
		b.Teams = append(b.Teams, view.Option{Value: t.ID, Label: t.Name})
	}
	return web.Render(c, web.Page{Name: name, Title: title, Heading: u.Name, Body: b, Form: form, Err: problem})
}

func (s *Service) showNew(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/settings/staff/new"); sent || err != nil {
		return err
	}
	return s.person(c, "staff/new", "staff.new", User{}, personForm{Role: auth.Member}, nil)
}

func (s *Service) postStaff(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/settings/staff/new"); sent || err != nil {
		return err
	}
	form := readPerson(c)
	in := Input{Name: form.Name, Email: form.Email, Role: form.Role, TeamID: form.TeamID, Password: c.FormValue("password")}
	u, token, err := s.Add(web.Ctx(c), in)
	if err != nil {
		return s.person(c, "staff/new", "staff.new", User{}, form, err)
	}
	if token == "" {
		return web.Said(c, "/settings/staff", "staff.added", "name", u.Name)
	}
	return s.showLink(c, u, linkInvite, token)
}

func readPerson(c *fiber.Ctx) personForm {
	f := personForm{Name: c.FormValue("name"), Email: c.FormValue("email"), Role: c.FormValue("role")}
	f.TeamID, _ = strconv.ParseInt(c.FormValue("team_id"), 10, 64)  // 0 is no team
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	return f
}

// linkBody shows a link that is never shown again.
type linkBody struct {
	Settings []view.NavGroup
	Person   User
	URL      string
	Kind     string
	Public   bool // the link works from anywhere, not only on this network
}

func (s *Service) showLink(c *fiber.Ctx, u User, kind, token string) error {
	base, public := web.BaseURL(c)
	return web.Render(c, web.Page{Name: "staff/link", Title: "staff.link." + kind,
		Body: linkBody{web.SettingsNav(c), u, base + "/" + kind + "/" + token, kind, public}})
}

func (s *Service) showPerson(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if sent, err := web.ProveFirst(c, c.Path()); sent || err != nil {
		return err
	}
	u, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.person(c, "staff/person", "", u, personForm{u.Name, u.Email, u.Role, int64(u.TeamID), u.Version}, nil)
}

func (s *Service) postPerson(c *fiber.Ctx) error {
	return s.change(c, "common.saved", func(id int64) error {
		f := readPerson(c)
		_, err := s.Update(web.Ctx(c), id, Change{f.Name, f.Role, f.TeamID, f.Version})
		return err
	})
}

func (s *Service) postDisable(c *fiber.Ctx) error {
	return s.change(c, "staff.disabled", func(id int64) error {
		if err := s.Disable(web.Ctx(c), id); err != nil {
			return err
		}
		return web.From(c).Sessions.EndOthers(web.Ctx(c), id, 0)
	})
}

func (s *Service) postEnable(c *fiber.Ctx) error {
	return s.change(c, "staff.enabled", func(id int64) error { return s.Enable(web.Ctx(c), id) })
}

func (s *Service) postTOTPOff(c *fiber.Ctx) error {
	return s.change(c, "staff.totp_removed", func(id int64) error { return s.RemoveTOTP(web.Ctx(c), id) })
}

// change runs a change of the person in the address, with the password typed
// not long ago, and shows their page again when it was refused.
func (s *Service) change(c *fiber.Ctx, said string, do func(id int64) error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	page := fmt.Sprintf("/settings/staff/%d", id)
	if sent, err := web.ProveFirst(c, page); sent || err != nil {
		return err
	}
	if problem := do(id); problem != nil {
		u, err := s.Get(web.Ctx(c), id)
		if err != nil {
			return err
		}
		form := personForm{u.Name, u.Email, u.Role, int64(u.TeamID), u.Version}
		if typed := readPerson(c); typed.Role != "" {
			form.Name, form.Role, form.TeamID = typed.Name, typed.Role, typed.TeamID
		}
		return s.person(c, "staff/person", "", u, form, problem)
	}
	return web.Done(c, "/settings/staff", said)
}

// postLink makes the link that fits the person's state and shows it once.
func (s *Service) postLink(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if sent, err := web.ProveFirst(c, fmt.Sprintf("/settings/staff/%d", id)); sent || err != nil {
		return err
	}
	u, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	kind, token := linkReset, ""
	if u.Status == Invited {
		kind = linkInvite
		token, err = s.InviteLink(web.Ctx(c), id)
	} else {
		token, err = s.ResetPasswordLink(web.Ctx(c), id)
	}
	if err != nil {
		return err
	}
	return s.showLink(c, u, kind, token)
}

func (s *Service) postRequired(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/settings/staff"); sent || err != nil {
		return err
	}
	if err := s.RequireTOTP(web.Ctx(c), c.FormValue("required") == "1"); err != nil {
		return s.staff(c, err)
	}
	return web.Done(c, "/settings/staff", "common.saved")
}
