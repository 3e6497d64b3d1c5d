package outlook

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/sys/api"
	"regulars/app/sys/setting"
)

// Object is how sales went and are likely to go on.
type Object struct {
	AsOf   string       `json:"as_of" doc:"empty before the first night"`
	Months CourseObject `json:"months"`
	Weeks  CourseObject `json:"weeks"`
}

// CourseObject is it by one kind of period.
type CourseObject struct {
	Shown   bool           `json:"shown"`
	Reason  string         `json:"reason,omitempty" enum:"nothing,few,not_better" doc:"why nothing is foretold; few: only the mean with its range"`
	Periods int            `json:"periods" doc:"whole ones"`
	Method  string         `json:"method,omitempty"`
	Holdout *HoldoutObject `json:"holdout,omitempty"`
	Past    []PastObject   `json:"past"`
	Ahead   []AheadObject  `json:"ahead" doc:"the running period first"`
	Checks  []CheckObject  `json:"checks" doc:"what would have been foretold of the last periods"`
}

// HoldoutObject is how the method did when the past was foretold from before.
type HoldoutObject struct {
	Measure string  `json:"measure" enum:"mase"`
	Tries   int     `json:"tries"`
	Model   float64 `json:"model"`
	Base    float64 `json:"base" doc:"the same time last year, or the last value"`
}

// PastObject is what a period came to.
type PastObject struct {
	From  string    `json:"from"`
	Total api.Money `json:"total"`
}

// AheadObject is a period to come; eight in ten fall within low to high.
type AheadObject struct {
	From  string     `json:"from"`
	Value *api.Money `json:"value" doc:"null while nothing is foretold"`
	Low   *api.Money `json:"low"`
	High  *api.Money `json:"high"`
	Naive api.Money  `json:"naive"`
}

// CheckObject is a period that is over, as it would have been foretold.
type CheckObject struct {
	From  string    `json:"from"`
	Value api.Money `json:"value"`
	Low   api.Money `json:"low"`
	High  api.Money `json:"high"`
	Was   api.Money `json:"was"`
}

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/outlook", Tag: "insight", Summary: "How sales are likely to go on by month and week, and how well that would have been foretold"}, s.apiRead)
}

func (s *Service) apiRead(ctx context.Context, _ *struct{}) (*api.Body[Object], error) {
	o, _, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	return &api.Body[Object]{Body: Object{string(o.Day), o.Months.object(b.Currency), o.Weeks.object(b.Currency)}}, err
}

func (c Course) object(currency string) CourseObject {
	sum := func(v int64) api.Money { return api.MoneyOf(v, currency) }
	told := func(v int64) *api.Money {
		if c.Reason() == "not_better" {
			return nil
		}
		m := sum(v)
		return &m
	}
	day := func(d cal.Date) string { return string(d) }
	o := CourseObject{Shown: c.Reason() == "", Reason: c.Reason(), Periods: c.N, Method: string(c.Method), Past: []PastObject{}, Ahead: []AheadObject{}, Checks: []CheckObject{}}
	if c.Tries > 0 {
		o.Holdout = &HoldoutObject{"mase", c.Tries, c.Error, c.Base}
	}
	for _, p := range c.Past {
		o.Past = append(o.Past, PastObject{day(p.From), sum(p.Total)})
	}
	for _, a := range c.Ahead {
		o.Ahead = append(o.Ahead, AheadObject{day(a.From), told(a.Value), told(a.Low), told(a.High), sum(a.Naive)})
	}
	for _, k := range c.Checks {
		o.Checks = append(o.Checks, CheckObject{day(k.From), sum(k.Value), sum(k.Low), sum(k.High), sum(k.Was)})
	}
	return o
}
