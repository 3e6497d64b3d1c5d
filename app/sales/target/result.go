package target

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Cell is one metric of one row.
type Cell struct {
	Value  int64
	Before int64 // the period before, up to the same share of its days
	Target int64 // 0 is none
	N      int   // records behind it
}

// Percent is how much of the target is reached, -1 without one.
func (c Cell) Percent() int {
	if c.Target <= 0 {
		return -1
	}
	return int(c.Value * 100 / c.Target)
}

// Row is what one person, team, product, region or the company reached.
type Row struct {
	Subject, Key, Name string
	Cells              map[string]Cell
}

// Results are a period's, by one kind of subject.
type Results struct {
	Period   Period
	Subject  string
	Currency string
	Company  Row
	Whole    bool // the reader sees the whole company
	Rows     []Row
	Foreign  int // won deals in other currencies, which no sum holds
	Partial  bool
}

// Results counts what was reached in a period by a kind of subject. Who sees
// only some records sees the rows of those people alone.
func (s *Service) Results(ctx context.Context, p Period, subject string) (Results, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Results{}, err
	}
	q := s.DB.Reader(ctx)
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return Results{}, err
	}
	today := cal.Today(s.DB.Now(), business.Zone())
	out := Results{Period: p, Subject: subject, Currency: business.Currency, Whole: actor.Scope().Everything(), Partial: p.To >= today}
	people, err := s.people(ctx, q)
	if err != nil {
		return out, err
	}
	names, err := s.names(ctx, q, subject, people)
	if err != nil {
		return out, err
	}
	rows := map[string]*Row{}
	row := func(key string) *Row {
		if r, there := rows[key]; there {
			return r
		}
		r := &Row{Subject: subject, Key: key, Name: names[key], Cells: map[string]Cell{}}
		rows[key] = r
		return r
	}
	out.Company = Row{Subject: Company, Cells: map[string]Cell{}}
	before := p.Before()
	if out.Partial { // as far into it as today is into this one
		before.To = min(before.To, before.From.AddDays(max(0, today.Sub(p.From))))
	}
	for _, metric := range Metrics {
		for _, part := range []struct {
			p   Period
			set func(c *Cell, v sum)
		}{{p, func(c *Cell, v sum) { c.Value, c.N = c.Value+v.Amount, c.N+v.N }}, {before, func(c *Cell, v sum) { c.Before += v.Amount }}} {
			span := [2]db.Time{db.At(part.p.From.Time(business.Zone())), db.At(part.p.To.AddDays(1).Time(business.Zone()))}
			list, err := sums(ctx, q, metric, part.p.From, part.p.To, span, business.Currency)
			if err != nil {
				return out, err
			}
			for _, v := range list {
				c := out.Company.Cells[metric]
				part.set(&c, v)
				out.Company.Cells[metric] = c
			}
			if subject == Product {
				list = nil
				if metric == Won {
					if err := q.Select(ctx, &list, sqlWonProducts, part.p.From, part.p.To, business.Currency); err != nil {
						return out, fmt.Errorf("count what was won by product: %w", err)
					}
				}
			}
			for _, v := range list {
				key := keyOf(subject, v, people)
				r := row(key)
				c := r.Cells[metric]
				part.set(&c, v)
				r.Cells[metric] = c
			}
		}
	}
	targets, err := targetsOf(ctx, q, p.Name)
	if err != nil {
		return out, err
	}
	for _, t := range targets {
		switch t.Subject {
		case Company:
			c := out.Company.Cells[t.Metric]
			c.Target = t.Amount
			out.Company.Cells[t.Metric] = c
		case subject:
			r := row(t.Key())
			c := r.Cells[t.Metric]
			c.Target = t.Amount
			r.Cells[t.Metric] = c
		}
	}
	for key := range names { // those who did nothing stand there too
		if subject == Person || subject == Team {
			row(key)
		}
	}
	for _, r := range rows {
		if r.Name == "" && subject != Region {
			if r.Name, err = s.gone(ctx, q, subject, r.Key); err != nil {
				return out, err
			}
		}
		if s.sees(actor, subject, r.Key, people) {
			out.Rows = append(out.Rows, *r)
		}
	}
	slices.SortFunc(out.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Cells[Won].Value, a.Cells[Won].Value), cmp.Compare(b.Cells[Received].Value, a.Cells[Received].Value), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Key, b.Key))
	})
	if !out.Whole {
		out.Company.Cells = map[string]Cell{}
		return out, nil
	}
	return out, q.Get(ctx, &out.Foreign, sqlForeign, p.From, p.To, business.Currency)
}

// keyOf is in whose row a sum counts; "0" is nobody's.
func keyOf(subject string, v sum, people map[int64]person) string {
	switch subject {
	case Team:
		return strconv.FormatInt(people[v.UserID].TeamID, 10)
	case Product:
		return strconv.FormatInt(v.ProductID, 10)
	case Region:
		return v.Region
	}
	return strconv.FormatInt(v.UserID, 10)
}

// sees tells whether the actor sees a row: everybody's, or their own and their
// team's.
func (s *Service) sees(actor *auth.Actor, subject, key string, people map[int64]person) bool {
	scope := actor.Scope()
	if scope.Everything() {
		return true
	}
	id, err := strconv.ParseInt(key, 10, 64)
	switch {
	case err != nil || id == 0:
		return false
	case subject == Person:
		return id == scope.UserID || (scope.Reach == auth.Team && scope.TeamID != 0 && people[id].TeamID == scope.TeamID)
	case subject == Team:
		return scope.Reach == auth.Team && id == scope.TeamID
	}
	return false
}

func (s *Service) people(ctx context.Context, q db.Q) (map[int64]person, error) {
	var list []person
	if err := q.Select(ctx, &list, sqlPeople); err != nil {
		return nil, fmt.Errorf("read who works here: %w", err)
	}
	out := map[int64]person{}
	for _, p := range list {
		out[p.ID] = p
	}
	return out, nil
}

// names are those of whom or what can have results, by key.
func (s *Service) names(ctx context.Context, q db.Q, subject string, people map[int64]person) (map[string]string, error) {
	out := map[string]string{}
	var list []named
	var err error
	switch subject {
	case Person:
		for _, p := range people {
			if p.Active {
				out[strconv.FormatInt(p.ID, 10)] = p.Name
			}
		}
	case Team:
		err = q.Select(ctx, &list, sqlTeams)
	case Product:
		err = q.Select(ctx, &list, sqlProducts)
	}
	for _, n := range list {
		out[strconv.FormatInt(n.ID, 10)] = n.Name
	}
	return out, err
}

// gone is the name of somebody or something that is not offered any more.
func (s *Service) gone(ctx context.Context, q db.Q, subject, key string) (string, error) {
	id, _ := strconv.ParseInt(key, 10, 64) // keys of these are ids
	if id == 0 {
		return "", nil
	}
	people, err := s.people(ctx, q)
	if err != nil || subject == Person {
		return people[id].Name, err
	}
	var name string
	if subject == Product {
		_, err = db.Found(q.Get(ctx, &name, sqlProduct, id))
	}
	return name, err
}
