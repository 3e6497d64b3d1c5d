package task

import (
	"context"
	"strconv"

	"regulars/app/kit/filter"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// The same tasks as a table: for those who want to see many, by their own columns,
// order and groups.

// tableLook asks the page of tasks for the table.
const tableLook = "table"

// listOf is what the table of tasks can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Task] {
	type column = listing.Column[Task]
	return listing.Kind[Task]{Path: "/tasks", Title: "nav.tasks", Source: s, Groups: []string{"owner_id", "kind", "open", "creator_id"},
		Filters: []string{"title", "due_at", "open", "kind", "customer", "owner_id", "creator_id", "done_at", "created_at"},
		Record:  func(t Task) listing.Record { return listing.Record{ID: t.ID, Name: t.Title} },
		Called: func(l *i18n.Locale, field, value string) string {
			switch field {
			case "kind":
				return l.T("task.kind." + value)
			case "open":
				return l.T(map[string]string{"true": "task.field.open", "false": "task.scope.done"}[value])
			}
			return ""
		},
		Pick: s.pick,
		Columns: []column{
			{Name: "title", Label: "task.field.title", Class: "l1", Cell: titleCell},
			{Name: "customer_id", Label: "common.customer", Class: "l2", Plain: true, Cell: func(_ listing.Say, t Task) view.Cell {
				if t.CustomerID == 0 {
					return view.Cell{}
				}
				return view.Cell{Text: string(t.CustomerName), Href: "/customers/" + strconv.FormatInt(int64(t.CustomerID), 10)}
			}},
			{Name: "kind", Label: "task.field.kind", Class: "t2 l3", Plain: true, Cell: func(s listing.Say, t Task) view.Cell { return listing.Text(s.T("task.kind." + t.Kind)) }},
			{Name: "owner_id", Label: "common.owner", Class: "l3", Plain: true, Others: true, Cell: func(_ listing.Say, t Task) view.Cell { return listing.Text(string(t.OwnerName)) }},
			{Name: "due_at", Label: "task.field.due_at", Class: "l1e", Sort: "due_at", Plain: true, Cell: dueCell},
			{Name: "done_at", Label: "task.field.done_at", Class: "l2e", Cell: func(s listing.Say, t Task) view.Cell {
				if t.Open() {
					return view.Cell{}
				}
				return listing.Text(s.Date(t.DoneAt.Time))
			}},
			{Name: "notes", Label: "common.notes", Class: "clip", Cell: func(_ listing.Say, t Task) view.Cell { return view.Cell{Text: t.Notes, Title: t.Notes} }},
			{Name: "created_at", Label: "common.created", Sort: "created_at", Cell: func(s listing.Say, t Task) view.Cell { return listing.Text(s.Date(t.CreatedAt.Time)) }},
		}}
}

func titleCell(s listing.Say, t Task) view.Cell {
	return view.Cell{Text: t.Heading(s.Locale), Strong: true, Href: t.Path()}
}

func dueCell(s listing.Say, t Task) view.Cell {
	if t.DueAt.IsZero() {
		return view.Cell{}
	}
	c := view.Cell{Text: s.Ago(t.DueAt.Time), Title: s.DateTime(t.DueAt.Time)}
	if t.Overdue(s.Now()) {
		c.Class = "warm-t"
	}
	return c
}

// pick is who a task can be of.
func (s *Service) pick(ctx context.Context) (map[string][]view.Option, error) {
	people, err := s.notices.Colleagues(ctx)
	return map[string][]view.Option{"user": Options(people)}, err
}

// Listed is the list of tasks; a shop adds no fields to them.
func (s *Service) Listed(context.Context) (field.List, custom.Record, error) {
	return list, custom.Record{}, nil
}

// Count counts matches, at most up to limit when it is positive.
func (s *Service) Count(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return 0, err
	}
	return list.Count(ctx, s.db.Reader(ctx), where, limit)
}

// Groups counts what the filters leave by the values of a field.
func (s *Service) Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return nil, err
	}
	return list.GroupsBy(ctx, s.db.Reader(ctx), by, where)
}

func (s *Service) where(ctx context.Context, conds []filter.Cond) ([]field.Where, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	where, err := list.Conditions(ctx, meant(conds))
	return append(where, field.Where{SQL: visibleSQL, Args: visibleArgs(actor.Scope())}), err
}

// Counted is the list as something to count.
func (s *Service) Counted() listing.Counted {
	return listOf(s).Counted(func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		where, err := s.where(ctx, conds)
		return list, where, err
	})
}
