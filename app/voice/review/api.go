package review

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/api"
)

// Object is a review as the API shows it.
type Object struct {
	ID         int64      `json:"id"`
	Platform   string     `json:"platform"`
	Stars      *float64   `json:"stars,omitempty" doc:"Absent for a review of words only"`
	Most       int        `json:"most" doc:"Stars of the best review there"`
	Author     string     `json:"author,omitempty"`
	Words      string     `json:"words,omitempty"`
	Language   string     `json:"language,omitempty"`
	URL        string     `json:"url,omitempty"`
	PostedOn   string     `json:"posted_on" format:"date"`
	Mood       string     `json:"mood,omitempty" doc:"low, mid or high, by its stars"`
	RepliedAt  *time.Time `json:"replied_at,omitempty"`
	Praise     bool       `json:"praise" doc:"It stands on the wall of praise"`
	CustomerID *int64     `json:"customer_id,omitempty"`
	CaseID     *int64     `json:"case_id,omitempty" doc:"The feedback case that it opened or joined"`
	ExternalID string     `json:"external_id" doc:"What the platform knows it by, else # and a digest"`
	Version    int64      `json:"version"`
	CreatedAt  *time.Time `json:"created_at"`
	UpdatedAt  *time.Time `json:"updated_at"`
}

func object(r Review) Object {
	return Object{ID: r.ID, Platform: r.Platform, Stars: r.Stars, Most: r.Most, Author: r.Author, Words: r.Words, Language: r.Language, URL: r.URL,
		PostedOn: string(r.PostedOn), Mood: string(r.Mood()), RepliedAt: api.Time(r.RepliedAt), Praise: r.Praise, CustomerID: api.ID(r.CustomerID),
		CaseID: api.ID(r.CaseID), ExternalID: r.ExternalID, Version: r.Version, CreatedAt: api.Time(r.CreatedAt), UpdatedAt: api.Time(r.UpdatedAt)}
}

type createIn struct {
	Body struct {
		Platform   string   `json:"platform" minLength:"1" maxLength:"60"`
		Stars      *float64 `json:"stars,omitempty"`
		Most       int      `json:"most,omitempty" minimum:"2" maximum:"100" default:"5"`
		Author     string   `json:"author,omitempty" maxLength:"100"`
		Words      string   `json:"words,omitempty" maxLength:"10000"`
		URL        string   `json:"url,omitempty" maxLength:"1000"`
		PostedOn   string   `json:"posted_on,omitempty" doc:"Today when it is absent"`
		CustomerID int64    `json:"customer_id,omitempty" minimum:"0"`
		ExternalID string   `json:"external_id,omitempty" maxLength:"200"`
		Replied    bool     `json:"replied,omitempty"`
		Praise     bool     `json:"praise,omitempty"`
	}
}

type patchIn struct {
	api.Path
	api.Versioned
	Body struct {
		Version    *int64            `json:"version,omitempty"`
		Platform   api.Opt[string]   `json:"platform,omitempty"`
		Stars      api.Opt[*float64] `json:"stars,omitempty"`
		Most       api.Opt[int]      `json:"most,omitempty"`
		Author     api.Opt[string]   `json:"author,omitempty"`
		Words      api.Opt[string]   `json:"words,omitempty"`
		URL        api.Opt[string]   `json:"url,omitempty"`
		PostedOn   api.Opt[string]   `json:"posted_on,omitempty"`
		CustomerID api.Opt[int64]    `json:"customer_id,omitempty" doc:"0 for nobody"`
		ExternalID api.Opt[string]   `json:"external_id,omitempty"`
		Replied    api.Opt[bool]     `json:"replied,omitempty" doc:"The shop answered there"`
		Praise     api.Opt[bool]     `json:"praise,omitempty"`
	}
}

// SummaryObject is what the reviews of one platform come to.
type SummaryObject struct {
	Platform   string  `json:"platform"`
	N          int     `json:"n"`
	Rated      int     `json:"rated" doc:"Of them with stars"`
	Mean       float64 `json:"mean" doc:"Out of five. Self-selected: no interval is told and no survey is compared with it"`
	Low        int     `json:"low"`
	Unanswered int     `json:"unanswered"`
}

type summaryIn struct {
	Since string `query:"since" doc:"The first day that counts; a year ago when it is absent"`
}

func (s *Service) api(a *api.API) {
	s.praiseAPI(a)
	const tag = "reviews"
	api.Register(a, api.Op{Method: api.Get, Path: "/reviews", Summary: "List what was written about the shop elsewhere", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
		p, err := s.List(ctx, in.Request(), in.Conditions())
		return api.Map(p, func(r Row) Object { return object(r.Review) }), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/reviews/{id}", Summary: "Read a review", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		r, err := s.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &api.Body[Object]{Body: object(r)}, nil
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/reviews", Summary: "Keep a review; an unhappy one opens a feedback case", Tag: tag, Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Patch, Path: "/reviews/{id}", Summary: "Change a review", Tag: tag}, s.apiPatch)
	api.Remove(a, "/reviews/{id}", tag, "Delete a review; its case stays", s.Delete)
	api.Register(a, api.Op{Method: api.Get, Path: "/review-summary", Summary: "Count reviews by platform", Tag: tag}, s.apiSummary)
}

func (s *Service) apiSummary(ctx context.Context, in *summaryIn) (*api.Body[api.Items[SummaryObject]], error) {
	since := cal.DateOf(s.db.Now(), time.UTC).AddDays(-days)
	if in.Since != "" {
		if since = cal.Date(in.Since); !since.Valid() {
			c := &errs.Check{}
			c.Add("since", "error.date")
			return nil, c.Err()
		}
	}
	list, err := s.Summaries(ctx, since)
	out := &api.Body[api.Items[SummaryObject]]{Body: api.Items[SummaryObject]{Items: []SummaryObject{}}}
	for _, one := range list {
		out.Body.Items = append(out.Body.Items, SummaryObject(one))
	}
	return out, err
}

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*api.Created[Object], error) {
	b := in.Body
	r, err := s.Create(ctx, Input{Platform: b.Platform, Stars: b.Stars, Most: b.Most, Author: b.Author, Words: b.Words, URL: b.URL, PostedOn: cal.Date(b.PostedOn),
		CustomerID: b.CustomerID, ExternalID: b.ExternalID, Replied: b.Replied, Praise: b.Praise})
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/reviews/%d", api.Prefix, r.ID), Body: object(r)}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	r, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	change := r.Input()
	change.Version, change.Customer = version, ""
	in.Body.Platform.Into(&change.Platform)
	in.Body.Stars.Into(&change.Stars)
	in.Body.Most.Into(&change.Most)
	in.Body.Author.Into(&change.Author)
	in.Body.Words.Into(&change.Words)
	in.Body.URL.Into(&change.URL)
	in.Body.CustomerID.Into(&change.CustomerID)
	in.Body.ExternalID.Into(&change.ExternalID)
	in.Body.Replied.Into(&change.Replied)
	in.Body.Praise.Into(&change.Praise)
	if in.Body.PostedOn.Set {
		change.PostedOn = cal.Date(in.Body.PostedOn.Value)
	}
	if r, err = s.Update(ctx, in.ID, change); err != nil {
		return nil, api.WithCurrent(err, func(r Review) any { return object(r) })
	}
	return &api.Body[Object]{Body: object(r)}, nil
}
