package listing

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Filter is the panel that builds a list's filter. It is one GET form: every
// press sends what stands there and gets it back with one line more or less, and
// the last press leads to the list, whose address is the filter.
type Filter struct {
	Words
	Path, Title string  // "/customers" and the i18n key of its name
	Shelves     []Shelf // what is not named there, besides the shop's own fields, is no choice
}

// Shelf is a heading below which fields are offered.
type Shelf struct {
	Title  string // i18n key
	Fields []string
}

// FilterPage feeds the panel.
type FilterPage struct {
	Path, Title string
	Rest        string // the list's query without its filter
	Groups      []FilterGroup
	Fields      []FieldGroup
	More        bool // there is room for another group
}

// FilterGroup is the conditions that stand together; the first, with no name,
// must all hold.
type FilterGroup struct {
	Name  string
	Any   bool // at least one of them, else all
	Lines []FilterLine
}

// FilterLine is one condition as it is edited.
type FilterLine struct {
	N      int
	Group  string
	Field  string
	Label  string
	Way    field.Way
	Ways   []field.Way
	Values []string
	Pick   []view.Option
	Many   bool // Pick is too long to tick off: those ticked, and one to type
	Error  string
	Off    string // why nobody is found by it
}

// Ticks are what a line shows to tick.
func (l FilterLine) Ticks() []view.Option {
	if !l.Many {
		return l.Pick
	}
	var out []view.Option
	for _, o := range l.Pick {
		if slices.Contains(l.Values, fmt.Sprint(o.Value)) {
			out = append(out, o)
		}
	}
	return out
}

// Value is the text of a line that takes one.
func (l FilterLine) Value() string { return strings.Join(l.Values, ",") }

// FieldGroup is a heading with the fields below it.
type FieldGroup struct {
	Title  string // i18n key
	Fields []view.Option
}

// maxTicks is how many choices a line shows to tick.
const maxTicks = 60

// maxLines keeps the panel readable; the URL takes more.
const maxLines = 30

// Serve shows the panel, one press further each time.
func (f Filter) Serve(c *fiber.Ctx) error {
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	var lines []FilterLine
	var rest url.Values
	if q.Get("lines") == "" {
		if lines, rest, err = f.read(q); err != nil {
			return err
		}
	} else {
		if rest, err = url.ParseQuery(q.Get("rest")); err != nil {
			return errs.New(errs.Malformed, "error.malformed")
		}
		lines = linesOf(f.List, q)
	}
	f.named(lines)
	lines, done := pressed(f.List, lines, q)
	b := FilterPage{Path: f.Path, Title: f.Title, Rest: rest.Encode()}
	status := 0
	if done {
		query, wrong := f.conditions(c, lines)
		if !wrong {
			for name, values := range rest {
				query[name] = values
			}
			return web.Redirect(c, f.Path+"?"+query.Encode())
		}
		status = fiber.StatusUnprocessableEntity
	}
	b.Groups, b.Fields = f.groups(lines), f.offered()
	b.More = len(b.Groups) < 9
	return web.Render(c, web.Page{Name: "list/filter", Title: "filter.title", Body: b, Fragment: "builder", Status: status})
}

// read takes a list's address apart: the lines of its filter and what is left. A
// condition that was left open is none.
func (f Filter) read(q url.Values) (lines []FilterLine, rest url.Values, err error) {
	rest = url.Values{}
	for name, values := range q {
		switch {
		case strings.HasPrefix(name, "filter") && q.Get(name) == "":
			q.Del(name)
		case !strings.HasPrefix(name, "filter") && name != "cursor":
			rest[name] = values
		}
	}
	conds, err := filter.Parse(q)
	for _, cond := range conds {
		if known, ok := f.List.Field(cond.Field); ok {
			way, values := known.Chosen(cond)
			lines = append(lines, FilterLine{Group: cond.Group, Field: known.Name, Way: way, Values: values})
		}
	}
	return lines, rest, err
}

// linesOf reads the lines as the form sent them.
func linesOf(list field.List, q url.Values) []FilterLine {
	var out []FilterLine
	for n := range maxLines {
		i := strconv.Itoa(n)
		f, ok := list.Field(q.Get("f." + i))
		if !ok {
			continue
		}
		out = append(out, FilterLine{Group: q.Get("g." + i), Field: f.Name, Way: f.Way(q.Get("w." + i)), Values: q["v."+i]})
	}
	return out
}

// pressed does what the button says; done means that the filter is to be used.
func pressed(list field.List, lines []FilterLine, q url.Values) (now []FilterLine, done bool) {
	do, what, _ := strings.Cut(q.Get("do"), ".")
	switch do {
	case "drop":
		if n, err := strconv.Atoi(what); err == nil && n >= 0 && n < len(lines) {
			lines = slices.Delete(lines, n, n+1)
		}
	case "add":
		if f, ok := list.Field(q.Get("new." + what)); ok && len(lines) < maxLines {
			lines = append(lines, FilterLine{Group: what, Field: f.Name, Way: f.Ways()[0]})
		}
	case "group":
		name := free(lines, what)
		if f, ok := list.Field(q.Get("new.")); ok && name != "" && len(lines) < maxLines {
			lines = append(lines, FilterLine{Group: name, Field: f.Name, Way: f.Ways()[0]})
		}
	default:
		return lines, q.Get("lines") != ""
	}
	return lines, false
}

// named turns what was typed of a record's name into its id: one picked from
// the suggestions ends with #id, one typed whole is looked up.
func (w Words) named(lines []FilterLine) {
	for i, line := range lines {
		f, _ := w.List.Field(line.Field)
		if f.Kind != field.Ref {
			continue
		}
		var ids []string
		for _, v := range line.Values {
			v = strings.TrimSpace(v[strings.LastIndexByte(v, '#')+1:])
			options := w.Options(f)
			if at := slices.IndexFunc(options, func(o view.Option) bool { return strings.EqualFold(o.Label, v) }); at >= 0 {
				v = fmt.Sprint(options[at].Value)
			}
			if v != "" && !slices.Contains(ids, v) {
				ids = append(ids, v)
			}
		}
		lines[i].Values = ids
	}
}

// free is the first group of that sort that has no lines yet.
func free(lines []FilterLine, sort string) string {
	if sort != "any" && sort != "all" {
		return ""
	}
	for n := '1'; n <= '9'; n++ {
		name := sort + string(n)
		if !slices.ContainsFunc(lines, func(l FilterLine) bool { return l.Group == name }) {
			return name
		}
	}
	return ""
}

// conditions turns the lines into the list's filter and marks those that
// cannot be.
func (w Words) conditions(c *fiber.Ctx, lines []FilterLine) (url.Values, bool) {
	wrong := false
	var conds []filter.Cond
	for i, line := range lines {
		f, _ := w.List.Field(line.Field)
		cond := f.Cond(line.Way.Name, line.Values)
		cond.Group = line.Group
		err := error(nil)
		if strings.Join(line.Values, "") == "" && line.Way.Asks != field.AskNone {
			err = errs.New(errs.Invalid, "error.required")
			lines[i].Error = w.T("error.required")
		} else if _, err = w.List.Conditions(web.Ctx(c), []filter.Cond{cond}); err != nil {
			lines[i].Error = w.T("error.malformed")
			if e, ok := errs.As(err); ok {
				for _, m := range e.Fields {
					lines[i].Error = w.Message(m)
				}
			}
		}
		wrong = wrong || err != nil
		conds = append(conds, cond)
	}
	query := filter.Query(conds)
	if _, err := filter.Parse(query); err != nil {
		return nil, true
	}
	return query, wrong
}

// groups puts the lines under their groups, ready to show.
func (w Words) groups(lines []FilterLine) []FilterGroup {
	out := []FilterGroup{{}}
	for n, line := range lines {
		f, _ := w.List.Field(line.Field)
		line.N, line.Label, line.Ways = n, w.Label(f), f.Ways()
		line.Pick = w.Options(f)
		line.Many = len(line.Pick) > maxTicks
		if f.Off != "" {
			line.Off = w.T(f.Off)
		}
		i := slices.IndexFunc(out, func(g FilterGroup) bool { return g.Name == line.Group })
		if i < 0 {
			i = len(out)
			out = append(out, FilterGroup{Name: line.Group, Any: strings.HasPrefix(line.Group, "any")})
		}
		out[i].Lines = append(out[i].Lines, line)
	}
	return out
}

// offered are the fields that the panel can add, by heading. What names other
// people stays away from a shop of one.
func (f Filter) offered() []FieldGroup {
	var out []FieldGroup
	for _, s := range f.Shelves {
		g := FieldGroup{Title: s.Title}
		for _, name := range s.Fields {
			if one, ok := f.List.Field(name); ok && f.choosable(one) {
				g.Fields = append(g.Fields, view.Option{Value: name, Label: f.Label(one)})
			}
		}
		out = append(out, g)
	}
	own := FieldGroup{Title: "filter.shelf.own"}
	for _, one := range f.List.Fields {
		if one.Titles != nil && one.Refuse == "" {
			own.Fields = append(own.Fields, view.Option{Value: one.Name, Label: f.Label(one)})
		}
	}
	if len(own.Fields) > 0 {
		out = append(out, own)
	}
	return out
}

func (f Filter) choosable(one field.Field) bool {
	some := len(f.Pick[one.Options])
	return one.Refuse == "" && (one.Options == "" || some > 0) && (one.Options != "user" || some > 1)
}
