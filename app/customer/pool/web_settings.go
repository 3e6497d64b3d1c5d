package pool

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// teamworkBody is the page of the switches.
type teamworkBody struct {
	Settings []view.NavGroup
	On       setting.Teamwork
}

func (p pages) teamwork(c *fiber.Ctx) error {
	on, err := p.s.Switches(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "settings/teamwork", Title: "settings.teamwork", Body: teamworkBody{web.SettingsNav(c), on}})
}

func (p pages) setTeamwork(c *fiber.Ctx) error {
	on := setting.Teamwork{Sharing: c.FormValue("sharing") != "", Pools: c.FormValue("pools") != ""}
	if err := p.s.Switch(web.Ctx(c), on, web.Locale(c).T("pool.first")); err != nil {
		return err
	}
	return web.Done(c, "/settings/teamwork", "common.saved")
}

// settingsBody lists the pools.
type settingsBody struct {
	Settings []view.NavGroup
	Pools    []Pool
	MayMake  bool
	Counting int
}

func (p pages) settings(c *fiber.Ctx) error {
	list, err := p.s.Run(web.Ctx(c))
	if err == nil && len(list) == 0 {
		err = web.Actor(c).May(Admin)
	}
	if err != nil {
		return err
	}
	n, err := p.s.Counting(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "settings/pools", Title: "settings.pools", Body: settingsBody{web.SettingsNav(c), list, web.Actor(c).Can(Admin), n}})
}

// editBody is one pool with its rules.
type editBody struct {
	Settings []view.NavGroup
	Pool     Pool
	Levels   []string // "" is every other level
	Kinds    []string
	Limits   []limit
	People   []view.Option
	Teams    []view.Option
	Trial    *Trial
	Others   []Pool // into which its customers can go
	MayName  bool   // who looks after it, its members, and whether it is masked and in use
}

// limit is one number of the form.
type limit struct {
	Name  string
	Value int
	Max   int
}

// limits are the numbers of a pool in the order of the form.
func (p *Pool) limits() []struct {
	limit
	to *int
} {
	type l = struct {
		limit
		to *int
	}
	return []l{{limit{"hold_cap", p.HoldCap, 100000}, &p.HoldCap}, {limit{"daily_cap", p.DailyCap, 100000}, &p.DailyCap},
		{limit{"claim_gap", p.ClaimGap, 1440}, &p.ClaimGap}, {limit{"unfinished_cap", p.Unfinished, 100000}, &p.Unfinished},
		{limit{"lock_cap", p.LockCap, 100000}, &p.LockCap}, {limit{"cooldown_days", p.Cooldown, 365}, &p.Cooldown},
		{limit{"protect_days", p.Protect, 365}, &p.Protect}, {limit{"warn_days", p.Warn, 30}, &p.Warn}, {limit{"min_words", p.MinWords, 500}, &p.MinWords}}
}

func (p pages) blank(c *fiber.Ctx) error {
	return p.form(c, Pool{Active: true, Masked: true, Warn: 3}, nil, nil)
}

func (p pages) edit(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	pool, err := p.s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	if err := p.s.mayRun(web.Ctx(c), p.s.db.Reader(web.Ctx(c)), id); err != nil {
		return err
	}
	return p.form(c, pool, nil, nil)
}

func (p pages) form(c *fiber.Ctx, pool Pool, trial *Trial, problem error) error {
	b := editBody{Settings: web.SettingsNav(c), Pool: pool, Levels: []string{"", "A", "B", "C", "D"}, Kinds: Kinds, Trial: trial}
	for _, l := range pool.limits() {
		b.Limits = append(b.Limits, l.limit)
	}
	b.MayName = web.Actor(c).Can(Admin)
	var err error
	if b.MayName && pool.ID != 0 {
		list, err := p.s.List(web.Ctx(c))
		if err != nil {
			return err
		}
		for _, x := range list {
			if x.ID == pool.ID {
				b.Pool.Customers = x.Customers
			} else if x.Active {
				b.Others = append(b.Others, x)
			}
		}
	}
	if b.People, err = p.staff.Options(c); err != nil {
		return err
	}
	if b.Teams, err = p.teams(web.Ctx(c)); err != nil {
		return err
	}
	heading := pool.Name
	if heading == "" {
		heading = web.Locale(c).T("pool.new")
	}
	return web.Render(c, web.Page{Name: "settings/pool", Heading: heading, Body: b, Err: problem})
}

// save keeps a pool, or tries it out.
func (p pages) save(c *fiber.Ctx) error {
	var id int64
	var keep *Pool
	var err error
	if c.Params("id") != "" {
		if id, err = web.ID(c, "id"); err != nil {
			return err
		}
		before, err := p.s.Get(web.Ctx(c), id)
		if err != nil {
			return err
		}
		if !web.Actor(c).Can(Admin) {
			keep = &before
		}
	}
	in, err := typed(c)
	if in.ID = id; keep != nil { // the form only shows these
		in.Active, in.Masked, in.People, in.Teams = keep.Active, keep.Masked, keep.People, keep.Teams
	}
	if err != nil {
		return p.form(c, in, nil, err)
	}
	if c.FormValue("action") == "try" {
		trial, err := p.s.Try(web.Ctx(c), id, in)
		if err != nil {
			return p.form(c, in, nil, err)
		}
		return p.form(c, in, &trial, nil)
	}
	if _, err := p.s.Save(web.Ctx(c), id, in.Version, in); err != nil {
		if e, ok := errs.As(err); ok && e.Kind == errs.Conflict {
			if now, ok := e.Current.(Pool); ok {
				in.Version = now.Version
			}
		}
		return p.form(c, in, nil, err)
	}
	return web.Done(c, "/settings/pools", "pool.saved")
}

// typed reads the form; what is no number is said beside its field.
func typed(c *fiber.Ctx) (Pool, error) {
	check := &errs.Check{}
	number := func(name string, empty int) int {
		text := strings.TrimSpace(c.FormValue(name))
		if text == "" {
			return empty
		}
		n, err := strconv.Atoi(text)
		check.That(err == nil, name, "error.number")
		return n
	}
	in := Pool{Name: c.FormValue("name"), Active: c.FormValue("active") != "", Masked: c.FormValue("masked") != "",
		CountBuyers: c.FormValue("count_buyers") != "", Workdays: c.FormValue("workdays") != ""}
	in.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	for _, l := range in.limits() {
		*l.to = number(l.Name, 0)
	}
	for _, kind := range Kinds {
		for _, level := range []string{"", "A", "B", "C", "D"} {
			if days := number("rule_"+kind+"_"+level, -1); days >= 0 {
				in.Rules = append(in.Rules, Rule{Kind: kind, Level: level, Days: days, Buyers: c.FormValue("buyers_"+kind) != ""})
			}
		}
	}
	for name, to := range map[string]*[]int64{"people": &in.People, "teams": &in.Teams, "admins": &in.AdminPeople, "admin_teams": &in.AdminTeams} {
		for _, v := range c.Context().PostArgs().PeekMulti(name) {
			id, err := strconv.ParseInt(string(v), 10, 64)
			check.That(err == nil && id > 0, "members", "error.choice")
			*to = append(*to, id)
		}
	}
	return in, check.Err()
}

// Buyers tells whether the rules of a kind take those who bought too.
func (p Pool) Buyers(kind string) bool {
	for _, r := range p.Rules {
		if r.Kind == kind && r.Buyers {
			return true
		}
	}
	return false
}

func (p pages) move(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	to, err := strconv.ParseInt(c.FormValue("to_id"), 10, 64)
	if err != nil {
		return errs.New(errs.Invalid, "error.choice")
	}
	n, err := p.s.Move(web.Ctx(c), id, to)
	if err != nil {
		return err
	}
	return web.Done(c, "/settings/pools/"+strconv.FormatInt(id, 10), "pool.moved_n", "n", n)
}

func (p pages) remove(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := p.s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/settings/pools", "common.deleted")
}
