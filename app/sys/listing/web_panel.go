package listing

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// The panel for what a list shows: columns, order, groups. It is a GET form:
// every press sends what stands there and gets it back changed, and the last
// press leads to the list.

// MaxColumns keeps a page readable and quick.
const MaxColumns = 16

// Panel is what can be chosen for a list.
type Panel struct {
	Path, Title string        // "/customers" and the i18n key of its name
	Plain       []string      // the columns that nobody chose
	Columns     []view.Option // all of them
	Sorts       []view.Option
	Groups      []view.Option
}

// PanelPage feeds it.
type PanelPage struct {
	Panel
	Rest   string // the list's query without what the panel is about
	Chosen []view.Option
	More   []view.Option
	Find   bool // so many that they are looked for by name
	Sort   string
	Down   bool
	Group  string
}

// findFrom is how many columns are too many to look through.
const findFrom = 40

// Serve shows the panel, one press further each time.
func (p Panel) Serve(c *fiber.Ctx) error {
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	rest, names := url.Values{}, p.Names(q)
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
		names = moved(q["c"], q.Get("do"), p.named(q.Get("new")))
		if do, _, _ := strings.Cut(q.Get("do"), "."); do == "use" || do == "" {
			return web.Redirect(c, p.Path+"?"+p.query(rest, names, sort, down, q.Get("group")).Encode())
		}
	}
	b := PanelPage{Panel: p, Rest: rest.Encode(), Sort: sort, Down: down, Group: q.Get("group")}
	for _, name := range names {
		if i := slices.IndexFunc(p.Columns, func(o view.Option) bool { return o.Value == name }); i >= 0 {
			b.Chosen = append(b.Chosen, p.Columns[i])
		}
	}
	for _, o := range p.Columns {
		if !slices.Contains(names, o.Value.(string)) {
			b.More = append(b.More, o)
		}
	}
	b.Find = len(b.More) > findFrom
	return web.Render(c, web.Page{Name: "list/columns", Title: "customer.columns", Body: b, Fragment: "columns"})
}

// Names are the columns that a query asks for.
func (p Panel) Names(q url.Values) []string {
	if said := q.Get("columns"); said != "" {
		return strings.Split(said, ",")
	}
	return slices.Clone(p.Plain)
}

// named finds a column by its name, or by what it is called on the page, as
// somebody who looks for it types it.
func (p Panel) named(typed string) string {
	for _, o := range p.Columns {
		if name := o.Value.(string); name == typed || strings.EqualFold(o.Label, strings.TrimSpace(typed)) {
			return name
		}
	}
	return ""
}

// moved is the columns after a press: one added, dropped, or a place earlier.
func moved(names []string, press, added string) []string {
	do, what, _ := strings.Cut(press, ".")
	i, err := strconv.Atoi(what)
	here := err == nil && i >= 0 && i < len(names)
	switch {
	case do == "add" && added != "" && len(names) < MaxColumns && !slices.Contains(names, added):
		return append(names, added)
	case do == "drop" && here:
		return slices.Delete(names, i, i+1)
	case do == "up" && here && i > 0:
		names[i-1], names[i] = names[i], names[i-1]
	}
	return names
}

// query is the list's query with these columns; what nobody chose is not said.
func (p Panel) query(rest url.Values, names []string, sort string, down bool, group string) url.Values {
	if len(names) > 0 && !slices.Equal(names, p.Plain) {
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
