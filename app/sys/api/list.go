package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/field"
)

// List is the input of every list: paging, search, order and filters.
type List struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many items"`
	Cursor string `query:"cursor" doc:"next_cursor of the page before"`
	Q      string `query:"q" maxLength:"200" doc:"Search, the same as on the page"`
	Sort   string `query:"sort" doc:"Field name, - before it for descending"`
	Count  bool   `query:"count" doc:"Also count all matches exactly"`
	Fields string `query:"fields" maxLength:"4000" doc:"Only these fields of each item, with commas between; fields.key for one that the shop added. The id always comes"`

	filters
}

// Matching is the search and filters of a list without its paging: whom a change
// of many is about.
type Matching struct {
	Q string `query:"q" maxLength:"200" doc:"Search, the same as on the page"`

	filters
}

type filters struct{ conds []filter.Cond }

// Resolve reads filter[field][op]=value, which huma itself would misread.
func (l *List) Resolve(ctx huma.Context) []error { return l.resolve(ctx) }

// Resolve is List's.
func (m *Matching) Resolve(ctx huma.Context) []error { return m.resolve(ctx) }

func (l *filters) resolve(ctx huma.Context) []error {
	u := ctx.URL()
	conds, err := filter.Parse(u.Query())
	l.conds = conds
	if e, ok := errs.As(err); ok {
		var out []error
		for _, name := range e.FieldNames() {
			message := "unknown filter or operator"
			if e.Fields[name].Key == "error.filter.empty" {
				message = "expected true or false"
			}
			out = append(out, &huma.ErrorDetail{Location: "query." + name, Message: message})
		}
		return out
	}
	return nil
}

// Request is the list's paging.
func (l *List) Request() page.Request {
	return page.Request{Limit: l.Limit, Cursor: l.Cursor, Sort: l.Sort, Q: l.Q, Count: l.Count}
}

// Conditions are its filters.
func (l *filters) Conditions() []filter.Cond { return l.conds }

// Items is the answer of every list.
type Items[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next_cursor,omitempty"`
	Total *int   `json:"total,omitempty"`

	Only only `json:"-"`
}

// only is what a caller asked for of a list: the names of fields, all when there
// are none. By this type a list's answer is known; Items has no methods, which
// every package that knows a service would compile anew.
type only []string

// Map turns a page of rows into the answer of a list.
func Map[R, T any](p page.Page[R], object func(R) T) *Body[Items[T]] {
	out := &Body[Items[T]]{Body: Items[T]{Items: make([]T, 0, len(p.Items)), Next: p.Next, Total: p.Total}}
	for _, r := range p.Items {
		out.Body.Items = append(out.Body.Items, object(r))
	}
	return out
}

// Get, Post, Patch, Put and Delete are Op's methods.
const (
	Get    = http.MethodGet
	Post   = http.MethodPost
	Patch  = http.MethodPatch
	Put    = http.MethodPut
	Delete = http.MethodDelete
)

// Remove registers DELETE of one record: 204, undoable through history.
func Remove(a *API, path, tag, summary string, h func(ctx context.Context, id int64) error) {
	Register(a, Op{Method: Delete, Path: path, Summary: summary, Tag: tag, Status: http.StatusNoContent}, func(ctx context.Context, in *Path) (*Empty, error) {
		return nil, h(ctx, in.ID)
	})
}

// Groups is the input of a count of a list's matches by the values of a field.
type Groups struct {
	By string `query:"by" required:"true" maxLength:"60" doc:"The field"`

	filters
}

// Resolve is List's.
func (g *Groups) Resolve(ctx huma.Context) []error { return g.resolve(ctx) }

// GroupCount is one value with how many matches have it.
type GroupCount struct {
	Value any  `json:"value" doc:"null: none"`
	N     int  `json:"count"`
	Rest  bool `json:"rest,omitempty" doc:"the last of many: all values that are not listed, together"`
}

// Counted registers GET path/groups: how many of the matches have which value of
// a field, the most first, at most 100 values and what is left of them.
func Counted(a *API, path, tag string, h func(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error)) {
	Register(a, Op{Method: Get, Path: path + "/groups", Tag: tag, Summary: "Count the matches by the values of a field; filters as in the list"},
		func(ctx context.Context, in *Groups) (*Body[Items[GroupCount]], error) {
			found, err := h(ctx, in.By, in.Conditions())
			out := &Body[Items[GroupCount]]{Body: Items[GroupCount]{Items: make([]GroupCount, 0, len(found))}}
			for _, g := range found {
				if g.Value == "" {
					g.Value = nil
				}
				out.Body.Items = append(out.Body.Items, GroupCount{g.Value, g.N, g.Rest})
			}
			return out, err
		})
}
