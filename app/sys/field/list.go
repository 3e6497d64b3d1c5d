package field

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/huandu/go-sqlbuilder"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
)

// List is a kind of record that can be listed.
type List struct {
	Fields  []Field
	Columns string // what a row shows
	From    string // tables and joins
	ID      string // the record's id, e.g. "c.id"
	Sort    string // default order, e.g. "-created_at"
	// Lean are the tables of From without those by the aliases Joined, with spaces
	// between, which every record has a row in or which add none: enough to count
	// when nothing asks for them.
	// Beside is the table Joined alone, enough when conditions ask for nothing else.
	Lean, Joined, Beside string
}

// Where is a further condition with its arguments, made by the program.
type Where struct {
	SQL  string
	Args []any
	// Column is what a reader's own filter looks at; "" for a condition of the
	// program's.
	Column string
	// Reads is a test that has to look into every value, such as whether a text
	// contains another.
	Reads bool
	walk  string // instead of SQL while an order is walked
}

// Masked is the list for somebody who sees these fields masked, see Field.Whole.
func (l List) Masked(names ...string) List {
	l.Fields = slices.Clone(l.Fields)
	for i, f := range l.Fields {
		if slices.Contains(names, f.Name) {
			l.Fields[i].Whole, l.Fields[i].Sort = true, false
		}
	}
	return l
}

// Row is embedded in a list's row type: the place of the row in its order.
type Row struct {
	SortKey any   `db:"sort_key" json:"-"`
	SortID  int64 `db:"sort_id" json:"-"`
}

func (r Row) place() (any, int64) { return r.SortKey, r.SortID }

// Placed is any row type that embeds Row.
type Placed interface{ place() (any, int64) }

// Field finds a field by name; every list has its id.
func (l List) Field(name string) (Field, bool) {
	if name == "id" {
		return Field{Name: "id", Kind: Number, Column: l.ID}, true
	}
	for _, f := range l.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Conditions turns a reader's filters into SQL, or says which are wrong.
func (l List) Conditions(ctx context.Context, conds []filter.Cond) ([]Where, error) {
	v := valuesFrom(ctx)
	all, anyOf, alternatives := filter.Groups(conds)
	out, err := l.conditions(v, all)
	if err != nil {
		return nil, err
	}
	for _, group := range anyOf {
		parts, err := l.conditions(v, group)
		if err != nil {
			return nil, err
		}
		out = append(out, join(parts, " OR "))
	}
	var either []Where
	for _, group := range alternatives {
		parts, err := l.conditions(v, group)
		if err != nil {
			return nil, err
		}
		either = append(either, join(parts, " AND "))
	}
	if len(either) > 0 {
		out = append(out, join(either, " OR "))
	}
	return out, nil
}

func (l List) conditions(v Values, conds []filter.Cond) ([]Where, error) {
	var out []Where
	for _, c := range conds {
		f, ok := l.Field(c.Field)
		if !ok {
			check := &errs.Check{}
			check.Add(c.Key(), "error.filter.field", "field", c.Field)
			return nil, check.Err()
		}
		if f.Refuse != "" {
			check := &errs.Check{}
			check.Add(c.Key(), f.Refuse)
			return nil, check.Err()
		}
		w, err := f.where(v, c)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// join makes one condition of several.
func join(parts []Where, word string) Where {
	if len(parts) == 1 {
		return parts[0]
	}
	out := Where{Column: "a group"}
	for i, p := range parts {
		if i > 0 {
			out.SQL += word
		}
		out.SQL += "(" + p.SQL + ")"
		out.Args = append(out.Args, p.Args...)
		out.Reads = out.Reads || p.Reads
	}
	out.SQL = "(" + out.SQL + ")"
	return out
}

// order is the sort that a request asks for.
type order struct {
	name, column, tie string
	desc, nullable    bool
}

// after is the condition for what comes after a place in the order.
func (o order) after(c page.Cursor) Where {
	cmp := ">"
	if o.desc {
		cmp = "<"
	}
	row := "(" + o.column + ", " + o.tie + ") " + cmp + " (?, ?)"
	switch {
	case o.column == o.tie:
		return Where{SQL: o.tie + " " + cmp + " ?", Args: []any{c.ID}}
	case !o.nullable:
		return Where{SQL: row, Args: []any{c.Value, c.ID}}
	case c.Value == nil && o.desc: // among the last, which have none
		return Where{SQL: "(" + o.column + " IS NULL AND " + o.tie + " < ?)", Args: []any{c.ID}}
	case c.Value == nil:
		return Where{SQL: "(" + o.column + " IS NOT NULL OR " + o.tie + " > ?)", Args: []any{c.ID}}
	case o.desc:
		return Where{SQL: "(" + row + " OR " + o.column + " IS NULL)", Args: []any{c.Value, c.ID}}
	}
	return Where{SQL: row, Args: []any{c.Value, c.ID}}
}

func (l List) order(sort string) (order, error) {
	if sort == "" {
		sort = l.Sort
	}
	name, desc := strings.CutPrefix(sort, "-")
	f, ok := l.Field(name)
	if name == "id" || name == "created_at" && !f.Sort && strings.HasSuffix(l.ID, "id") && !strings.HasSuffix(l.ID, "_id") {
		return order{name: sort, column: l.ID, tie: l.ID, desc: desc}, nil // ids grow, so their order is the order of making
	}
	if !ok || !f.Sort || f.Whole {
		check := &errs.Check{}
		key := "error.sort"
		if f.Whole {
			key = "error.filter.whole"
		}
		check.Add("sort", key, "field", name)
		return order{}, check.Err()
	}
	tie := f.Tie
	if tie == "" {
		tie = l.ID
	}
	return order{name: sort, column: f.Column, tie: tie, desc: desc, nullable: f.Nullable}, nil
}

// Query builds the statement for one page; it asks for one row more than the
// limit to know whether there is a next page.
func (l List) Query(req page.Request, where []Where) (string, []any, error) {
	o, err := l.order(req.Sort)
	if err != nil {
		return "", nil, err
	}
	b := sqlbuilder.SQLite.NewSelectBuilder()
	b.Select(l.Columns, o.column+" AS sort_key", o.tie+" AS sort_id").From(l.From)
	for _, w := range where {
		b.Where(bind(b, w))
	}
	dir := ""
	if o.desc {
		dir = " DESC"
	}
	if req.Cursor != "" {
		c, err := page.Decode(req.Cursor, o.name)
		if err != nil {
			return "", nil, err
		}
		b.Where(bind(b, o.after(c)))
	}
	if o.column == o.tie {
		b.OrderBy(o.tie + dir)
	} else {
		b.OrderBy(o.column+dir, o.tie+dir)
	}
	b.Limit(req.Limit + 1)
	sql, args := b.Build()
	return sql, args, nil
}

func bind(b *sqlbuilder.SelectBuilder, w Where) string {
	parts := strings.Split(w.SQL, "?")
	var out strings.Builder
	for i, p := range parts {
		out.WriteString(strings.ReplaceAll(p, "$", "$$"))
		if i < len(w.Args) {
			out.WriteString(b.Var(w.Args[i]))
		}
	}
	return out.String()
}

// Fetch reads one page of T.
func Fetch[T Placed](ctx context.Context, q db.Q, l List, req page.Request, where []Where) (page.Page[T], error) {
	out := page.Page[T]{Items: []T{}}
	if req.Limit == 0 {
		req.Limit = page.DefaultLimit
	}
	all := where
	where, n, err := l.plan(ctx, q, req, where)
	if err != nil {
		return out, err
	}
	sql, args, err := l.Query(req, where)
	if err != nil {
		return out, err
	}
	if err := q.Select(ctx, &out.Items, sql, args...); err != nil {
		return out, fmt.Errorf("list %s: %w", l.From, err)
	}
	if len(out.Items) > req.Limit {
		out.Items = out.Items[:req.Limit]
		o, err := l.order(req.Sort)
		if err != nil {
			return out, err
		}
		key, id := out.Items[req.Limit-1].place()
		if b, ok := key.([]byte); ok {
			key = string(b)
		}
		out.Next = page.Cursor{Sort: o.name, Value: key, ID: id}.Encode()
	}
	switch {
	case req.Count && (n < 0 || n > broadFrom):
		n, err = l.Count(ctx, q, all, 0)
	case req.CountTo > 0 && n < 0:
		n, err = l.Count(ctx, q, all, req.CountTo)
	}
	if err != nil {
		return out, err
	}
	if req.Count || req.CountTo > 0 {
		if req.CountTo > 0 && !req.Count {
			n = min(n, req.CountTo)
		}
		out.Total = &n
	}
	return out, nil
}

// broadFrom is how many matches make it cheaper to walk along the order and
// pass over what a filter leaves out than to find and sort all that match.
const broadFrom = 1000

// plan keeps SQLite from looking matches up by the index of a filter that lets
// many through: it cannot know that only one page of them is wanted. It also
// tells how many match, up to one more than broadFrom, or -1 when it did not look.
func (l List) plan(ctx context.Context, q db.Q, req page.Request, where []Where) ([]Where, int, error) {
	o, err := l.order(req.Sort)
	if err != nil {
		return nil, 0, err
	}
	other := func(w Where) bool { return w.Column != "" && w.Column != o.column }
	if slices.ContainsFunc(where, func(w Where) bool { return w.Reads }) {
		return l.readOnce(ctx, q, where)
	}
	if !slices.ContainsFunc(where, other) {
		return where, -1, nil
	}
	n, err := l.Count(ctx, q, where, broadFrom+1)
	if err != nil || n <= broadFrom {
		return where, n, err
	}
	return alongOrder(where, other), n, nil
}

// alongOrder is the conditions as what is looked at while walking an order.
func alongOrder(where []Where, which func(Where) bool) []Where {
	where = slices.Clone(where)
	for i, w := range where {
		switch {
		case !which(w):
		case w.walk != "":
			where[i].SQL = w.walk
		default:
			where[i].SQL = "(" + w.SQL + ") IS TRUE"
		}
	}
	return where
}

// readOnce looks through the values a single time: few matches are named by
// their ids from there on, many are met soon enough along the order.
func (l List) readOnce(ctx context.Context, q db.Q, where []Where) ([]Where, int, error) {
	from := l.countFrom(where)
	if from == l.Beside {
		from = l.From
	}
	b := sqlbuilder.SQLite.NewSelectBuilder()
	b.Select(l.ID).From(from).Limit(broadFrom + 1)
	for _, w := range where {
		b.Where(bind(b, w))
	}
	query, args := b.Build()
	ids := []int64{}
	if err := q.Select(ctx, &ids, query, args...); err != nil {
		return nil, 0, fmt.Errorf("look through %s: %w", l.From, err)
	}
	if len(ids) > broadFrom {
		return alongOrder(where, func(w Where) bool { return w.Column != "" }), len(ids), nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, 0, fmt.Errorf("name the matches: %w", err)
	}
	return []Where{{SQL: l.ID + " IN (SELECT value FROM json_each(?))", Args: []any{string(list)}}}, len(ids), nil
}

// Count counts matches, at most up to limit when it is positive.
func (l List) Count(ctx context.Context, q db.Q, where []Where, limit int) (int, error) {
	b := sqlbuilder.SQLite.NewSelectBuilder()
	b.Select("1").From(l.countFrom(where))
	for _, w := range where {
		b.Where(bind(b, w))
	}
	if limit > 0 {
		b.Limit(limit)
	}
	sql, args := b.Build()
	var n int
	if err := q.Get(ctx, &n, "SELECT count(*) FROM ("+sql+")", args...); err != nil {
		return 0, fmt.Errorf("count %s: %w", l.From, err)
	}
	return n, nil
}

// mentions counts where a condition or a column asks for the tables Joined.
func (l List) mentions(sql string) (n int) {
	for alias := range strings.FieldsSeq(l.Joined) {
		n += strings.Count(sql, alias+".")
	}
	return n
}

// countFrom is the fewest tables that answer a count.
func (l List) countFrom(where []Where) string {
	if l.Lean == "" {
		return l.From
	}
	joined, other := 0, 0
	for _, w := range where {
		n := l.mentions(w.SQL)
		joined += n
		if n == 0 || strings.Count(w.SQL, ".") > n {
			other++
		}
	}
	switch {
	case joined == 0:
		return l.Lean
	case other == 0 && l.Beside != "":
		return l.Beside
	}
	return l.From
}
