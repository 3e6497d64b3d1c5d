package preference

import (
	"context"

	"regulars/app/sys/api"
)

// Object is what a customer likes, as the API shows it.
type Object struct {
	Stated struct {
		Tags   []string       `json:"tags"`
		Fields map[string]any `json:"fields" doc:"the shop's own fields that were ticked as preferences, by key"`
	} `json:"stated"`
	NoProfiling bool            `json:"no_profiling" doc:"they do not want to be profiled: nothing is derived"`
	TooEarly    bool            `json:"too_early" doc:"there are purchases, but fewer than it takes"`
	Basis       BasisObject     `json:"basis"`
	Derived     []FindingObject `json:"derived"`
}

// BasisObject is what there was to look at.
type BasisObject struct {
	Orders    int    `json:"orders" doc:"purchases of two years, the newest 200"`
	Returns   int    `json:"returns"`
	Exchanges int    `json:"exchanges"`
	Since     string `json:"since,omitempty"`
}

// FindingObject is one thing that the rows show.
type FindingObject struct {
	Kind      string `json:"kind" enum:"product,category,weekday,channel"`
	Name      string `json:"name" doc:"of a weekday its number, 0 is Sunday"`
	ProductID int64  `json:"product_id,omitempty"`
	N         int    `json:"n"`
	Of        int    `json:"of"`
	Returned  int    `json:"returned" doc:"purchases of it that came back"`
	Since     string `json:"since,omitempty"`
	Rows      string `json:"rows" doc:"the page that lists them"`
}

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/preferences", Tag: "customers", Summary: "Read what a customer likes: as said, and as their purchases show, with evidence"}, s.apiGet)
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	p, err := s.Of(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	o := Object{NoProfiling: p.NoProfiling, TooEarly: p.Basis.Early(), Derived: []FindingObject{},
		Basis: BasisObject{p.Basis.Orders, p.Basis.Returns, p.Basis.Exchanges, string(p.Basis.Since)}}
	o.Stated.Tags, o.Stated.Fields = []string{}, p.Added.Object()
	for _, t := range p.Tags {
		o.Stated.Tags = append(o.Stated.Tags, t.Name)
	}
	for _, f := range p.Derived {
		o.Derived = append(o.Derived, FindingObject{f.Kind, f.Name, f.ProductID, f.N, f.Of, f.Returned, string(f.Since), f.Rows})
	}
	return &api.Body[Object]{Body: o}, nil
}
