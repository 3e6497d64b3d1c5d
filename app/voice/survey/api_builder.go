package survey

import (
	"context"
	"net/http"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/auth"
)

// DocumentObject is what a survey asks and says, as the API shows it.
type DocumentObject = Document

// VersionObject is one published document of a survey.
type VersionObject struct {
	Number      int            `json:"number"`
	PublishedAt *time.Time     `json:"published_at"`
	Answers     int            `json:"answers" doc:"How many have answered it"`
	Document    DocumentObject `json:"document"`
}

type draftInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version  *int64         `json:"version,omitempty"`
		Document DocumentObject `json:"document"`
	}
}

type publicationInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version *int64 `json:"version,omitempty"`
	}
}

func (s *Service) apiBuilder(a *api.API) {
	const tag = "surveys"
	api.Register(a, api.Op{Method: api.Get, Path: "/surveys/{id}/versions", Summary: "List what a survey has asked, newest first", Tag: tag}, s.apiVersions)
	api.Register(a, api.Op{Method: api.Put, Path: "/surveys/{id}/draft", Summary: "Keep a draft of a survey; nobody is asked it yet", Tag: tag}, func(ctx context.Context, in *draftInput) (*api.Body[Object], error) {
		version, err := in.Version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		v, err := s.SaveDraft(ctx, in.ID, in.Body.Document, version)
		return answered(v, err)
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/surveys/{id}/publication", Summary: "Ask a survey's draft from now on", Tag: tag}, func(ctx context.Context, in *publicationInput) (*api.Body[Object], error) {
		version, err := in.Version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		v, err := s.Publish(ctx, in.ID, version)
		return answered(v, err)
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/surveys/{id}/anonymity", Summary: "Make a survey anonymous, for ever and before anybody was asked it", Tag: tag}, func(ctx context.Context, in *publicationInput) (*api.Body[Object], error) {
		version, err := in.Version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		v, err := s.Anonymise(ctx, in.ID, version)
		return answered(v, err)
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/question-library", Summary: "List the ready questions", Tag: tag, Status: http.StatusOK}, func(ctx context.Context, _ *struct{}) (*api.Body[api.Items[Ready]], error) {
		if err := auth.From(ctx).May(Read); err != nil {
			return nil, err
		}
		return &api.Body[api.Items[Ready]]{Body: api.Items[Ready]{Items: library}}, nil
	})
}

func answered(v Survey, err error) (*api.Body[Object], error) {
	if err != nil {
		return nil, api.WithCurrent(err, func(v Survey) any { return object(v) })
	}
	return &api.Body[Object]{Body: object(v)}, nil
}

func (s *Service) apiVersions(ctx context.Context, in *api.Path) (*api.Body[api.Items[VersionObject]], error) {
	list, err := s.Versions(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	counts, err := s.answersByVersion(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := api.Items[VersionObject]{Items: []VersionObject{}}
	for _, v := range list {
		d, err := v.Document()
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, VersionObject{v.Number, api.Time(v.CreatedAt), counts[v.Number].N, d})
	}
	return &api.Body[api.Items[VersionObject]]{Body: out}, nil
}
