package role

import (
	"context"

	"regulars/app/sys/api"
	"regulars/app/sys/auth"
)

// Object is a role as the API shows it.
type Object struct {
	Name          string   `json:"name" enum:"owner,manager,member"`
	Reach         string   `json:"reach" enum:"own,team,all"`
	DiscountLimit *int64   `json:"discount_limit" doc:"Basis points that quotes and orders may have off without asking; null leaves it to the rules of approvals"`
	Allowed       []string `json:"allowed"`
}

type discountIn struct {
	Name string `path:"name" enum:"owner,manager,member"`
	Body struct {
		DiscountLimit *int64 `json:"discount_limit" required:"true" nullable:"true" minimum:"0" maximum:"10000"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "roles"
	api.Register(a, api.Op{Method: api.Get, Path: "/roles", Tag: tag, Summary: "List the roles with what they may"}, func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[Object]], error) {
		list, err := s.List(ctx)
		out := api.Items[Object]{Items: []Object{}}
		for _, r := range list {
			out.Items = append(out.Items, object(r))
		}
		return &api.Body[api.Items[Object]]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Put, Path: "/roles/{name}/discount-limit", Tag: tag, Summary: "Say what a role may take off without asking"}, func(ctx context.Context, in *discountIn) (*api.Body[Object], error) {
		if err := s.SetDiscount(ctx, in.Name, in.Body.DiscountLimit); err != nil {
			return nil, err
		}
		r, err := s.named(ctx, in.Name)
		return &api.Body[Object]{Body: object(r)}, err
	})
}

func (s *Service) named(ctx context.Context, name string) (Role, error) {
	list, err := s.List(ctx)
	for _, r := range list {
		if r.Name == name {
			return r, nil
		}
	}
	return Role{Name: name, Reach: auth.Own}, err
}

func object(r Role) Object {
	o := Object{Name: r.Name, Reach: string(r.Reach), DiscountLimit: r.Discount, Allowed: []string{}}
	for _, g := range r.Groups {
		for _, one := range g.Grants {
			if one.Allowed {
				o.Allowed = append(o.Allowed, one.Name)
			}
		}
	}
	return o
}
