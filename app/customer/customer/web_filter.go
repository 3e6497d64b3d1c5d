package customer

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/stage"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// The panel that builds a filter. It is one GET form: every press sends what
// stands there and gets it back with one line more or less, and the last press
// leads to the list, whose URL is the filter.

// FilterPage feeds the panel.
type FilterPage struct {
	Rest   string // the list's query without its filter
	Groups []FilterGroup
	Fields []FieldGroup
	More   bool // there is room for another group
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

// shelves says under which heading a field is offered; what is not named here
// is no choice of the panel.
var shelves = []struct {
	title string
	names []string
}{
	{"filter.shelf.who", []string{"name", "kind", "level", "owner_id", "team_id", "tag_id", "region", "source", "phone", "email", "wechat", "external_id", "created_at", "updated_at"}},
	{"filter.shelf.buys", []string{"last_order_on", "stage", "days_since_order", "first_order_on", "expected_on", "orders", "revenue", "revenue_year", "paid", "referred_revenue", "referrer_id"}},
	{"filter.shelf.contact", []string{"last_contact_at", "next_contact_on", "next_task_at", "open_tasks", "agreed", "objected", "recycle_at"}},
	{"filter.shelf.says", []string{"nps", "csat", "open_cases", "grade", "score", "value_score", "health_score"}},
}

// maxTicks is how many choices a line shows to tick.
const maxTicks = 60

// maxLines keeps the panel readable; the URL takes more.
const maxLines = 30

// filterPanel shows the panel, one press further each time.
func (p pages) filterPanel(c *fiber.Ctx) error {
	l, list, err := p.filterable(c)
	if err != nil {
		return err
	}
	q := queryOf(c)
	var lines []FilterLine
	rest := url.Values{}
	if q.Get("lines") == "" {
		conds, err := filter.Parse(q)
		if err != nil {
			return err
		}
		for _, cond := range conds {
			if f, ok := list.Field(cond.Field); ok {
				way, values := f.Chosen(cond)
				lines = append(lines, FilterLine{Group: cond.Group, Field: f.Name, Way: way, Values: values})
			}
		}
		for name, values := range q {
			if !strings.HasPrefix(name, "filter") && name != "cursor" {
				rest[name] = values
			}
		}
	} else {
		if rest, err = url.ParseQuery(q.Get("rest")); err != nil {
			return errs.New(errs.Malformed, "error.malformed")
		}
		lines = linesOf(list, q)
	}
	pick, err := p.choices(c)
	if err != nil {
		return err
	}
	named(l, list, lines, pick)
	lines, done := pressed(list, lines, q)
	b := FilterPage{Rest: rest.Encode()}
	if done {
		query, wrong := conditions(c, list, lines)
		if !wrong {
			for name, values := range rest {
				query[name] = values
			}
			return web.Redirect(c, "/customers?"+query.Encode())
		}
	}
	b.Groups = groups(l, list, lines, pick)
	b.More = len(b.Groups) < 9
	b.Fields = offered(l, list, pick)
	status := 0
	if done {
		status = fiber.StatusUnprocessableEntity
	}
	return web.Render(c, web.Page{Name: "customer/filter", Title: "filter.title", Body: b, Fragment: "builder", Status: status})
}

// filterable is the list with the shop's own fields, and the reader's language.
func (p pages) filterable(c *fiber.Ctx) (*i18n.Locale, field.List, error) {
	ctx := web.Ctx(c)
	list, _, err := p.s.listWith(ctx, p.s.db.Reader(ctx))
	return web.Locale(c), list, err
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
func named(l *i18n.Locale, list field.List, lines []FilterLine, pick map[string][]view.Option) {
	for i, line := range lines {
		f, _ := list.Field(line.Field)
		if f.Kind != field.Ref {
			continue
		}
		var ids []string
		for _, v := range line.Values {
			v = strings.TrimSpace(v[strings.LastIndexByte(v, '#')+1:])
			if at := slices.IndexFunc(optionsOf(l, f, pick), func(o view.Option) bool { return strings.EqualFold(o.Label, v) }); at >= 0 {
				v = fmt.Sprint(optionsOf(l, f, pick)[at].Value)
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
func conditions(c *fiber.Ctx, list field.List, lines []FilterLine) (url.Values, bool) {
	l, wrong := web.Locale(c), false
	var conds []filter.Cond
	for i, line := range lines {
		f, _ := list.Field(line.Field)
		cond := f.Cond(line.Way.Name, line.Values)
		cond.Group = line.Group
		err := error(nil)
		if strings.Join(line.Values, "") == "" && line.Way.Asks != field.AskNone {
			err = errs.New(errs.Invalid, "error.required")
			lines[i].Error = l.T("error.required")
		} else if _, err = list.Conditions(web.Ctx(c), []filter.Cond{cond}); err != nil {
			lines[i].Error = l.T("error.malformed")
			if e, ok := errs.As(err); ok {
				for _, m := range e.Fields {
					lines[i].Error = l.Message(m)
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
func groups(l *i18n.Locale, list field.List, lines []FilterLine, pick map[string][]view.Option) []FilterGroup {
	out := []FilterGroup{{}}
	for n, line := range lines {
		f, _ := list.Field(line.Field)
		line.N, line.Label, line.Ways = n, fieldLabel(l, f), f.Ways()
		line.Pick = optionsOf(l, f, pick)
		line.Many = len(line.Pick) > maxTicks
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
func offered(l *i18n.Locale, list field.List, pick map[string][]view.Option) []FieldGroup {
	var out []FieldGroup
	seen := map[string]bool{}
	for _, s := range shelves {
		g := FieldGroup{Title: s.title}
		for _, name := range s.names {
			f, ok := list.Field(name)
			seen[name] = true
			if ok && (f.Options == "" || len(pick[f.Options]) > 0) && (f.Options != "user" || len(pick["user"]) > 1) {
				g.Fields = append(g.Fields, view.Option{Value: name, Label: fieldLabel(l, f)})
			}
		}
		out = append(out, g)
	}
	own := FieldGroup{Title: "filter.shelf.own"}
	for _, f := range list.Fields {
		if f.Titles != nil && f.Refuse == "" {
			own.Fields = append(own.Fields, view.Option{Value: f.Name, Label: fieldLabel(l, f)})
		}
	}
	if len(own.Fields) > 0 {
		out = append(out, own)
	}
	return out
}

// choices are the records that filters name: colleagues, teams and tags.
func (p pages) choices(c *fiber.Ctx) (map[string][]view.Option, error) {
	owners, err := p.staff.Options(c)
	if err != nil {
		return nil, err
	}
	out := map[string][]view.Option{"user": owners}
	names, err := stage.NamesIn(web.Ctx(c), p.s.db.Reader(web.Ctx(c)))
	if err != nil {
		return nil, err
	}
	for _, key := range stage.All {
		out["stage"] = append(out["stage"], view.Option{Value: key, Label: names.Of(web.Locale(c), key)})
	}
	if p.s.consents != nil {
		words, err := p.s.consents.Words(web.Ctx(c), p.s.db.Reader(web.Ctx(c)))
		if err != nil {
			return nil, err
		}
		for _, w := range words {
			if w.Used {
				out["consent"] = append(out["consent"], view.Option{Value: w.Name, Label: w.Titles[web.Locale(c).Tag()]})
			}
		}
	}
	for kind, sql := range map[string]string{"tag": sqlTagChoices, "team": sqlTeamChoices} {
		rows, err := choicesOf(web.Ctx(c), p.s.db.Reader(web.Ctx(c)), sql)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[kind] = append(out[kind], view.Option{Value: r.ID, Label: r.Name, Hue: r.Colour})
		}
	}
	return out, nil
}

// optionsOf is what a line of a field with words or records can take.
func optionsOf(l *i18n.Locale, f field.Field, pick map[string][]view.Option) []view.Option {
	if f.Kind == field.Ref {
		if f.Options == "user" {
			return append([]view.Option{{Value: "me", Label: l.T("filter.me")}}, pick["user"]...)
		}
		return pick[f.Options]
	}
	if f.Options == "stage" || f.Options == "consent" {
		return pick[f.Options]
	}
	var out []view.Option
	for _, word := range f.Choices {
		out = append(out, view.Option{Value: word, Label: wordLabel(l, f, word)})
	}
	return out
}

func wordLabel(l *i18n.Locale, f field.Field, word string) string {
	if f.Name == "marketing" {
		return l.T("customer.marketing." + word)
	}
	if f.Titles == nil && l.Has(f.Label+"."+word) {
		return l.T(f.Label + "." + word)
	}
	return word
}

func fieldLabel(l *i18n.Locale, f field.Field) string {
	if title := f.Titles[l.Tag()]; title != "" {
		return title
	}
	return l.T(f.Label)
}
