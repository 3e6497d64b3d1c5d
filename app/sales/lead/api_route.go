package lead

import (
	"context"
	"net/http"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/db"
)

// RouteObject is a rule of assignment as the API shows it.
type RouteObject struct {
	ID        int64     `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Position  int       `json:"position" doc:"The first that fits counts"`
	RouteBody
}

// RouteBody is what a rule says.
type RouteBody struct {
	Name      string   `json:"name" maxLength:"100"`
	Sources   []string `json:"sources,omitempty" maxItems:"50" doc:"None: any"`
	Regions   []string `json:"regions,omitempty" maxItems:"50" doc:"Parts of the region; none: any"`
	ProductID int64    `json:"product_id,omitempty" minimum:"0"`
	FormID    int64    `json:"form_id,omitempty" minimum:"0"`
	People    []int64  `json:"people,omitempty" maxItems:"100" doc:"None: everybody who may have leads"`
	Method    string   `json:"method" enum:"turns,load"`
	AtOnce    bool     `json:"at_once,omitempty" doc:"Also while the shop is closed; else the lead waits in the pool"`
	Active    *bool    `json:"active,omitempty"`
}

type routePut struct {
	api.Path
	api.Versioned
	Body struct {
		Version *int64 `json:"version,omitempty"`
		RouteBody
	}
}

func routeObject(r Route) RouteObject {
	return RouteObject{r.ID, r.Version, r.CreatedAt.UTC(), r.UpdatedAt.UTC(), r.Position,
		RouteBody{r.Name, r.Sources, r.Regions, int64(r.ProductID), int64(r.FormID), r.People, r.Method, r.AtOnce, &r.Active}}
}

func (b RouteBody) route(id, version int64) Route {
	return Route{ID: id, Version: version, Name: b.Name, Sources: b.Sources, Regions: b.Regions, ProductID: db.ID(b.ProductID), FormID: db.ID(b.FormID), People: b.People,
		Method: b.Method, AtOnce: b.AtOnce, Active: b.Active == nil || *b.Active}
}

func (s *Service) apiRoutes(a *api.API, tag string) {
	const routes = "/lead-routes"
	api.Register(a, api.Op{Method: api.Get, Path: routes, Tag: tag, Summary: "Who answers which leads, in order"}, func(ctx context.Context, _ *struct{}) (*api.Body[api.Items[RouteObject]], error) {
		list, err := s.Routes(ctx)
		out := []RouteObject{}
		for _, r := range list {
			out = append(out, routeObject(r))
		}
		return &api.Body[api.Items[RouteObject]]{Body: api.Items[RouteObject]{Items: out}}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: routes, Tag: tag, Summary: "Add a rule of assignment behind the others", Status: http.StatusCreated}, func(ctx context.Context, in *struct{ Body RouteBody }) (*api.Created[RouteObject], error) {
		r, err := s.SaveRoute(ctx, in.Body.route(0, 0))
		return &api.Created[RouteObject]{Location: api.Prefix + routes, Body: routeObject(r)}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: routes + "/{id}", Tag: tag, Summary: "Read a rule of assignment"}, func(ctx context.Context, in *api.Path) (*api.Body[RouteObject], error) {
		r, err := s.Route(ctx, in.ID)
		return &api.Body[RouteObject]{Body: routeObject(r)}, err
	})
	api.Register(a, api.Op{Method: api.Put, Path: routes + "/{id}", Tag: tag, Summary: "Change a rule of assignment"}, func(ctx context.Context, in *routePut) (*api.Body[RouteObject], error) {
		version, err := in.Version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		r, err := s.SaveRoute(ctx, in.Body.route(in.ID, version))
		if err != nil {
			return nil, api.WithCurrent(err, func(r Route) any { return routeObject(r) })
		}
		return &api.Body[RouteObject]{Body: routeObject(r)}, nil
	})
	api.Remove(a, routes+"/{id}", tag, "Delete a rule of assignment; leads keep their owners", s.DropRoute)
}
