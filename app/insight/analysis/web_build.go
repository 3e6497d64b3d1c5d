package analysis

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// buildBody is the page on which a report is put together.
type buildBody struct {
	result
	Kinds    []Kind
	Spec     Spec
	Query    string
	Filter   string // the panel that builds the filter
	Rows     []string
	Col      string
	Measures []string
	Axes     []choices
	Counts   []choices
	Dates    []view.Option
	Base     Report // the kept report that is changed
	Name     string
	Roles    []string
	MayKeep  bool
	MayShare bool
	MayFile  bool
	Alone    bool
}

// choices are options under a heading.
type choices struct {
	Title   string // i18n key
	Options []view.Option
}

// Spans are the periods offered.
func (buildBody) Spans() []string { return Spans }

// Charts are the pictures offered.
func (buildBody) Charts() []string { return append([]string{"none"}, Charts...) }

// AllRoles are those that a report can be shown to.
func (showBody) AllRoles() []string { return Roles }

// AllRoles are those that a report can be shown to.
func (buildBody) AllRoles() []string { return Roles }

// Custom tells whether the period has days of its own.
func (b buildBody) Custom() bool { return b.Spec.Span == "custom" }

func (s *Service) build(c *fiber.Ctx) error {
	q, err := queryOf(c)
	if err != nil {
		return err
	}
	return s.builder(c, q.Encode(), Input{}, nil)
}

// builder shows the form with what the report says now. What cannot be counted is
// said above the form, which keeps it.
func (s *Service) builder(c *fiber.Ctx, query string, in Input, problem error) error {
	ctx, l, a := web.Ctx(c), web.Locale(c), web.Actor(c)
	b := buildBody{Kinds: s.Kinds(ctx), Name: in.Name, Roles: in.Roles, MayKeep: a.Can(Write), MayShare: a.Can(Share), MayFile: a.Can(fileRight)}
	p := web.Page{Name: "insight/report-build", Title: "analysis.build", Fragment: "result"}
	spec, err := parseText(query)
	if spec.Kind == "" {
		p.Body, p.Err = b, err
		return web.Render(c, p)
	}
	if problem == nil {
		problem = err
	}
	o, openErr := s.open(ctx, l, spec.Kind)
	if openErr != nil {
		if e, ok := errs.As(openErr); ok && e.Kind == errs.Invalid {
			p.Body, p.Err = b, openErr
			return web.Render(c, p)
		}
		return openErr
	}
	if spec.On == "" {
		spec.On = o.Day
	}
	b.Spec, b.Query, b.Kind, b.Alone = spec, spec.Query().Encode(), o.Kind, o.alone()
	b.Filter = home + "/new/filter?" + b.Query
	b.options(l, o)
	if id, err := strconv.ParseInt(c.Query("id", c.FormValue("id")), 10, 64); err == nil {
		if b.Base, err = s.Get(ctx, id); err != nil || b.Base.mayChange(a) != nil {
			b.Base = Report{}
		}
	}
	switch {
	case problem != nil:
		b.Chips = o.chips(l, spec.Filters)
	case c.Query("stopped") != "":
		b.Trouble, b.Chips = l.T("analysis.error.stopped"), o.chips(l, spec.Filters)
	default:
		b.result, problem = s.count(c, spec, home+"/new?"+b.Query)
	}
	p.Body, p.Err = b, problem
	return web.Render(c, p)
}

// options are what the form offers.
func (b *buildBody) options(l *i18n.Locale, o open) {
	for i := range maxRows {
		v := ""
		if i < len(b.Spec.Rows) {
			v = b.Spec.Rows[i].String()
		}
		b.Rows = append(b.Rows, v)
	}
	b.Col = b.Spec.Column.String()
	for i := range 4 {
		v := ""
		if i < len(b.Spec.Measures) {
			v = b.Spec.Measures[i].String()
		}
		b.Measures = append(b.Measures, v)
	}
	times, own, theirs := choices{Title: "analysis.shelf.time"}, choices{Title: "analysis.shelf.record"}, choices{Title: "analysis.shelf.customer"}
	for _, d := range o.Dimensions {
		switch {
		case d.People && o.alone():
		case d.Time != "":
			for _, u := range unitsOf(o, d) {
				one := divided{Axis{d.Name, u}, d}
				times.Options = append(times.Options, view.Option{Value: one.Axis.String(), Label: one.title(l)})
			}
		case d.Of:
			theirs.Options = append(theirs.Options, view.Option{Value: d.Name, Label: d.says(l)})
		default:
			own.Options = append(own.Options, view.Option{Value: d.Name, Label: d.says(l)})
		}
	}
	for _, one := range []choices{times, own, theirs} {
		if len(one.Options) > 0 {
			b.Axes = append(b.Axes, one)
		}
	}
	for _, d := range o.dates() {
		b.Dates = append(b.Dates, view.Option{Value: d.Name, Label: d.says(l)})
	}
	b.counts(l, o)
}

// unitsOf are all units of the day that counts, and the long ones of others.
func unitsOf(o open, d dimension) []string {
	if d.Name == o.Day {
		return Units
	}
	return []string{"month", "quarter", "year"}
}

func (b *buildBody) counts(l *i18n.Locale, o open) {
	for _, m := range o.measures() {
		title := "analysis.shelf." + m.Fn
		if m.Fn == fnCustomers || m.Fn == fnNPS {
			title = "analysis.shelf.count"
		}
		found, err := o.measure(m, env{})
		if err != nil {
			continue // offered by nobody
		}
		if n := len(b.Counts); n == 0 || b.Counts[n-1].Title != title {
			b.Counts = append(b.Counts, choices{Title: title})
		}
		last := &b.Counts[len(b.Counts)-1]
		last.Options = append(last.Options, view.Option{Value: m.String(), Label: found.title(l)})
	}
}

// filter shows the panel that builds the report's filter.
func (s *Service) filter(c *fiber.Ctx) error {
	q, err := queryOf(c)
	if err != nil {
		return err
	}
	kind := q.Get("kind")
	if kind == "" {
		spec, err := parseText(q.Get("rest"))
		if err != nil {
			return err
		}
		kind = spec.Kind
	}
	o, err := s.open(web.Ctx(c), web.Locale(c), kind)
	if err != nil {
		return err
	}
	return listing.Filter{Words: o.Words, Path: home + "/new", Title: "analysis.build",
		Shelves: []listing.Shelf{{Title: o.Label, Fields: slices.Clone(o.Of.Filters)}}}.Serve(c)
}

// Nth is a place as people count.
func (buildBody) Nth(i int) int { return i + 1 }

// Top is how many rows there are to be, "" for all.
func (b buildBody) Top() string {
	if b.Spec.Top == 0 {
		return ""
	}
	return strconv.Itoa(b.Spec.Top)
}

// Without is the report less one of its filters.
func (b buildBody) Without(c listing.Chip) string {
	spec := b.Spec
	spec.Filters = nil
	rest := spec.Query().Encode()
	if c.Without != "" {
		rest += "&" + c.Without
	}
	return rest
}
