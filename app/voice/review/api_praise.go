package review

import (
	"context"
	"net/http"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/voice/survey"
)

// QuoteObject is one quote on the wall of praise.
type QuoteObject struct {
	Source string    `json:"source" enum:"answer,review"`
	ID     int64     `json:"id" doc:"Of the answer or the review"`
	Words  string    `json:"words"`
	Name   string    `json:"name,omitempty" doc:"The first name, of a Chinese name the family name"`
	Where  string    `json:"where" doc:"The survey or the site"`
	On     time.Time `json:"on"`
	Hidden bool      `json:"hidden" doc:"The shop leaves it off the wall"`
	Waits  bool      `json:"waits" doc:"Said by somebody unknown: it stands on the wall once a colleague puts it there"`
}

// PraisePage is how the wall's public page stands.
type PraisePage struct {
	Public bool   `json:"public"`
	Path   string `json:"path,omitempty" doc:"Of the page, after the public address"`
}

type publishIn struct {
	Body struct {
		Public bool `json:"public"`
		Renew  bool `json:"renew,omitempty" doc:"Give it another address: the old one opens nothing any more"`
	}
}

func (s *Service) praiseAPI(a *api.API) {
	const tag = "praise"
	api.Register(a, api.Op{Method: api.Get, Path: "/praise", Summary: "List the wall of praise, newest first", Tag: tag},
		func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[QuoteObject]], error) {
			list, err := s.Praise(ctx, true)
			out := &api.Body[api.Items[QuoteObject]]{Body: api.Items[QuoteObject]{Items: []QuoteObject{}}}
			for _, q := range list {
				out.Body.Items = append(out.Body.Items, QuoteObject{q.Source, q.ID, q.Words, q.Name, q.Where, q.On, q.Hidden, q.Waits})
			}
			return out, err
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/praise/page", Summary: "Read whether the wall has a public page, and where", Tag: tag}, s.apiPage)
	api.Register(a, api.Op{Method: api.Put, Path: "/praise/page", Summary: "Open or shut the wall's public page", Tag: tag}, func(ctx context.Context, in *publishIn) (*api.Body[PraisePage], error) {
		if err := s.Publish(ctx, in.Body.Public, in.Body.Renew); err != nil {
			return nil, err
		}
		return s.apiPage(ctx, nil)
	})
	for method, hide := range map[string]bool{api.Put: true, api.Delete: false} {
		api.Register(a, api.Op{Method: method, Path: "/praise/answers/{id}/hidden", Summary: map[bool]string{true: "Leave an answer off the wall", false: "Put an answer back on the wall"}[hide], Tag: tag,
			Status: http.StatusNoContent}, func(ctx context.Context, in *api.Path) (*api.Empty, error) {
			return &api.Empty{}, s.Hide(ctx, in.ID, hide)
		})
	}
}

func (s *Service) apiPage(ctx context.Context, _ *api.Empty) (*api.Body[PraisePage], error) {
	if err := auth.From(ctx).May(survey.Read); err != nil {
		return nil, err
	}
	at, err := s.Path(ctx)
	return &api.Body[PraisePage]{Body: PraisePage{Public: at != "", Path: at}}, err
}
