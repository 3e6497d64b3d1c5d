package task

import (
	"context"
	"slices"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// list is what a reader can filter and sort tasks by.
var list = field.List{
	Columns: columns,
	From:    from,
	ID:      "t.id",
	Sort:    "due_at",
	Fields: []field.Field{
		{Name: "due_at", Label: "task.field.due_at", Kind: field.Time, Ahead: true, Column: "t.due_sort", Sort: true},
		{Name: dueMoment, Label: "task.field.due_at", Kind: field.Time, Column: "t.due_at"},
		{Name: "open", Label: "task.field.open", Kind: field.Bool, Column: "(t.done_at IS NULL)"},
		{Name: "done_at", Label: "task.field.done_at", Kind: field.Time, Column: "t.done_at"},
		{Name: "kind", Label: "task.field.kind", Kind: field.Choice, Column: "t.kind", Choices: Kinds},
		{Name: "title", Label: "task.field.title", Kind: field.Text, Column: "t.title"},
		{Name: "owner_id", Label: "common.owner", Kind: field.Ref, Column: "t.owner_id", Options: "user"},
		{Name: "creator_id", Label: "task.field.creator", Kind: field.Ref, Column: "t.creator_id", Options: "user"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "t.customer_id"},
		{Name: "customer", Label: "common.customer", Kind: field.Text, Column: "coalesce(c.name, '')"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "t.created_at"},
	},
}

// dueMoment is due_at as a filter means it: what has no due time is neither
// before nor after anything.
const dueMoment = "due_moment"

func meant(conds []filter.Cond) []filter.Cond {
	out := slices.Clone(conds)
	for i := range out {
		if out[i].Field == "due_at" {
			out[i].Field = dueMoment
		}
	}
	return out
}

// List reads one page of the tasks that the actor sees; q searches the title
// and the customer's name.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Task], error) {
	return s.ListOnly(ctx, req, conds)
}

// ListOnly is List within what the program adds to the filters.
func (s *Service) ListOnly(ctx context.Context, req page.Request, conds []filter.Cond, more ...field.Where) (page.Page[Task], error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Task]{}, err
	}
	if req.Q != "" {
		where = append(where, field.Where{SQL: "(instr(lower(t.title), lower(?)) > 0 OR instr(lower(coalesce(c.name, '')), lower(?)) > 0)", Args: []any{req.Q, req.Q}})
	}
	return field.Fetch[Task](ctx, s.db.Reader(ctx), list, req, append(where, more...))
}

// Due is what a person has to see: in groups by when it falls due.
type Due struct {
	Overdue []Task
	Today   []Task
	Week    []Task // the next seven days
	Later   []Task
	Someday []Task // without a due time
}

// N counts them all.
func (d Due) N() int {
	return len(d.Overdue) + len(d.Today) + len(d.Week) + len(d.Later) + len(d.Someday)
}

// Group sorts open tasks by their due time, seen from now in a zone.
func Group(tasks []Task, now time.Time, zone *time.Location) Due {
	today := cal.Today(now, zone)
	tomorrow := today.AddDays(1).Time(zone)
	week := today.AddDays(8).Time(zone)
	var d Due
	for _, t := range tasks {
		switch {
		case t.DueAt.IsZero():
			d.Someday = append(d.Someday, t)
		case t.DueAt.Before(now):
			d.Overdue = append(d.Overdue, t)
		case t.DueAt.Before(tomorrow):
			d.Today = append(d.Today, t)
		case t.DueAt.Before(week):
			d.Week = append(d.Week, t)
		default:
			d.Later = append(d.Later, t)
		}
	}
	return d
}

// Mine lists a person's own open tasks up to the end of their day: what Today
// and the digest show.
func (s *Service) Mine(ctx context.Context, limit int) (Due, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Due{}, err
	}
	now := s.db.Now()
	tasks, err := due(ctx, s.db.Reader(ctx), actor.UserID, cal.Today(now, actor.Zone).AddDays(1).Time(actor.Zone), limit)
	return Group(tasks, now, actor.Zone), err
}

// OfCustomer lists a customer's open tasks that the actor sees.
func (s *Service) OfCustomer(ctx context.Context, customer int64) ([]Task, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	return ofCustomer(ctx, s.db.Reader(ctx), actor.Scope(), customer)
}

// ofScope narrows a list to one's own, one's team's or all tasks.
func ofScope(scope string, a *auth.Actor) []field.Where {
	switch scope {
	case "all":
		return nil
	case "team":
		return []field.Where{{SQL: "(t.owner_id = ? OR t.owner_id IN (SELECT id FROM user WHERE team_id = ?))", Args: []any{a.UserID, db.ID(a.TeamID)}}}
	}
	return []field.Where{{SQL: "t.owner_id = ?", Args: []any{a.UserID}}}
}
