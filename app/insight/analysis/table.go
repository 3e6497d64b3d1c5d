package analysis

import (
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/sys/i18n"
)

// Key is a value of an axis: Value is nil for records that have none.
type Key struct {
	Value any
	Label string
	Late  bool // the period begins within it: it is counted from that day
	Short bool // the period ends within it, or it is not over
}

// Head is a measure as a column says it. Unit is money, number, days, hours,
// percent (a share of 1) or points.
type Head struct {
	Measure
	Label string
	Plain string // as Label, but a sum is called after what is added up
	Unit  string
}

// Row is one line: Cells by column and measure, Total over its columns, and the
// same in the periods beside it. Without columns Cells is empty.
type Row struct {
	Keys   []Key
	Cells  [][]Cell
	Total  []Cell
	Before []Cell
	Year   []Cell
}

// Table is what a report counted, in its reader's language.
type Table struct {
	Spec     Spec
	Kind     Kind
	Axes     []string // what the rows are divided by, in words
	Across   string   // and the columns
	Heads    []Head
	Columns  []Key
	Rows     []Row
	Total    Row // over all rows; its Cells are the columns' own totals
	Currency string
	Period   period
	Earlier  period
	LastYear period
	Foreign  int      // rows whose money is in another currency and not added
	Cut      bool     // there were more groups than are looked at; totals count all
	Left     int      // rows left out by Spec.Top
	Scoped   bool     // the reader does not see everybody
	Inside   []string // what it is narrowed to besides its filters, in words
	Several  bool     // a record can stand under several values
	Passed   bool     // the rows are passed one after the other: a total of them counts nothing
	Crossed  bool     // and so are the columns
	Unripe   bool     // some cells stand for a time that is not over for everybody
	Locale   *i18n.Locale
}

// From and To are the days of the period, "" for all of time.
func (t Table) From() cal.Date { return t.Period.From }

// To is the last of them.
func (t Table) To() cal.Date { return t.Period.To }

// Empty tells whether nothing was found: days without anything are no find.
func (t Table) Empty() bool {
	if len(t.Spec.Rows) > 0 && len(t.Rows) == 0 {
		return true
	}
	for _, cells := range [][]Cell{t.Total.Total, t.Total.Before, t.Total.Year} {
		for _, c := range cells {
			if c.Known && c.N > 0 {
				return false
			}
		}
	}
	return true
}

// Need is the i18n key of what has to be there for anything to be counted.
func (t Table) Need() string { return "analysis.need." + strings.ReplaceAll(t.Kind.Name, "-", "_") }

// Pivot tells whether something is divided across.
func (t Table) Pivot() bool { return !t.Spec.Column.None() }

// Write is a number in the reader's words, "–" for none.
func (t Table) Write(h Head, c Cell) string { return write(t.Locale, h.Unit, c, t.Currency) }

func write(l *i18n.Locale, unit string, c Cell, currency string) string {
	if !c.Known {
		return "–"
	}
	switch unit {
	case "money":
		return l.Money(int64(c.Value+half(c.Value)), currency)
	case "percent":
		return l.Percent(c.Value)
	case "days", "hours", "points":
		return l.Decimal(c.Value, 1)
	}
	if c.Value != float64(int64(c.Value)) {
		return l.Decimal(c.Value, 2)
	}
	return l.Number(int64(c.Value))
}

func half(v float64) float64 {
	if v < 0 {
		return -.5
	}
	return .5
}

// Change is how much a number moved against another, as a share; ok is false where
// that says nothing.
func Change(now, then Cell) (share float64, ok bool) {
	if !now.Known || !then.Known || then.Value <= 0 || now.Value < 0 {
		return 0, false
	}
	return (now.Value - then.Value) / then.Value, true
}
