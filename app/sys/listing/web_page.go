package listing

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/custom"
	"regulars/app/sys/export"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Page is the part of a list's page that all have in common; a slice embeds it.
type Page struct {
	Path, Kind string // "/orders" and "orders"
	Heads      []Head
	Sheet      view.Sheet
	Empty      bool
	Next       string
	Tabs       []Tab // the ready views, instead of "all"
	Saveable   bool  // there is something to give a name to
	MayExport  bool
	Audience   []view.Option
	Saved      []web.SavedView
	Query      string        // what a view would keep of the address
	All        string        // the address without any view
	Opens      string        // the address of the view that the list opens with, when nothing was asked for
	Chips      []Chip        // the filter in words, as far as no input above the list shows it
	Kept       []view.Option // what the search above the list carries along
	Asks       string        // the query that the panels for the filter and the columns begin with
}

// Tab is a ready view of a list, or another way to look at it.
type Tab struct {
	Label, Href string
	Current     bool
	N           int
}

const (
	openGroups = 12 // that show rows
	groupRows  = 6
)

// Views are the saved views of the list alone, for a page that shows its records
// in another way.
func (k Kind[R]) Views(c *fiber.Ctx) (Page, error) {
	list, _, err := k.Source.Listed(web.Ctx(c))
	if err != nil {
		return Page{}, err
	}
	b, _, err := k.views(c, list.Sort)
	return b, err
}

func (k Kind[R]) views(c *fiber.Ctx, sort string) (Page, url.Values, error) {
	b := Page{Path: k.Path, Kind: strings.TrimPrefix(k.Path, "/")}
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return b, q, errs.New(errs.Malformed, "error.malformed")
	}
	if b.Saved, err = web.SavedViews(c, b.Kind); err != nil {
		return b, q, err
	}
	b.keep(q, sort)
	b.Audience, err = web.Audience(c)
	return b, q, err
}

// Page reads what the address asks for.
func (k Kind[R]) Page(c *fiber.Ctx, req page.Request, conds []filter.Cond) (Page, error) {
	ctx, l := web.Ctx(c), web.Locale(c)
	list, record, err := k.Source.Listed(ctx)
	if err != nil {
		return Page{}, err
	}
	b, q, err := k.views(c, list.Sort)
	if err != nil {
		return b, err
	}
	b.MayExport = web.Actor(c).Can(export.Permission)
	b.Saveable = len(conds) > 0 || q.Get("columns") != "" || q.Get("sort") != "" || q.Get("group") != ""
	words, err := k.words(ctx, l, list, record)
	if err != nil {
		return b, err
	}
	k.carry(&b, words, q, conds)
	columns := k.columns(l, list, record.Set, k.panel(words, record.Set).Names(q), q.Get("columns") == "")
	s := Say{Locale: l, Currency: web.Business(c).Currency, Today: cal.Today(l.Now(), l.Zone())}
	var groups []view.SheetGroup
	if by := q.Get("group"); by != "" && req.Q == "" {
		groups, err = k.grouped(c, s, words, columns, record.Set, by, req, conds)
	} else {
		var found page.Page[R]
		found, err = k.Source.List(ctx, req, conds)
		groups = []view.SheetGroup{k.rows(s, columns, found.Items)}
		b.Next = found.Next
	}
	if err != nil {
		return b, err
	}
	b.Empty = !slices.ContainsFunc(groups, func(g view.SheetGroup) bool { return len(g.Rows) > 0 })
	for _, one := range columns {
		b.Heads = append(b.Heads, one.head)
	}
	b.Sheet = view.Sheet{Span: len(columns), Groups: groups, All: l.T("customer.group_all")}
	return b, nil
}

// keep notes what of the address is a view: not the place within the list, and no
// filter that was left open.
func (b *Page) keep(q url.Values, sort string) {
	kept := url.Values{}
	for key, values := range q {
		if key != "cursor" && key != "limit" && strings.Join(values, "") != "" {
			kept[key] = values
		}
	}
	b.Query, b.All = kept.Encode(), b.Path
	for _, v := range b.Saved {
		if !v.Opens || v.Query == "" {
			continue
		}
		b.All = b.Path + "?sort=" + sort
		if len(q) == 0 {
			b.Opens = b.Path + "?" + v.Query
		}
	}
}

// carry says what of the address no input above the list shows: its filter as
// chips, and all of it as what the search keeps.
func (k Kind[R]) carry(b *Page, w Words, q url.Values, conds []filter.Cond) {
	asks := url.Values{}
	for name, values := range q {
		if name != "cursor" && strings.Join(values, "") != "" {
			asks[name] = values
		}
	}
	b.Asks = asks.Encode()
	shown := func(key string) bool {
		return slices.ContainsFunc(k.Inputs, func(in string) bool {
			name, op, _ := strings.Cut(in, ".")
			return key == "filter["+name+"]["+op+"]"
		})
	}
	b.Chips = w.Chips(asks, slices.DeleteFunc(slices.Clone(conds), func(c filter.Cond) bool { return c.Group == "" && shown(c.Key()) }))
	for name, values := range asks {
		if name == "q" || shown(name) {
			continue
		}
		for _, v := range values {
			b.Kept = append(b.Kept, view.Option{Value: name, Label: v})
		}
	}
	slices.SortStableFunc(b.Kept, func(x, y view.Option) int { return strings.Compare(x.Value.(string), y.Value.(string)) })
}

// words is how the list's filters are said.
func (k Kind[R]) words(ctx context.Context, l *i18n.Locale, list field.List, record custom.Record) (Words, error) {
	w := Words{Locale: l, List: list, Called: k.Called, Pick: map[string][]view.Option{}}
	if k.Pick != nil {
		pick, err := k.Pick(ctx)
		if err != nil {
			return w, err
		}
		w.Pick = pick
	}
	people, err := record.People(ctx)
	if w.Pick["user"] == nil {
		for _, p := range people {
			w.Pick["user"] = append(w.Pick["user"], view.Option{Value: p.ID, Label: p.Name})
		}
	}
	return w, err
}

// Filter serves the panel that builds the list's filter.
func (k Kind[R]) Filter(c *fiber.Ctx) error {
	list, record, err := k.Source.Listed(web.Ctx(c))
	if err != nil {
		return err
	}
	w, err := k.words(web.Ctx(c), web.Locale(c), list, record)
	if err != nil {
		return err
	}
	return Filter{Words: w, Path: k.Path, Title: k.Title, Shelves: []Shelf{{Title: k.Title, Fields: k.Filters}}}.Serve(c)
}

// Panel serves the panel for the list's columns.
func (k Kind[R]) Panel(c *fiber.Ctx) error {
	list, record, err := k.Source.Listed(web.Ctx(c))
	if err != nil {
		return err
	}
	w, err := k.words(web.Ctx(c), web.Locale(c), list, record)
	if err != nil {
		return err
	}
	return k.panel(w, record.Set).Serve(c)
}

func (k Kind[R]) panel(w Words, set custom.Set) Panel {
	p, l, alone := Panel{Path: k.Path, Title: k.Title}, w.Locale, len(w.Pick["user"]) < 2
	for _, c := range k.Columns[1:] {
		if c.Others && alone {
			continue
		}
		if c.Plain {
			p.Plain = append(p.Plain, c.Name)
		}
		p.Columns = append(p.Columns, view.Option{Value: c.Name, Label: l.T(c.Label)})
	}
	for _, f := range set {
		p.Columns = append(p.Columns, view.Option{Value: f.Input(), Label: f.Name(l.Tag())})
	}
	for _, f := range w.List.Fields {
		if f.Sort {
			p.Sorts = append(p.Sorts, view.Option{Value: f.Name, Label: label(l, f)})
		}
		if k.divides(f, set) && (f.Options != "user" || !alone) {
			p.Groups = append(p.Groups, view.Option{Value: f.Name, Label: label(l, f)})
		}
	}
	return p
}

// divides tells whether a field can divide the list: of the shop's own the
// filterable choices.
func (k Kind[R]) divides(f field.Field, set custom.Set) bool {
	own, ok := set.Find(strings.TrimPrefix(f.Name, "fields."))
	return slices.Contains(k.Groups, f.Name) || ok && strings.HasPrefix(f.Name, "fields.") && own.Kind == custom.Choice && own.Filterable
}

func label(l *i18n.Locale, f field.Field) string {
	if title := f.Titles[l.Tag()]; title != "" {
		return title
	}
	return l.T(f.Label)
}

// shown is a column that the address asks for.
type shown[R any] struct {
	head Head
	cell func(s Say, r R) view.Cell
}

// columns are those with these names, after the first; those of deleted fields
// are left out.
func (k Kind[R]) columns(l *i18n.Locale, list field.List, set custom.Set, names []string, plain bool) []shown[R] {
	var out []shown[R]
	amount := false
	add := func(name, title, class, sort string, cell func(Say, R) view.Cell) {
		if !plain {
			first := len(out) == 0
			rich := !first && !amount && strings.Contains(class, "strong")
			class, amount = stand(class, first, rich), amount || rich
		}
		out = append(out, shown[R]{Head{name, title, class, sort}, cell})
	}
	add(k.Columns[0].Name, l.T(k.Columns[0].Label), k.Columns[0].Class, k.Columns[0].Sort, k.Columns[0].Cell)
	for i, name := range names {
		if slices.Contains(names[:i], name) || len(out) > MaxColumns {
			continue
		}
		for _, c := range k.Columns[1:] {
			if c.Name == name {
				add(c.Name, l.T(c.Label), c.Class, c.Sort, c.Cell)
			}
		}
		key, own := strings.CutPrefix(name, "fields.")
		if f, ok := set.Find(key); own && ok {
			class, sort := "", ""
			if f.Kind == custom.Number || f.Kind == custom.Money {
				class = "num"
			}
			if known, ok := list.Field(name); ok && known.Sort {
				sort = name
			}
			add(name, f.Name(l.Tag()), class, sort, func(s Say, r R) view.Cell { return ownCell(s, k.Record(r).Own, f) })
		}
	}
	return out
}

// ownCell is a field of the shop's own.
func ownCell(s Say, r custom.Record, f custom.Field) view.Cell {
	t, ok := r.TellOne(f, s.Locale)
	if !ok {
		return view.Cell{}
	}
	if letters := []rune(t.Text); len(letters) > 60 {
		return view.Cell{Text: string(letters[:59]) + "…", Title: t.Text, Href: t.Href}
	}
	return view.Cell{Text: t.Text, Href: t.Href}
}

func (k Kind[R]) rows(s Say, columns []shown[R], items []R) view.SheetGroup {
	var g view.SheetGroup
	for _, r := range items {
		about := k.Record(r)
		row := view.SheetRow{ID: about.ID, Name: about.Name, Cells: make([]view.Cell, len(columns))}
		for i, c := range columns {
			cell := c.cell(s, r)
			cell.Label, cell.Class = c.head.Label, strings.TrimSpace(c.head.Class+" "+cell.Class)
			row.Cells[i] = cell
		}
		row.Cells[0].Label = ""
		g.Rows = append(g.Rows, row)
	}
	return g
}

// grouped divides what the filters leave by a field: the first rows under each
// heading, which leads to the rest.
func (k Kind[R]) grouped(c *fiber.Ctx, s Say, w Words, columns []shown[R], set custom.Set, by string, req page.Request, conds []filter.Cond) ([]view.SheetGroup, error) {
	f, ok := w.List.Field(by)
	if !ok || !k.divides(f, set) {
		check := &errs.Check{}
		check.Add("group", "error.group", "field", by)
		return nil, check.Err()
	}
	found, err := k.Source.Groups(web.Ctx(c), by, conds)
	if err != nil {
		return nil, err
	}
	var out []view.SheetGroup
	for i, g := range found {
		q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
		if err != nil {
			return nil, errs.New(errs.Malformed, "error.malformed")
		}
		q.Del("group")
		q.Del("cursor")
		if g.Rest {
			out = append(out, view.SheetGroup{Label: s.Locale.T("customer.group_rest"), N: s.Number(g.N), Href: k.Path + "?" + q.Encode()})
			break
		}
		cond := GroupCond(f, g)
		q.Add(cond.Key(), cond.Value)
		one := view.SheetGroup{}
		if i < openGroups {
			rows, err := k.Source.List(web.Ctx(c), page.Request{Limit: groupRows, Sort: req.Sort}, append([]filter.Cond{cond}, conds...))
			if err != nil {
				return nil, err
			}
			one = k.rows(s, columns, rows.Items)
		}
		one.Label, one.N, one.Href = k.called(w, f, cond), s.Number(g.N), k.Path+"?"+q.Encode()
		out = append(out, one)
	}
	return out, nil
}

// GroupCond is the filter that leaves one group.
func GroupCond(f field.Field, g field.Group) filter.Cond {
	cond := filter.Cond{Field: f.Name, Op: "eq", Value: fmt.Sprint(g.Value)}
	switch {
	case g.Value == nil || cond.Value == "":
		cond.Op, cond.Value = "empty", "true"
	case f.Kind == field.Bool:
		cond.Value = map[string]string{"1": "true", "0": "false"}[cond.Value]
	}
	return cond
}

func (k Kind[R]) called(w Words, f field.Field, cond filter.Cond) string {
	if cond.Op == "empty" {
		return w.T("customer.group_none")
	}
	for _, o := range w.Options(f) {
		if fmt.Sprint(o.Value) == cond.Value {
			return o.Label
		}
	}
	if k.Called != nil && f.Titles == nil {
		if name := k.Called(w.Locale, f.Name, cond.Value); name != "" {
			return name
		}
	}
	return cond.Value
}

// Request reads paging, search and filters of a list's address; a choice left open
// is no filter.
func Request(c *fiber.Ctx) (page.Request, []filter.Cond, error) {
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return page.Request{}, nil, errs.New(errs.Malformed, "error.malformed")
	}
	for key := range query {
		if strings.HasPrefix(key, "filter[") && query.Get(key) == "" {
			query.Del(key)
		}
	}
	limit, err := page.ParseLimit(query.Get("limit"))
	if err != nil {
		return page.Request{}, nil, err
	}
	conds, err := filter.Parse(query)
	return page.Request{Limit: limit, Cursor: query.Get("cursor"), Sort: query.Get("sort"), Q: strings.TrimSpace(query.Get("q"))}, conds, err
}
