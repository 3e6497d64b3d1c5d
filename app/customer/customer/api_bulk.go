package customer

import (
	"context"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// Many customers changed at once through the API: named by ids, or by the same
// search and filters as the list.

// bulkIn is what PATCH /customers takes.
type bulkIn struct {
	api.Matching
	Preview bool `query:"preview" doc:"Only say what would change"`
	Body    struct {
		IDs []int64        `json:"ids,omitempty" maxItems:"20000" doc:"Whom; without, the search and filters say it, and one of them is needed"`
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
	Hidden  int    `json:"hidden" doc:"are not there, or not yours to see"`
}

// maxSets is how many fields one request changes.
const maxSets = 10

func (s *Service) apiBulk(ctx context.Context, in *bulkIn) (*api.Body[BulkObject], error) {
	changes, err := bulkChanges(in.Body.Set)
	if err != nil {
		return nil, err
	}
	ids := in.Body.IDs
	if len(ids) == 0 && (in.Q != "" || len(in.Conditions()) > 0) {
		if ids, err = s.Matching(ctx, in.Q, in.Conditions()); err != nil {
			return nil, err
		}
	}
	out := &api.Body[BulkObject]{Body: BulkObject{Preview: in.Preview, Fields: []BulkField{}}}
	each := func(ctx context.Context, do func(context.Context, []int64, BulkChange) (BulkOutcome, error)) error {
		for _, ch := range changes {
			o, err := do(ctx, ids, ch)
			if err != nil {
				return inSet(err, ch.Field)
			}
			out.Body.Fields = append(out.Body.Fields, BulkField{ch.Field, o.Changes, o.Same, o.Hidden})
		}
		return nil
	}
	if in.Preview {
		return out, each(ctx, s.Preview)
	}
	return out, s.db.Write(ctx, "customer.bulk", func(ctx context.Context, _ *db.Tx) error { return each(ctx, s.Change) })
}

// inSet names the field that is wrong by its place in the request.
func inSet(err error, field string) error {
	if e, ok := errs.As(err); ok && len(e.Fields) > 0 {
		c := &errs.Check{}
		for _, m := range e.Fields {
			custom.Add(c, "set."+field, m)
		}
		return c.Err()
	}
	return err
}

// bulkChanges reads the members of set, in the order of their names.
func bulkChanges(set map[string]any) ([]BulkChange, error) {
	c := &errs.Check{}
	c.That(len(set) > 0, "set", "error.required")
	c.That(len(set) <= maxSets, "set", "error.many", "n", maxSets)
	if err := c.Err(); err != nil {
		return nil, err
	}
	typed := custom.FromJSON(set)
	var out []BulkChange
	for field, values := range typed {
		out = append(out, BulkChange{Field: field, Values: values})
	}
	slices.SortFunc(out, func(a, b BulkChange) int { return strings.Compare(a.Field, b.Field) })
	return out, nil
}
