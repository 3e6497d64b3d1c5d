package daybook

import (
	"context"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/api"
)

// PersonObject is a colleague's day as the API shows it.
type PersonObject struct {
	UserID int64          `json:"user_id"`
	Name   string         `json:"name"`
	Counts map[string]int `json:"counts" doc:"How much of each sort of work; what is none is left out"`
	Total  int            `json:"total"`
	LastAt *time.Time     `json:"last_at,omitempty"`
}

// DeedObject is one thing that somebody did.
type DeedObject struct {
	ID          int64     `json:"id"`
	At          time.Time `json:"at"`
	UserID      int64     `json:"user_id"`
	What        string    `json:"what" enum:"calls,visits,messages,notes,tasks,customers,deals,quotes,orders,payments,cases"`
	Event       string    `json:"event"`
	CustomerID  int64     `json:"customer_id,omitempty"`
	SubjectKind string    `json:"subject_kind"`
	SubjectID   int64     `json:"subject_id,omitempty"`
}

type (
	dayIn struct {
		Day string `query:"day" format:"date" doc:"Today when left out"`
	}
	deedsIn struct {
		Day    string `query:"day" format:"date" doc:"Today when left out"`
		UserID int64  `query:"user_id" minimum:"0" doc:"Everybody one may look at when left out"`
		What   string `query:"what" doc:"One sort of work; all when left out"`
		Before int64  `query:"before" minimum:"0" doc:"The last id of the page before"`
	}
)

func (s *Service) api(a *api.API) {
	const tag = "daybook"
	s.reportAPI(a)
	api.Register(a, api.Op{Method: api.Get, Path: "/daybook", Tag: tag, Summary: "Read what each colleague did on a day"}, func(ctx context.Context, in *dayIn) (*api.Body[api.Items[PersonObject]], error) {
		span, err := s.span(ctx, in.Day)
		if err != nil {
			return nil, err
		}
		people, err := s.Day(ctx, span)
		out := api.Items[PersonObject]{Items: []PersonObject{}}
		for _, p := range people {
			out.Items = append(out.Items, PersonObject{p.ID, p.Name, p.Counts, p.Total, moment(p.LastAt.Time)})
		}
		return &api.Body[api.Items[PersonObject]]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/daybook/entries", Tag: tag, Summary: "Read the rows behind the counts of a day, newest first, 100 at a time"}, func(ctx context.Context, in *deedsIn) (*api.Body[api.Items[DeedObject]], error) {
		span, err := s.span(ctx, in.Day)
		if err != nil {
			return nil, err
		}
		list, err := s.Deeds(ctx, span, in.UserID, in.What, in.Before)
		out := api.Items[DeedObject]{Items: []DeedObject{}}
		for _, d := range list {
			out.Items = append(out.Items, DeedObject{ID: d.ID, At: d.At.UTC(), UserID: d.UserID, What: d.Sort(), Event: d.Fact, CustomerID: int64(d.CustomerID),
				SubjectKind: d.SubjectKind, SubjectID: int64(d.SubjectID)})
		}
		return &api.Body[api.Items[DeedObject]]{Body: out}, err
	})
}

// span is the day that was asked for, else today.
func (s *Service) span(ctx context.Context, day string) (Span, error) {
	if day != "" {
		return Span{cal.Date(day), cal.Date(day)}, nil
	}
	today, _, err := s.day(ctx)
	return Span{today, today}, err
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	utc := t.UTC()
	return &utc
}
