package field

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/huandu/go-sqlbuilder"
	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
)

// Part is an expression of the program's with its values: what a tally divides
// by, or what it counts.
type Part struct {
	SQL  string
	Args []any
}

// Tally counts the matches of a list in groups, under the very conditions of the
// list: what is counted is what the list shows.
type Tally struct {
	By    []Part // the groups; none is one group of all
	Count []Part // aggregates
	Join  string // tables besides the list's that By needs
	Where []Where
	Limit int // groups at most, the largest first
	// First is a column of the list along which records are added up before they
	// are divided: By then divides by x.first, and may use the tables of Then. What
	// is counted are sums. From are the tables to read instead of
	// the list's own, "" for these.
	First, Then, From string
}

// Tallied is one group: its values (nil is none) and its figures (nil is none).
type Tallied struct {
	By    []any
	Count []*float64
}

// Tally runs t; more tells that there are groups beyond the limit.
func (l List) Tally(ctx context.Context, q db.Q, t Tally) (groups []Tallied, more bool, err error) {
	b := sqlbuilder.SQLite.NewSelectBuilder()
	b.Select(named(b, "k", t.By)...)
	if t.First == "" {
		b.SelectMore(named(b, "f", t.Count)...).From(cmp.Or(t.From, l.fewest(t)) + t.Join)
		for _, w := range t.Where {
			b.Where(bind(b, w))
		}
		grouped(b, len(t.By), "count(*)", t.Limit)
	} else {
		l.addedUp(b, t)
	}
	query, args := b.Build()
	return tallied(ctx, q, query, args, len(t.By), len(t.Count), t.Limit)
}

// addedUp divides what was added up along t.First.
func (l List) addedUp(b *sqlbuilder.SelectBuilder, t Tally) {
	in := sqlbuilder.SQLite.NewSelectBuilder()
	in.Select(append(append([]string{t.First + " AS first"}, named(in, "s", t.Count)...), "count(*) AS n")...).From(cmp.Or(t.From, l.fewest(Tally{Count: t.Count, Where: t.Where})))
	for _, w := range t.Where {
		in.Where(bind(in, w))
	}
	in.GroupBy(t.First)
	for i := range t.Count {
		b.SelectMore(fmt.Sprintf("sum(x.s%d) AS f%d", i, i))
	}
	b.From(b.BuilderAs(in, "x") + t.Then + t.Join)
	grouped(b, len(t.By), "sum(x.n)", t.Limit)
}

// fewest are the tables that a tally needs.
func (l List) fewest(t Tally) string {
	uses := func(sql string) bool { return l.mentions(sql) > 0 }
	if l.Lean == "" || uses(t.Join) || slices.ContainsFunc(slices.Concat(t.By, t.Count), func(p Part) bool { return uses(p.SQL) }) ||
		slices.ContainsFunc(t.Where, func(w Where) bool { return uses(w.SQL) }) {
		return l.From
	}
	return l.Lean
}

// Medians are the medians of a value in the groups of t, with how many there are.
func (l List) Medians(ctx context.Context, q db.Q, t Tally, value Part) (groups []Tallied, more bool, err error) {
	in := sqlbuilder.SQLite.NewSelectBuilder()
	in.Select(append(named(in, "k", t.By), named(in, "v", []Part{value})...)...).From(l.fewest(Tally{By: append(slices.Clone(t.By), value), Join: t.Join, Where: t.Where}) + t.Join)
	for _, w := range t.Where {
		in.Where(bind(in, w))
	}
	keys := make([]string, len(t.By))
	for i := range keys {
		keys[i] = "k" + strconv.Itoa(i)
	}
	over := ""
	if len(keys) > 0 {
		over = "PARTITION BY " + strings.Join(keys, ", ")
	}
	ranked := sqlbuilder.SQLite.NewSelectBuilder()
	ranked.Select(append(keys, "v0", "row_number() OVER ("+over+" ORDER BY v0) AS at", "count(*) OVER ("+over+") AS n")...).From(ranked.BuilderAs(in, "x")).Where("v0 IS NOT NULL")
	b := sqlbuilder.SQLite.NewSelectBuilder()
	b.Select(append(keys, "avg(v0)", "max(n)")...).From(b.BuilderAs(ranked, "y")).Where("at IN ((n + 1) / 2, (n + 2) / 2)")
	grouped(b, len(keys), "count(*)", t.Limit)
	query, args := b.Build()
	return tallied(ctx, q, query, args, len(keys), 2, t.Limit)
}

// grouped divides by the first columns; the largest groups come first, so that a
// bound keeps them.
func grouped(b *sqlbuilder.SelectBuilder, keys int, size string, limit int) {
	if keys == 0 {
		return
	}
	var by []string
	for i := range keys {
		by = append(by, strconv.Itoa(i+1))
	}
	b.GroupBy(by...).OrderBy(size + " DESC").Limit(limit + 1)
}

func named(b *sqlbuilder.SelectBuilder, letter string, parts []Part) []string {
	var out []string
	for i, p := range parts {
		out = append(out, bind(b, Where{SQL: p.SQL, Args: p.Args})+" AS "+letter+strconv.Itoa(i))
	}
	return out
}

func tallied(ctx context.Context, q db.Q, query string, args []any, keys, figures, limit int) (groups []Tallied, more bool, err error) {
	err = q.Each(ctx, query, args, func(r *sqlx.Rows) error {
		g := Tallied{By: make([]any, keys), Count: make([]*float64, figures)}
		var into []any
		for i := range g.By {
			into = append(into, &g.By[i])
		}
		for i := range g.Count {
			into = append(into, &g.Count[i])
		}
		if err := r.Scan(into...); err != nil {
			return err
		}
		for i, v := range g.By {
			if raw, ok := v.([]byte); ok {
				g.By[i] = string(raw)
			}
		}
		groups = append(groups, g)
		return nil
	})
	if err != nil {
		return nil, false, fmt.Errorf("count in groups: %w", err)
	}
	if keys > 0 && len(groups) > limit {
		return groups[:limit], true, nil
	}
	return groups, false, nil
}
