package experience

import (
	"context"
	"time"

	"regulars/app/sys/api"
)

// Object is a note as the API shows it.
type Object struct {
	DealID    int64     `json:"deal_id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	DealName  string    `json:"deal_name"`
	Result    string    `json:"result" enum:"open,won,lost"`
	Amount    api.Money `json:"amount"`
	Decided   string    `json:"decided"`
	Again     string    `json:"again"`
	AuthorID  int64     `json:"author_id,omitempty"`
	Why       []string  `json:"why,omitempty" doc:"What its deal has in common with the one that was asked about: product, rival, level, size, pipeline"`
}

// DealObject is what a deal taught, with the notes of deals like it.
type DealObject struct {
	Note  *Object  `json:"note,omitempty"`
	Alike []Object `json:"alike"`
}

type (
	findIn struct {
		Q      string `query:"q" maxLength:"200"`
		Result string `query:"result" doc:"won or lost; both when left out"`
		Before int64  `query:"before" minimum:"0" doc:"The last id of the page before"`
	}
	writeIn struct {
		api.Path
		Body struct {
			Version int64  `json:"version,omitempty" minimum:"0" doc:"What was read; left out for a new note"`
			Decided string `json:"decided" maxLength:"4000"`
			Again   string `json:"again,omitempty" maxLength:"4000"`
		}
	}
)

func (s *Service) api(a *api.API) {
	const tag, one = "deals", "/deals/{id}/experience"
	api.Register(a, api.Op{Method: api.Get, Path: "/experience", Tag: tag, Summary: "Search what won and lost deals taught, newest first, 50 at a time"}, func(ctx context.Context, in *findIn) (*api.Body[api.Items[Object]], error) {
		list, err := s.Find(ctx, in.Q, in.Result, in.Before)
		return &api.Body[api.Items[Object]]{Body: api.Items[Object]{Items: objects(list)}}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: one, Tag: tag, Summary: "Read what a deal taught, and what deals like it did"}, func(ctx context.Context, in *api.Path) (*api.Body[DealObject], error) {
		n, found, err := s.Of(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		list, err := s.Alike(ctx, in.ID)
		out := DealObject{Alike: objects(list)}
		if found {
			o := object(n)
			out.Note = &o
		}
		return &api.Body[DealObject]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Put, Path: one, Tag: tag, Summary: "Write down what a deal taught that is won or lost"}, func(ctx context.Context, in *writeIn) (*api.Body[Object], error) {
		n, err := s.Write(ctx, in.ID, in.Body.Version, in.Body.Decided, in.Body.Again)
		if err != nil {
			return nil, api.WithCurrent(err, func(n Note) any { return object(n) })
		}
		return &api.Body[Object]{Body: object(n)}, nil
	})
	api.Remove(a, one, tag, "Delete what a deal taught", s.Drop)
}

func objects(list []Note) []Object {
	out := []Object{}
	for _, n := range list {
		out = append(out, object(n))
	}
	return out
}

func object(n Note) Object {
	return Object{DealID: n.DealID, Version: n.Version, CreatedAt: n.CreatedAt.UTC(), UpdatedAt: n.UpdatedAt.UTC(), DealName: n.DealName, Result: n.Result,
		Amount: api.MoneyOf(n.Amount, n.Currency), Decided: n.Decided, Again: n.Again, AuthorID: int64(n.AuthorID), Why: n.Why()}
}
