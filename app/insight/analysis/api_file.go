package analysis

import (
	"context"
	"net/url"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/export"
	"regulars/app/sys/setting"
)

// AsFile is what a report leaves as.
type AsFile struct {
	Format   string `query:"format" enum:"csv,gb18030,xlsx,pdf" default:"pdf" doc:"PDF to be read, the others to be counted on"`
	Approval int64  `query:"approval" minimum:"0" doc:"The approval that lets a list leave that needs one"`
}

type fileInput struct {
	AsFile
	Query string `query:"query" maxLength:"6000" required:"true" doc:"What to count, as the page's address says it"`
}

type keptFileInput struct {
	api.Path
	AsFile
}

func (s *Service) apiFile(ctx context.Context, in *fileInput) (*export.Output, error) {
	spec, err := parseText(in.Query)
	if err != nil {
		return nil, err
	}
	return s.filed(ctx, spec, 0, in.AsFile)
}

func (s *Service) apiKeptFile(ctx context.Context, in *keptFileInput) (*export.Output, error) {
	r, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	spec, err := r.Spec()
	if err != nil {
		return nil, err
	}
	return s.filed(ctx, spec, in.ID, in.AsFile)
}

// filed lets a report leave by the desk, as its page does.
func (s *Service) filed(ctx context.Context, spec Spec, id int64, in AsFile) (*export.Output, error) {
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return nil, err
	}
	q, l := spec.Query(), s.View.Bundle().For(auth.From(ctx).Locale).In(b.Zone()).At(s.DB.Now())
	if id != 0 {
		q.Set("report", strconv.FormatInt(id, 10))
	}
	if in.Format != export.PDF {
		l = l.Sheet()
	}
	return export.Answer(s.desk.Make(ctx, "reports", in.Format, export.Ask{Approved: in.Approval, Shown: &export.Shown{Query: q, Locale: l, Currency: b.Currency}}))
}

type segmentInput struct {
	Body struct {
		Query string `json:"query" maxLength:"6000" doc:"The number, as the address of its rows says it: what stands after /reports/rows?"`
		Name  string `json:"name" maxLength:"200"`
	}
}

// SegmentObject is customers kept under a name.
type SegmentObject struct {
	ViewID    int64  `json:"view_id"`
	TagID     int64  `json:"tag_id"`
	Customers int    `json:"customers"`
	Query     string `json:"query" doc:"Of the list of customers"`
}

func (s *Service) apiKeep(ctx context.Context, in *segmentInput) (*api.Body[SegmentObject], error) {
	q, err := url.ParseQuery(in.Body.Query)
	if err != nil {
		return nil, errs.New(errs.Malformed, "error.malformed")
	}
	out, err := s.Keep(ctx, s.View.Bundle().For(auth.From(ctx).Locale), q, in.Body.Name)
	return &api.Body[SegmentObject]{Body: SegmentObject(out)}, err
}
