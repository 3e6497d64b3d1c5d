package deal

import (
	"context"
	"fmt"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"
	"strconv"

	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// listOf is what the list of deals can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	text := func(of func(Row) string) func(listing.Say, Row) view.Cell {
		return func(_ listing.Say, r Row) view.Cell { return view.Cell{Text: of(r), Title: of(r)} }
	}
	return listing.Kind[Row]{Path: home, Title: "deal.title", Source: s, Groups: []string{"stage_id", "result", "owner_id", "reason_id", "pipeline_id"},
		Filters: []string{"name", "customer", "pipeline_id", "stage_id", "result", "owner_id", "collaborator_id", "amount", "probability", "expected_close", "opened_on", "closed_on", "reason_id", "stepless", "source", "agent", "moved_at", "external_id", "created_at", "updated_at"},
		Inputs:  []string{"result.eq", "stage_id.eq", "owner_id.eq", "collaborator_id.eq"},
		Record:  func(r Row) listing.Record { return listing.Record{ID: r.ID, Name: r.Name, Own: r.Added} },
		Called: func(l *i18n.Locale, field, value string) string {
			if field == "result" {
				return l.T("deal.result." + value)
			}
			return ""
		},
		Pick: s.pick,
		Columns: []column{
			{Name: "name", Label: "deal.name", Class: "l1", Sort: "name", Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.Name, Strong: true, Href: path(r.ID)}
			}},
			{Name: "customer_id", Label: "common.customer", Class: "l2", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell {
				if r.CustomerID == 0 {
					return view.Cell{}
				}
				if !r.Sees {
					return view.Cell{Text: string(r.CustomerName)}
				}
				return view.Cell{Text: string(r.CustomerName), Href: fmt.Sprintf("/customers/%d", r.CustomerID)}
			}},
			{Name: "stage_id", Label: "deal.stage", Class: "l3", Plain: true, Cell: stageCell},
			{Name: "amount", Label: "common.amount", Class: "num strong l1e", Sort: "amount", Plain: true, Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Money(r.Amount, r.Currency)) }},
			{Name: "expected_close", Label: "deal.expected_close", Class: "l2e", Sort: "expected_close", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				cell := s.Day(r.ExpectedClose)
				if r.Late(s.Today) {
					cell.Class = "warm-t"
				}
				return cell
			}},
			{Name: "owner_id", Label: "common.owner", Class: "t2", Plain: true, Others: true, Cell: text(Row.ownerWords)},
			{Name: "next", Label: "deal.next", Class: "t2 clip", Plain: true, Cell: nextCell},
			{Name: "probability", Label: "deal.probability", Class: "num", Cell: text(func(r Row) string { return strconv.Itoa(r.Chance()) + " %" })},
			{Name: "pipeline_id", Label: "deal.pipeline", Cell: text(func(r Row) string { return r.PipelineName })},
			{Name: "result", Label: "deal.result", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.T("deal.result." + r.Result)) }},
			{Name: "reason_id", Label: "deal.reason", Cell: text(func(r Row) string { return string(r.ReasonName) })},
			{Name: "opened_on", Label: "deal.opened_on", Sort: "opened_on", Cell: func(s listing.Say, r Row) view.Cell { return s.Day(r.OpenedOn) }},
			{Name: "closed_on", Label: "deal.closed_on", Sort: "closed_on", Cell: func(s listing.Say, r Row) view.Cell { return s.Day(r.ClosedOn) }},
			{Name: "source", Label: "deal.source", Cell: text(func(r Row) string { return r.Source })},
			{Name: "agent", Label: "deal.agent", Cell: text(func(r Row) string { return r.Agent })},
			{Name: "notes", Label: "common.notes", Class: "clip", Cell: text(func(r Row) string { return r.Notes })},
			{Name: "external_id", Label: "order.external_id", Cell: text(func(r Row) string { return string(r.ExternalID) })},
			{Name: "created_at", Label: "common.created", Sort: "created_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.CreatedAt.Time)) }},
			{Name: "updated_at", Label: "common.updated", Sort: "updated_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.UpdatedAt.Time)) }},
		}}
}

// ownerWords is who has it: somebody here, or whoever had it elsewhere.
func (d Deal) ownerWords() string {
	if d.OwnerID != 0 {
		return string(d.OwnerName)
	}
	return d.Agent
}

func stageCell(s listing.Say, r Row) view.Cell {
	switch {
	case r.Result == Won:
		return view.Cell{Text: s.T("deal.result.won"), Pill: "accent"}
	case r.Result == Lost:
		return view.Cell{Text: s.T("deal.result.lost"), Pill: "warm"}
	}
	return view.Cell{Text: r.StageName, Pill: "plain"}
}

func nextCell(s listing.Say, r Row) view.Cell {
	switch {
	case !r.IsOpen():
		return view.Cell{}
	case r.Next.TaskID == 0:
		return view.Cell{Text: s.T("deal.no_step"), Class: "warm-t"}
	}
	return view.Cell{Text: r.Next.Title, Title: r.Next.Title}
}

// pick is what the filters on pipelines, stages and reasons offer.
func (s *Service) pick(ctx context.Context) (map[string][]view.Option, error) {
	q := s.db.Reader(ctx)
	all, err := pipelines(ctx, q)
	if err != nil {
		return nil, err
	}
	out := map[string][]view.Option{}
	for _, p := range all {
		out["pipeline"] = append(out["pipeline"], view.Option{Value: p.ID, Label: p.Name})
		for _, st := range p.Stages {
			label := st.Name
			if len(all) > 1 {
				label = p.Name + " › " + label
			}
			out["stage"] = append(out["stage"], view.Option{Value: st.ID, Label: label})
		}
	}
	why, err := reasons(ctx, q)
	for _, r := range why {
		out["reason"] = append(out["reason"], view.Option{Value: r.ID, Label: r.Name})
	}
	return out, err
}

// Counted is the list as something to count.
func (s *Service) Counted() listing.Counted {
	return listOf(s).Counted(func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		l, _, where, err := s.where(ctx, conds)
		return l, where, err
	})
}
