package recommend

import (
	"context"

	"regulars/app/sys/api"
)

// Object is what the shop's purchases taught.
type Object struct {
	AsOf    string         `json:"as_of" doc:"empty before the first night"`
	Shown   bool           `json:"shown"`
	Reason  string         `json:"reason,omitempty" enum:"few,no_pairs,not_better" doc:"why nothing is shown"`
	Holdout *HoldoutObject `json:"holdout,omitempty"`
	Pairs   []PairObject   `json:"pairs" doc:"the 50 strongest"`
}

// HoldoutObject is how often one of five offers was in a customer's last
// purchase, had that one not been known.
type HoldoutObject struct {
	Measure string  `json:"measure" enum:"hit_rate_at_5"`
	N       int     `json:"n" doc:"customers who bought twice"`
	Model   float64 `json:"model"`
	Base    float64 `json:"base" doc:"offering what sells most"`
	P       float64 `json:"p" doc:"how often chance alone does as well"`
}

// PairObject is a product that goes with another.
type PairObject struct {
	WithID     int64   `json:"with_id"`
	With       string  `json:"with"`
	ProductID  int64   `json:"product_id"`
	Product    string  `json:"product"`
	Both       int     `json:"both" doc:"purchases with both"`
	N          int     `json:"n" doc:"purchases with with_id"`
	Purchases  int     `json:"purchases" doc:"all of them"`
	Lift       float64 `json:"lift" doc:"how many times as often as by chance"`
	Low        float64 `json:"low" doc:"its 95 % interval"`
	High       float64 `json:"high"`
	Confidence float64 `json:"confidence" doc:"share of purchases with with_id that hold it, leaning on everybody's"`
	Once       bool    `json:"once" doc:"bought once only"`
	Has        bool    `json:"has,omitempty" doc:"the customer bought it before"`
}

func objects(list []Pair) []PairObject {
	out := []PairObject{}
	for _, p := range list {
		out = append(out, PairObject{p.With, p.WithName, p.Product, p.Name, p.Together, p.Ours, p.Baskets, p.Lift, p.Low, p.High, p.Confidence, p.Once, p.Has})
	}
	return out
}

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/recommendations", Tag: "insight", Summary: "What is bought together, and how well offers made of it would have done"}, s.apiRead)
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/recommendations", Tag: "customers", Summary: "What may be offered to a customer next, and why"},
		func(ctx context.Context, in *api.Path) (*api.Body[api.Items[PairObject]], error) {
			list, err := s.For(ctx, in.ID)
			return &api.Body[api.Items[PairObject]]{Body: api.Items[PairObject]{Items: objects(list)}}, err
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/products/{id}/recommendations", Tag: "products", Summary: "What is bought together with a product"},
		func(ctx context.Context, in *api.Path) (*api.Body[api.Items[PairObject]], error) {
			list, err := s.Beside(ctx, in.ID)
			return &api.Body[api.Items[PairObject]]{Body: api.Items[PairObject]{Items: objects(list)}}, err
		})
}

func (s *Service) apiRead(ctx context.Context, _ *struct{}) (*api.Body[Object], error) {
	m, made, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Best(ctx)
	o := Object{AsOf: string(m.Day), Shown: m.Shown, Pairs: objects(list)}
	if made {
		o.Reason = m.Reason()
	}
	if n := float64(m.Customers); n > 0 {
		o.Holdout = &HoldoutObject{"hit_rate_at_5", m.Customers, float64(m.Hits) / n, float64(m.Popular) / n, m.P}
	}
	return &api.Body[Object]{Body: o}, err
}
