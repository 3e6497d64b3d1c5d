package importer

import (
	"maps"

	"regulars/app/kit/errs"
)

// Which value stays when a record that is already here is updated.
const (
	WinsFile  = "file"  // what the row says, where it says something
	WinsEmpty = "empty" // the row fills only what is empty here
	WinsHere  = "here"  // everything stays as it is here
)

// RowChoice is what a person decided about one row.
type RowChoice struct {
	On     string            `json:"on,omitempty"`     // skip, update or create; "" = as for all
	Fields map[string]string `json:"fields,omitempty"` // by column, WinsFile or WinsHere
}

// maxChosen bounds the rows about which something is decided one by one, and
// maxFix the characters typed anew for a cell.
const (
	maxChosen = 2000
	maxFix    = 2000
)

// On is what to do with a row whose record is already here.
func (o Options) On(line int) string {
	if on := o.Rows[line].On; on != "" {
		return on
	}
	return o.OnDuplicate
}

// Takes tells whether an update writes what the row says in a column over what
// is here; empty when nothing is here.
func (o Options) Takes(line int, column string, empty bool) bool {
	for _, wins := range []string{o.Rows[line].Fields[column], o.Prefer[column], o.Wins} {
		switch wins {
		case WinsFile:
			return true
		case WinsHere:
			return false
		case WinsEmpty:
			return empty
		}
	}
	return true
}

// Fix has a cell typed anew; what is the same as before changes nothing.
func (o *Options) Fix(line int, column, value string) {
	value, _ = clean(value)
	o.Fixes = maps.Clone(o.Fixes)
	if o.Fixes == nil {
		o.Fixes = map[int]map[string]string{}
	}
	fixes := maps.Clone(o.Fixes[line])
	if fixes == nil {
		fixes = map[string]string{}
	}
	fixes[column] = value
	o.Fixes[line] = fixes
}

// Decide stores what a person chose about one row; forAll makes it the choice
// for every record that is already here.
func (o *Options) Decide(line int, choice RowChoice, forAll bool) {
	if choice.On != Update {
		choice.Fields = nil // nothing is written over anything
	}
	if forAll {
		if choice.On != "" {
			o.OnDuplicate = choice.On
		}
		o.Prefer = maps.Clone(o.Prefer)
		if o.Prefer == nil {
			o.Prefer = map[string]string{}
		}
		maps.Copy(o.Prefer, choice.Fields)
	}
	o.Rows = maps.Clone(o.Rows)
	if o.Rows == nil {
		o.Rows = map[int]RowChoice{}
	}
	o.Rows[line] = choice
}

func (o Options) checkChoices(c *errs.Check, k Kind) {
	fields := func(name string, chosen map[string]string) {
		for column, wins := range chosen {
			c.That(k.column(column) != nil, name, "import.error.no_column", "column", column)
			c.That(wins == WinsFile || wins == WinsHere || wins == WinsEmpty, name, "error.choice")
		}
	}
	c.That(o.Wins == "" || o.Wins == WinsFile || o.Wins == WinsEmpty || o.Wins == WinsHere, "wins", "error.choice")
	fields("prefer", o.Prefer)
	c.That(len(o.Rows) <= maxChosen, "rows", "error.many", "n", maxChosen)
	for _, row := range o.Rows {
		c.That(row.On == "" || row.On == Skip || row.On == Update || row.On == Create, "rows", "error.choice")
		fields("rows", row.Fields)
	}
	c.That(len(o.Fixes) <= maxChosen, "fixes", "error.many", "n", maxChosen)
	for _, cells := range o.Fixes {
		for column, value := range cells {
			c.That(k.column(column) != nil, "fixes", "import.error.no_column", "column", column)
			c.That(len([]rune(value)) <= maxFix, "fixes", "error.long", "n", maxFix)
		}
	}
}
