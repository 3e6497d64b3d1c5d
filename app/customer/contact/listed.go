package contact

import (
	"fmt"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// listOf is what the list of all contacts can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	text := func(of func(Row) string) func(listing.Say, Row) view.Cell {
		return func(_ listing.Say, r Row) view.Cell { return view.Cell{Text: of(r), Title: of(r)} }
	}
	return listing.Kind[Row]{Path: "/contacts", Title: "contact.all", Source: s, Groups: []string{"title", "primary"},
		Filters: []string{"name", "customer", "title", "phone", "email", "wechat", "primary", "created_at", "updated_at"},
		Record:  func(r Row) listing.Record { return listing.Record{ID: r.Contact.ID, Name: r.Name, Own: r.Added} },
		Called: func(l *i18n.Locale, field, value string) string {
			if field == "primary" {
				return l.T(map[string]string{"true": "contact.first_yes", "false": "contact.first_no"}[value])
			}
			return ""
		},
		Columns: []column{
			{Name: "name", Label: "customer.name", Class: "l1", Sort: "name", Cell: nameCell},
			{Name: "customer_id", Label: "common.customer", Class: "l2", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.CustomerName, Href: record(r.CustomerID)}
			}},
			{Name: "title", Label: "contact.title", Class: "t2 l2", Plain: true, Cell: text(func(r Row) string { return r.Title })},
			{Name: "phone", Label: "customer.phone", Class: "l2e", Plain: true, Cell: phoneCell},
			{Name: "email", Label: "customer.email", Class: "l3 clip", Plain: true, Cell: emailCell},
			{Name: "wechat", Label: "customer.wechat", Class: "t2", Cell: text(func(r Row) string { return r.WeChat })},
			{Name: "birthday", Label: "customer.birthday", Cell: birthdayCell},
			{Name: "primary", Label: "contact.first", Cell: func(s listing.Say, r Row) view.Cell {
				if !r.Primary {
					return view.Cell{}
				}
				return view.Cell{Text: s.T("contact.first_yes"), Pill: "plain"}
			}},
			{Name: "notes", Label: "common.notes", Class: "clip", Cell: text(func(r Row) string { return r.Notes })},
			{Name: "created_at", Label: "customer.created_at", Sort: "created_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.CreatedAt.Time)) }},
			{Name: "updated_at", Label: "customer.updated_at", Sort: "updated_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.UpdatedAt.Time)) }},
		}}
}

// nameCell leads to the customer, where whoever may also changes the contact.
func nameCell(_ listing.Say, r Row) view.Cell {
	return view.Cell{Text: r.Name, Strong: true, Href: record(r.CustomerID)}
}

func phoneCell(_ listing.Say, r Row) view.Cell {
	if len(r.Phones) == 0 {
		return view.Cell{}
	}
	c := view.Cell{Text: r.Phones[0].Raw}
	if e := r.Phones[0].E164; e != "" {
		c.Href = "tel:" + e
	}
	if n := len(r.Phones); n > 1 {
		c.Note = fmt.Sprintf("+%d", n-1)
	}
	return c
}

func emailCell(_ listing.Say, r Row) view.Cell {
	if len(r.Emails) == 0 {
		return view.Cell{}
	}
	c := view.Cell{Text: r.Emails[0]}
	if !strings.Contains(c.Text, "*") {
		c.Href = "mailto:" + c.Text
	}
	return c
}

// birthdayCell is the day as it was entered: without a year, or of the lunar year.
func birthdayCell(s listing.Say, r Row) view.Cell {
	if day, err := cal.ParseDate(r.Birthday); err == nil && day != "" && !r.BirthdayLunar {
		return s.Day(day)
	}
	return listing.Text(r.Birthday)
}

// Counted is the list as something to count.
func (s *Service) Counted() listing.Counted { return listOf(s).Counted(s.where) }
