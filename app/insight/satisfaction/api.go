package satisfaction

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/stats"
	"regulars/app/sys/api"
)

// ResultObject is a survey's score with its certainty.
type ResultObject struct {
	SurveyID int64          `json:"survey_id"`
	Kind     string         `json:"kind"`
	Days     int            `json:"days"`
	Since    string         `json:"since"`
	Until    string         `json:"until"`
	N        int            `json:"n"`
	Score    *float64       `json:"score,omitempty" doc:"Absent below five answers"`
	Low      *float64       `json:"low,omitempty" doc:"Lower end of the 95 % interval"`
	High     *float64       `json:"high,omitempty"`
	Trust    string         `json:"trust" enum:"too_few,early,ok"`
	Asked    int            `json:"asked"`
	Answered int            `json:"answered"`
	Months   []MonthObject  `json:"months"`
	Change   *ChangeObject  `json:"change,omitempty" doc:"The last full month against the full month before"`
	Beside   []BesideObject `json:"beside" doc:"Answers that do not make the score, by source"`
	By       string         `json:"by,omitempty"`
	Groups   []GroupObject  `json:"groups,omitempty" doc:"With by"`
	Rows     string         `json:"rows,omitempty" doc:"The page that lists the answers"`
}

// MonthObject is one point of the trend.
type MonthObject struct {
	Month string   `json:"month"`
	N     int      `json:"n"`
	Score *float64 `json:"score,omitempty"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
}

// ChangeObject is a tested difference.
type ChangeObject struct {
	Delta   float64 `json:"delta" doc:"The second less the first, in the score's unit"`
	P       float64 `json:"p" doc:"Two-sided; with several comparisons adjusted by Holm"`
	Test    string  `json:"test,omitempty" enum:"nps,proportions,fisher,welch"`
	Several int     `json:"several" doc:"How many comparisons were made at once"`
	Verdict string  `json:"verdict" enum:"too_early,could_be_chance,likely_real"`
}

// BesideObject are the answers of another source.
type BesideObject struct {
	Source string   `json:"source" enum:"assisted,imported,place,recheck"`
	N      int      `json:"n"`
	Score  *float64 `json:"score,omitempty"`
	Low    *float64 `json:"low,omitempty"`
	High   *float64 `json:"high,omitempty"`
}

// GroupObject is one product, person, level …; its change is that from all other
// answers together.
type GroupObject struct {
	Value    string        `json:"value" doc:"Empty for none"`
	Name     string        `json:"name,omitempty"`
	N        int           `json:"n"`
	Score    *float64      `json:"score,omitempty"`
	Low      *float64      `json:"low,omitempty"`
	High     *float64      `json:"high,omitempty"`
	Trust    string        `json:"trust"`
	Asked    *int          `json:"asked,omitempty" doc:"Absent where it cannot be said"`
	Answered *int          `json:"answered,omitempty"`
	Rest     *ChangeObject `json:"against_rest,omitempty"`
	Rows     string        `json:"rows"`
}

func numbers(e stats.Estimate) (score, low, high *float64) {
	if stats.TrustIn(e.N) == stats.TooFew {
		return nil, nil, nil
	}
	if !e.Interval {
		return &e.Value, nil, nil
	}
	return &e.Value, &e.Low, &e.High
}

func changed(d Difference) *ChangeObject {
	if d.Verdict == "" {
		return nil
	}
	return &ChangeObject{d.Delta, d.P, string(d.Method), d.Several, string(d.Verdict)}
}

type queryInput struct {
	api.Path
	api.Matching
	Since string `query:"since" doc:"First day, 90 days ago when absent"`
	Until string `query:"until" doc:"Last day, today when absent"`
}

type resultInput struct {
	api.Path
	api.Matching
	Since string `query:"since" doc:"First day, 90 days ago when absent"`
	Until string `query:"until" doc:"Last day, today when absent"`
	By    string `query:"by" enum:"product_id,category,person_id,team_id,level,region,channel,program_id,wave_id,poster_id,language,source,view_id" doc:"Also divided by this"`
}

func (s *Service) api(a *api.API) {
	const tag = "surveys"
	api.Register(a, api.Op{Method: api.Get, Path: "/surveys/{id}/results", Summary: "Read a survey's score with its interval; filters as of the answers", Tag: tag}, s.apiResult)
	api.Register(a, api.Op{Method: api.Get, Path: "/surveys/{id}/comparison", Summary: "Compare two groups or periods, with the test named", Tag: tag}, s.apiCompare)
	api.Register(a, api.Op{Method: api.Get, Path: "/surveys/{id}/drivers", Summary: "What goes along with the score: importance and performance of the rated questions", Tag: tag}, s.apiDrivers)
	api.Register(a, api.Op{Method: api.Get, Path: "/surveys/{id}/questions", Summary: "Count the answers to the further questions", Tag: tag}, s.apiQuestions)
	api.Register(a, api.Op{Method: api.Get, Path: "/surveys/{id}/topics", Summary: "What the answers speak of, and whether the unhappy do more than the happy", Tag: tag}, s.apiTopics)
}

func (s *Service) apiResult(ctx context.Context, in *resultInput) (*api.Body[ResultObject], error) {
	q, err := s.Ask(ctx, in.ID, in.Since, in.Until, in.Conditions())
	if err != nil {
		return nil, err
	}
	out := ResultObject{SurveyID: q.Survey.ID, Kind: q.Survey.Kind, Days: q.Days() - 1, Since: string(q.Since), Until: string(q.Until), Months: []MonthObject{}, Beside: []BesideObject{}}
	if q.Survey.Anonymous {
		secret, err := s.Anonymous(ctx, q)
		out.Since, out.Until, out.Days = "", "", 0
		out.N, out.Trust = secret.Score.N, string(secret.Trust)
		out.Score, out.Low, out.High = numbers(secret.Score)
		return &api.Body[ResultObject]{Body: out}, err
	}
	r, err := s.Result(ctx, q, Month)
	if err != nil {
		return nil, err
	}
	out.N, out.Trust, out.Asked, out.Answered, out.Rows = r.Score.N, string(r.Trust), r.Rate.Asked, r.Rate.Answered, r.Rows()
	out.Score, out.Low, out.High = numbers(r.Score)
	for _, m := range r.Trend.Points {
		o := MonthObject{Month: m.Since.Month(), N: m.Score.N}
		o.Score, o.Low, o.High = numbers(m.Score)
		out.Months = append(out.Months, o)
	}
	if r.Trend.Change != nil {
		out.Change = changed(r.Trend.Change.Difference)
	}
	for _, b := range r.Beside {
		o := BesideObject{Source: b.Source, N: b.Score.N}
		o.Score, o.Low, o.High = numbers(b.Score)
		out.Beside = append(out.Beside, o)
	}
	if in.By == "" {
		return &api.Body[ResultObject]{Body: out}, nil
	}
	g, err := s.Groups(ctx, q, in.By)
	if err != nil {
		return nil, err
	}
	out.By = in.By
	for _, one := range g.Groups {
		o := GroupObject{Value: one.Value, Name: one.Name, N: one.Score.N, Trust: string(one.Trust), Rest: changed(one.Rest), Rows: one.Rows}
		o.Score, o.Low, o.High = numbers(one.Score)
		if one.Rate.Known {
			o.Asked, o.Answered = &one.Rate.Asked, &one.Rate.Answered
		}
		out.Groups = append(out.Groups, o)
	}
	return &api.Body[ResultObject]{Body: out}, nil
}

type compareInput struct {
	api.Path
	api.Matching
	Since  string `query:"since" doc:"First day, 90 days ago when absent"`
	Until  string `query:"until" doc:"Last day, today when absent"`
	By     string `query:"by" default:"level" enum:"product_id,category,person_id,team_id,level,region,channel,program_id,wave_id,poster_id,language"`
	A      string `query:"a" doc:"A group's value, - for none; absent for all"`
	B      string `query:"b"`
	Since2 string `query:"since2" doc:"The first side's days, when they differ"`
	Until2 string `query:"until2"`
}

// SideObject is one of the two that are compared.
type SideObject struct {
	Value string   `json:"value,omitempty"`
	Name  string   `json:"name,omitempty"`
	Since string   `json:"since"`
	Until string   `json:"until"`
	N     int      `json:"n"`
	Score *float64 `json:"score,omitempty"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
	Rows  string   `json:"rows"`
}

// ComparisonObject is two groups or periods beside each other.
type ComparisonObject struct {
	By         string       `json:"by"`
	A          SideObject   `json:"a"`
	B          SideObject   `json:"b"`
	Difference ChangeObject `json:"difference"`
}

func (s *Service) apiCompare(ctx context.Context, in *compareInput) (*api.Body[ComparisonObject], error) {
	q, err := s.open(ctx, in.ID, in.Since, in.Until, in.Conditions())
	if err != nil {
		return nil, err
	}
	before := q
	if in.Since2 != "" || in.Until2 != "" {
		if before, err = s.Ask(ctx, in.ID, in.Since2, in.Until2, in.Conditions()); err != nil {
			return nil, err
		}
	}
	r, err := s.Compare(ctx, in.By, side(in.A, before), side(in.B, q))
	if err != nil {
		return nil, err
	}
	out := ComparisonObject{By: in.By, A: sideObject(r.A), B: sideObject(r.B)}
	if d := changed(r.Difference); d != nil {
		out.Difference = *d
	}
	return &api.Body[ComparisonObject]{Body: out}, nil
}

func sideObject(s Side) SideObject {
	o := SideObject{Value: s.Value, Name: s.Name, Since: string(s.Since), Until: string(s.Until), N: s.Score.N, Rows: s.Rows}
	o.Score, o.Low, o.High = numbers(s.Score)
	return o
}

// open is a query of a survey whose answers can be divided at all.
func (s *Service) open(ctx context.Context, id int64, since, until string, conds []filter.Cond) (Query, error) {
	q, err := s.Ask(ctx, id, since, until, conds)
	if err == nil && q.Survey.Anonymous {
		return q, errs.NotVisible()
	}
	return q, err
}

// DriverObject is a rated question beside the score.
type DriverObject struct {
	Question    string   `json:"question"`
	Item        string   `json:"item,omitempty"`
	N           int      `json:"n"`
	Performance float64  `json:"performance" doc:"Mean in percent of its scale"`
	Importance  *float64 `json:"importance,omitempty" doc:"Its share of what all explain; with fewer answers the rank correlation. Absent below 15 answers"`
	Correlation *float64 `json:"rank_correlation,omitempty"`
	First       bool     `json:"fix_first"`
	Rows        string   `json:"rows"`
}

// DriversObject are the rated questions by importance.
type DriversObject struct {
	Method   string         `json:"method" enum:"lmg,spearman"`
	R2       *float64       `json:"r2,omitempty"`
	Complete int            `json:"complete" doc:"Answers that rate all of them"`
	Needed   int            `json:"needed" doc:"Complete answers that shares take"`
	Drivers  []DriverObject `json:"drivers"`
}

func (s *Service) apiDrivers(ctx context.Context, in *queryInput) (*api.Body[DriversObject], error) {
	q, err := s.open(ctx, in.ID, in.Since, in.Until, in.Conditions())
	if err != nil {
		return nil, err
	}
	d, err := s.Drivers(ctx, q)
	if err != nil {
		return nil, err
	}
	out := DriversObject{Method: "spearman", Complete: d.Complete, Needed: d.Needed, Drivers: []DriverObject{}}
	if d.Shared {
		out.Method, out.R2 = "lmg", &d.R2
	}
	for _, one := range d.Drivers {
		o := DriverObject{Question: one.Question.Key, Item: one.Item, N: one.N, Performance: one.Performance.Value, First: one.First, Rows: one.Rows}
		if one.Known() {
			o.Importance, o.Correlation = &one.Importance, &one.Correlation.R
		}
		out.Drivers = append(out.Drivers, o)
	}
	return &api.Body[DriversObject]{Body: out}, nil
}

// SaidObject is what was answered to one question.
type SaidObject struct {
	Question string         `json:"question"`
	Kind     string         `json:"kind"`
	N        int            `json:"n"`
	Score    *float64       `json:"score,omitempty" doc:"Of a scale"`
	Low      *float64       `json:"low,omitempty"`
	High     *float64       `json:"high,omitempty"`
	Options  []ChoiceObject `json:"options,omitempty"`
	Items    []ItemObject   `json:"items,omitempty" doc:"Of a matrix"`
	Mean     *float64       `json:"mean,omitempty" doc:"Of numbers"`
	Median   *float64       `json:"median,omitempty"`
	Rows     string         `json:"rows"`
}

// ChoiceObject is one option with how many chose it.
type ChoiceObject struct {
	Key   string   `json:"key"`
	N     int      `json:"n"`
	Share float64  `json:"share" doc:"Percent of those who answered"`
	Low   float64  `json:"low"`
	High  float64  `json:"high"`
	Place *float64 `json:"mean_place,omitempty" doc:"Of a ranking, 1 is the best"`
	Rows  string   `json:"rows"`
}

// ItemObject is a row of a matrix.
type ItemObject struct {
	Key   string   `json:"key"`
	N     int      `json:"n"`
	Score *float64 `json:"score,omitempty" doc:"Percent of 4 and 5"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
}

func (s *Service) apiQuestions(ctx context.Context, in *queryInput) (*api.Body[api.Items[SaidObject]], error) {
	q, err := s.open(ctx, in.ID, in.Since, in.Until, in.Conditions())
	if err != nil {
		return nil, err
	}
	list, err := s.Questions(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &api.Body[api.Items[SaidObject]]{Body: api.Items[SaidObject]{Items: []SaidObject{}}}
	for _, said := range list {
		out.Body.Items = append(out.Body.Items, saidObject(said))
	}
	return out, nil
}

func saidObject(said Said) SaidObject {
	o := SaidObject{Question: said.Key, Kind: said.Kind, N: said.N, Rows: said.Rows}
	if said.Figure != nil {
		o.Score, o.Low, o.High = numbers(said.Figure.Score)
	}
	for _, c := range said.Options {
		one := ChoiceObject{Key: c.Key, N: c.N, Share: c.Share.Value, Low: c.Share.Low, High: c.Share.High, Rows: c.Rows}
		if c.Place > 0 {
			one.Place = &c.Place
		}
		o.Options = append(o.Options, one)
	}
	for _, i := range said.Items {
		one := ItemObject{Key: i.Key, N: i.Score.N}
		one.Score, one.Low, one.High = numbers(i.Score)
		o.Items = append(o.Items, one)
	}
	if said.Numbers.Mean.N > 0 {
		o.Mean, o.Median = &said.Numbers.Mean.Value, &said.Numbers.Median
	}
	return o
}

// ThemeObject is a topic among the answers with words.
type ThemeObject struct {
	TopicID int64   `json:"topic_id"`
	Name    string  `json:"name"`
	N       int     `json:"n"`
	Share   float64 `json:"share" doc:"Percent of the answers with words"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Happy   int     `json:"happy"`
	Neutral int     `json:"neutral"`
	Unhappy int     `json:"unhappy"`
	LogOdds float64 `json:"log_odds" doc:"Above 0: the unhappy speak of it more"`
	Z       float64 `json:"z"`
	P       float64 `json:"p" doc:"Adjusted for all topics at once (Holm)"`
	Verdict string  `json:"verdict" enum:"too_early,could_be_chance,likely_real"`
	Rows    string  `json:"rows"`
}

// ThemesObject is what the answers speak of.
type ThemesObject struct {
	Words  int           `json:"n" doc:"Answers with words"`
	Topics []ThemeObject `json:"topics"`
}

func (s *Service) apiTopics(ctx context.Context, in *queryInput) (*api.Body[ThemesObject], error) {
	q, err := s.open(ctx, in.ID, in.Since, in.Until, in.Conditions())
	if err != nil {
		return nil, err
	}
	t, err := s.Topics(ctx, q)
	if err != nil {
		return nil, err
	}
	out := ThemesObject{Words: t.Words, Topics: []ThemeObject{}}
	for _, one := range t.Themes {
		out.Topics = append(out.Topics, ThemeObject{one.ID, one.Name("en"), one.N, one.Share.Value, one.Share.Low, one.Share.High, one.Bands.Promoters,
			one.Bands.Passives, one.Bands.Detractors, one.Odds.Delta, one.Odds.Z, one.P, string(one.Verdict), one.Rows})
	}
	return &api.Body[ThemesObject]{Body: out}, nil
}
