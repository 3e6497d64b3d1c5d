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
	ReceiptID  int64    `db:"receipt_id"` // of money that came in or went back as a receipt
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
