package photo

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
)

type uploadForm struct {
	Photo huma.FormFile `form:"photo" required:"true" doc:"JPEG, PNG or GIF; kept as a JPEG of at most 400 pixels, without what the camera noted"`
}

type putIn struct {
	api.Path
	RawBody huma.MultipartFormFiles[uploadForm]
}

type picture struct {
	Type string `header:"Content-Type"`
	Body []byte
}

const tagName = "customers"

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/photo", Tag: tagName, Summary: "Read a customer's photo, a JPEG"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/photo", Tag: tagName, Summary: "Set a customer's photo", Status: http.StatusNoContent, MaxBody: MaxSize + 1<<20}, s.apiSet)
	api.Remove(a, "/customers/{id}/photo", tagName, "Remove a customer's photo, undoable through history", s.Drop)
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*picture, error) {
	_, jpeg, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &picture{Type: "image/jpeg", Body: jpeg}, nil
}

func (s *Service) apiSet(ctx context.Context, in *putIn) (*struct{}, error) {
	form := in.RawBody.Data()
	defer func() { _ = form.Photo.Close() }()
	raw, err := io.ReadAll(io.LimitReader(form.Photo, MaxSize+1))
	if err != nil {
		return nil, errs.New(errs.Malformed, "error.malformed")
	}
	return nil, s.Set(ctx, in.ID, bytes.NewReader(raw))
}
