package feedback

import (
	"context"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// The same cases as a table: for those who want to see many, by their own columns,
// order and groups.

// tableLook asks the page of cases for the table.
const tableLook = "table"

// listOf is what the table of cases can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	text := func(of func(listing.Say, Row) string) func(listing.Say, Row) view.Cell {
		return func(s listing.Say, r Row) view.Cell { return view.Cell{Text: of(s, r), Title: of(s, r)} }
	}
	return listing.Kind[Row]{Path: "/feedback-cases", Title: "feedback.title", Source: s, Groups: []string{"state", "cause", "owner_id", "red", "kind"},
		Filters: []string{"state", "open", "customer", "owner_id", "score", "red", "cause", "kind", "due_at", "opened_at", "closed_at", "recheck_score"},
		Record:  func(r Row) listing.Record { return listing.Record{ID: r.ID, Name: r.label()} },
		Called:  called, Pick: s.pick,
		Columns: []column{
			{Name: "customer_id", Label: "common.customer", Class: "l1", Cell: func(s listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.who(s.Locale), Strong: true, Href: path(r.ID)}
			}},
			{Name: "score", Label: "feedback.score", Class: "num l1e", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell { return number(r.Score) }},
			{Name: "state", Label: "feedback.state", Class: "l2", Plain: true, Cell: stateCell},
			{Name: "owner_id", Label: "common.owner", Class: "l3", Plain: true, Others: true, Cell: text(func(_ listing.Say, r Row) string { return string(r.OwnerName) })},
			{Name: "due_at", Label: "feedback.due", Class: "l2e", Sort: "due_at", Plain: true, Cell: dueCell},
			{Name: "opened_at", Label: "feedback.opened", Class: "t2 l3e", Sort: "opened_at", Plain: true, Cell: day(func(r Row) db.Time { return r.OpenedAt })},
			{Name: "cause", Label: "feedback.cause", Class: "t2 l3", Plain: true, Cell: text(func(s listing.Say, r Row) string {
				return causeCalled(s.Locale, r.Cause, string(r.CauseEN), string(r.CauseZH))
			})},
			{Name: "comment", Label: "feedback.comment", Class: "clip", Cell: text(func(_ listing.Say, r Row) string { return string(r.Comment) })},
			{Name: "kind", Label: "feedback.kind", Cell: text(func(s listing.Say, r Row) string { return kindName(s.Locale, r.Kind) })},
			{Name: "recheck_score", Label: "feedback.recheck_score", Class: "num", Cell: func(_ listing.Say, r Row) view.Cell { return number(r.RecheckScore) }},
			{Name: "action", Label: "feedback.done_about", Class: "clip", Cell: text(func(_ listing.Say, r Row) string { return r.Action })},
			{Name: "responded_at", Label: "feedback.first_reply", Cell: day(func(r Row) db.Time { return r.RespondedAt })},
			{Name: "resolved_at", Label: "feedback.put_right", Cell: day(func(r Row) db.Time { return r.ResolvedAt })},
			{Name: "closed_at", Label: "feedback.closed", Cell: day(func(r Row) db.Time { return r.ClosedAt })},
		}}
}

func called(l *i18n.Locale, field, value string) string {
	switch field {
	case "state", "outcome":
		return l.T("feedback.state." + value)
	case "cause":
		return causeName(l, value)
	case "kind":
		return kindName(l, value)
	case "red":
		return l.T(map[string]string{"true": "feedback.red", "false": "feedback.not_red"}[value])
	}
	return ""
}

func kindName(l *i18n.Locale, kind string) string {
	if kind == "" {
		return l.T("feedback.kind.none")
	}
	return l.T("survey.kind." + kind)
}

func number(n int) view.Cell {
	if n < 0 {
		return view.Cell{}
	}
	return listing.Text(strconv.Itoa(n))
}

func day(of func(Row) db.Time) func(listing.Say, Row) view.Cell {
	return func(s listing.Say, r Row) view.Cell {
		if of(r).IsZero() {
			return view.Cell{}
		}
		return s.Day(cal.DateOf(of(r).Time, s.Zone()))
	}
}

func stateCell(s listing.Say, r Row) view.Cell {
	c := view.Cell{Text: s.T("feedback.state." + string(r.State)), Pill: "plain"}
	if r.Red && r.Open() {
		c.Pill = "bad"
	}
	return c
}

// dueCell is the next deadline, warm when it has passed and somebody has to act.
func dueCell(s listing.Say, r Row) view.Cell {
	if !r.Open() || r.DueAt.IsZero() {
		return view.Cell{}
	}
	c := view.Cell{Text: s.Ago(r.DueAt.Time), Title: s.DateTime(r.DueAt.Time)}
	if r.DueAt.Before(s.Now()) && r.ResolvedAt.IsZero() {
		c.Class = "warm-t"
	}
	return c
}

// pick is who a case can be of.
func (s *Service) pick(ctx context.Context) (map[string][]view.Option, error) {
	var people []Person
	err := s.db.Reader(ctx).Select(ctx, &people, sqlStaff)
	return map[string][]view.Option{"user": caseBody{Staff: people}.StaffOptions()}, err
}

// Listed is the list of cases; a shop adds no fields to them.
func (s *Service) Listed(context.Context) (field.List, custom.Record, error) {
	return list, custom.Record{}, nil
}

// Matches counts matches, at most up to limit when it is positive.
func (s *Service) Matches(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
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
	where, err := list.Conditions(ctx, conds)
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: "(k.customer_id IS NULL OR k.owner_id = ? OR k.team_id = (SELECT team_id FROM user WHERE id = ?) OR " + sql + ")",
			Args: append([]any{actor.UserID, actor.UserID}, args...)})
	}
	return where, err
}

// Counted is the list as something to count.
func (s *Service) Counted() listing.Counted {
	return listOf(s).Counted(func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		where, err := s.where(ctx, conds)
		return list, where, err
	})
}
