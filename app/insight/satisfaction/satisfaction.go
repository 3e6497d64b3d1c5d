// Package satisfaction counts what customers answered and says how sure the
// numbers are. A score is made by invited people's own answers; what colleagues
// typed in, files brought and passers-by said is counted beside it, never mixed
// in. Every number is the count of a list under the very same conditions, so
// whoever opens it finds what made it. Differences are named with their test and
// a verdict in words: likely real, could be chance, too early.
package satisfaction

import (
	"context"
	"net/url"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
	"regulars/app/voice/review"
	"regulars/app/voice/survey"
)

// window is how many days a score looks back unless told otherwise.
const window = 90

// Query is which answers are counted.
type Query struct {
	Survey survey.Survey
	Since  cal.Date // both days count
	Until  cal.Date
	Conds  []filter.Cond // as on the list of answers
	Source string        // one of survey.Sources, "" is what invited people gave themselves, everywhere is all
}

// everywhere takes answers from all sources, for telling the sources apart only.
const everywhere = "everywhere"

// Days is how many days are counted.
func (q Query) Days() int { return q.Until.Sub(q.Since) + 1 }

// with adds conditions.
func (q Query) with(conds ...filter.Cond) Query {
	q.Conds = append(append([]filter.Cond{}, q.Conds...), conds...)
	return q
}

func (q Query) between(since, until cal.Date) Query {
	q.Since, q.Until = since, until
	return q
}

func eq(field, value string) filter.Cond { return filter.Cond{Field: field, Op: "eq", Value: value} }

// is is the condition of a group; "" is none.
func is(field, value string) filter.Cond {
	if value == "" {
		return filter.Cond{Field: field, Op: "empty", Value: "true"}
	}
	return eq(field, value)
}

// of are the conditions on answers, whoever gave them.
func (q Query) of() []filter.Cond {
	return append([]filter.Cond{eq("survey_id", strconv.FormatInt(q.Survey.ID, 10)),
		{Field: "answered_at", Op: "gte", Value: string(q.Since)}, {Field: "answered_at", Op: "lte", Value: string(q.Until)}}, q.Conds...)
}

// given are the conditions on the answers of the query's source.
func (q Query) given() []filter.Cond {
	switch q.Source {
	case "":
		return append(q.of(), eq("source", survey.Invitees))
	case everywhere:
		return q.of()
	}
	return append(q.of(), eq("source", q.Source))
}

// own are the conditions on those of them that make the score.
func (q Query) own() []filter.Cond { return append(q.given(), scored) }

// from takes the answers of another source.
func (q Query) from(source string) Query {
	q.Source = source
	return q
}

// scored leaves out answers to a survey without a score.
var scored = filter.Cond{Field: "score", Op: "gte", Value: "0"}

// asked are the conditions on the invitations that left in the same days; false
// when invitations cannot be told apart by what was asked for.
func (q Query) asked() ([]filter.Cond, bool) {
	out := []filter.Cond{eq("survey_id", strconv.FormatInt(q.Survey.ID, 10)), {Field: "sent_at", Op: "gte", Value: string(q.Since)},
		{Field: "sent_at", Op: "lte", Value: string(q.Until)}, {Field: "channel", Op: "ne", Value: survey.Staff}, eq("recheck", "false")}
	for _, c := range q.Conds {
		if !survey.Asks(c.Field) || c.Field == "case_id" {
			return nil, false
		}
		out = append(out, c)
	}
	return out, true
}

// Rows is the page that lists the answers behind the score.
func (q Query) Rows() string { return rows(q.own()) }

// RowsWith narrows it to a group.
func (q Query) RowsWith(field, value string) string { return rows(q.with(is(field, value)).own()) }

func rows(conds []filter.Cond) string { return "/responses?" + filter.Query(conds).Encode() }

func invitations(conds []filter.Cond) string { return "/invitations?" + filter.Query(conds).Encode() }

// Params are the query as a page of results takes it.
func (q Query) Params() url.Values {
	v := filter.Query(q.Conds)
	v.Set("since", string(q.Since))
	v.Set("until", string(q.Until))
	return v
}

// Service counts.
type Service struct {
	db      *db.DB
	surveys *survey.Service
	reviews *review.Service
}

// New makes the service.
func New(d *db.DB, surveys *survey.Service, reviews *review.Service) *Service {
	return &Service{d, surveys, reviews}
}

// Ask makes a query of what a page or the API was asked for: the last ninety
// days unless days are named.
func (s *Service) Ask(ctx context.Context, id int64, since, until string, conds []filter.Cond) (Query, error) {
	v, err := s.surveys.Get(ctx, id)
	if err != nil {
		return Query{}, err
	}
	today, err := s.today(ctx)
	if err != nil {
		return Query{}, err
	}
	q := Query{Survey: v, Since: today.AddDays(-window), Until: today, Conds: conds}
	c := &errs.Check{}
	day := func(name, text string, into *cal.Date) {
		if text == "" {
			return
		}
		d, err := cal.ParseDate(text)
		c.That(err == nil && d != "", name, "error.date")
		*into = d
	}
	day("until", until, &q.Until)
	if since == "" && until != "" && q.Until != "" {
		q.Since = q.Until.AddDays(-window)
	}
	day("since", since, &q.Since)
	if c.Err() == nil {
		c.That(q.Since <= q.Until, "until", "satisfaction.error.order")
	}
	for _, one := range conds {
		c.That(one.Field != "survey_id" && one.Field != "answered_at" && one.Field != "source", one.Key(), "error.filter.field", "field", one.Field)
	}
	return q, c.Err()
}

func (s *Service) today(ctx context.Context) (cal.Date, error) {
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	return cal.Today(s.db.Now(), b.Zone()), err
}

// may is asked first by everything that reads without the survey's own service.
func may(ctx context.Context) error { return auth.From(ctx).May(survey.Read) }
