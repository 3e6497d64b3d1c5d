package customer

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/custom"
	"regulars/app/sys/field"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// A grouped list shows the first rows under each heading; the heading leads to
// the rest.

// ListGroup is a heading with its first rows; without a label it is the list.
type ListGroup struct {
	Label string
	Hue   int // of a tag
	N     int
	Href  string
	Rows  []ListRow
}

const (
	openGroups = 12 // that show rows
	groupRows  = 6
)

// grouped divides what the filters leave by a field.
func (p pages) grouped(c *fiber.Ctx, by string, list field.List, set custom.Set, req page.Request, conds []filter.Cond, pick map[string][]view.Option) ([]ListGroup, error) {
	ctx, l := web.Ctx(c), web.Locale(c)
	f, ok := list.Field(by)
	_, fixed := groupings[by]
	if f.Whole {
		check := &errs.Check{}
		check.Add("group", "error.filter.whole")
		return nil, check.Err()
	}
	if !ok || !fixed && !dividing(f, set) {
		check := &errs.Check{}
		check.Add("group", "error.group", "field", by)
		return nil, check.Err()
	}
	found, err := p.s.Groups(ctx, by, conds)
	if err != nil {
		return nil, err
	}
	var out []ListGroup
	for i, g := range found {
		if g.Rest {
			q := queryOf(c)
			q.Del("group")
			q.Del("cursor")
			out = append(out, ListGroup{Label: l.T("customer.group_rest"), N: g.N, Href: "/customers?" + q.Encode()})
			break
		}
		cond := filter.Cond{Field: by, Op: "eq", Value: fmt.Sprint(g.Value)}
		if g.Value == nil || cond.Value == "" {
			cond.Op, cond.Value = "empty", "true"
		}
		q := queryOf(c)
		q.Del("group")
		q.Del("cursor")
		q.Add(cond.Key(), cond.Value)
		one := ListGroup{Label: groupLabel(words(l, list, pick), f, cond), Hue: words(l, list, pick).Hue(cond), N: g.N, Href: "/customers?" + q.Encode()}
		if i < openGroups {
			rows, err := p.s.List(ctx, page.Request{Limit: groupRows, Sort: req.Sort}, append([]filter.Cond{cond}, conds...))
			if err != nil {
				return nil, err
			}
			for _, r := range rows.Items {
				one.Rows = append(one.Rows, listRow(l, web.Business(c), r))
			}
		}
		out = append(out, one)
	}
	return out, nil
}

func groupLabel(l listing.Words, f field.Field, cond filter.Cond) string {
	if cond.Op == "empty" {
		return l.T("customer.group_none")
	}
	for _, o := range l.Options(f) {
		if fmt.Sprint(o.Value) == cond.Value {
			return o.Label
		}
	}
	if f.Name == "region" {
		return l.Country(cond.Value)
	}
	return cond.Value
}

// gone takes the conditions, order, columns and groups of deleted fields out of
// a query, and names them: a saved view outlives a field.
func gone(list field.List, q url.Values) (left url.Values, names []string) {
	missing := func(name string) bool {
		_, ok := list.Field(strings.TrimPrefix(name, "-"))
		return strings.HasPrefix(strings.TrimPrefix(name, "-"), "fields.") && !ok
	}
	left = url.Values{}
	for key, values := range q {
		name := ""
		if conds, err := filter.Parse(url.Values{key: values[:min(1, len(values))]}); err == nil && len(conds) == 1 {
			name = conds[0].Field
		} else if key == "sort" || key == "group" {
			name = strings.Join(values, "")
		}
		if missing(name) {
			names = append(names, strings.TrimPrefix(strings.TrimPrefix(name, "-"), "fields."))
			continue
		}
		left[key] = values
	}
	return left, names
}

// Groups counts what the filters leave by the values of a field.
func (s *Service) Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return nil, err
	}
	l, _, err := s.listWith(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	f, ok := l.Field(by)
	join := groupings[by]
	if !ok || join == "" {
		if f, err = l.Dividing(by); err != nil {
			return nil, err
		}
	}
	return l.Groups(ctx, s.db.Reader(ctx), f, join, where)
}
