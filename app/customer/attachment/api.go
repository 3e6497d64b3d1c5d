package attachment

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"regulars/app/sys/api"
)

// Object is an attachment as the API shows it; its bytes are at /content.
type Object struct {
	ID         int64     `json:"id"`
	CustomerID int64     `json:"customer_id"`
	NoteID     int64     `json:"note_id,omitempty" doc:"The note that it belongs to; POST /notes/{id}/attachments adds one"`
	UserID     *int64    `json:"user_id,omitempty"`
	Name       string    `json:"name"`
	Type       string    `json:"type"`
	Size       int64     `json:"size"`
	SHA256     string    `json:"sha256"`
	CreatedAt  time.Time `json:"created_at"`
}

type uploadForm struct {
	File       huma.FormFile `form:"file" required:"true"`
	CustomerID int64         `form:"customer_id" required:"true"`
}

type uploadIn struct {
	RawBody huma.MultipartFormFiles[uploadForm]
}

const tagName = "attachments"

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/attachments", Tag: tagName, Summary: "List attachments"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/attachments", Tag: tagName, Summary: "Attach a file to a customer", Status: http.StatusCreated, MaxBody: MaxSize + 1<<20}, s.apiAdd)
	api.Register(a, api.Op{Method: api.Get, Path: "/attachments/{id}", Tag: tagName, Summary: "Read an attachment's description"}, s.apiGet)
	api.Remove(a, "/attachments/{id}", tagName, "Remove an attachment, undoable through history", s.Remove)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Attachment) }), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	a, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &api.Body[Object]{Body: object(a)}, nil
}

func (s *Service) apiAdd(ctx context.Context, in *uploadIn) (*api.Created[Object], error) {
	form := in.RawBody.Data()
	defer form.File.Close()
	a, err := s.Add(ctx, form.CustomerID, form.File.Filename, form.File)
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/attachments/%d", api.Prefix, a.ID), Body: object(a)}, nil
}

func object(a Attachment) Object {
	return Object{ID: a.ID, CustomerID: a.CustomerID, NoteID: a.NoteID(), UserID: api.ID(a.UserID), Name: a.Name, Type: a.Mime, Size: a.Size, SHA256: a.SHA256, CreatedAt: a.CreatedAt.UTC()}
}
