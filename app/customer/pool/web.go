package pool

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/approval"
)

// Staff lists colleagues for the forms.
type Staff interface {
	Options(c *fiber.Ctx) ([]view.Option, error)
}

// Teams lists the teams for the forms.
type Teams func(ctx context.Context) ([]view.Option, error)

type pages struct {
	s     *Service
	staff Staff
	teams Teams
}

func (p pages) routes(r *web.Router) {
	r.Get("/pools", web.Self, p.door(p.list))
	r.Post("/pools/take", Take, p.take)
	r.Get("/pools/soon", Read, p.soon)
	r.Post("/customers/:id/claim", Take, p.claim)
	r.Post("/customers/:id/release", Take, p.release)
	r.Post("/customers/:id/lock", Take, p.lock)
	r.Get("/customers/:id/ownership", Read, p.ledger)
	r.Get("/settings/teamwork", Teamwork, p.teamwork)
	r.Post("/settings/teamwork", Teamwork, p.setTeamwork)
	r.Get("/settings/pools", web.Self, p.door(p.settings))
	r.Post("/settings/pools", Admin, p.save)
	r.Get("/settings/pools/new", Admin, p.blank)
	r.Get("/settings/pools/:id", Read, p.edit)
	r.Post("/settings/pools/:id", Take, p.save)
	r.Post("/settings/pools/:id/move", Admin, p.move)
	r.Post("/settings/pools/:id/delete", Admin, p.remove)
}

// door leads whoever may switch pools on to the switch while they are off; for
// others, and in a business of one, there is nothing here.
func (p pages) door(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		switch actor := web.Actor(c); {
		case actor.Can(Read):
			return next(c)
		case actor.Can(Teamwork):
			return web.Redirect(c, "/settings/teamwork")
		}
		return errs.NotVisible()
	}
}

// listBody is what lies in a pool.
type listBody struct {
	Pools  []Pool
	Pool   Pool
	Rows   []Row
	Next   string
	Total  int
	Q      string
	Owners []view.Option
	May    struct{ Take, Admin, See bool } // Admin: of this pool; See: records that nobody owns
}

func (p pages) list(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	mine, err := p.s.Mine(ctx)
	if err != nil {
		return err
	}
	b := listBody{Pools: mine, Q: strings.TrimSpace(c.Query("q"))}
	actor := web.Actor(c)
	b.May.Take = actor.Can(Take)
	if len(mine) > 0 {
		b.Pool = mine[0]
	}
	for _, one := range mine {
		if strconv.FormatInt(one.ID, 10) == c.Query("pool") {
			b.Pool = one
		}
	}
	if b.Pool.ID != 0 {
		if b.May.Admin, err = p.s.Runs(ctx, b.Pool.ID); err != nil {
			return err
		}
		b.May.See = actor.Can(Admin)
		limit, err := page.ParseLimit(c.Query("limit"))
		if err != nil {
			return err
		}
		found, err := p.s.In(ctx, b.Pool.ID, page.Request{Limit: limit, Cursor: c.Query("cursor"), Sort: c.Query("sort"), Q: b.Q}, []filter.Cond{})
		if err != nil {
			return err
		}
		b.Rows, b.Next, b.Total = found.Items, found.Next, b.Pool.Customers
	}
	if b.May.Admin {
		if b.Owners, err = p.staff.Options(c); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "customer/pools", Title: "pool.title", Body: b})
}

// take claims or assigns the ticked customers, all or none.
func (p pages) take(c *fiber.Ctx) error {
	var ids []int64
	for _, v := range c.Context().PostArgs().PeekMulti("id") {
		id, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil {
			return errs.NotVisible()
		}
		ids = append(ids, id)
	}
	if one := c.FormValue("one"); one != "" { // the button of one row
		id, err := strconv.ParseInt(one, 10, 64)
		if err != nil {
			return errs.NotVisible()
		}
		ids = []int64{id}
	}
	if len(ids) == 0 || len(ids) > page.MaxLimit {
		return errs.New(errs.Invalid, "customer.error.none_chosen")
	}
	if c.FormValue("action") == "spread" {
		return p.spread(c, ids)
	}
	owner := int64(0)
	if c.FormValue("action") == "assign" {
		id, err := strconv.ParseInt(c.FormValue("owner_id"), 10, 64)
		if err != nil {
			return errs.New(errs.Invalid, "error.person")
		}
		owner = id
	}
	if err := p.s.TakeAll(web.Ctx(c), ids, owner); err != nil {
		return waits(c, err)
	}
	back := "/pools"
	if id, err := strconv.ParseInt(c.FormValue("pool"), 10, 64); err == nil {
		back += "?pool=" + strconv.FormatInt(id, 10)
	}
	if owner != 0 {
		return web.Done(c, back, "pool.assigned_n", "n", len(ids))
	}
	if len(ids) == 1 {
		return web.Done(c, "/customers/"+strconv.FormatInt(ids[0], 10), "pool.claimed_n", "n", 1)
	}
	return web.Done(c, back, "pool.claimed_n", "n", len(ids))
}

// waits leads to what waits for approval; any other error stays one.
func waits(c *fiber.Ctx, err error) error {
	if id := approval.Waiting(err); id != 0 {
		return web.Done(c, approval.Path(id), "approval.asked")
	}
	return err
}

// spreadBody is who gets how many.
type spreadBody struct {
	Pool     int64
	IDs      []int64
	Portions []Portion
	N        int // of them lie there
}

// spread shows first who gets how many, then does it.
func (p pages) spread(c *fiber.Ctx, ids []int64) error {
	pool, err := strconv.ParseInt(c.FormValue("pool"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	if c.FormValue("sure") == "" {
		portions, err := p.s.Plan(web.Ctx(c), pool, ids)
		if err != nil {
			return err
		}
		return web.Render(c, web.Page{Name: "customer/pools_spread", Title: "pool.spread", Body: spreadBody{pool, ids, portions, sum(portions)}})
	}
	portions, err := p.s.Spread(web.Ctx(c), pool, ids)
	if err != nil {
		return waits(c, err)
	}
	return web.Done(c, "/pools?pool="+strconv.FormatInt(pool, 10), "pool.assigned_n", "n", sum(portions))
}

// TakeAll claims customers for the actor, or assigns them to owner, as one
// change: a limit that stops one stops all.
func (s *Service) TakeAll(ctx context.Context, ids []int64, owner int64) error {
	if owner != 0 {
		_, err := s.AssignAll(ctx, ids, owner, "")
		return err
	}
	return s.db.Write(ctx, "pool.claim", func(ctx context.Context, _ *db.Tx) error {
		for _, id := range ids {
			if _, err := s.Claim(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// soonBody is who goes back soon.
type soonBody struct {
	Rows      []SoonRow
	All, Lead bool
	Counting  int
	Hidden    int // whom the reader does not see
}

// SoonRow is one of them.
type SoonRow struct {
	Due
	Left int  // days
	Seen bool // by the reader, as a record
}

func (p pages) soon(c *fiber.Ctx) error {
	all := c.Query("all") != ""
	list, hidden, err := p.s.Soon(web.Ctx(c), all)
	if err != nil {
		return err
	}
	run, err := p.s.Run(web.Ctx(c))
	if err != nil {
		return err
	}
	b := soonBody{All: all, Hidden: hidden, Lead: len(run) > 0}
	if b.Counting, err = p.s.Counting(web.Ctx(c)); err != nil {
		return err
	}
	for _, d := range list {
		_, hidden := p.s.customers.MustSee(web.Ctx(c), d.CustomerID)
		if hidden != nil && !errs.Is(hidden, errs.NotFound) {
			return hidden
		}
		b.Rows = append(b.Rows, SoonRow{d, p.left(c, d), hidden == nil})
	}
	return web.Render(c, web.Page{Name: "customer/pools_soon", Title: "pool.soon", Body: b})
}

// left is in how many days somebody goes back.
func (p pages) left(c *fiber.Ctx, d Due) int {
	zone := web.Business(c).Zone()
	return max(0, cal.DateOf(d.At.Time, zone).Sub(cal.Today(p.s.db.Now(), zone)))
}

// Panel is what the record says of its owner's hold.
type Panel struct {
	Hold
	Due                         *Due
	Left                        int
	Protected                   *time.Time // the end of the last day on which nothing takes them away
	Pools                       []Pool
	Ledger                      []Entry
	MayClaim, MayGive, MayAdmin bool
}

func (p pages) panel(ctx context.Context, id int64) (any, error) {
	h, err := hold(ctx, p.s.db.Reader(ctx), id)
	if err != nil {
		return nil, err
	}
	actor := auth.From(ctx)
	b := Panel{Hold: h, MayClaim: h.OwnerID == 0 && actor.Can(Take)}
	at, err := seat(ctx, p.s.db.Reader(ctx), id)
	if err != nil {
		return nil, err
	}
	if b.MayAdmin, err = p.s.Runs(ctx, at); err != nil {
		return nil, err
	}
	b.MayGive = h.OwnerID != 0 && actor.Can(Take) && (int64(h.OwnerID) == actor.UserID || b.MayAdmin)
	if b.Due, err = p.s.Due(ctx, id); err != nil {
		return nil, err
	}
	if b.Due != nil {
		b.Left = max(0, daysBetween(p.s.db.Now(), b.Due.At.Time, actor.Zone))
	}
	if h.OwnerID != 0 && h.ProtectUntil.After(p.s.db.Now()) {
		last := h.ProtectUntil.Add(-time.Millisecond)
		b.Protected = &last
	}
	if b.Pools, err = p.s.Mine(ctx); err != nil {
		return nil, err
	}
	if b.Ledger, err = p.s.Ledger(ctx, id); err != nil {
		return nil, err
	}
	b.Ledger = b.Ledger[:min(len(b.Ledger), 3)]
	return b, nil
}

func (p pages) claim(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, err := p.s.Claim(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(id, 10), "pool.claimed_n", "n", 1)
}

func (p pages) release(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	to, err := strconv.ParseInt(c.FormValue("pool_id"), 10, 64)
	if err != nil && c.FormValue("pool_id") != "" {
		return errs.New(errs.Invalid, "error.choice")
	}
	h, err := p.s.Release(web.Ctx(c), id, to, c.FormValue("reason"))
	if err != nil {
		return waits(c, err)
	}
	back := "/pools"
	if c.FormValue("back") == "soon" {
		back = "/pools/soon?all=1"
	} else if web.Actor(c).Can(Admin) {
		back = "/customers/" + strconv.FormatInt(id, 10)
	}
	return web.Done(c, back, "pool.released", "name", h.Name)
}

func (p pages) lock(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	on := c.FormValue("locked") != ""
	if _, err := p.s.Lock(web.Ctx(c), id, on); err != nil {
		return err
	}
	key := "pool.unlocked"
	if on {
		key = "pool.locked"
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(id, 10), key)
}

// ledgerBody is who had a customer.
type ledgerBody struct {
	Hold
	Entries []Entry
}

func (p pages) ledger(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	b := ledgerBody{}
	if b.Entries, err = p.s.Ledger(web.Ctx(c), id); err != nil {
		return err
	}
	if b.Hold, err = hold(web.Ctx(c), p.s.db.Reader(web.Ctx(c)), id); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "customer/ledger", Title: "pool.ledger", Body: b})
}
