package customer

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
)

// Many customers changed at once through the API: named by ids, or by the same
// search and filters as the list.

// bulkIn is what PATCH /customers takes.
type bulkIn struct {
	api.Matching
	Preview bool `query:"preview" doc:"Only say what would change"`
	Body    struct {
		IDs []int64        `json:"ids,omitempty" maxItems:"20000" doc:"Whom; without, the search and filters say it; one of the two is needed, never both"`
		Set map[string]any `json:"set" doc:"What becomes of them: owner_id, level, region, source, add_tags, drop_tags, or an added field as fields.key; null clears"`
	}
}

// BulkObject says what became of them, or would.
type BulkObject struct {
	Preview bool        `json:"preview"`
	Fields  []BulkField `json:"fields"`
}

// BulkField is the outcome for one field.
type BulkField struct {
	Field   string `json:"field"`
	Changes int    `json:"changes" doc:"get another value"`
	Same    int    `json:"same" doc:"have it already"`
	Hidden  int    `json:"hidden" doc:"are not there, or not yours to see or change: left out"`
}

// maxSets is how many fields one request changes.
const maxSets = 10

func (s *Service) apiBulk(ctx context.Context, in *bulkIn) (*api.Body[BulkObject], error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return nil, err
	}
	changes, err := bulkChanges(in.Body.Set)
	if err != nil {
		return nil, err
	}
	ids, filtered := in.Body.IDs, in.Q != "" || len(in.Conditions()) > 0
	if ids != nil && filtered {
		c := &errs.Check{}
		c.Add("ids", "customer.error.ids_or_filter")
		return nil, c.Err()
	}
	if filtered {
		if ids, err = s.Matching(ctx, in.Q, in.Conditions()); err != nil {
			return nil, err
		}
	}
	do := s.Change
	if in.Preview {
		do = s.Preview
	}
	found, err := do(ctx, ids, changes...)
	if err != nil {
		return nil, inSet(err)
	}
	out := &api.Body[BulkObject]{Body: BulkObject{Preview: in.Preview, Fields: []BulkField{}}}
	for i, o := range found {
		out.Body.Fields = append(out.Body.Fields, BulkField{changes[i].Field, o.Changes, o.Same, o.Hidden})
	}
	slices.SortFunc(out.Body.Fields, func(a, b BulkField) int { return strings.Compare(a.Field, b.Field) })
	return out, nil
}

// inSet names the field that is wrong by its place in the request.
func inSet(err error) error {
	var wrong *wrongChange
	if e, ok := errs.As(err); ok && len(e.Fields) > 0 && errors.As(err, &wrong) {
		c := &errs.Check{}
		for _, m := range e.Fields {
			custom.Add(c, "set."+wrong.field, m)
		}
		return c.Err()
	}
	return err
}

// bulkChanges reads the members of set, in the order of their names; who looks
// after them comes last.
func bulkChanges(set map[string]any) ([]BulkChange, error) {
	c := &errs.Check{}
	c.That(len(set) > 0, "set", "error.required")
	c.That(len(set) <= maxSets, "set", "error.many", "n", maxSets)
	typed := custom.FromJSON(set)
	var out []BulkChange
	for field, value := range set {
		values, ok := typed[field], true
		if slices.Contains(bulkFields, field) {
			values, ok = bulkValues(field, value)
		}
		c.That(ok, "set."+field, "error.shape")
		out = append(out, BulkChange{Field: field, Values: values})
	}
	last := func(ch BulkChange) int {
		if ch.Field == bulkOwner {
			return 1
		}
		return 0
	}
	slices.SortFunc(out, func(a, b BulkChange) int {
		return cmp.Or(last(a)-last(b), strings.Compare(a.Field, b.Field))
	})
	return out, c.Err()
}

// bulkValues reads what is said about a field that every customer has: null, a
// text, the number of a person, a list of tags.
func bulkValues(field string, value any) (values []string, ok bool) {
	tags := field == bulkAddTags || field == bulkDropTags
	switch v := value.(type) {
	case nil:
		return nil, true
	case string:
		return []string{v}, !tags && field != bulkOwner
	case float64:
		return []string{strconv.FormatFloat(v, 'f', -1, 64)}, field == bulkOwner
	case []any:
		for _, one := range v {
			name, is := one.(string)
			if !is {
				return nil, false
			}
			values = append(values, name)
		}
		return values, tags
	}
	return nil, false
}
