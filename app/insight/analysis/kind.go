package analysis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
)

// Kind is a kind of record that can be counted.
type Kind struct {
	Name       string
	Label      string // i18n key, in the plural
	Each       string // i18n key of what a count of them is a number of; "" is Label
	Permission string
	Of         listing.Counted
	Look       string // what the list's page needs besides the filter to show rows
	Href       string // of one record, with %d
	Target     string // SQL: the id that Href wants; "" is the record's own
	Title      string // SQL: what a row is called
	Day        string // the date that counts: a field of the list
	Customer   string // SQL: whose it is, "" for nobody's
	Currency   string // SQL: of its money, "" where it is the shop's
	By         []string
	Along      string // SQL: its table in the order of customers, "" where nothing is won by that
	Walk       string // SQL: its table, where an index runs along the instants of Day
	More       []dimension
	Figures    []figure
	Rates      []rate
	Nps        string // SQL: a 0 to 10 score, NULL where it is none
}

// orderCurrency is the currency of what hangs on an order.
const orderCurrency = "o.currency"

// dimension is something to divide by.
type dimension struct {
	Name   string
	Label  string
	Titles map[string]string // instead of Label, by language
	Column string            // SQL
	Days   []int             // what is bound in Column: days from today
	Time   field.Kind        // field.Date or field.Time: divided by a unit
	Ref    string            // it names a record of that kind
	Words  string            // i18n prefix of its values
	Order  []string          // its values in their order
	List   field.Field       // of the list, by which rows can be narrowed; "" for none
	Says   map[string]string // values as filters of the list: "orders gte 3, orders lte 5"
	With   string            // a table that Column needs, in which each record has one row
	Join   string            // a table in which one record has several rows
	Cell   string            // with Join: the condition that a record has the value
	Of     bool              // it is the customer's
	People bool              // it concerns colleagues
	Ahead  bool              // a day that may be still to come: no month of it runs
	Passed bool              // what it divides goes through several of its values: they add up to nothing
}

// figure is a number that records have.
type figure struct {
	Name   string
	Label  string
	Titles map[string]string
	Column string // SQL, NULL for none
	Unit   string // money, number, days, hours
}

// rate is a share of records: Hit among those with Among.
type rate struct {
	Name, Label string
	Hit, Among  string // SQL
}

// open is a kind with all that its reader can divide it by and count of it.
type open struct {
	Kind
	List       field.List
	Words      listing.Words
	Dimensions []dimension
	Figures    []figure
}

// kind finds a kind that the actor may count.
func (s *Service) kind(ctx context.Context, name string) (Kind, error) {
	i := slices.IndexFunc(s.kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, wrong("kind", "error.choice")
	}
	return s.kinds[i], auth.From(ctx).May(s.kinds[i].Permission)
}

// Kinds are those that the actor may count.
func (s *Service) Kinds(ctx context.Context) []Kind {
	var out []Kind
	for _, k := range s.kinds {
		if auth.From(ctx).Can(k.Permission) {
			out = append(out, k)
		}
	}
	return out
}

// open looks up what a kind has now: the shop may have added fields.
func (s *Service) open(ctx context.Context, l *i18n.Locale, name string) (open, error) {
	k, err := s.kind(ctx, name)
	if err != nil {
		return open{}, err
	}
	o := open{Kind: k}
	if o.List, _, err = k.Of.Where(ctx, nil); err != nil {
		return o, err
	}
	if o.Words, err = k.Of.Words(ctx, l); err != nil {
		return o, err
	}
	if err := s.people(ctx, &o); err != nil {
		return o, err
	}
	for _, f := range o.List.Fields {
		if d, ok := o.divides(f); ok {
			o.Dimensions = append(o.Dimensions, d)
		}
		if g, ok := o.counts(f); ok {
			o.Figures = append(o.Figures, g)
		}
	}
	o.Figures = append(o.Figures, k.Figures...)
	o.Dimensions = append(o.Dimensions, o.Kind.More...) // with the order that people looked up
	for i, d := range o.Dimensions {
		if f, ok := o.List.Field(d.List.Name); ok {
			o.Dimensions[i].List = f
		}
	}
	if k.Customer != "" && k.Name != "customer" && auth.From(ctx).Can(customer.Read) {
		own, err := s.ofCustomer(ctx, o)
		if err != nil {
			return o, err
		}
		o.Dimensions = append(o.Dimensions, own...)
	}
	return o, nil
}

// divides makes a dimension of a field of the list: every date, what the kind
// names, and all of the shop's own fields but amounts.
func (o open) divides(f field.Field) (dimension, bool) {
	d := dimension{Name: f.Name, Label: f.Label, Titles: f.Titles, Column: f.Column, List: f, People: f.Options == "user" || f.Options == "team", Ahead: f.Ahead}
	if f.Refuse != "" || f.Whole {
		return d, false
	}
	own := f.Titles != nil
	switch {
	case own && f.Within != "":
		return several(d, f)
	case f.Within != "":
		return d, false
	case f.Kind == field.Date || f.Kind == field.Time:
		d.Time = f.Kind
		return d, true
	case f.Kind == field.Ref && (own || slices.Contains(o.By, f.Name)):
		d.Ref = refs[f.Options]
		if d.Ref == "" {
			d.Ref = refs[f.Name]
		}
		return d, d.Ref != ""
	case own:
		return d, f.Kind == field.Choice || f.Kind == field.Bool || f.Kind == field.Text || f.Kind == field.Number
	}
	return d, slices.Contains(o.By, f.Name)
}

// several divides by a field that holds several values at once: a record stands
// under each of them. The list's own condition says where they are.
func several(d dimension, f field.Field) (dimension, bool) {
	table, found := strings.CutPrefix(f.Within, "EXISTS (SELECT 1 FROM ")
	table, _, ended := strings.Cut(table, " x WHERE %s)")
	if !found || !ended || f.Kind != field.Choice {
		return d, false
	}
	alias := "each_" + strings.TrimPrefix(f.Name, "fields.")
	d.Join, d.Column = " LEFT JOIN "+table+" "+alias, alias+".value"
	d.Cell = fmt.Sprintf(f.Within, "x.value = ?")
	return d, true
}

// counts makes a figure of a field of the list.
func (o open) counts(f field.Field) (figure, bool) {
	g := figure{Name: f.Name, Label: f.Label, Titles: f.Titles, Column: f.Column, Unit: "number"}
	if f.Kind == field.Money {
		g.Unit = "money"
	}
	if f.Label == "order.total" || f.Label == "quote.total" {
		g.Label = "analysis.figure.total" // "total, sum" would say it twice
	}
	if f.Known != "" {
		g.Column = "CASE WHEN " + f.Known + " THEN " + f.Column + " END"
	}
	return g, (f.Kind == field.Money || f.Kind == field.Number) && f.Within == "" && f.Refuse == "" && !f.Whole && f.Name != "weekday"
}

// ofCustomer is what records are divided by that their customer has.
func (s *Service) ofCustomer(ctx context.Context, o open) ([]dimension, error) {
	var out []dimension
	if f, ok := o.List.Field("customer_id"); ok || o.Customer != "" {
		out = append(out, dimension{Name: "customer", Label: "common.customer", Column: o.Customer, Ref: "customer", List: f, Of: true})
	}
	out = append(out, aboutCustomer...)
	record, err := s.Fields.Record(ctx, s.DB.Reader(ctx), "customer")
	if err != nil {
		return nil, err
	}
	l, err := record.Listed(ctx, s.DB.Reader(ctx), field.List{}, "c")
	if err != nil {
		return nil, err
	}
	for _, f := range l.Fields {
		if d, ok := o.divides(f); ok {
			if own, ok := record.Set.Find(strings.TrimPrefix(f.Name, "fields.")); ok && own.Kind == custom.Computed { // it may use what is kept of the customer
				d.Column = "(SELECT " + d.Column + " FROM customer_stat s WHERE s.customer_id = c.id)"
			}
			d.Name, d.List, d.Of = "customer."+f.Name, field.Field{}, true
			out = append(out, d)
		}
	}
	return out, nil
}

// find looks a dimension up by its name.
func (o open) find(name string) (dimension, bool) {
	for _, d := range o.Dimensions {
		if d.Name == name {
			return d, true
		}
	}
	return dimension{}, false
}

// dates are the dimensions that a period can be about.
func (o open) dates() []dimension {
	return slices.DeleteFunc(slices.Clone(o.Dimensions), func(d dimension) bool { return d.Time == "" || d.List.Name == "" })
}

// errNotHere is what is asked for where it is not.
var errNotHere = errs.NotVisible()
