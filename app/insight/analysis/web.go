package analysis

import (
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/listing"
	"regulars/app/sys/web"
)

const home = "/reports"

func (s *Service) routes(r *web.Router) {
	r.Get(home, Read, s.index)
	r.Get(home+"/new", Read, s.build)
	r.Get(home+"/new/filter", Read, s.filter)
	r.Get(home+"/ready/:key", Read, s.ready)
	r.Get(rowsPath, Read, s.behind)
	r.Post(rowsPath, Read, s.keep)
	r.Post(home, Write, s.create)
	r.Post(home+"/stop", Read, s.stop)
	r.Get(home+"/:id", Read, s.show)
	r.Post(home+"/:id", Write, s.update)
	r.Post(home+"/:id/delete", Write, s.remove)
	r.Post(home+"/:id/mail", Write, s.saveMail)
}

// patience is how long a page waits for its report before it goes on beside, and
// again how long each further look takes.
const patience = 1500 * time.Millisecond

// indexBody is the list of reports.
type indexBody struct {
	Mine, Shown []Listed
	Next        string
	Groups      []readyGroup
	MayWrite    bool
}

type readyGroup struct {
	Name    string
	Reports []Ready
}

func (s *Service) index(c *fiber.Ctx) error {
	ctx, actor := web.Ctx(c), web.Actor(c)
	p, err := s.List(ctx, page.Request{Limit: 100, Cursor: c.Query("cursor")}, nil)
	if err != nil {
		return err
	}
	b := indexBody{Next: p.Next, MayWrite: actor.Can(Write)}
	for _, r := range p.Items {
		if int64(r.UserID) == actor.UserID {
			b.Mine = append(b.Mine, r)
		} else {
			b.Shown = append(b.Shown, r)
		}
	}
	all, err := s.Library(ctx)
	if err != nil {
		return err
	}
	for _, g := range Groups {
		one := readyGroup{Name: g}
		for _, r := range all {
			if r.Group == g {
				one.Reports = append(one.Reports, r)
			}
		}
		if len(one.Reports) > 0 {
			b.Groups = append(b.Groups, one)
		}
	}
	return web.Render(c, web.Page{Name: "insight/reports", Title: "nav.analysis", Body: b})
}

// showBody is one report, counted or being counted.
type showBody struct {
	result
	Title    string
	Query    string // the report as an address
	Ready    string // the key of a ready one
	Report   Report // of a kept one
	MayEdit  bool
	MayKeep  bool
	MayShare bool
	MayFile  bool
	Alone    bool
	Mail     Mail
	People   []reader
}

// result is what was counted.
type result struct {
	Table   *Table
	Again   string // where to look for what is still being counted
	Key     string // by which it is stopped
	Trouble string // why there is nothing, in words
	Bound   int
	Passed  int // of the time it may take, in percent
	Chips   []listing.Chip
	Kind    Kind
}

// count fills in the result of a report; what is wrong with it is returned.
func (s *Service) count(c *fiber.Ctx, spec Spec, again string) (result, error) {
	ctx, l := web.Ctx(c), web.Locale(c)
	r := result{Again: again, Bound: int(s.Bound.Seconds())}
	o, err := s.open(ctx, l, spec.Kind)
	if err != nil {
		return r, err
	}
	r.Kind, r.Chips = o.Kind, o.chips(l, spec.Filters)
	t, key, done, err := s.Wait(ctx, l, spec, patience)
	if err != nil {
		r.Again = "" // there is nothing to wait for
	}
	if e, ok := errs.As(err); ok && e.Kind == errs.Unavailable {
		r.Trouble = l.Message(e.Message)
		return r, nil
	}
	if err != nil {
		return r, err
	}
	if done {
		r.Table, r.Again = &t, ""
		if t.Pivot() && len(t.Columns) > maxColumns {
			t.Columns = t.Columns[:maxColumns]
		}
	}
	r.Key, r.Passed = key, int(100*s.Passed(key))
	return r, nil
}

func (s *Service) ready(c *fiber.Ctx) error {
	one, err := s.ReadyOne(web.Ctx(c), c.Params("key"))
	if err != nil {
		return err
	}
	spec, err := one.Spec()
	if err != nil {
		return err
	}
	r, err := s.count(c, spec, home+"/ready/"+one.Key)
	if err != nil {
		return err
	}
	return s.render(c, showBody{result: r, Title: web.Locale(c).T(one.Title()), Query: spec.Query().Encode(), Ready: one.Key})
}

func (s *Service) show(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return s.showOne(c, id, nil)
}

func (s *Service) showOne(c *fiber.Ctx, id int64, problem error) error {
	ctx := web.Ctx(c)
	kept, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	spec, err := kept.Spec()
	if err != nil {
		return err
	}
	b := showBody{Title: kept.Name, Report: kept, Query: spec.Query().Encode(), MayEdit: kept.mayChange(web.Actor(c)) == nil}
	if b.result, err = s.count(c, spec, path(id)); err != nil {
		if e, ok := errs.As(err); !ok || e.Kind != errs.Invalid {
			return err
		}
		b.Trouble = web.Locale(c).T("analysis.error.outdated") // a field or record that it names is gone
	}
	if b.MayEdit {
		if err := s.fillMail(c, &b); err != nil {
			return err
		}
	}
	return s.renderErr(c, b, problem)
}

func (s *Service) render(c *fiber.Ctx, b showBody) error { return s.renderErr(c, b, nil) }

func (s *Service) renderErr(c *fiber.Ctx, b showBody, problem error) error {
	a := web.Actor(c)
	b.MayKeep, b.MayShare, b.MayFile = a.Can(Write), a.Can(Share), a.Can(fileRight)
	people, err := records(web.Ctx(c), s.DB.Reader(web.Ctx(c)), sqlColleagues)
	if err != nil {
		return err
	}
	b.Alone = len(people) < 2
	return web.Render(c, web.Page{Name: "insight/report", Heading: b.Title, Body: b, Fragment: "result", Err: problem})
}

// stop ends a report that is being counted, and leaves its reader where it is made.
func (s *Service) stop(c *fiber.Ctx) error {
	spec, err := s.Stop(web.Ctx(c), c.FormValue("key"))
	if err != nil {
		return web.Redirect(c, home) // it ended by itself
	}
	q := spec.Query()
	q.Set("stopped", "1")
	return web.Redirect(c, home+"/new?"+q.Encode())
}

// input is what a form says of a report.
func input(c *fiber.Ctx) Input {
	return Input{Name: c.FormValue("name"), Query: c.FormValue("query"), Roles: formed(c, "roles")}
}

// formed are all values of a form's field.
func formed(c *fiber.Ctx, name string) (out []string) {
	for _, v := range c.Context().PostArgs().PeekMulti(name) {
		out = append(out, string(v))
	}
	return out
}

func (s *Service) create(c *fiber.Ctx) error {
	in := input(c)
	r, err := s.Create(web.Ctx(c), in)
	if err != nil {
		return s.builder(c, in.Query, in, err)
	}
	return web.Done(c, path(r.ID), "analysis.done.kept")
}

func (s *Service) update(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	in := input(c)
	if _, err := s.Update(web.Ctx(c), id, version, in); err != nil {
		return s.showOne(c, id, err)
	}
	return web.Done(c, path(id), "analysis.done.changed")
}

func (s *Service) remove(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, home, "analysis.done.deleted")
}

// behindBody is the page of the records behind a number.
type behindBody struct {
	Behind
	Report  string // the report they stand in
	Address string // of the page
	MayKeep bool
}

func (s *Service) behind(c *fiber.Ctx) error { return s.behindErr(c, nil) }

// keep keeps the customers behind a number as a list.
func (s *Service) keep(c *fiber.Ctx) error {
	q, err := queryOf(c)
	if err != nil {
		return err
	}
	out, err := s.Keep(web.Ctx(c), web.Locale(c), q, c.FormValue("name"))
	if err != nil {
		return s.behindErr(c, err)
	}
	return web.Done(c, "/customers?"+out.Query+"&view="+strconv.FormatInt(out.ViewID, 10), "analysis.done.segment", "n", out.Customers)
}

func (s *Service) behindErr(c *fiber.Ctx, problem error) error {
	q, err := queryOf(c)
	if err != nil {
		return err
	}
	rows, err := s.Rows(web.Ctx(c), web.Locale(c), q)
	if err != nil {
		return err
	}
	spec, err := Parse(q)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/report-rows", Heading: rows.Title, Err: problem,
		Body: behindBody{rows, home + "/new?" + spec.Query().Encode(), rowsPath + "?" + q.Encode(), web.Actor(c).Can(customer.Write) && rows.Kind.Customer != "" && (rows.Kind.Name != "customer" || rows.List == "")}})
}

func queryOf(c *fiber.Ctx) (url.Values, error) {
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return nil, errs.New(errs.Malformed, "error.malformed")
	}
	return q, nil
}

// mostShown is how many rows a page shows; the file has all.
const mostShown = 500

// Lines are the rows as they stand in the table.
func (r result) Lines() []Line {
	var out []Line
	for _, row := range r.Table.Rows[:min(len(r.Table.Rows), mostShown)] {
		out = append(out, r.Table.Line(row))
	}
	return out
}

// Notes say what the numbers leave out, and how they are meant.
func (r result) Notes() []string { return r.Table.notes(mostShown, "analysis.more_rows") }

// Change is the address of the builder for the report.
func (b showBody) Change() string {
	if b.Report.ID != 0 && b.MayEdit {
		return b.Query + "&id=" + strconv.FormatInt(b.Report.ID, 10)
	}
	return b.Query
}

// File is the address of the report's files, with its name.
func (b showBody) File() string {
	if b.Ready != "" {
		return b.Query + "&ready=" + b.Ready
	}
	return b.Query + "&report=" + strconv.FormatInt(b.Report.ID, 10)
}
