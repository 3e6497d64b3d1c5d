package approval

import (
	"context"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// Row is an approval in a list.
type Row struct {
	field.Row
	Approval
}

// Listed is the list of approvals; a shop adds no fields to them.
func (s *Service) Listed(context.Context) (field.List, custom.Record, error) {
	return list, custom.Record{}, nil
}

func (s *Service) where(ctx context.Context, conds []filter.Cond) ([]field.Where, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	where, err := list.Conditions(ctx, conds)
	return append(where, visible(ctx)...), err
}

// Count counts matches, at most up to limit when it is positive.
func (s *Service) Count(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return 0, err
	}
	return list.Count(ctx, s.DB.Reader(ctx), where, limit)
}

// Groups counts what the filters leave by the values of a field.
func (s *Service) Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return nil, err
	}
	return list.GroupsBy(ctx, s.DB.Reader(ctx), by, where)
}

// List reads one page of what the actor asked, decided, or may look at.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" {
		where = append(where, field.Where{SQL: "instr(lower(a.title), lower(?)) > 0", Args: []any{req.Q}})
	}
	return field.Fetch[Row](ctx, s.DB.Reader(ctx), list, req, where)
}

// listOf is what the list of approvals can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	return listing.Kind[Row]{Path: home, Title: "nav.approvals", Source: s, Groups: []string{"state", "kind"},
		Filters: []string{"state", "asker_id", "amount", "created_at", "decided_at"}, Inputs: []string{"state.eq", "asker_id.eq"},
		Record: func(r Row) listing.Record { return listing.Record{ID: r.ID, Name: r.Title} },
		Called: func(l *i18n.Locale, field, value string) string { return l.T("approval." + field + "." + value) },
		Columns: []column{
			{Name: "title", Label: "approval.what", Class: "l1", Cell: func(s listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.Told(s.Locale), Href: Path(r.ID), Strong: true}
			}},
			{Name: "asker_id", Label: "approval.asker", Class: "t2 l2", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell { return listing.Text(r.AskerName) }},
			{Name: "state", Label: "approval.state", Class: "l1e", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				return view.Cell{Text: s.T("approval.state." + r.State), Pill: tones[r.State]}
			}},
			{Name: "created_at", Label: "approval.asked_at", Class: "t2 l2e", Sort: "created_at", Plain: true, Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.DateTime(r.CreatedAt.Time)) }},
			{Name: "customer_id", Label: "common.customer", Cell: func(_ listing.Say, r Row) view.Cell {
				if r.Customer == 0 {
					return view.Cell{}
				}
				return view.Cell{Text: string(r.CustomerName), Href: "/customers/" + strconv.FormatInt(int64(r.Customer), 10)}
			}},
			{Name: "reason", Label: "approval.reason", Class: "clip", Cell: func(_ listing.Say, r Row) view.Cell { return view.Cell{Text: r.Reason, Title: r.Reason} }},
			{Name: "decided_at", Label: "approval.decided_at", Cell: func(s listing.Say, r Row) view.Cell {
				if r.DecidedAt.IsZero() {
					return view.Cell{}
				}
				return listing.Text(s.DateTime(r.DecidedAt.Time))
			}},
		}}
}

// tones are the pills of the states.
var tones = map[string]string{Asked: "warm", Approved: "accent", Rejected: "bad", Withdrawn: "plain", Void: "plain"}

// Tone is the pill of its state.
func (a Approval) Tone() string { return tones[a.State] }

// Told is what it is about, in the reader's language.
func (a Approval) Told(l *i18n.Locale) string {
	args := errs.Args{"title": a.Title, "amount": l.Money(a.Amount, a.Currency), "n": a.Rows, "percent": percent(l, a.Discount)}
	if a.Kind == Export {
		args["title"] = a.Title
		if key := "import.kind." + strings.ReplaceAll(a.Title, "-", "_"); l.Has(key) {
			args["title"] = l.T(key)
		}
	}
	return l.Message(errs.Message{Key: "approval.told." + a.Kind, Args: args})
}

// percent writes basis points without needless zeros.
func percent(l *i18n.Locale, points int64) string {
	places := 2
	if points%100 == 0 {
		places = 0
	} else if points%10 == 0 {
		places = 1
	}
	return l.Decimal(float64(points)/100, places) + "%"
}
