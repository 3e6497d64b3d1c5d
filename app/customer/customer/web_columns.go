package customer

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/custom"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// The panel for what the list shows: columns, order, groups. A GET form like
// the filter's panel.

// ColumnsPage feeds it.
type ColumnsPage struct {
	Rest   string
	Chosen []view.Option
	More   []view.Option
	Sorts  []view.Option
	Sort   string
	Down   bool
	Groups []view.Option
	Group  string
}

func (p pages) columnsPanel(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	l, q := web.Locale(c), queryOf(c)
	list, record, err := p.s.listWith(ctx, p.s.db.Reader(ctx))
	if err != nil {
		return err
	}
	rest, names := url.Values{}, chosenNames(q)
	sort, down := strings.CutPrefix(q.Get("sort"), "-")
	if q.Get("lines") == "" {
		for name, values := range q {
			if !slices.Contains([]string{"columns", "sort", "group", "cursor"}, name) {
				rest[name] = values
			}
		}
	} else {
		if rest, err = url.ParseQuery(q.Get("rest")); err != nil {
			return errs.New(errs.Malformed, "error.malformed")
		}
		sort, down = q.Get("sort"), q.Get("down") != ""
		names = moved(q["c"], q.Get("do"), q.Get("new"))
		if do, _, _ := strings.Cut(q.Get("do"), "."); do == "use" || do == "" {
			return web.Redirect(c, "/customers?"+chosenQuery(rest, names, sort, down, q.Get("group")).Encode())
		}
	}
	pick, err := p.choices(c)
	if err != nil {
		return err
	}
	b := ColumnsPage{Rest: rest.Encode(), Sort: sort, Down: down, Group: q.Get("group"), Groups: groupChoices(l, list, record.Set, pick)}
	heads, _ := headings(l, list, record.Set, names)
	for _, h := range heads {
		b.Chosen = append(b.Chosen, view.Option{Value: h.Name, Label: h.Label})
	}
	all := slices.Clone(columnNames)
	for _, f := range record.Set {
		all = append(all, f.Input())
	}
	heads = nil
	for some := range slices.Chunk(all, maxColumns) { // headings is bounded
		part, _ := headings(l, list, record.Set, some)
		heads = append(heads, part...)
	}
	for _, h := range heads {
		if h.Name == "owner_id" && len(pick["user"]) < 2 {
			continue
		}
		if !slices.Contains(names, h.Name) {
			b.More = append(b.More, view.Option{Value: h.Name, Label: h.Label})
		}
	}
	b.Sorts = sorts(l, list)
	return web.Render(c, web.Page{Name: "customer/columns", Title: "customer.columns", Body: b, Fragment: "columns"})
}

// chosenNames are the columns that a query asks for.
func chosenNames(q url.Values) []string {
	if said := q.Get("columns"); said != "" {
		return strings.Split(said, ",")
	}
	return plainColumns
}

// moved is the columns after a press: one added, dropped, or a place earlier.
func moved(names []string, press, added string) []string {
	do, what, _ := strings.Cut(press, ".")
	i, err := strconv.Atoi(what)
	here := err == nil && i >= 0 && i < len(names)
	switch {
	case do == "add" && added != "" && len(names) < maxColumns && !slices.Contains(names, added):
		return append(names, added)
	case do == "drop" && here:
		return slices.Delete(names, i, i+1)
	case do == "up" && here && i > 0:
		names[i-1], names[i] = names[i], names[i-1]
	}
	return names
}

// chosenQuery is the list's query with these columns; what nobody chose is not said.
func chosenQuery(rest url.Values, names []string, sort string, down bool, group string) url.Values {
	if len(names) > 0 && !slices.Equal(names, plainColumns) {
		rest.Set("columns", strings.Join(names, ","))
	}
	if sort != "" {
		if down {
			sort = "-" + sort
		}
		rest.Set("sort", sort)
	}
	if group != "" {
		rest.Set("group", group)
	}
	return rest
}

func sorts(l *i18n.Locale, list field.List) []view.Option {
	var out []view.Option
	for _, f := range list.Fields {
		if f.Sort {
			out = append(out, view.Option{Value: f.Name, Label: fieldLabel(l, f)})
		}
	}
	return out
}

// groupChoices are the fields that can divide the list: of the shop's own the
// filterable choices.
func groupChoices(l *i18n.Locale, list field.List, set custom.Set, pick map[string][]view.Option) []view.Option {
	var out []view.Option
	for _, f := range list.Fields {
		_, ok := groupings[f.Name]
		if ok && (f.Options != "user" || len(pick["user"]) > 1) || dividing(f, set) {
			out = append(out, view.Option{Value: f.Name, Label: fieldLabel(l, f)})
		}
	}
	return out
}

// dividing tells whether a field of the shop's own can divide the list.
func dividing(f field.Field, set custom.Set) bool {
	key, own := strings.CutPrefix(f.Name, "fields.")
	added, ok := set.Find(key)
	return own && ok && added.Kind == custom.Choice && added.Filterable
}
