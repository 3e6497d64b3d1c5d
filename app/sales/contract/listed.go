package contract

import (
	"context"
	"fmt"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"

	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// listOf is what the list of contracts can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	return listing.Kind[Row]{Path: home, Title: "nav.contracts", Source: s, Groups: []string{"state", "renewal", "owner_id"},
		Filters: []string{"number", "ends_on", "starts_on", "signed_on", "state", "renewal", "amount", "notice_days", "owner_id", "cancelled_on", "created_at", "updated_at"}, Inputs: []string{"state.eq", "ends_on.lte"},
		Record: func(r Row) listing.Record { return listing.Record{ID: r.ID, Name: r.Number, Own: r.Added} },
		Called: func(l *i18n.Locale, field, value string) string {
			if field == "owner_id" {
				return ""
			}
			return l.T("contract." + field + "." + value)
		},
		Columns: []column{
			{Name: "title", Label: "contract.title", Class: "l1", Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.Title, Href: path(r.ID), Strong: true}
			}},
			{Name: "customer_id", Label: "common.customer", Class: "l2", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.CustomerName, Href: fmt.Sprintf("/customers/%d", r.CustomerID)}
			}},
			{Name: "number", Label: "contract.number", Class: "t2 l2e", Cell: func(_ listing.Say, r Row) view.Cell { return listing.Text(r.Number) }},
			{Name: "ends_on", Label: "contract.ends_on", Class: "l3", Sort: "ends_on", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				c := s.Day(r.EndsOn)
				if r.Soon(s.Today) {
					c.Class = "warm-t"
				}
				return c
			}},
			{Name: "decide_by", Label: "contract.decide_by", Cell: func(s listing.Say, r Row) view.Cell { return s.Day(r.DecideBy()) }},
			{Name: "state", Label: "contract.state", Class: "l1e", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				return view.Cell{Text: s.T("contract.state." + r.State), Pill: tones[r.State]}
			}},
			{Name: "amount", Label: "common.amount", Class: "num", Cell: func(s listing.Say, r Row) view.Cell {
				if r.Amount == 0 {
					return view.Cell{}
				}
				return listing.Text(s.Money(r.Amount, r.Currency))
			}},
			{Name: "renewal", Label: "contract.renewal", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.T("contract.renewal." + r.Renewal)) }},
			{Name: "owner_id", Label: "common.owner", Others: true, Plain: true, Class: "t2", Cell: func(_ listing.Say, r Row) view.Cell { return listing.Text(string(r.OwnerName)) }},
			{Name: "signed_on", Label: "contract.signed_on", Cell: func(s listing.Say, r Row) view.Cell { return s.Day(r.SignedOn) }},
			{Name: "starts_on", Label: "contract.starts_on", Cell: func(s listing.Say, r Row) view.Cell { return s.Day(r.StartsOn) }},
			{Name: "order_id", Label: "payment.order", Cell: func(_ listing.Say, r Row) view.Cell {
				if r.OrderID == 0 {
					return view.Cell{}
				}
				return view.Cell{Text: string(r.OrderNumber), Href: fmt.Sprintf("/orders/%d", r.OrderID)}
			}},
			{Name: "deal_id", Label: "contract.deal", Cell: func(_ listing.Say, r Row) view.Cell {
				if r.DealID == 0 {
					return view.Cell{}
				}
				return view.Cell{Text: string(r.DealName), Href: fmt.Sprintf("/deals/%d", r.DealID)}
			}},
			{Name: "notice_days", Label: "contract.notice_days", Class: "num", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Number(r.NoticeDays)) }},
			{Name: "renew_months", Label: "contract.renew_months", Class: "num", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Number(r.RenewMonths)) }},
			{Name: "cancelled_on", Label: "contract.cancelled_on", Cell: func(s listing.Say, r Row) view.Cell { return s.Day(r.CancelledOn) }},
			{Name: "reason", Label: "promise.reason", Cell: func(_ listing.Say, r Row) view.Cell { return view.Cell{Text: r.Reason, Title: r.Reason} }},
			{Name: "created_at", Label: "common.created", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.CreatedAt.Time)) }},
		}}
}

// tones are the pills of the states.
var tones = map[string]string{Draft: "plain", Running: "accent", Ended: "plain", Cancelled: "warm"}

// Tone is the pill of its state.
func (c Contract) Tone() string { return tones[c.State] }

// Counted is the list as something to count.
func (s *Service) Counted() listing.Counted {
	return listOf(s).Counted(func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		l, _, where, err := s.where(ctx, conds)
		return l, where, err
	})
}
