package evaluation

import (
	"context"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
	"regulars/app/sys/setting"
)

// Object is an evaluation as the API shows it.
type Object struct {
	CustomerID  int64             `json:"customer_id"`
	Total       *float64          `json:"total" doc:"0 to 100, null without enough data"`
	Value       *float64          `json:"value"`
	Health      *float64          `json:"health"`
	Grade       *string           `json:"grade" doc:"A to D, null without enough data"`
	Provisional bool              `json:"provisional" doc:"less than half of the weight rests on data"`
	Confidence  float64           `json:"confidence" doc:"0 to 1"`
	Quadrant    string            `json:"quadrant,omitempty" doc:"protect, rescue, grow or watch"`
	Cap         string            `json:"cap,omitempty" doc:"why the grade is held down"`
	Override    *HeldObject       `json:"override,omitempty" doc:"a person set the grade, until a day"`
	RulesGrade  *string           `json:"rules_grade,omitempty" doc:"what the rules say where a person set the grade"`
	ModelID     int64             `json:"model_version"`
	WeighedBy   string            `json:"weighed_by,omitempty" doc:"the group whose weights were used, as by=of; absent for everybody's"`
	NoProfiling bool              `json:"no_profiling,omitempty" doc:"they are not to be judged, so nothing is known"`
	AsOf        *time.Time        `json:"as_of"`
	Dimensions  []DimensionObject `json:"dimensions"`
	Peers       []PeersObject     `json:"peers,omitempty" doc:"groups that the customer is compared with, where five or more others belong; only when one customer is read"`
}

// PeersObject is a group of others.
type PeersObject struct {
	By     string   `json:"by" doc:"region, level, or f and the number of an added choice field"`
	Of     string   `json:"of"`
	N      int      `json:"n"`
	Total  float64  `json:"median_total"`
	Value  *float64 `json:"median_value"`
	Health *float64 `json:"median_health"`
	Rank   float64  `json:"above_percent" doc:"percent of them whose total is lower"`
}

// DimensionObject is a part of it. Contributions and 50 add up to the total.
type DimensionObject struct {
	Key          string         `json:"key"`
	Score        *float64       `json:"score" doc:"null without data"`
	Weight       float64        `json:"weight" doc:"share of the total in percent, 0 when left out"`
	Contribution float64        `json:"contribution"`
	Reasons      []ReasonObject `json:"reasons"`
	Evidence     []Ref          `json:"evidence" doc:"the records that matter most, at most eight"`
	Of           int            `json:"evidence_of" doc:"how many records count"`
}

// ReasonObject is a reason as a code with its numbers, and as a sentence.
type ReasonObject struct {
	Code    string             `json:"code"`
	Numbers map[string]float64 `json:"numbers,omitempty"`
	Date    string             `json:"date,omitempty"`
	Amount  *api.Money         `json:"amount,omitempty"`
	Words   string             `json:"words,omitempty" doc:"of the shop, such as a point of a checklist"`
	Text    string             `json:"text"`
}

func object(e Evaluation, l *i18n.Locale, currency string) Object {
	o := Object{CustomerID: e.CustomerID, Total: e.Total, Value: e.Value, Health: e.Health, Provisional: e.Provisional(), Confidence: e.Confidence,
		Quadrant: e.Quadrant, Cap: e.Cap, ModelID: e.ModelID, WeighedBy: e.WeighedBy, NoProfiling: e.NoProfiling, AsOf: api.Time(e.AsOf), Dimensions: []DimensionObject{}}
	if e.Grade != "" {
		o.Grade = &e.Grade
	}
	if e.ByHand() && e.Rated != Ungraded {
		o.RulesGrade = &e.Rated
	}
	for _, d := range e.Dimensions {
		out := DimensionObject{Key: d.Key, Score: d.Score, Weight: d.Weight, Contribution: d.Contribution, Reasons: []ReasonObject{}, Evidence: d.Evidence, Of: max(d.Of, len(d.Evidence))}
		for _, r := range d.Reasons {
			reason := ReasonObject{Code: r.Code, Numbers: r.Nums, Date: r.On, Words: r.Text, Text: r.Sentence(l, currency)}
			if r.Amount != 0 {
				m := api.MoneyOf(r.Amount, currency)
				reason.Amount = &m
			}
			out.Reasons = append(out.Reasons, reason)
		}
		o.Dimensions = append(o.Dimensions, out)
	}
	return o
}

func (s *Service) api(a *api.API) {
	s.modelAPI(a)
	s.overrideAPI(a)
	s.ownAPI(a)
	s.checkAPI(a)
	const tag = "evaluations"
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/evaluation", Summary: "A customer's score with its evidence, as of now", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		e, err := s.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		write, err := s.writer(ctx)
		if err != nil {
			return nil, err
		}
		o := write(e)
		if e.ByHand() {
			held, err := s.Held(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			o.Override = heldObject(held)
		}
		peers, err := s.Peers(ctx, e)
		for _, p := range peers {
			o.Peers = append(o.Peers, PeersObject{p.By, p.Of, p.N, p.Total, p.Value, p.Health, round(p.Rank, 1)})
		}
		return &api.Body[Object]{Body: o}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/evaluations", Summary: "List evaluations, the best first", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
		p, err := s.List(ctx, in.Request(), in.Conditions())
		if err != nil {
			return nil, err
		}
		write, err := s.writer(ctx)
		return api.Map(p, func(r Row) Object { return write(r.Evaluation) }), err
	})
}

// writer makes objects in the reader's language and the shop's currency.
func (s *Service) writer(ctx context.Context) (func(Evaluation) Object, error) {
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	tag := auth.From(ctx).Locale
	if tag == "" {
		tag = b.Locale
	}
	l := s.words.For(tag).In(b.Zone()).At(s.db.Now())
	return func(e Evaluation) Object { return object(e, l, b.Currency) }, err
}
