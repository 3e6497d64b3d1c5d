package stage

import (
	"context"
	"time"

	"regulars/app/sys/api"
)

// Object is a customer's stage as the API shows it.
type Object struct {
	Stage string       `json:"stage" doc:"empty where the rule says nothing and nobody set one"`
	Rule  string       `json:"rule" doc:"what the rule says, whatever somebody set; empty for a customer who bought and is not to be profiled"`
	Facts Facts        `json:"facts"`
	Hold  *HoldObject  `json:"hold,omitempty" doc:"a stage set by hand"`
	Moves []MoveObject `json:"moves" doc:"newest first, at most 100"`
}

// Facts are what the rule looks at.
type Facts struct {
	SilentDays int     `json:"silent_days"`
	GapDays    float64 `json:"gap_days" doc:"usual days between purchases, 0 = unknown"`
	YearDays   int     `json:"year_days" doc:"purchase days within twelve months"`
}

// HoldObject is a stage set by hand.
type HoldObject struct {
	Stage  string    `json:"stage"`
	Until  string    `json:"until,omitempty"`
	Reason string    `json:"reason,omitempty"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// MoveObject is one move.
type MoveObject struct {
	From   string    `json:"from"`
	To     string    `json:"to"`
	ByHand bool      `json:"by_hand"`
	Reason string    `json:"reason,omitempty"`
	Facts  Facts     `json:"facts"`
	UserID *int64    `json:"user_id,omitempty"`
	At     time.Time `json:"at"`
}

// SetBody is a stage that somebody sets.
type SetBody struct {
	Stage  string `json:"stage" enum:"prospect,new,active,regular,at_risk,lost,won_back"`
	Until  string `json:"until,omitempty" doc:"last day on which the rule keeps away; absent = until it is lifted"`
	Reason string `json:"reason,omitempty"`
}

type setIn struct {
	api.Path
	Body SetBody
}

type manyIn struct {
	Body struct {
		SetBody
		CustomerIDs []int64 `json:"customer_ids" minItems:"1" maxItems:"5000"`
	}
}

// RulesObject are the thresholds and names.
type RulesObject struct {
	Version     int64   `json:"version"`
	NewDays     int     `json:"new_days"`
	RegularDays int     `json:"regular_days"`
	WonDays     int     `json:"won_days"`
	RiskTimes   float64 `json:"risk_times"`
	RiskLeast   int     `json:"risk_least"`
	RiskDays    int     `json:"risk_days"`
	LostTimes   float64 `json:"lost_times"`
	LostLeast   int     `json:"lost_least"`
	LostDays    int     `json:"lost_days"`
	Names       Names   `json:"names"`
}

// PatchBody changes some of them.
type PatchBody struct {
	Version     *int64           `json:"version,omitempty"`
	NewDays     api.Opt[int]     `json:"new_days,omitempty"`
	RegularDays api.Opt[int]     `json:"regular_days,omitempty"`
	WonDays     api.Opt[int]     `json:"won_days,omitempty"`
	RiskTimes   api.Opt[float64] `json:"risk_times,omitempty"`
	RiskLeast   api.Opt[int]     `json:"risk_least,omitempty"`
	RiskDays    api.Opt[int]     `json:"risk_days,omitempty"`
	LostTimes   api.Opt[float64] `json:"lost_times,omitempty"`
	LostLeast   api.Opt[int]     `json:"lost_least,omitempty"`
	LostDays    api.Opt[int]     `json:"lost_days,omitempty"`
	Names       api.Opt[Names]   `json:"names,omitempty"`
}

type patchIn struct {
	api.Versioned
	Body PatchBody
}

// Count is how many customers stand on a stage.
type Count struct {
	Stage string `json:"stage"`
	N     int    `json:"n"`
}

// StepObject is how many would move.
type StepObject struct {
	From string `json:"from"`
	To   string `json:"to"`
	N    int    `json:"n"`
}

// PreviewObject is what other rules would do.
type PreviewObject struct {
	Moves int          `json:"moves"`
	Steps []StepObject `json:"steps"`
}

type noIn struct{}

const tagName = "stages"

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/stage", Tag: tagName, Summary: "Read where a customer stands, why, and every move"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Put, Path: "/customers/{id}/stage", Tag: tagName, Summary: "Set a stage by hand"}, s.apiSet)
	api.Register(a, api.Op{Method: api.Delete, Path: "/customers/{id}/stage", Tag: tagName, Summary: "Leave a customer to the rule again"}, s.apiLift)
	api.Register(a, api.Op{Method: api.Get, Path: "/stages", Tag: tagName, Summary: "Count the customers of each stage"}, s.apiCounts)
	api.Register(a, api.Op{Method: api.Put, Path: "/stages", Tag: tagName, Summary: "Set the stage of many customers by hand, as one change"}, s.apiMany)
	api.Register(a, api.Op{Method: api.Get, Path: "/stages/rules", Tag: tagName, Summary: "Read the rules and names"}, s.apiRules)
	api.Register(a, api.Op{Method: api.Patch, Path: "/stages/rules", Tag: tagName, Summary: "Change the rules and names"}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Put, Path: "/stages/preview", Tag: tagName, Summary: "Count who would move by other rules; nothing is changed"}, s.apiPreview)
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	life, err := s.Of(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	o := Object{Stage: life.Stage, Rule: life.Told, Facts: Facts{life.Seen.Silent, life.Seen.Gap, life.Seen.Year}, Moves: []MoveObject{}}
	if h := life.Hold; h != nil {
		o.Hold = &HoldObject{h.Stage, h.Until, h.Reason, string(h.UserName), h.At.UTC()}
	}
	for _, m := range life.Moves {
		o.Moves = append(o.Moves, MoveObject{m.From, m.To, m.ByHand, m.Reason, Facts{m.Silent, m.Gap, m.Year}, api.ID(m.UserID), m.At.UTC()})
	}
	return &api.Body[Object]{Body: o}, nil
}

func (s *Service) apiSet(ctx context.Context, in *setIn) (*api.Body[Object], error) {
	if err := s.Set(ctx, Input(in.Body), in.ID); err != nil {
		return nil, err
	}
	return s.apiGet(ctx, &in.Path)
}

func (s *Service) apiLift(ctx context.Context, in *api.Path) (*api.Empty, error) {
	return &api.Empty{}, s.Lift(ctx, in.ID)
}

func (s *Service) apiMany(ctx context.Context, in *manyIn) (*api.Empty, error) {
	return &api.Empty{}, s.Set(ctx, Input(in.Body.SetBody), in.Body.CustomerIDs...)
}

func (s *Service) apiCounts(ctx context.Context, _ *noIn) (*api.Body[api.Items[Count]], error) {
	n, err := s.Counts(ctx)
	if err != nil {
		return nil, err
	}
	out := &api.Body[api.Items[Count]]{Body: api.Items[Count]{Items: []Count{}}}
	for _, key := range All {
		out.Body.Items = append(out.Body.Items, Count{key, n[key]})
	}
	return out, nil
}

func (s *Service) apiRules(ctx context.Context, _ *noIn) (*api.Body[RulesObject], error) {
	k, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return &api.Body[RulesObject]{Body: rulesObject(k)}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[RulesObject], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	k, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	in.Body.apply(&k)
	if k, err = s.Save(ctx, version, k.Rules, k.Names); err != nil {
		return nil, api.WithCurrent(err, func(k Kept) any { return rulesObject(k) })
	}
	return &api.Body[RulesObject]{Body: rulesObject(k)}, nil
}

func (s *Service) apiPreview(ctx context.Context, in *struct{ Body PatchBody }) (*api.Body[PreviewObject], error) {
	k, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	in.Body.apply(&k)
	n, steps, err := s.Preview(ctx, k.Rules)
	if err != nil {
		return nil, err
	}
	out := PreviewObject{Moves: n, Steps: []StepObject{}}
	for _, step := range steps {
		out.Steps = append(out.Steps, StepObject(step))
	}
	return &api.Body[PreviewObject]{Body: out}, nil
}

func (b PatchBody) apply(k *Kept) {
	b.NewDays.Into(&k.NewDays)
	b.RegularDays.Into(&k.RegularDays)
	b.WonDays.Into(&k.WonDays)
	b.RiskTimes.Into(&k.RiskTimes)
	b.RiskLeast.Into(&k.RiskLeast)
	b.RiskDays.Into(&k.RiskDays)
	b.LostTimes.Into(&k.LostTimes)
	b.LostLeast.Into(&k.LostLeast)
	b.LostDays.Into(&k.LostDays)
	b.Names.Into(&k.Names)
}

func rulesObject(k Kept) RulesObject {
	return RulesObject{k.Version, k.NewDays, k.RegularDays, k.WonDays, k.RiskTimes, k.RiskLeast, k.RiskDays, k.LostTimes, k.LostLeast, k.LostDays, k.Names}
}
