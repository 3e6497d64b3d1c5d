package analysis

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
)

// The customers behind a number can go on: to a survey, to a list of one's own.
// Where the filters of their list say which they are, the number opens that list,
// and a view of it stays true by itself. Where no filter says it, those who are
// there today get a tag, and a view lists who has it.

// Segments is where lists of customers are kept.
type Segments interface {
	// Tag gives customers a tag, and tells how many got it.
	Tag(ctx context.Context, ids []int64, name string) (int, error)
	// View keeps a list of customers under a name.
	View(ctx context.Context, name, query string) (int64, error)
}

// Segment is customers under a name, as they were when they were counted.
type Segment struct {
	ViewID    int64
	TagID     int64
	Customers int
	Query     string // of the list
}

// mostKept is how many customers one list takes, as changes of many do.
const mostKept = 1000

// Keep keeps the customers behind a number of a report under a name.
func (s *Service) Keep(ctx context.Context, l *i18n.Locale, q url.Values, name string) (Segment, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Segment{}, err
	}
	name = text.Line(name)
	check := &errs.Check{}
	check.That(name != "", "name", "error.required")
	check.That(len([]rune(name)) <= 40, "name", "error.long", "n", 40)
	check.That(!strings.ContainsAny(name, ",，"), "name", "analysis.error.segment_name")
	if err := check.Err(); err != nil {
		return Segment{}, err
	}
	ids, err := s.customersBehind(ctx, l, q)
	if err != nil {
		return Segment{}, err
	}
	return db.WriteOne(ctx, s.DB, "analysis.segment", func(ctx context.Context, tx *db.Tx) (Segment, error) {
		if had, err := tagNamed(ctx, tx, name); err != nil || had != 0 {
			if err == nil {
				err = wrong("name", "analysis.error.segment_there")
			}
			return Segment{}, err
		}
		n, err := s.Segments.Tag(ctx, ids, name)
		if err != nil {
			return Segment{}, err
		}
		out := Segment{Customers: n}
		if out.TagID, err = tagNamed(ctx, tx, name); err != nil {
			return out, err
		}
		out.Query = filter.Query([]filter.Cond{is("tag_id", fmt.Sprint(out.TagID))}).Encode()
		if out.ViewID, err = s.Segments.View(ctx, name, out.Query); err != nil {
			return out, err
		}
		journal.About(tx, "view", out.ViewID, name)
		return out, nil
	})
}

func is(field, value string) filter.Cond { return filter.Cond{Field: field, Op: "eq", Value: value} }

// customersBehind are those of a cell's records, each once.
func (s *Service) customersBehind(ctx context.Context, l *i18n.Locale, q url.Values) ([]int64, error) {
	spec, err := Parse(q)
	if err != nil {
		return nil, err
	}
	c, err := s.prepare(ctx, l, spec)
	if err != nil {
		return nil, err
	}
	c.measures = c.measures[:1]
	at, err := s.cell(ctx, l, &c, q, &Behind{})
	if err != nil {
		return nil, err
	}
	work, stop := context.WithTimeout(ctx, s.Bound)
	defer stop()
	var ids []int64
	had := map[int64]bool{}
	for next := ""; ; {
		p, err := field.Fetch[Item](work, c.q, c.items(), page.Request{Limit: page.MaxLimit, Cursor: next, Sort: "-id"}, at.where)
		if err != nil {
			return nil, err
		}
		for _, i := range p.Items {
			if id := int64(i.CustomerID); id != 0 && !had[id] {
				had[id], ids = true, append(ids, id)
			}
		}
		switch {
		case len(ids) > mostKept:
			return nil, errs.New(errs.Invalid, "analysis.error.segment_many", "n", mostKept)
		case p.Next == "" && len(ids) == 0:
			return nil, errs.New(errs.Invalid, "analysis.error.segment_none")
		case p.Next == "":
			return ids, nil
		}
		next = p.Next
	}
}
