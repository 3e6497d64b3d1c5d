package customer

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/stage"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/timeline"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Staff lists colleagues for the owner fields of forms and filters.
type Staff interface {
	Options(c *fiber.Ctx) ([]view.Option, error)
}

// Stages puts customers on a stage by hand.
type Stages interface {
	Set(ctx context.Context, in stage.Input, ids ...int64) error
}

// pages are the slice's screens.
type pages struct {
	s        *Service
	staff    Staff
	stages   Stages
	timeline *timeline.Timeline
}

func (p pages) routes(r *web.Router) {
	r.Get("/customers", Read, p.list)
	r.Get("/customers/new", Write, p.blank)
	r.Post("/customers", Write, p.create)
	r.Get("/customers/alike", Read, p.alike)
	r.Get("/customers/export", Export, p.export)
	r.Get("/customers/columns", Read, p.columnsPanel)
	r.Get("/customers/filter", Read, p.filterPanel)
	r.Post("/customers/bulk", Write, p.bulk)
	r.Get("/customers/:id", Read, p.show)
	r.Get("/customers/:id/edit", Write, p.edit)
	r.Get("/customers/:id/print", Read, p.print)
	r.Get("/customers/:id/cell/:field", Write, p.cell)
	r.Post("/customers/:id/cell/:field", Write, p.setCell)
	r.Post("/customers/:id", Write, p.update)
	r.Post("/customers/:id/profiling", Write, p.profiling)
	r.Post("/customers/:id/reveal", auth.Reveal, p.reveal)
	r.Post("/customers/:id/delete", Delete, p.remove)
}

// request reads paging, search and filters of a list page.
func request(c *fiber.Ctx) (page.Request, []filter.Cond, error) {
	return requestOf(queryOf(c))
}

func requestOf(q url.Values) (page.Request, []filter.Cond, error) {
	limit, err := page.ParseLimit(q.Get("limit"))
	if err != nil {
		return page.Request{}, nil, err
	}
	for name, values := range q { // a filter form sends what was left empty, too
		if strings.HasPrefix(name, "filter[") && !strings.HasSuffix(name, "[empty]") && strings.Join(values, "") == "" {
			q.Del(name)
		}
	}
	conds, err := filter.Parse(q)
	return page.Request{Limit: limit, Cursor: q.Get("cursor"), Sort: q.Get("sort"), Q: strings.TrimSpace(q.Get("q"))}, conds, err
}

// blank is the form for a new customer.
func (p pages) blank(c *fiber.Ctx) error {
	return p.form(c, Form{Name: c.Query("name"), Kind: ""}, nil, "new")
}

func (p pages) create(c *fiber.Ctx) error {
	f := formOf(c)
	made, err := p.s.Create(web.Ctx(c), f.input())
	if err != nil {
		return p.form(c, f, err, "new")
	}
	if c.FormValue("again") != "" {
		return web.Done(c, "/customers/new", "customer.created", "name", made.Name)
	}
	return web.Done(c, path(made.ID), "customer.created", "name", made.Name)
}

func (p pages) form(c *fiber.Ctx, f Form, err error, name string) error {
	owners, serr := p.staff.Options(c)
	if serr != nil {
		return serr
	}
	f.Owners = owners
	if f.Hidden, serr = HiddenFields(web.Ctx(c), p.s.db.Reader(web.Ctx(c))); serr != nil {
		return serr
	}
	q := p.s.db.Reader(web.Ctx(c))
	record, serr := p.s.fields.Record(web.Ctx(c), q, "customer")
	if serr != nil {
		return serr
	}
	if f.Asked, serr = record.Asked(web.Ctx(c), q, f.Fields, f.input().facts(), web.Locale(c)); serr != nil {
		return serr
	}
	f.Asked = f.Hidden.asked(f.Asked)
	title := "customer.new"
	if f.ID != 0 {
		title = "customer.edit"
	}
	if e, ok := errs.As(err); ok && e.Kind == errs.Conflict {
		if now, ok := e.Current.(Customer); ok {
			f.Theirs = differences(web.Locale(c), f, formFrom(now))
			f.Version = now.Version
		}
	}
	return web.Render(c, web.Page{Name: "customer/" + name, Title: title, Form: f, Err: err})
}

// alike answers while a name is typed: who may be the same.
func (p pages) alike(c *fiber.Ctx) error {
	f := Form{Name: c.Query("name"), WeChat: c.Query("wechat"), TaxID: c.Query("tax_id")}
	f.Phones, f.Emails = many(c, "phones"), many(c, "emails")
	except, _ := strconv.ParseInt(c.Query("except"), 10, 64)
	found, err := p.s.Alike(web.Ctx(c), f.input(), except)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "customer/alike", Title: "customer.alike", Body: found, Fragment: "found"})
}

func (p pages) edit(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	now, err := p.s.Get(web.Ctx(c), id)
	if err != nil {
		return p.instead(c, id, err)
	}
	return p.form(c, formFrom(now), nil, "edit")
}

func (p pages) update(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := formOf(c)
	f.ID = id
	if err := p.keepHidden(c, &f); err != nil {
		return err
	}
	if _, err := p.s.Update(web.Ctx(c), id, f.Version, f.input()); err != nil {
		return p.form(c, f, err, "edit")
	}
	return web.Done(c, path(id), "customer.saved")
}

// keepHidden fills in what the form did not ask for.
func (p pages) keepHidden(c *fiber.Ctx, f *Form) error {
	ctx := web.Ctx(c)
	hidden, err := HiddenFields(ctx, p.s.db.Reader(ctx))
	if err != nil || len(hidden) == 0 {
		return err
	}
	now, err := p.s.Get(ctx, f.ID)
	if err == nil {
		hidden.keep(f, formFrom(now))
	}
	return err
}

func (p pages) remove(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, err := p.s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/customers", "customer.deleted", "n", 1)
}

func path(id int64) string { return "/customers/" + strconv.FormatInt(id, 10) }
