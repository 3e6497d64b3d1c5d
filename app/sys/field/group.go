package field

import (
	"context"
	"fmt"
	"strings"

	"github.com/huandu/go-sqlbuilder"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
)

// Group is one value of a field with how many matches have it; nil is none.
// Rest is the last of many groups: all values that have none of their own.
type Group struct {
	Value any  `db:"value"`
	N     int  `db:"n"`
	Rest  bool `db:"-"`
}

// maxGroups is how many groups a list is divided into; what is left is one more.
const maxGroups = 100

// Groups counts the matches by the values of a field, the largest first. join
// brings in the table of a field whose values stand in another.
func (l List) Groups(ctx context.Context, q db.Q, f Field, join string, where []Where) ([]Group, error) {
	b := sqlbuilder.SQLite.NewSelectBuilder()
	b.Select(f.Column+" AS value", "count(*) AS n").From(l.countFrom(append([]Where{{SQL: f.Column}}, where...)) + join)
	for _, w := range where {
		b.Where(bind(b, w))
	}
	b.GroupBy("1")
	every, same := b.Build()
	b.OrderBy("2 DESC").Limit(maxGroups + 1)
	sql, args := b.Build()
	var out []Group
	if err := q.Select(ctx, &out, sql, args...); err != nil {
		return nil, fmt.Errorf("group %s by %s: %w", l.From, f.Name, err)
	}
	for i, g := range out {
		if raw, ok := g.Value.([]byte); ok {
			out[i].Value = string(raw)
		}
	}
	if len(out) <= maxGroups {
		return out, nil
	}
	rest := Group{Rest: true}
	if err := q.Get(ctx, &rest.N, "SELECT sum(n) FROM ("+every+")", same...); err != nil {
		return nil, fmt.Errorf("count the groups of %s by %s: %w", l.From, f.Name, err)
	}
	out = out[:maxGroups]
	for _, g := range out {
		rest.N -= g.N
	}
	return append(out, rest), nil
}

// GroupsBy is Groups by a field of the record's own, as a reader named it.
func (l List) GroupsBy(ctx context.Context, q db.Q, by string, where []Where) ([]Group, error) {
	f, err := l.Dividing(by)
	if err != nil {
		return nil, err
	}
	return l.Groups(ctx, q, f, "", where)
}

// Dividing is a field that groups can be counted by: one of the record's own table
// with few values or whole ones.
func (l List) Dividing(name string) (Field, error) {
	f, ok := l.Field(name)
	if f.Whole {
		check := &errs.Check{}
		check.Add("by", "error.filter.whole")
		return f, check.Err()
	}
	if !ok || f.Within != "" || f.Refuse != "" || f.Kind == Time || f.Kind == Since || name == "id" {
		check := &errs.Check{}
		check.Add("by", "error.group", "field", name)
		return f, check.Err()
	}
	return f, nil
}

// Neighbours are the records before and after one in a list's order; 0 is none.
func (l List) Neighbours(ctx context.Context, q db.Q, sort string, where []Where, id int64) (before, after int64, err error) {
	o, err := l.order(sort)
	if err != nil {
		return 0, 0, err
	}
	b := sqlbuilder.SQLite.NewSelectBuilder()
	b.Select(o.column).From(l.From).Where(l.ID + " = " + b.Var(id))
	query, args := b.Build()
	var at any
	if found, err := db.Found(q.Get(ctx, &at, query, args...)); err != nil || !found {
		return 0, 0, err
	}
	if raw, ok := at.([]byte); ok {
		at = string(raw)
	}
	step := func(sort string) (int64, error) {
		narrow := l
		narrow.Columns = l.ID + " AS id"
		p, err := Fetch[struct {
			Row
			ID int64 `db:"id"`
		}](ctx, q, narrow, page.Request{Limit: 1, Sort: sort, Cursor: page.Cursor{Sort: sort, Value: at, ID: id}.Encode()}, where)
		if err != nil || len(p.Items) == 0 {
			return 0, err
		}
		return p.Items[0].ID, nil
	}
	back, down := strings.CutPrefix(o.name, "-")
	if !down {
		back = "-" + o.name
	}
	if after, err = step(o.name); err != nil {
		return 0, 0, err
	}
	before, err = step(back)
	return before, after, err
}

// IDs are the matches' ids in their own order, at most limit.
func (l List) IDs(ctx context.Context, q db.Q, where []Where, limit int) ([]int64, error) {
	b := sqlbuilder.SQLite.NewSelectBuilder()
	b.Select(l.ID).From(l.From)
	for _, w := range where {
		b.Where(bind(b, w))
	}
	b.OrderBy(l.ID).Limit(limit)
	sql, args := b.Build()
	var out []int64
	if err := q.Select(ctx, &out, sql, args...); err != nil {
		return nil, fmt.Errorf("list the ids of %s: %w", l.From, err)
	}
	return out, nil
}
