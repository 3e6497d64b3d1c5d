package deal

import (
	"context"
	"net/http"

	"regulars/app/sys/api"
)

// CollaboratorObject is a colleague who works on a deal as the API shows them.
type CollaboratorObject struct {
	UserID int64  `json:"user_id"`
	Name   string `json:"name"`
	Access string `json:"access" enum:"read,work"`
}

type collaboratorPath struct {
	api.Path
	UserID int64 `path:"user_id" minimum:"1"`
}

type collaboratorIn struct {
	api.Path
	UserID int64 `path:"user_id" minimum:"1"`
	Body   struct {
		Access string `json:"access" enum:"read,work"`
	}
}

func (s *Service) apiCollaborators(a *api.API, tag string) {
	api.Register(a, api.Op{Method: api.Get, Path: "/deals/{id}/collaborators", Tag: tag, Summary: "Who works on a deal beside its owner"}, s.apiListCollaborators)
	api.Register(a, api.Op{Method: api.Put, Path: "/deals/{id}/collaborators/{user_id}", Tag: tag, Summary: "Let a colleague work on a deal, or only read it", Status: http.StatusNoContent}, func(ctx context.Context, in *collaboratorIn) (*api.Empty, error) {
		return &api.Empty{}, s.Collaborate(ctx, in.ID, in.UserID, in.Body.Access)
	})
	api.Register(a, api.Op{Method: api.Delete, Path: "/deals/{id}/collaborators/{user_id}", Tag: tag, Summary: "Take a colleague off a deal, or leave it", Status: http.StatusNoContent}, func(ctx context.Context, in *collaboratorPath) (*api.Empty, error) {
		return &api.Empty{}, s.Collaborate(ctx, in.ID, in.UserID, "")
	})
}

func (s *Service) apiListCollaborators(ctx context.Context, in *api.Path) (*api.Body[api.Items[CollaboratorObject]], error) {
	all, err := s.Collaborators(ctx, in.ID)
	out := api.Items[CollaboratorObject]{Items: []CollaboratorObject{}}
	for _, w := range all {
		out.Items = append(out.Items, CollaboratorObject{w.UserID, w.Name, w.Access})
	}
	return &api.Body[api.Items[CollaboratorObject]]{Body: out}, err
}
