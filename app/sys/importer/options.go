package importer

import (
	"maps"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/tabular"
	"regulars/app/kit/text"
)

// What to do with a record that is already here.
const (
	Skip   = "skip"
	Update = "update"
	Create = "create"
)

// Options are what a person chooses for one run; zero values are detected.
type Options struct {
	Encoding      string            `json:"encoding,omitempty"`
	Delimiter     string            `json:"delimiter,omitempty"`
	Sheet         string            `json:"sheet,omitempty"`
	Columns       []string          `json:"columns,omitempty"`  // per column of the file the kind's column, "" = leave out
	Map           map[string]string `json:"map,omitempty"`      // the same by header, for the shell and the API
	Defaults      map[string]string `json:"defaults,omitempty"` // for rows that say nothing
	Match         []string          `json:"match,omitempty"`
	OnDuplicate   string            `json:"on_duplicate,omitempty"`
	CreateMissing bool              `json:"create_missing,omitempty"`
	MonthFirst    bool              `json:"month_first,omitempty"` // 3/1 is the first of March
	File          string            `json:"-"`                     // the file's name, while a run or a check goes on
	Dry           bool              `json:"-"`                     // a check: everything is rolled back

	// What a person decided about records that are already here, when they are
	// updated; from the general to the particular.
	Wins   string                    `json:"wins,omitempty"`   // "" = the file, or one of the Wins constants
	Prefer map[string]string         `json:"prefer,omitempty"` // by column
	Rows   map[int]RowChoice         `json:"rows,omitempty"`   // by line of the file
	Fixes  map[int]map[string]string `json:"fixes,omitempty"`  // by line and column: cells typed anew
}

// Matches tells whether records may be known by a column.
func (o Options) Matches(column string) bool { return slices.Contains(o.Match, column) }

func (o Options) reading(tempDir string) tabular.Options {
	r := tabular.Options{Encoding: o.Encoding, Sheet: o.Sheet, TempDir: tempDir}
	switch strings.ToLower(o.Delimiter) {
	case "":
	case "tab", "\t":
		r.Delimiter = '\t'
	default:
		r.Delimiter = []rune(o.Delimiter)[0]
	}
	return r
}

// complete fills what was not chosen, once the file's header is known.
func (o Options) complete(k Kind, header []string) Options {
	guessed := k.Guess(header)
	if p, ok := Recognise(k.Name, header); ok {
		guessed = k.by(p, header, guessed)
	}
	columns := make([]string, len(header))
	for i := range header {
		columns[i] = guessed[i]
		if i < len(o.Columns) && len(o.Columns) == len(header) {
			columns[i] = o.Columns[i]
		}
		for from, to := range o.Map {
			if plainHeader(from) == plainHeader(header[i]) {
				columns[i] = to
			}
		}
	}
	o.Columns = columns
	if len(o.Match) == 0 {
		o.Match = k.Match
	}
	if o.OnDuplicate == "" {
		o.OnDuplicate = Skip
	}
	return o
}

// Validate says what cannot be; after complete.
func (o Options) Validate(k Kind) error {
	c := &errs.Check{}
	c.That(o.OnDuplicate == Skip || o.OnDuplicate == Update || o.OnDuplicate == Create, "on_duplicate", "error.choice")
	c.That(o.Encoding == "" || slices.Contains(tabular.Encodings(), o.Encoding), "encoding", "error.choice")
	c.That(len([]rune(o.Delimiter)) <= 1 || o.Delimiter == "tab", "delimiter", "error.choice")
	for _, m := range o.Match {
		c.That(k.column(m) != nil, "match", "import.error.no_column", "column", m)
	}
	for _, name := range o.Columns {
		c.That(name == "" || k.column(name) != nil || k.Subject != "" && isNew(name), "columns", "import.error.no_column", "column", name)
	}
	for name, value := range o.Defaults {
		c.That(k.column(name) != nil, "defaults", "import.error.no_column", "column", name)
		c.That(len([]rune(value)) <= 1000, "defaults", "error.long", "n", 1000)
	}
	for from, to := range o.Map {
		c.That(to == "" || k.column(to) != nil || k.Subject != "" && isNew(to), "map", "import.error.no_column", "column", from)
	}
	o.checkChoices(c, k)
	return c.Err()
}

// ready also wants the columns without which no row can be taken.
func (o Options) ready(k Kind) error {
	if err := o.Validate(k); err != nil {
		return err
	}
	c := &errs.Check{}
	for _, col := range k.Columns {
		given := func(name string) bool { return slices.Contains(o.Columns, name) || o.Defaults[name] != "" }
		if col.Required && !given(col.Name) && !slices.ContainsFunc(col.Or, given) {
			c.Add("columns", "import.error.column_needed", "column", col.Name)
		}
	}
	return c.Err()
}

// Column is the kind's column of that name; one that it does not have has only
// the name.
func (k Kind) Column(name string) Column {
	if c := k.column(name); c != nil {
		return *c
	}
	return Column{Name: name}
}

func (k Kind) column(name string) *Column {
	for i := range k.Columns {
		if k.Columns[i].Name == name {
			return &k.Columns[i]
		}
	}
	return nil
}

// Guess maps a header to the kind's columns, each at most once unless the
// second says more of the same (two phones).
func (k Kind) Guess(header []string) []string {
	known := map[string]string{}
	for _, c := range k.Columns {
		known[plainHeader(c.Name)] = c.Name
	}
	for _, c := range k.Columns { // the slice's own words before the usual ones
		note(known, c.Name, c.Synonyms)
	}
	for _, c := range k.Columns {
		note(known, c.Name, usual[c.Name])
	}
	out := make([]string, len(header))
	used := map[string]bool{}
	for i, h := range header {
		name := known[plainHeader(h)]
		if name == "" {
			name = known[strings.TrimRight(plainHeader(h), "0123456789")]
		}
		if end := name[strings.LastIndexByte(name, '.')+1:]; used[name] && end != "phone" && end != "email" && end != "tags" && end != "mobile" {
			name = ""
		}
		out[i] = name
		used[name] = true
	}
	return out
}

// by is a guess with what a preset knows better. A column that the preset has
// filled is not filled a second time by a guess.
func (k Kind) by(p Preset, header, guessed []string) []string {
	known := p.columns(header)
	taken := map[string]bool{}
	for i, name := range known {
		if k.column(name) == nil {
			delete(known, i)
			continue
		}
		taken[name] = true
	}
	out := make([]string, len(header))
	for i := range header {
		if known[i] != "" {
			out[i] = known[i]
		} else if !taken[guessed[i]] {
			out[i] = guessed[i]
		}
	}
	return out
}

// note adds words that no other column has taken.
func note(known map[string]string, column string, words []string) {
	for _, w := range words {
		if h := plainHeader(w); known[h] == "" {
			known[h] = column
		}
	}
}

// plainHeader makes "E-Mail_Address", "e mail address" and "ｅmailaddress" one.
func plainHeader(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-./:：*（）()'’", r) {
			return -1
		}
		return r
	}, text.Fold(s))
}

// Over are these options where they say something, and those of a profile
// elsewhere.
func (o Options) Over(base Options) Options {
	if len(o.Map) > 0 {
		m := maps.Clone(base.Map)
		if m == nil {
			m = map[string]string{}
		}
		maps.Copy(m, o.Map)
		base.Map = m
	}
	if len(o.Defaults) > 0 {
		base.Defaults = o.Defaults
	}
	if len(o.Match) > 0 {
		base.Match = o.Match
	}
	for _, f := range []struct{ dst, src *string }{{&base.OnDuplicate, &o.OnDuplicate}, {&base.Encoding, &o.Encoding}, {&base.Delimiter, &o.Delimiter}, {&base.Sheet, &o.Sheet}, {&base.Wins, &o.Wins}} {
		if *f.src != "" {
			*f.dst = *f.src
		}
	}
	base.CreateMissing = base.CreateMissing || o.CreateMissing
	base.MonthFirst = base.MonthFirst || o.MonthFirst
	base.Dry = o.Dry
	return base
}
