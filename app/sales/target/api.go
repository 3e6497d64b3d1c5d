package target

import (
	"context"
	"net/http"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// CellObject is one metric of one row; amounts are decimal text in the shop's
// currency, numbers are numbers as text.
type CellObject struct {
	Value    string  `json:"value"`
	Before   string  `json:"before" doc:"The period before, up to the same share of its days"`
	Target   *string `json:"target,omitempty"`
	Percent  *int    `json:"percent,omitempty" doc:"Of the target"`
	Records  int     `json:"records"`
	Currency string  `json:"currency,omitempty"`
}

// RowObject is what one person, team, product, region or the company reached.
type RowObject struct {
	By    string                `json:"by"`
	Key   string                `json:"key"`
	Name  string                `json:"name"`
	Cells map[string]CellObject `json:"cells"`
}

// ResultsObject is a period.
type ResultsObject struct {
	Period  string      `json:"period"`
	From    string      `json:"from" format:"date"`
	To      string      `json:"to" format:"date"`
	Company *RowObject  `json:"company,omitempty" doc:"Only for who sees the whole shop"`
	Items   []RowObject `json:"items"`
}

// TargetBody sets a target; an empty amount takes it away.
type TargetBody struct {
	Period string `json:"period" doc:"2026-11 or 2026-Q4"`
	Metric string `json:"metric" enum:"won,received,new_customers,contacts"`
	By     string `json:"by" enum:"company,person,team,product,region"`
	Key    string `json:"key,omitempty" doc:"An id, or the name of a region"`
	Amount string `json:"amount" doc:"Decimal text in the shop's currency, or a number"`
}

type resultsIn struct {
	Period string `query:"period" doc:"2026-11 or 2026-Q4"`
	By     string `query:"by" enum:"person,team,product,region" default:"person"`
}

type monthIn struct {
	Month string `query:"month" doc:"2026-11"`
}

type targetIn struct{ Body TargetBody }

// ExpectedObject is what one way of looking ahead expects.
type ExpectedObject struct {
	Method string     `json:"method" enum:"pipeline,history,pace,repeat"`
	Known  bool       `json:"known"`
	Off    bool       `json:"off,omitempty" doc:"The shop's own past does not bear this way out: it tells nothing"`
	SoFar  api.Money  `json:"so_far"`
	P10    *api.Money `json:"p10,omitempty"`
	P50    *api.Money `json:"p50,omitempty"`
	P90    *api.Money `json:"p90,omitempty"`
	N      int        `json:"n"`
	Hits   int        `json:"hits" doc:"Past months that came out between p10 and p90"`
	Scored int        `json:"scored" doc:"Past months with a forecast"`
}

// ForecastObject is a month ahead.
type ForecastObject struct {
	Month  string           `json:"month"`
	Target *api.Money       `json:"target,omitempty"`
	Items  []ExpectedObject `json:"items"`
	Judged *JudgedObject    `json:"judged,omitempty" doc:"Where enough deals were decided"`
}

// JudgedObject is how far off both ways of seeing an open deal were.
type JudgedObject struct {
	Deals   int     `json:"deals" doc:"Open 180 days ago and decided since"`
	Stages  float64 `json:"stages" doc:"Mean squared error of the stages' probabilities"`
	History float64 `json:"history" doc:"And of what history said on that day; the smaller the better"`
}

// LeaderObject is one place of the leaderboard.
type LeaderObject struct {
	Place  int                   `json:"place"`
	UserID string                `json:"user_id"`
	Name   string                `json:"name"`
	Cells  map[string]CellObject `json:"cells"`
	Won    int                   `json:"won"`
	Closed int                   `json:"closed"`
	Rate   float64               `json:"win_rate" doc:"Drawn towards the shop's rate by ten deals"`
	Low    float64               `json:"win_rate_low"`
	High   float64               `json:"win_rate_high"`
}

type leaderIn struct {
	Period string `query:"period"`
	Metric string `query:"metric" enum:"won,received,new_customers,contacts" default:"won"`
}

// LeadersObject is the leaderboard.
type LeadersObject struct {
	Period string         `json:"period"`
	Items  []LeaderObject `json:"items"`
}

// EarnedObject is a person's commission.
type EarnedObject struct {
	UserID  int64     `json:"user_id"`
	Name    string    `json:"name"`
	Percent *int      `json:"percent,omitempty"`
	Parts   []Part    `json:"parts" doc:"base and amount in minor units, rate in hundredths of a percent"`
	Total   api.Money `json:"total"`
}

// SheetObject is a month's commission.
type SheetObject struct {
	Month  string         `json:"month"`
	Closed bool           `json:"closed"`
	Items  []EarnedObject `json:"items"`
}

// RuleObject is a commission rule.
type RuleObject struct {
	ID          int64  `json:"id"`
	Metric      string `json:"metric" enum:"won,received"`
	ProductID   int64  `json:"product_id,omitempty"`
	FromPercent int    `json:"from_percent"`
	Rate        int    `json:"rate" doc:"Hundredths of a percent"`
}

// RuleBody makes one.
type RuleBody struct {
	Metric      string `json:"metric" enum:"won,received"`
	ProductID   int64  `json:"product_id,omitempty"`
	FromPercent int    `json:"from_percent,omitempty"`
	Rate        int    `json:"rate"`
}

type ruleIn struct{ Body RuleBody }

type rulesOut struct {
	Items []RuleObject `json:"items"`
}

func (s *Service) api(a *api.API) {
	const tag = "targets"
	api.Register(a, api.Op{Method: api.Get, Path: "/targets", Tag: tag, Summary: "What was reached in a period beside its targets"}, s.apiResults)
	api.Register(a, api.Op{Method: api.Put, Path: "/targets", Tag: tag, Summary: "Set or take away a target"}, s.apiSet)
	api.Register(a, api.Op{Method: api.Get, Path: "/forecast", Tag: tag, Summary: "What a month is likely to bring"}, s.apiAhead)
	api.Register(a, api.Op{Method: api.Get, Path: "/leaderboard", Tag: tag, Summary: "Who leads in a period"}, s.apiLeaders)
	api.Register(a, api.Op{Method: api.Get, Path: "/commission", Tag: tag, Summary: "A month's commission"}, s.apiCommission)
	api.Register(a, api.Op{Method: api.Get, Path: "/commission-rules", Tag: tag, Summary: "Commission rules"}, s.apiRules)
	api.Register(a, api.Op{Method: api.Post, Path: "/commission-rules", Tag: tag, Summary: "Add a commission rule", Status: http.StatusCreated}, s.apiAddRule)
	api.Remove(a, "/commission-rules/{id}", tag, "Delete a commission rule, undoable through history", s.DropRule)
}

func (s *Service) period(ctx context.Context, name string, monthOnly bool) (Period, error) {
	if name == "" {
		today, _, err := s.today(ctx)
		return MonthOf(today), err
	}
	p, err := ParsePeriod(name)
	if err != nil || (monthOnly && p.Quarter()) {
		return p, wrong("period", "target.error.period")
	}
	return p, nil
}

func cells(r Row, currency string) map[string]CellObject {
	out := map[string]CellObject{}
	for _, m := range Metrics {
		c, there := r.Cells[m]
		if !there {
			continue
		}
		text := func(v int64) string { return api.MoneyOf(v, currency).Amount }
		o := CellObject{Records: c.N, Currency: currency}
		if !Money(m) {
			text, o.Currency = plain, ""
		}
		o.Value, o.Before = text(c.Value), text(c.Before)
		if c.Target > 0 {
			t, p := text(c.Target), c.Percent()
			o.Target, o.Percent = &t, &p
		}
		out[m] = o
	}
	return out
}

func (s *Service) apiResults(ctx context.Context, in *resultsIn) (*api.Body[ResultsObject], error) {
	p, err := s.period(ctx, in.Period, false)
	if err != nil {
		return nil, err
	}
	r, err := s.Results(ctx, p, in.By)
	if err != nil {
		return nil, err
	}
	out := ResultsObject{Period: p.Name, From: string(p.From), To: string(p.To), Items: []RowObject{}}
	if r.Whole {
		out.Company = &RowObject{By: Company, Cells: cells(r.Company, r.Currency)}
	}
	for _, row := range r.Rows {
		out.Items = append(out.Items, RowObject{By: row.Subject, Key: row.Key, Name: row.Name, Cells: cells(row, r.Currency)})
	}
	return &api.Body[ResultsObject]{Body: out}, nil
}

func (s *Service) apiSet(ctx context.Context, in *targetIn) (*api.Body[TargetBody], error) {
	b := in.Body
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return nil, err
	}
	input, c := Input{Period: b.Period, Metric: b.Metric, Subject: b.By, Key: b.Key}, &errs.Check{}
	if b.Amount != "" {
		if Money(b.Metric) {
			input.Amount = api.Money{Amount: b.Amount, Currency: business.Currency}.Minor(c, "amount", business.Currency)
		} else {
			input.Amount, err = number(b.Amount)
			c.That(err == nil, "amount", "error.number")
		}
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return &api.Body[TargetBody]{Body: b}, s.Set(ctx, []Input{input})
}

func (s *Service) apiAhead(ctx context.Context, in *monthIn) (*api.Body[ForecastObject], error) {
	p, err := s.period(ctx, in.Month, true)
	if err != nil {
		return nil, err
	}
	if !auth.From(ctx).Scope().Everything() {
		return nil, errs.New(errs.Denied, "error.denied")
	}
	f, err := s.Ahead(ctx, p)
	if err != nil {
		return nil, err
	}
	out := ForecastObject{Month: p.Name, Items: []ExpectedObject{}}
	if f.Target > 0 {
		m := api.MoneyOf(f.Target, f.Currency)
		out.Target = &m
	}
	if f.Judged.Says() {
		out.Judged = &JudgedObject{f.Judged.N, f.Judged.Stages, f.Judged.History}
	}
	for _, e := range f.Expected {
		o := ExpectedObject{Method: e.Method, Known: e.Known, Off: e.Off, SoFar: api.MoneyOf(e.SoFar, f.Currency), N: e.N}
		o.Hits, o.Scored = f.Hits(e.Method)
		if e.Known {
			p10, p50, p90 := api.MoneyOf(e.P10, f.Currency), api.MoneyOf(e.P50, f.Currency), api.MoneyOf(e.P90, f.Currency)
			o.P10, o.P50, o.P90 = &p10, &p50, &p90
		}
		out.Items = append(out.Items, o)
	}
	return &api.Body[ForecastObject]{Body: out}, nil
}

func (s *Service) apiLeaders(ctx context.Context, in *leaderIn) (*api.Body[LeadersObject], error) {
	p, err := s.period(ctx, in.Period, false)
	if err != nil {
		return nil, err
	}
	on, err := s.BoardOn(ctx)
	if err != nil {
		return nil, err
	}
	if !on {
		return nil, errs.NotVisible()
	}
	r, leaders, err := s.Leaders(ctx, p, in.Metric)
	if err != nil {
		return nil, err
	}
	out := LeadersObject{Period: p.Name, Items: []LeaderObject{}}
	for _, l := range leaders {
		out.Items = append(out.Items, LeaderObject{Place: l.Place, UserID: l.Row.Key, Name: l.Row.Name, Cells: cells(l.Row, r.Currency), Won: l.Won, Closed: l.N,
			Rate: l.Rate, Low: l.Low, High: l.High})
	}
	return &api.Body[LeadersObject]{Body: out}, nil
}

func (s *Service) apiCommission(ctx context.Context, in *monthIn) (*api.Body[SheetObject], error) {
	p, err := s.period(ctx, in.Month, true)
	if err != nil {
		return nil, err
	}
	sheet, err := s.Commission(ctx, p)
	if err != nil {
		return nil, err
	}
	out := SheetObject{Month: p.Name, Closed: sheet.Closed, Items: []EarnedObject{}}
	for _, e := range sheet.Lines {
		o := EarnedObject{UserID: e.UserID, Name: e.Name, Parts: e.Parts, Total: api.MoneyOf(e.Total, sheet.Currency)}
		if e.Percent >= 0 {
			o.Percent = &e.Percent
		}
		out.Items = append(out.Items, o)
	}
	return &api.Body[SheetObject]{Body: out}, nil
}

func (s *Service) apiRules(ctx context.Context, _ *struct{}) (*api.Body[rulesOut], error) {
	list, err := s.Rules(ctx)
	out := rulesOut{Items: []RuleObject{}}
	for _, r := range list {
		out.Items = append(out.Items, RuleObject{r.ID, r.Metric, int64(r.ProductID), r.FromPercent, r.Rate})
	}
	return &api.Body[rulesOut]{Body: out}, err
}

func (s *Service) apiAddRule(ctx context.Context, in *ruleIn) (*api.Created[RuleObject], error) {
	b := in.Body
	id, err := s.AddRule(ctx, Rule{Metric: b.Metric, ProductID: db.ID(b.ProductID), FromPercent: b.FromPercent, Rate: b.Rate})
	return &api.Created[RuleObject]{Location: api.Prefix + "/commission-rules/" + plain(id), Body: RuleObject{id, b.Metric, b.ProductID, b.FromPercent, b.Rate}}, err
}
