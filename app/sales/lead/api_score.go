package lead

import (
	"context"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// ScoreRuleObject is a rule of the score as the API shows it.
type ScoreRuleObject struct {
	ID        int64     `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Field     string    `json:"field" doc:"source, form (its id), company, phone, email, wechat, need, interest, amount, region, unchecked, or fields. and the key of an own field"`
	Test      string    `json:"test" enum:"given,missing,is,has,least,most,yes,no"`
	Value     string    `json:"value,omitempty"`
	Points    int       `json:"points"`
	Active    bool      `json:"active"`
}

// RatedRuleObject is a rule with what came of the leads it held for.
type RatedRuleObject struct {
	ScoreRuleObject
	N       int      `json:"n" doc:"Leads that ended and that it holds for"`
	Won     int      `json:"won"`
	WinRate *float64 `json:"win_rate,omitempty" doc:"Left out below 5 leads"`
	Low     *float64 `json:"low,omitempty" doc:"Wilson, 95 %"`
	High    *float64 `json:"high,omitempty"`
}

// ScoringObject is what scores rest on.
type ScoringObject struct {
	Rules  []RatedRuleObject `json:"rules"`
	Ended  int               `json:"ended" doc:"Leads that became customers whose deal was won, or were given up or lost"`
	Won    int               `json:"won"`
	Plain  bool              `json:"plain" doc:"Only points, whatever was learned"`
	Used   string            `json:"used" enum:"points,learned"`
	Why    string            `json:"why,omitempty" doc:"Why nothing learned is used: few, rules, unsettled, worse, plain"`
	Holds  *HoldoutObject    `json:"holdout,omitempty"`
	Minima int               `json:"least" doc:"Leads that have to have ended before anything is learned"`
}

// HoldoutObject is how what was learned did on the newest leads.
type HoldoutObject struct {
	Trained     int     `json:"trained"`
	Tested      int     `json:"tested"`
	Brier       float64 `json:"brier"`
	BrierBase   float64 `json:"brier_base"`
	LogLoss     float64 `json:"log_loss"`
	LogLossBase float64 `json:"log_loss_base"`
}

// ScoreRuleBody is what a rule says.
type ScoreRuleBody struct {
	Field  string `json:"field" maxLength:"100"`
	Test   string `json:"test" enum:"given,missing,is,has,least,most,yes,no"`
	Value  string `json:"value,omitempty" maxLength:"100"`
	Points int    `json:"points" minimum:"-100" maximum:"100"`
}

type scoreRulePatch struct {
	api.Path
	api.Versioned
	Body struct {
		Version *int64          `json:"version,omitempty"`
		Field   api.Opt[string] `json:"field,omitempty"`
		Test    api.Opt[string] `json:"test,omitempty"`
		Value   api.Opt[string] `json:"value,omitempty"`
		Points  api.Opt[int]    `json:"points,omitempty"`
		Active  api.Opt[bool]   `json:"active,omitempty"`
	}
}

type scoringIn struct {
	Body struct {
		Plain bool `json:"plain"`
	}
}

func (s *Service) apiScore(a *api.API, tag string) {
	const rules = "/lead-score-rules"
	api.Register(a, api.Op{Method: api.Get, Path: "/lead-score", Tag: tag, Summary: "The rules of the score, what came of their leads, and whether what was learned is used"}, s.apiScoring)
	api.Register(a, api.Op{Method: api.Put, Path: "/lead-score", Tag: tag, Summary: "Decide whether what was learned may be used"}, func(ctx context.Context, in *scoringIn) (*api.Body[ScoringObject], error) {
		if err := s.SetScoring(ctx, ScoreSettings{Plain: in.Body.Plain}); err != nil {
			return nil, err
		}
		return s.apiScoring(ctx, nil)
	})
	api.Register(a, api.Op{Method: api.Get, Path: rules, Tag: tag, Summary: "The rules of the score"}, func(ctx context.Context, _ *struct{}) (*api.Body[api.Items[ScoreRuleObject]], error) {
		list, err := s.ScoreRules(ctx)
		out := []ScoreRuleObject{}
		for _, r := range list {
			out = append(out, ruleObject(r))
		}
		return &api.Body[api.Items[ScoreRuleObject]]{Body: api.Items[ScoreRuleObject]{Items: out}}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: rules, Tag: tag, Summary: "Add a rule of the score; all leads are scored anew", Status: http.StatusCreated}, func(ctx context.Context, in *struct{ Body ScoreRuleBody }) (*api.Created[ScoreRuleObject], error) {
		b := in.Body
		r, err := s.SaveScoreRule(ctx, ScoreRule{Field: b.Field, Test: b.Test, Value: b.Value, Points: b.Points, Active: true})
		return &api.Created[ScoreRuleObject]{Location: api.Prefix + rules, Body: ruleObject(r)}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: rules + "/{id}", Tag: tag, Summary: "Read a rule of the score"}, func(ctx context.Context, in *api.Path) (*api.Body[ScoreRuleObject], error) {
		r, err := s.ScoreRule(ctx, in.ID)
		return &api.Body[ScoreRuleObject]{Body: ruleObject(r)}, err
	})
	api.Register(a, api.Op{Method: api.Patch, Path: rules + "/{id}", Tag: tag, Summary: "Change a rule of the score"}, s.apiPatchRule)
	api.Remove(a, rules+"/{id}", tag, "Delete a rule of the score", s.DropScoreRule)
}

func ruleObject(r ScoreRule) ScoreRuleObject {
	return ScoreRuleObject{r.ID, r.Version, r.CreatedAt.UTC(), r.UpdatedAt.UTC(), r.Field, r.Test, r.Value, r.Points, r.Active}
}

func (s *Service) apiScoring(ctx context.Context, _ *struct{}) (*api.Body[ScoringObject], error) {
	l, err := s.Learned(ctx)
	if err != nil {
		return nil, err
	}
	out := ScoringObject{Rules: []RatedRuleObject{}, Ended: l.All.N, Won: l.All.Won, Plain: l.Plain, Used: "points", Why: l.Fit.Why, Minima: Least}
	for _, r := range l.Rules {
		rate := l.Rates[r.ID]
		one := RatedRuleObject{ScoreRuleObject: ruleObject(r), N: rate.N, Won: rate.Won}
		if rate.Enough() {
			share := rate.Share()
			one.WinRate, one.Low, one.High = &share, &rate.Low, &rate.High
		}
		out.Rules = append(out.Rules, one)
	}
	if f := l.Fit; f.Brier0 > 0 {
		out.Holds = &HoldoutObject{f.Trained, f.Tested, f.Brier, f.Brier0, f.LogLoss, f.Loss0}
	}
	if l.Fit.Used {
		out.Used = "learned"
	}
	return &api.Body[ScoringObject]{Body: out}, nil
}

func (s *Service) apiPatchRule(ctx context.Context, in *scoreRulePatch) (*api.Body[ScoreRuleObject], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	r, err := s.ScoreRule(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	b.Field.Into(&r.Field)
	b.Test.Into(&r.Test)
	b.Value.Into(&r.Value)
	b.Points.Into(&r.Points)
	b.Active.Into(&r.Active)
	r.Version = version
	if r, err = s.SaveScoreRule(ctx, r); err != nil {
		return nil, api.WithCurrent(err, func(r ScoreRule) any { return ruleObject(r) })
	}
	return &api.Body[ScoreRuleObject]{Body: ruleObject(r)}, nil
}

// BecauseObject is why a lead has its score.
type BecauseObject struct {
	RuleID int64  `json:"rule_id"`
	Field  string `json:"field"`
	Test   string `json:"test"`
	Value  string `json:"value,omitempty"`
	Points int    `json:"points"`
}

// scored is a lead with the reasons of its score.
func (s *Service) scored(ctx context.Context, l Lead) (Object, error) {
	o := object(l)
	by, err := s.scoring(ctx, s.db.Reader(ctx))
	if err != nil {
		return o, err
	}
	o.ScoreBecause = []BecauseObject{}
	for _, r := range by.Because(l) {
		o.ScoreBecause = append(o.ScoreBecause, BecauseObject{r.ID, r.Field, r.Test, r.Value, r.Points})
	}
	o.ScoreLearned = by.Fit.Used
	return o, nil
}
