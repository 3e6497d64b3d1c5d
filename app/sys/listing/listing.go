// Package listing is what the pages of lists have in common: which columns
// stand there, in what order the rows come, by what they are divided, and the
// views that people saved of it. All of it stands in the address, so that a view
// is a link. A slice hands over one Kind: its columns and where its rows come from.
package listing

import (
	"context"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/custom"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

// Kind is one list. A slice makes it in a plain function: where a method gives
// it, every package that knows the service, each test among them, compiles it anew.
type Kind[R any] struct {
	Path    string // "/orders"
	Title   string // i18n key
	Columns []Column[R]
	Groups  []string // the fields that it can be divided by
	Filters []string // the fields that the filter panel offers besides the shop's own
	Inputs  []string // what of a filter has an input of its own above the list, as "status.eq"
	Record  func(r R) Record
	Source  Source[R]
	// Called is what a value of a group is called; nil or "" leaves the value.
	Called func(l *i18n.Locale, field, value string) string
	// Pick is what fields that name records offer to choose from; nil for none.
	Pick func(ctx context.Context) (map[string][]view.Option, error)
}

// Record is what every row is.
type Record struct {
	ID   int64
	Name string
	Own  custom.Record // the shop's own fields
}

// Source is the slice's service.
type Source[R any] interface {
	// Listed is the list with the shop's own fields.
	Listed(ctx context.Context) (field.List, custom.Record, error)
	List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[R], error)
	// Groups counts what the filters leave by the values of a field.
	Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error)
}

// Column is one that the list can show. The first leads to the record and always
// stands; Class is how a plain cell stands, also on a phone.
type Column[R any] struct {
	Name, Label, Class string
	Sort               string // the order by it; "" = none
	Plain              bool   // it stands there when nobody chose
	Others             bool   // only where several people work
	Cell               func(s Say, r R) view.Cell
}

// Say is what cells are said with.
type Say struct {
	*i18n.Locale
	Currency string
	Today    cal.Date
}

// Text is a cell that only says something.
func Text(s string) view.Cell { return view.Cell{Text: s} }

// Day is a date, nothing for none.
func (s Say) Day(day cal.Date) view.Cell {
	if day == "" {
		return view.Cell{}
	}
	return view.Cell{Text: s.Date(day.Time(s.Zone()))}
}

// Head is a column as the table's head shows it.
type Head struct {
	Name, Label, Class, Sort string
}

// HeadClass is how the head stands.
func (h Head) HeadClass() string {
	if strings.Contains(h.Class, "num") {
		return "num"
	}
	return ""
}

// stand is how the cells of a list with chosen columns stand: on a phone the
// name comes first, the first amount beside it, the rest below with their names.
func stand(class string, first, amount bool) string {
	num := ""
	if strings.Contains(class, "num") {
		num = " num"
	}
	switch {
	case first:
		return "l1"
	case amount:
		return "l1e strong num"
	}
	return "l2 tell" + num
}
