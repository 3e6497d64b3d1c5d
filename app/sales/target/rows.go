package target

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Item is one record behind a number.
type Item struct {
	ID         int64    `db:"id"`
	Day        cal.Date `db:"day"`
	Name       string   `db:"name"`
	CustomerID db.ID    `db:"customer_id"`
	Customer   db.Null  `db:"customer"`
	Person     db.Null  `db:"person"`
	Amount     int64    `db:"amount"`
}

// Items are a page of the records behind a number, newest first; Next is where
// the following page begins, "" at the end.
type Items struct {
	Period               Period
	Metric, Subject, Key string
	Name                 string // of whom or what
	Currency             string
	List                 []Item
	Next                 string
}

// pageSize is how many records a page holds.
const pageSize = 100

// whose limits records of user u and customer c to a subject's.
const whose = ` AND CASE ? WHEN 'person' THEN coalesce(u.id, 0) = CAST(? AS INTEGER) WHEN 'team' THEN coalesce(u.team_id, 0) = CAST(? AS INTEGER) WHEN 'region' THEN coalesce(c.region, '') = ? ELSE 1 END`

var sqlItems = map[string]string{
	Won: db.SQL(`
		SELECT d.id, d.closed_on AS day, d.name, d.customer_id, c.name AS customer, u.name AS person, d.amount
		FROM deal d LEFT JOIN customer c ON c.id = d.customer_id LEFT JOIN user u ON u.id = d.owner_id
		WHERE d.closed_on BETWEEN ? AND ? AND d.result = 'won' AND d.currency = ? AND (d.closed_on, d.id) < (?, ?)` + whose + `
		ORDER BY d.closed_on DESC, d.id DESC LIMIT 101`),
	Product: db.SQL(`
		SELECT d.id, d.closed_on AS day, d.name, d.customer_id, c.name AS customer, u.name AS person, sum(l.total) AS amount
		FROM deal d JOIN deal_line l ON l.deal_id = d.id LEFT JOIN customer c ON c.id = d.customer_id LEFT JOIN user u ON u.id = d.owner_id
		WHERE d.closed_on BETWEEN ? AND ? AND d.result = 'won' AND d.currency = ? AND (d.closed_on, d.id) < (?, ?) AND l.product_id = CAST(? AS INTEGER)
		GROUP BY d.id ORDER BY d.closed_on DESC, d.id DESC LIMIT 101`),
	Received: db.SQL(`
		SELECT p.id, p.paid_on AS day, o.number AS name, p.customer_id, c.name AS customer, u.name AS person, p.amount
		FROM payment p JOIN order_head o ON o.id = p.order_id JOIN customer c ON c.id = p.customer_id LEFT JOIN user u ON u.id = c.owner_id
		WHERE p.paid_on BETWEEN ? AND ? AND o.currency = ? AND (p.paid_on, p.id) < (?, ?)` + whose + `
		ORDER BY p.paid_on DESC, p.id DESC LIMIT 101`),
	NewCustomers: db.SQL(`
		SELECT c.id, '' AS day, c.name, c.id AS customer_id, c.name AS customer, u.name AS person, c.created_at AS amount
		FROM customer c LEFT JOIN user u ON u.id = c.owner_id
		WHERE c.created_at >= ? AND c.created_at < ? AND (c.created_at, c.id) < (?, ?)` + whose + `
		ORDER BY c.created_at DESC, c.id DESC LIMIT 101`),
	Contacts: db.SQL(`
		SELECT f.id, '' AS day, f.channel AS name, f.customer_id, c.name AS customer, u.name AS person, f.at AS amount
		FROM followup f JOIN customer c ON c.id = f.customer_id LEFT JOIN user u ON u.id = f.user_id
		WHERE f.at >= ? AND f.at < ? AND (f.at, f.id) < (?, ?)` + whose + `
		ORDER BY f.at DESC, f.id DESC LIMIT 101`),
}

// Rows are the records behind a number of Results, a page from after on.
func (s *Service) Rows(ctx context.Context, p Period, subject, key, metric, after string) (Items, error) {
	actor := auth.From(ctx)
	out := Items{Period: p, Metric: metric, Subject: subject, Key: key}
	if err := actor.May(Read); err != nil {
		return out, err
	}
	if !slices.Contains(Metrics, metric) || (subject != Company && !slices.Contains(Subjects, subject)) || !Counted(subject, metric) {
		return out, errs.NotVisible()
	}
	q := s.DB.Reader(ctx)
	people, err := s.people(ctx, q)
	if err != nil {
		return out, err
	}
	if !s.sees(actor, subject, key, people) {
		return out, errs.NotVisible()
	}
	_, business, err := s.today(ctx)
	if err != nil {
		return out, err
	}
	out.Currency = business.Currency
	names, err := s.names(ctx, q, subject, people)
	if err != nil {
		return out, err
	}
	if out.Name = names[key]; subject == Region {
		out.Name = key
	}
	from, id, _ := strings.Cut(after, ".")
	last, err := strconv.ParseInt(id, 10, 64)
	if after != "" && err != nil {
		return out, errs.New(errs.Malformed, "error.malformed")
	}
	var args []any
	statement := metric
	if Money(metric) {
		if after == "" {
			from, last = "9999-12-31", 0
		}
		args = []any{p.From, p.To, out.Currency, from, last}
	} else {
		at := db.At(p.To.AddDays(1).Time(business.Zone()))
		until := any(at)
		if after != "" {
			if until, err = strconv.ParseInt(from, 10, 64); err != nil {
				return out, errs.New(errs.Malformed, "error.malformed")
			}
		}
		args = []any{db.At(p.From.Time(business.Zone())), at, until, last}
	}
	if subject == Product {
		statement = Product
		args = append(args, key)
	} else {
		args = append(args, subject, key, key, key)
	}
	if err := q.Select(ctx, &out.List, sqlItems[statement], args...); err != nil {
		return out, fmt.Errorf("read the rows behind %s: %w", metric, err)
	}
	if len(out.List) > pageSize {
		out.List = out.List[:pageSize]
		end := out.List[pageSize-1]
		mark := string(end.Day)
		if !Money(metric) {
			mark = strconv.FormatInt(end.Amount, 10)
		}
		out.Next = mark + "." + strconv.FormatInt(end.ID, 10)
	}
	if !Money(metric) { // the moment stands where the amount is
		for i := range out.List {
			at := db.Time{}
			if err := at.Scan(out.List[i].Amount); err != nil {
				return out, fmt.Errorf("read a moment: %w", err)
			}
			out.List[i].Day, out.List[i].Amount = cal.DateOf(at.Time, business.Zone()), 0
		}
	}
	return out, nil
}
