package deal

import (
	"context"
	"fmt"
	"net/http"

	"regulars/app/sys/api"
)

// RivalObject is a competitor of a deal as the API shows it.
type RivalObject struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Note string `json:"note,omitempty" doc:"What they offer"`
}

type rivalIn struct {
	api.Path
	Body struct {
		Name string `json:"name"`
		Note string `json:"note,omitempty"`
	}
}

type rivalPath struct {
	api.Path
	Rival int64 `path:"rival" minimum:"1"`
}

func (s *Service) apiRivals(a *api.API, tag string) {
	api.Register(a, api.Op{Method: api.Get, Path: "/deals/{id}/rivals", Tag: tag, Summary: "Who else offers"}, s.apiListRivals)
	api.Register(a, api.Op{Method: api.Post, Path: "/deals/{id}/rivals", Tag: tag, Summary: "Note a competitor", Status: http.StatusCreated}, s.apiAddRival)
	api.Register(a, api.Op{Method: api.Delete, Path: "/deals/{id}/rivals/{rival}", Tag: tag, Summary: "Take a competitor off a deal", Status: http.StatusNoContent}, s.apiDropRival)
}

// Rivals are the competitors of a visible deal.
func (s *Service) Rivals(ctx context.Context, deal int64) ([]Rival, error) {
	if _, err := s.Get(ctx, deal); err != nil {
		return nil, err
	}
	return rivals(ctx, s.db.Reader(ctx), deal)
}

func (s *Service) apiListRivals(ctx context.Context, in *api.Path) (*api.Body[api.Items[RivalObject]], error) {
	all, err := s.Rivals(ctx, in.ID)
	out := api.Items[RivalObject]{Items: []RivalObject{}}
	for _, r := range all {
		out.Items = append(out.Items, RivalObject{r.ID, r.Name, r.Note})
	}
	return &api.Body[api.Items[RivalObject]]{Body: out}, err
}

func (s *Service) apiAddRival(ctx context.Context, in *rivalIn) (*api.Created[RivalObject], error) {
	r, err := s.AddRival(ctx, in.ID, in.Body.Name, in.Body.Note)
	return &api.Created[RivalObject]{Location: fmt.Sprintf("%s/deals/%d/rivals", api.Prefix, in.ID), Body: RivalObject{r.ID, r.Name, r.Note}}, err
}

func (s *Service) apiDropRival(ctx context.Context, in *rivalPath) (*api.Empty, error) {
	return &api.Empty{}, s.DropRival(ctx, in.ID, in.Rival)
}
