package worth

import (
	"context"
	"time"

	"regulars/app/kit/btyd"
	"regulars/app/sys/api"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Object is a model as the API shows it.
type Object struct {
	Name     string         `json:"name" enum:"bg_nbd"`
	FittedAt *time.Time     `json:"fitted_at" doc:"null before the first fit"`
	N        int            `json:"n" doc:"buyers"`
	Params   *btyd.Params   `json:"params,omitempty" doc:"time in weeks"`
	Holdout  *HoldoutObject `json:"holdout,omitempty"`
	Shown    bool           `json:"shown"`
	Reason   string         `json:"reason,omitempty" doc:"why nothing is shown, or why who has left is not told: few_customers, few_repeat, short_history, unsettled, no_trial, no_sales, not_better, no_end, no_gain"`
	Orders   float64        `json:"expected_orders"`
	Worth    *api.Money     `json:"expected_worth,omitempty"`
	Terms    *TermsObject   `json:"terms,omitempty"`
}

// HoldoutObject is how the model did on the past that it had not seen.
type HoldoutObject struct {
	Measure  string  `json:"measure" enum:"mean_absolute_error"`
	Days     int     `json:"days"`
	N        int     `json:"n"`
	Model    float64 `json:"model"`
	Base     float64 `json:"base" doc:"the better of two simple guesses: everybody goes on at their own rate, everybody buys what all do"`
	Foreseen float64 `json:"foreseen"`
	Actual   float64 `json:"actual"`
}

// TermsObject is what a worth rests on.
type TermsObject struct {
	Months   int     `json:"months"`
	Margin   float64 `json:"margin" doc:"share of a sale that stays, 0 to 1"`
	Source   string  `json:"source" enum:"owner,costs,revenue" doc:"revenue: no margin is known, the whole sale is told"`
	Discount float64 `json:"discount" doc:"a year, in percent"`
}

// CustomerObject is what is expected of a customer.
type CustomerObject struct {
	Orders *float64   `json:"expected_orders" doc:"purchases within twelve months; null while the model is not shown"`
	Worth  *api.Money `json:"expected_worth,omitempty"`
	Alive  *float64   `json:"still_customer,omitempty" doc:"chance, 0 to 1; absent where customers do not visibly leave"`
}

func business(ctx context.Context, q db.Q) (setting.Business, error) {
	return setting.ReadBusiness(ctx, q)
}

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/models", Tag: "insight", Summary: "The models, what they rest on, and how they did on the past they had not seen"}, s.apiModels)
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/worth", Tag: "customers", Summary: "What a customer is expected to buy within twelve months"}, s.apiOne)
	api.Register(a, api.Op{Method: api.Put, Path: "/models/worth/terms", Tag: "insight", Summary: "Set margin and discount, in percent"},
		func(ctx context.Context, in *api.Body[Terms]) (*api.Body[Terms], error) {
			return &api.Body[Terms]{Body: in.Body}, s.SetTerms(ctx, in.Body)
		})
}

func (s *Service) apiModels(ctx context.Context, _ *struct{}) (*api.Body[api.Items[Object]], error) {
	m, asOf, made, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	b, err := business(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	o := Object{Name: "bg_nbd", N: m.N, Shown: m.Shown, Orders: m.Orders}
	if made {
		o.FittedAt, o.Reason = api.Time(asOf), m.Reason()
	}
	if m.Params.Alpha > 0 {
		o.Params = &m.Params
	}
	if t := m.Trial; t.Customers > 0 {
		o.Holdout = &HoldoutObject{"mean_absolute_error", m.TrialDays, t.Customers, t.Error, min(t.OwnRate, t.Mean), t.Foreseen, t.Actual}
	}
	if m.Shown {
		sum := api.MoneyOf(m.Worth, b.Currency)
		o.Worth, o.Terms = &sum, &TermsObject{Months, m.Margin, m.Source, m.Yearly}
	}
	return &api.Body[api.Items[Object]]{Body: api.Items[Object]{Items: []Object{o}}}, nil
}

func (s *Service) apiOne(ctx context.Context, in *api.Path) (*api.Body[CustomerObject], error) {
	e, m, found, err := s.Of(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var o CustomerObject
	if found && m.Shown {
		b, err := business(ctx, s.db.Reader(ctx))
		if err != nil {
			return nil, err
		}
		sum := api.MoneyOf(e.Worth, b.Currency)
		o.Orders, o.Worth = &e.Orders, &sum
		if e.Alive >= 0 {
			o.Alive = &e.Alive
		}
	}
	return &api.Body[CustomerObject]{Body: o}, nil
}
