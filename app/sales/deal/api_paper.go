package deal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"regulars/app/sys/api"
)

// PaperObject is an uploaded document of a stage; its bytes are at /content.
type PaperObject struct {
	ID      int64  `json:"id"`
	StageID int64  `json:"stage_id"`
	Name    string `json:"name"`
	Type    string `json:"type"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
}

func paperObject(p Paper) PaperObject {
	return PaperObject{ID: p.ID, StageID: p.StageID, Name: p.Name, Type: p.Mime, Size: p.Size, SHA256: p.SHA256}
}

type paperForm struct {
	File huma.FormFile `form:"file" required:"true"`
}

type paperIn struct {
	api.Path
	RawBody huma.MultipartFormFiles[paperForm]
}

type paperOut struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Service) apiPapers(a *api.API) {
	const tag = "pipelines"
	api.Register(a, api.Op{Method: api.Post, Path: "/deal-stages/{id}/files", Tag: tag, Summary: "Upload a document of a stage", Status: http.StatusCreated, MaxBody: maxPaper + 1<<20}, s.apiAddPaper)
	api.Register(a, api.Op{Method: api.Get, Path: "/deal-stage-files/{id}/content", Tag: tag, Summary: "Get the bytes of a document of a stage"}, s.apiOpenPaper)
	api.Remove(a, "/deal-stage-files/{id}", tag, "Remove a document of a stage, undoable through history", s.DropPaper)
}

func (s *Service) apiAddPaper(ctx context.Context, in *paperIn) (*api.Created[PaperObject], error) {
	form := in.RawBody.Data()
	p, err := s.AddPaper(ctx, in.ID, form.File.Filename, form.File)
	if err := errors.Join(err, form.File.Close()); err != nil {
		return nil, err
	}
	return &api.Created[PaperObject]{Location: fmt.Sprintf("%s/deal-stage-files/%d/content", api.Prefix, p.ID), Body: paperObject(p)}, nil
}

func (s *Service) apiOpenPaper(ctx context.Context, in *api.Path) (*paperOut, error) {
	p, f, err := s.OpenPaper(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read document %d of a stage: %w", p.ID, err)
	}
	return &paperOut{Type: p.Mime, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": p.Name}), Body: body}, nil
}
