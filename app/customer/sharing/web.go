package sharing

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/approval"
)

// Staff lists colleagues for the forms.
type Staff interface {
	Options(c *fiber.Ctx) ([]view.Option, error)
}

type pages struct {
	s     *Service
	staff Staff
}

func (p pages) routes(r *web.Router) {
	r.Get("/customers/:id/sharing", Write, p.show)
	r.Post("/customers/:id/sharing", Write, p.share)
	r.Post("/customers/:id/follow", Write, p.follow)
	r.Post("/customers/:id/transfer", Write, p.transfer)
	r.Get("/customers/:id/ask", Write, p.askForm)
	r.Post("/customers/:id/ask", Write, p.ask)
	r.Get("/sharing/requests", Write, p.requests)
	r.Post("/sharing/requests/:id", Write, p.decide)
	r.Get("/settings/hand-over", Admin, p.handOver)
	r.Post("/settings/hand-over", Admin, p.handAll)
}

// Panel is what the record says of those who share it.
type Panel struct {
	ID      int64
	Shares  []Share
	Follows bool
	MayGive bool
}

func (p pages) panel(ctx context.Context, id int64) (any, error) {
	if a := auth.From(ctx); !a.Can(Write) && !a.ReadOnly { // who only looks still follows and leaves
		return nil, nil
	}
	r, err := p.s.Customers.MustSee(ctx, id)
	if err != nil {
		return nil, err
	}
	b := Panel{ID: id, MayGive: disposes(ctx, r) == nil}
	list, err := shares(ctx, p.s.DB.Reader(ctx), id)
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		if x.UserID == auth.From(ctx).UserID {
			b.Follows = x.Follows
		}
		if x.Access != "" {
			b.Shares = append(b.Shares, x)
		}
	}
	return b, nil
}

// showBody is the page of one customer's people and of handing them over.
type showBody struct {
	ID      int64
	Name    string
	OwnerID int64
	Shares  []Share
	People  []view.Option
	MayGive bool
	Moves   Summary
}

func (p pages) show(c *fiber.Ctx) error { return p.page(c, nil) }

func (p pages) page(c *fiber.Ctx, problem error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	r, err := p.s.Customers.MustSee(web.Ctx(c), id)
	if err != nil {
		return err
	}
	b := showBody{ID: id, Name: r.Name, OwnerID: int64(r.OwnerID), MayGive: disposes(web.Ctx(c), r) == nil}
	if b.Shares, err = p.s.Of(web.Ctx(c), id); err != nil {
		return err
	}
	if b.MayGive {
		if b.Moves, err = p.s.Summary(web.Ctx(c), id, 0); err != nil {
			return err
		}
	}
	people, err := p.staff.Options(c)
	if err != nil {
		return err
	}
	for _, o := range people {
		if o.Value != b.OwnerID {
			b.People = append(b.People, o)
		}
	}
	return web.Render(c, web.Page{Name: "customer/sharing", Title: "sharing.title", Body: b, Err: problem})
}

func number(c *fiber.Ctx, name string) int64 {
	n, err := strconv.ParseInt(c.FormValue(name), 10, 64)
	if err != nil {
		return 0 // nobody's number: refused by the service
	}
	return n
}

func (p pages) share(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := p.s.Share(web.Ctx(c), id, number(c, "user_id"), c.FormValue("access")); err != nil {
		if errs.Is(err, errs.Invalid) {
			return p.page(c, err)
		}
		return err
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(id, 10)+"/sharing", "common.saved")
}

func (p pages) follow(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	on := c.FormValue("on") != ""
	if err := p.s.Follow(web.Ctx(c), id, on); err != nil {
		return err
	}
	key := "sharing.unfollowed"
	if on {
		key = "sharing.followed"
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(id, 10), key)
}

// parcelOf reads a hand-over's form.
func parcelOf(c *fiber.Ctx) Parcel {
	return Parcel{From: number(c, "from_id"), To: number(c, "to_id"), Note: c.FormValue("note"), Until: c.FormValue("until"),
		Tasks: c.FormValue("tasks") != "", Cases: c.FormValue("cases") != "", Leaves: c.FormValue("leaves") != "", Release: c.FormValue("release") != ""}
}

func (p pages) transfer(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	parcel := parcelOf(c)
	parcel.From, parcel.Customers, parcel.Leaves, parcel.Release = 0, []int64{id}, false, false
	_, err = p.s.HandOver(web.Ctx(c), parcel)
	if waits := approval.Waiting(err); waits != 0 {
		return web.Done(c, approval.Path(waits), "approval.asked")
	}
	if err != nil {
		if errs.Is(err, errs.Invalid) {
			return p.page(c, err)
		}
		return err
	}
	return web.Done(c, "/customers", "sharing.handed", "n", 1)
}

// askBody is whom one asks for, as a finder may know them.
type askBody struct {
	ID    int64
	Name  string
	Owner string
}

func (p pages) askForm(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	b := askBody{ID: id}
	if b.Name, b.Owner, err = known(web.Ctx(c), p.s.DB.Reader(web.Ctx(c)), id); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "customer/ask", Title: "sharing.ask", Body: b})
}

func (p pages) ask(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := p.s.Ask(web.Ctx(c), id, c.FormValue("wants"), c.FormValue("note")); err != nil {
		return err
	}
	return web.Done(c, "/sharing/requests", "sharing.asked")
}

// requestsBody is what waits for an answer.
type requestsBody struct {
	Requests []Request
	Me       int64
	Admin    bool
}

// MayDecide tells whether the reader answers a request.
func (b requestsBody) MayDecide(r Request) bool { return int64(r.OwnerID) == b.Me || b.Admin }

func (p pages) requests(c *fiber.Ctx) error {
	list, err := p.s.Requests(web.Ctx(c))
	if err != nil {
		return err
	}
	a := web.Actor(c)
	return web.Render(c, web.Page{Name: "customer/sharing_requests", Title: "sharing.requests", Body: requestsBody{list, a.UserID, a.Can(Admin)}})
}

func (p pages) decide(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	accept := c.FormValue("answer") == "accept"
	err = p.s.Decide(web.Ctx(c), id, accept)
	if waits := approval.Waiting(err); waits != 0 {
		return web.Done(c, approval.Path(waits), "approval.asked")
	}
	if err != nil {
		return err
	}
	key := "sharing.refused"
	if accept {
		key = "sharing.accepted"
	}
	return web.Done(c, "/sharing/requests", key)
}

// handBody is the page of handing everything of a person over.
type handBody struct {
	Settings []view.NavGroup
	People   []view.Option
	Moves    *Summary // of whom is chosen
	MayLeave bool
	MayPool  bool
}

func (p pages) handOver(c *fiber.Ctx) error {
	from, err := strconv.ParseInt(c.Query("from"), 10, 64)
	if err != nil {
		from = 0
	}
	return p.handForm(c, Parcel{From: from, Leaves: c.Query("leaves") != "", Tasks: true, Cases: true}, nil)
}

func (p pages) handForm(c *fiber.Ctx, f Parcel, problem error) error {
	people, err := p.staff.Options(c)
	if err != nil {
		return err
	}
	b := handBody{Settings: web.SettingsNav(c), People: people, MayLeave: web.Actor(c).Can("staff.write"), MayPool: web.Actor(c).Can("pool.admin")}
	if f.From != 0 {
		sum, err := p.s.Summary(web.Ctx(c), 0, f.From)
		if err != nil {
			return err
		}
		b.Moves = &sum
	}
	return web.Render(c, web.Page{Name: "settings/hand_over", Title: "sharing.hand_all", Body: b, Form: f, Err: problem})
}

func (p pages) handAll(c *fiber.Ctx) error {
	parcel := parcelOf(c)
	if c.FormValue("action") == "look" {
		return p.handForm(c, parcel, nil)
	}
	sent, err := p.s.HandOver(web.Ctx(c), parcel)
	if waits := approval.Waiting(err); waits != 0 {
		return web.Done(c, approval.Path(waits), "approval.asked")
	}
	if err != nil {
		if errs.Is(err, errs.Invalid) {
			return p.handForm(c, parcel, err)
		}
		return err
	}
	if parcel.Leaves {
		return web.Done(c, "/settings/staff", "sharing.left", "n", sent.Customers)
	}
	return web.Done(c, "/settings/hand-over", "sharing.handed", "n", sent.Customers)
}
