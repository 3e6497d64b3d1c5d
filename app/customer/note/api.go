package note

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
)

// Object is a note as the API shows it.
type Object struct {
	ID         int64      `json:"id"`
	Version    int64      `json:"version"`
	CustomerID int64      `json:"customer_id"`
	UserID     *int64     `json:"user_id"`
	UserName   string     `json:"user_name,omitempty"`
	Text       string     `json:"text"`
	Visibility string     `json:"visibility" enum:"internal,visible" doc:"visible: the customer may see it"`
	PinnedAt   *time.Time `json:"pinned_at" doc:"Since when it stands on top of the record"`
	CreatedAt  *time.Time `json:"created_at"`
	UpdatedAt  *time.Time `json:"updated_at"`

	Attachments []FileObject `json:"attachments,omitempty" doc:"Only where one note is read"`
}

// FileObject is a file of a note; its bytes are at /attachments/{id}.
type FileObject struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

type filesInput struct {
	api.Path
	RawBody huma.MultipartFormFiles[struct {
		File []huma.FormFile `form:"file" required:"true"`
	}]
}

// whole is a note with its files.
func (s *Service) whole(ctx context.Context, n Note) (*api.Body[Object], error) {
	out := &api.Body[Object]{Body: object(n)}
	files, err := s.filesOf(ctx, n.ID)
	for _, f := range files {
		out.Body.Attachments = append(out.Body.Attachments, FileObject{f.ID, f.Name})
	}
	return out, err
}

func (s *Service) apiAttach(ctx context.Context, in *filesInput) (*api.Body[Object], error) {
	defer func() { _ = in.RawBody.Form.RemoveAll() }() // temporary files of the upload
	if err := s.AttachTo(ctx, in.ID, Chosen(in.RawBody.Form)); err != nil {
		return nil, err
	}
	n, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.whole(ctx, n)
}

func object(n Note) Object {
	return Object{ID: n.ID, Version: n.Version, CustomerID: n.CustomerID, UserID: api.ID(n.UserID), UserName: string(n.UserName), Text: n.Text, Visibility: visibility(n.Visible), PinnedAt: api.Time(n.PinnedAt),
		CreatedAt: api.Time(n.CreatedAt), UpdatedAt: api.Time(n.UpdatedAt)}
}

func visibility(visible bool) string {
	if visible {
		return "visible"
	}
	return "internal"
}

type createInput struct {
	Body struct {
		CustomerID int64  `json:"customer_id" minimum:"1"`
		Text       string `json:"text" minLength:"1" maxLength:"20000"`
		Visibility string `json:"visibility,omitempty" enum:"internal,visible" doc:"internal unless said otherwise"`
		Pinned     bool   `json:"pinned,omitempty"`
	}
}

type patchInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version    *int64          `json:"version,omitempty"`
		Text       api.Opt[string] `json:"text,omitempty"`
		Visibility api.Opt[string] `json:"visibility,omitempty"`
		Pinned     api.Opt[bool]   `json:"pinned,omitempty"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "notes"
	api.Register(a, api.Op{Method: api.Get, Path: "/notes", Summary: "List notes", Tag: tag}, s.apiList)
	api.Register(a, api.Op{Method: api.Get, Path: "/notes/{id}", Summary: "Read a note", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		n, err := s.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return s.whole(ctx, n)
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/notes/{id}/attachments", Summary: "Put files into a note", Tag: tag, Status: http.StatusCreated, MaxBody: MaxUpload}, s.apiAttach)
	api.Register(a, api.Op{Method: api.Post, Path: "/notes", Summary: "Write a note", Tag: tag, Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Patch, Path: "/notes/{id}", Summary: "Change a note", Tag: tag}, s.apiPatch)
	api.Remove(a, "/notes/{id}", tag, "Delete a note", s.Remove)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, object), nil
}

func (s *Service) apiCreate(ctx context.Context, in *createInput) (*api.Created[Object], error) {
	n, err := s.Add(ctx, Input{CustomerID: in.Body.CustomerID, Text: in.Body.Text, Visible: in.Body.Visibility == "visible", Pinned: in.Body.Pinned})
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/notes/%d", api.Prefix, n.ID), Body: object(n)}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchInput) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	n, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	change, shown := n.Input(), visibility(n.Visible)
	in.Body.Text.Into(&change.Text)
	in.Body.Pinned.Into(&change.Pinned)
	in.Body.Visibility.Into(&shown)
	if change.Visible = shown == "visible"; !change.Visible && shown != "internal" {
		c := &errs.Check{}
		c.Add("visibility", "error.choice")
		return nil, c.Err()
	}
	if n, err = s.Update(ctx, in.ID, version, change); err != nil {
		return nil, api.WithCurrent(err, func(n Note) any { return object(n) })
	}
	return &api.Body[Object]{Body: object(n)}, nil
}
