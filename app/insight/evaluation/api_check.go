package evaluation

import (
	"context"
	"slices"
	"time"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/field"
)

// CheckRow is an answer of a checklist in a list of them.
type CheckRow struct {
	field.Row
	Check
	Name string `db:"name"`
}

// Checks are the answers about the customers that the actor sees, those that end
// first at the front.
func (s *Service) Checks(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[CheckRow], error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return page.Page[CheckRow]{}, err
	}
	where, err := checks.Conditions(ctx, conds)
	if err != nil {
		return page.Page[CheckRow]{}, err
	}
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	if req.Q != "" {
		named, err := s.named(ctx, "k.customer_id", req.Q)
		if err != nil {
			return page.Page[CheckRow]{}, err
		}
		where = append(where, named)
	}
	return field.Fetch[CheckRow](ctx, s.db.Reader(ctx), checks, req, where)
}

// AnswerObject is an answer with whose it is.
type AnswerObject struct {
	ID       int64 `json:"id"`
	Customer struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	} `json:"customer"`
	DimensionID int64      `json:"dimension_id"`
	Item        int64      `json:"item"`
	Text        string     `json:"text" doc:"the question; empty when the checklist no longer asks it"`
	Yes         bool       `json:"yes"`
	Note        string     `json:"note,omitempty"`
	Until       string     `json:"until" doc:"the last day on which it counts"`
	Ended       bool       `json:"ended" doc:"that day has passed"`
	By          string     `json:"by,omitempty"`
	At          *time.Time `json:"at"`
}

type checksIn struct {
	api.List
	EndsBefore string `query:"ends_before" format:"date" doc:"only answers that still count and whose last day lies before this one; the same as filter[until]"`
}

func (s *Service) checkAPI(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/evaluation-checks", Tag: "evaluations", Summary: "List what was answered in checklists, what ends first at the front"}, s.apiChecks)
}

func (s *Service) apiChecks(ctx context.Context, in *checksIn) (*api.Body[api.Items[AnswerObject]], error) {
	d, err := s.date(ctx, s.db.Now())
	if err != nil {
		return nil, err
	}
	conds := in.Conditions()
	if in.EndsBefore != "" {
		conds = append(slices.Clone(conds), filter.Cond{Field: "until", Op: "gte", Value: string(d.today)}, filter.Cond{Field: "until", Op: "lt", Value: in.EndsBefore})
	}
	p, err := s.Checks(ctx, in.Request(), conds)
	if err != nil {
		return nil, err
	}
	owns, err := ownsOf(ctx, s.db.Reader(ctx))
	return api.Map(p, func(r CheckRow) AnswerObject {
		o := AnswerObject{ID: r.ID, DimensionID: r.Dimension, Item: r.Item, Yes: r.Yes, Note: r.Note, Until: string(r.Until), Ended: r.Until < d.today, By: string(r.By), At: api.Time(r.At)}
		o.Customer.ID, o.Customer.Name = r.CustomerID, r.Name
		for _, own := range owns {
			for _, i := range own.Items {
				if own.ID == r.Dimension && i.ID == r.Item {
					o.Text = i.Text
				}
			}
		}
		return o
	}), err
}
