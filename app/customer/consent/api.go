package consent

import (
	"context"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// Object is one row of the ledger as the API shows it.
type Object struct {
	ID         int64      `json:"id"`
	CustomerID int64      `json:"customer_id"`
	ContactID  *int64     `json:"contact_id,omitempty"`
	Purpose    string     `json:"purpose" enum:"service,survey,marketing"`
	State      string     `json:"state" enum:"allowed,objected"`
	Basis      string     `json:"basis"`
	Source     string     `json:"source"`
	Wording    string     `json:"wording,omitempty"`
	UserID     *int64     `json:"user_id,omitempty"`
	At         *time.Time `json:"at"`
}

func object(e Entry) Object {
	return Object{ID: e.ID, CustomerID: e.CustomerID, ContactID: api.ID(e.ContactID), Purpose: e.Purpose, State: e.State, Basis: e.Basis,
		Source: e.Source, Wording: e.Wording, UserID: api.ID(e.UserID), At: api.Time(e.At)}
}

type recordInput struct {
	api.Path
	Body struct {
		ContactID int64  `json:"contact_id,omitempty" minimum:"1"`
		Purpose   string `json:"purpose" enum:"service,survey,marketing"`
		State     string `json:"state" enum:"allowed,objected"`
		Wording   string `json:"wording,omitempty" maxLength:"2000"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "consents"
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/consents", Summary: "Read the consent ledger of a customer, newest first", Tag: tag},
		func(ctx context.Context, in *api.Path) (*api.Body[api.Items[Object]], error) {
			_, ledger, err := s.Of(ctx, in.ID)
			out := &api.Body[api.Items[Object]]{Body: api.Items[Object]{Items: []Object{}}}
			for _, e := range ledger {
				out.Body.Items = append(out.Body.Items, object(e))
			}
			return out, err
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/consents", Summary: "Record that a customer agreed or objected", Tag: tag, Status: http.StatusCreated},
		func(ctx context.Context, in *recordInput) (*api.Body[Object], error) {
			e, err := s.Record(ctx, Input{CustomerID: in.ID, ContactID: in.Body.ContactID, Purpose: in.Body.Purpose, State: in.Body.State,
				Wording: in.Body.Wording, Source: FromAPI})
			return &api.Body[Object]{Body: object(e)}, err
		})
}
