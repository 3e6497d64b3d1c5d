package relation

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/setting"
)

// Object is a relation as the API shows it, seen from a customer.
type Object struct {
	ID         int64     `json:"id"`
	CustomerID int64     `json:"customer_id"`
	OtherID    int64     `json:"other_id"`
	OtherName  string    `json:"other_name"`
	Role       string    `json:"role" doc:"what the other one is"`
	Note       string    `json:"note,omitempty"`
	CreatedAt  time.Time `json:"created_at"`
}

// Shown are a customer's relations and what came of their word.
type Shown struct {
	Items    []Object       `json:"items"`
	Referred ReferredObject `json:"referred"`
}

// ReferredObject is what came of a customer's word.
type ReferredObject struct {
	Direct       api.Money `json:"direct" doc:"orders of those whom they referred"`
	DirectPeople int       `json:"direct_customers"`
	Chain        api.Money `json:"chain" doc:"orders of those whom these referred, and so on"`
	ChainPeople  int       `json:"chain_customers"`
}

type addIn struct {
	api.Path
	Body struct {
		OtherID int64  `json:"other_id"`
		Role    string `json:"role" enum:"parent,branch,supplier,buyer,dealer,principal,partner,referrer,referred"`
		Note    string `json:"note,omitempty"`
	}
}

type oneIn struct {
	api.Path
	Relation int64 `path:"relation"`
}

const tagName = "relations"

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/relations", Tag: tagName, Summary: "Read how a customer stands to others, and the revenue they referred"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/relations", Tag: tagName, Summary: "Relate a customer to another", Status: http.StatusCreated}, s.apiAdd)
	api.Register(a, api.Op{Method: api.Delete, Path: "/customers/{id}/relations/{relation}", Tag: tagName, Summary: "End a relation"}, s.apiDrop)
}

func (s *Service) apiList(ctx context.Context, in *api.Path) (*api.Body[Shown], error) {
	list, err := s.Of(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	r, err := s.Referred(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	out := Shown{Items: []Object{}, Referred: ReferredObject{api.MoneyOf(r.Direct, b.Currency), r.DirectPeople, api.MoneyOf(r.Chain, b.Currency), r.ChainPeople}}
	for _, each := range list {
		out.Items = append(out.Items, object(each))
	}
	return &api.Body[Shown]{Body: out}, nil
}

func (s *Service) apiAdd(ctx context.Context, in *addIn) (*api.Created[Object], error) {
	r, err := s.Add(ctx, Input{Customer: in.ID, Other: in.Body.OtherID, Role: in.Body.Role, Note: in.Body.Note})
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/customers/%d/relations", api.Prefix, in.ID), Body: object(r)}, nil
}

func (s *Service) apiDrop(ctx context.Context, in *oneIn) (*api.Empty, error) {
	return &api.Empty{}, s.Remove(ctx, in.ID, in.Relation)
}

func object(r Related) Object {
	return Object{r.ID, r.Customer, r.OtherID, r.Name, r.Role(), r.Note, r.At.UTC()}
}
