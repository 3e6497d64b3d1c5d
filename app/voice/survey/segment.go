package survey

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"
)

// InView is the condition that whoever answered stands in a saved view of the
// customers today; it is no column, for only the customers' own list knows who
// that is.
const InView = "view_id"

// Segment is a saved view of the customers.
type Segment struct {
	ID   int64
	Name string
}

// Segments are the saved views that the actor sees.
func (s *Service) Segments(ctx context.Context) ([]Segment, error) {
	if s.d.Segments == nil {
		return nil, nil
	}
	return s.d.Segments(ctx)
}

// conditions are those of a list that joins customer as c, with saved views.
func (s *Service) conditions(ctx context.Context, l field.List, conds []filter.Cond) ([]field.Where, error) {
	var rest []filter.Cond
	var views []field.Where
	for _, c := range conds {
		if c.Field != InView || s.d.Within == nil {
			rest = append(rest, c)
			continue
		}
		id := reference(c.Value)
		if id == 0 || c.Op != "eq" || c.Group != "" {
			check := &errs.Check{}
			check.Add(c.Key(), "error.filter.op", "op", c.Op)
			return nil, check.Err()
		}
		ids, err := s.d.Within(ctx, id)
		if err != nil {
			return nil, err
		}
		raw, err := json.Marshal(ids)
		if err != nil {
			return nil, fmt.Errorf("list the customers of view %d: %w", id, err)
		}
		views = append(views, field.Where{SQL: "c.id IN (SELECT value FROM json_each(?))", Args: []any{string(raw)}})
	}
	where, err := l.Conditions(ctx, rest)
	return append(where, views...), err
}
