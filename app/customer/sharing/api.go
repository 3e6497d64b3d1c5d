package sharing

import (
	"context"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// Object is a customer shared with a person.
type Object struct {
	UserID  int64  `json:"user_id"`
	Name    string `json:"name"`
	Access  string `json:"access,omitempty"`
	Follows bool   `json:"follows"`
}

// RequestObject is somebody asking for a customer.
type RequestObject struct {
	ID           int64     `json:"id"`
	CustomerID   int64     `json:"customer_id"`
	CustomerName string    `json:"customer_name"`
	UserID       int64     `json:"user_id"`
	UserName     string    `json:"user_name"`
	Wants        string    `json:"wants"`
	Note         string    `json:"note,omitempty"`
	State        string    `json:"state"`
	At           time.Time `json:"at"`
}

// SentObject is what a hand-over moved.
type SentObject struct {
	ID        int64 `json:"id"`
	Customers int   `json:"customers"`
	Tasks     int   `json:"tasks"`
	Cases     int   `json:"cases"`
}

// ParcelBody says what goes along.
type ParcelBody struct {
	ToID  int64  `json:"to_id,omitempty" minimum:"0"`
	Note  string `json:"note,omitempty" maxLength:"2000"`
	Until string `json:"until,omitempty" doc:"YYYY-MM-DD: the day on which everything comes back; empty is for good"`
	Tasks *bool  `json:"tasks,omitempty" doc:"Open tasks go along, unless false"`
	Cases *bool  `json:"cases,omitempty" doc:"Open cases go along, unless false"`
}

func (b ParcelBody) parcel() Parcel {
	return Parcel{To: b.ToID, Note: b.Note, Until: b.Until, Tasks: b.Tasks == nil || *b.Tasks, Cases: b.Cases == nil || *b.Cases}
}

type (
	shareIn struct {
		api.Path
		UserID int64 `path:"user_id" minimum:"1"`
		Body   struct {
			Access string `json:"access" enum:"read,edit"`
		}
	}
	unshareIn struct {
		api.Path
		UserID int64 `path:"user_id" minimum:"1"`
	}
	transferIn struct {
		api.Path
		Body ParcelBody
	}
	summaryIn struct {
		CustomerID int64 `query:"customer_id" minimum:"0"`
		FromID     int64 `query:"from_id" minimum:"0"`
	}
	allIn struct {
		Body struct {
			FromID  int64 `json:"from_id" minimum:"1"`
			Disable bool  `json:"disable,omitempty" doc:"Shut the person out in the same change"`
			Release bool  `json:"release,omitempty" doc:"Customers become nobody's; what is open goes to to_id, or to who asks"`
			ParcelBody
		}
	}
	askIn struct {
		api.Path
		Body struct {
			Wants string `json:"wants" enum:"join,transfer"`
			Note  string `json:"note,omitempty" maxLength:"500"`
		}
	}
)

func (s *Service) api(a *api.API) {
	const tag = "sharing"
	nothing := func(err error) (*api.Empty, error) { return &api.Empty{}, err }
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/shares", Tag: tag, Summary: "List who shares or follows a customer"}, func(ctx context.Context, in *api.Path) (*api.Body[api.Items[Object]], error) {
		list, err := s.Of(ctx, in.ID)
		out := api.Items[Object]{Items: []Object{}}
		for _, x := range list {
			out.Items = append(out.Items, Object(x))
		}
		return &api.Body[api.Items[Object]]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Put, Path: "/customers/{id}/shares/{user_id}", Tag: tag, Summary: "Share a customer with a colleague", Status: http.StatusNoContent}, func(ctx context.Context, in *shareIn) (*api.Empty, error) {
		return nothing(s.Share(ctx, in.ID, in.UserID, in.Body.Access))
	})
	api.Register(a, api.Op{Method: api.Delete, Path: "/customers/{id}/shares/{user_id}", Tag: tag, Summary: "Share a customer no longer", Status: http.StatusNoContent}, func(ctx context.Context, in *unshareIn) (*api.Empty, error) {
		return nothing(s.Share(ctx, in.ID, in.UserID, ""))
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/follow", Tag: tag, Summary: "Hear of what happens with a customer", Status: http.StatusNoContent}, func(ctx context.Context, in *api.Path) (*api.Empty, error) {
		return nothing(s.Follow(ctx, in.ID, true))
	})
	api.Remove(a, "/customers/{id}/follow", tag, "Hear of a customer no longer", func(ctx context.Context, id int64) error { return s.Follow(ctx, id, false) })
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/transfer", Tag: tag, Summary: "Hand a customer over with what is open"}, func(ctx context.Context, in *transferIn) (*api.Body[SentObject], error) {
		p := in.Body.parcel()
		p.Customers = []int64{in.ID}
		return sent(s.HandOver(ctx, p))
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/hand-overs/summary", Tag: tag, Summary: "Say what a hand-over would move: of one customer, or of a person"}, func(ctx context.Context, in *summaryIn) (*api.Body[Summary], error) {
		sum, err := s.Summary(ctx, in.CustomerID, in.FromID)
		return &api.Body[Summary]{Body: sum}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/hand-overs", Tag: tag, Summary: "Hand everything of a person over"}, func(ctx context.Context, in *allIn) (*api.Body[SentObject], error) {
		p := in.Body.parcel()
		p.From, p.Leaves, p.Release = in.Body.FromID, in.Body.Disable, in.Body.Release
		return sent(s.HandOver(ctx, p))
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/request", Tag: tag, Summary: "Ask the owner to join in, or for the customer", Status: http.StatusNoContent}, func(ctx context.Context, in *askIn) (*api.Empty, error) {
		return nothing(s.Ask(ctx, in.ID, in.Body.Wants, in.Body.Note))
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/share-requests", Tag: tag, Summary: "List what waits for an answer"}, func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[RequestObject]], error) {
		list, err := s.Requests(ctx)
		out := api.Items[RequestObject]{Items: []RequestObject{}}
		for _, r := range list {
			out.Items = append(out.Items, RequestObject{r.ID, r.CustomerID, r.CustomerName, r.UserID, r.UserName, r.Wants, r.Note, r.State, r.At.UTC()})
		}
		return &api.Body[api.Items[RequestObject]]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/share-requests/{id}/acceptance", Tag: tag, Summary: "Do what was asked", Status: http.StatusNoContent}, func(ctx context.Context, in *api.Path) (*api.Empty, error) {
		return nothing(s.Decide(ctx, in.ID, true))
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/share-requests/{id}/refusal", Tag: tag, Summary: "Say no", Status: http.StatusNoContent}, func(ctx context.Context, in *api.Path) (*api.Empty, error) {
		return nothing(s.Decide(ctx, in.ID, false))
	})
}

func sent(p Sent, err error) (*api.Body[SentObject], error) {
	return &api.Body[SentObject]{Body: SentObject{p.ID, p.Customers, p.Tasks, p.Cases}}, err
}
