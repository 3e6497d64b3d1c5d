package wave

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// Object is a wave as the API shows it.
type Object struct {
	ID        int64      `json:"id"`
	SurveyID  int64      `json:"survey_id"`
	Name      string     `json:"name"`
	Query     string     `json:"query" doc:"The customers' list it was made from"`
	State     string     `json:"state" enum:"draft,running,paused,stopped,done"`
	ClosesOn  string     `json:"closes_on,omitempty" doc:"The last day on which it asks"`
	ClosesAtN int        `json:"closes_at_n,omitempty" doc:"The answers after which it asks no more"`
	Texts     bool       `json:"texts,omitempty" doc:"By text message whoever has no mail address"`
	PerHour   int        `json:"per_hour,omitempty" doc:"Mails at most in an hour"`
	StartedAt *time.Time `json:"started_at,omitempty"`
	EndedAt   *time.Time `json:"ended_at,omitempty"`
	Version   int64      `json:"version"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
	Figures   *Numbers   `json:"figures,omitempty" doc:"Only when one wave is read"`
}

// Numbers are a wave's figures.
type Numbers struct {
	Total       int            `json:"total"`
	Unseen      int            `json:"unseen" doc:"Nobody has looked at them yet"`
	Ask         int            `json:"ask" doc:"Will be asked"`
	Asked       int            `json:"asked"`
	Spared      int            `json:"spared"`
	Texts       int            `json:"texts" doc:"Of those who are or will be asked, by text message"`
	Reasons     map[string]int `json:"reasons" doc:"Of those who are spared"`
	Invitations map[string]int `json:"invitations" doc:"By state"`
}

func object(w Wave) Object {
	return Object{ID: w.ID, SurveyID: w.SurveyID, Name: w.Name, Query: w.Query, State: w.State, ClosesOn: w.ClosesOn, ClosesAtN: w.ClosesAtN, Texts: w.Texts, PerHour: w.PerHour, StartedAt: api.Time(w.StartedAt), EndedAt: api.Time(w.EndedAt),
		Version: w.Version, CreatedAt: api.Time(w.CreatedAt), UpdatedAt: api.Time(w.UpdatedAt)}
}

func numbers(f Figures) *Numbers {
	n := &Numbers{Total: f.Total, Unseen: f.Unseen, Ask: f.Ask, Asked: f.Asked, Spared: f.Spared, Texts: f.Texts, Reasons: map[string]int{}, Invitations: f.Letters}
	for _, r := range f.Reasons {
		n.Reasons[r.Reason] += r.N
	}
	return n
}

// MemberObject is one customer of a wave.
type MemberObject struct {
	ID         int64  `json:"id"`
	CustomerID int64  `json:"customer_id"`
	State      string `json:"state" enum:"ask,spared,asked"`
	Reason     string `json:"reason,omitempty"`
}

type createInput struct {
	Body struct {
		SurveyID  int64  `json:"survey_id" minimum:"1"`
		Name      string `json:"name" minLength:"1" maxLength:"100"`
		Query     string `json:"query,omitempty" maxLength:"4000" doc:"Filters and search as in the address of the customers' list; all customers when absent"`
		ClosesOn  string `json:"closes_on,omitempty" format:"date"`
		ClosesAtN int    `json:"closes_at_n,omitempty" minimum:"0" maximum:"1000000"`
		Texts     bool   `json:"texts,omitempty" doc:"By text message whoever has no mail address"`
		PerHour   int    `json:"per_hour,omitempty" minimum:"0" maximum:"100000" doc:"Mails at most in an hour; 0 is as many as can leave"`
	}
}

type patchInput struct {
	api.Path
	Body struct {
		Version   int64   `json:"version" minimum:"1" doc:"What was read"`
		ClosesOn  *string `json:"closes_on,omitempty" format:"date" doc:"The last day; an empty text takes it away"`
		ClosesAtN *int    `json:"closes_at_n,omitempty" minimum:"0" maximum:"1000000"`
		PerHour   *int    `json:"per_hour,omitempty" minimum:"0" maximum:"100000"`
	}
}

type membersInput struct {
	api.Path
	State  string `query:"state" enum:"ask,spared,asked" default:"spared"`
	Reason string `query:"reason"`
	After  int64  `query:"after" minimum:"0" doc:"The id after which the page begins"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

func (s *Service) api(a *api.API) {
	const tag = "survey-waves"
	api.Register(a, api.Op{Method: api.Get, Path: "/survey-waves", Summary: "List the sendings to many", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
		p, err := s.List(ctx, in.Request(), in.Conditions())
		return api.Map(p, object), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/survey-waves/{id}", Summary: "Read a wave with its figures", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		w, f, err := s.Get(ctx, in.ID)
		o := object(w)
		o.Figures = numbers(f)
		return &api.Body[Object]{Body: o}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/survey-waves/{id}/members", Summary: "Who is asked and who is spared, and why", Tag: tag}, func(ctx context.Context, in *membersInput) (*api.Body[api.Items[MemberObject]], error) {
		list, _, err := s.Members(ctx, in.ID, in.State, in.Reason, in.After, in.Limit)
		out := &api.Body[api.Items[MemberObject]]{Body: api.Items[MemberObject]{Items: []MemberObject{}}}
		for _, m := range list {
			out.Body.Items = append(out.Body.Items, MemberObject{m.ID, m.CustomerID, m.State, m.Reason})
		}
		return out, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/survey-waves", Summary: "Make a wave of all whom a list means; nobody is asked yet", Tag: tag, Status: http.StatusCreated}, func(ctx context.Context, in *createInput) (*api.Created[Object], error) {
		w, err := s.Create(ctx, Input{SurveyID: in.Body.SurveyID, Name: in.Body.Name, Query: in.Body.Query, Texts: in.Body.Texts,
			Bounds: Bounds{in.Body.ClosesOn, in.Body.ClosesAtN, in.Body.PerHour}})
		return &api.Created[Object]{Location: fmt.Sprintf("%s/survey-waves/%d", api.Prefix, w.ID), Body: object(w)}, err
	})
	api.Register(a, api.Op{Method: api.Patch, Path: "/survey-waves/{id}", Summary: "Change when a wave ends and how fast it leaves", Tag: tag}, s.apiPatch)
	for name, turn := range map[string]func(context.Context, int64) (Wave, error){"start": s.Start, "pause": s.Pause, "resume": s.Resume, "stop": s.Stop} {
		api.Register(a, api.Op{Method: api.Post, Path: "/survey-waves/{id}/" + name, Summary: "A wave's " + name, Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
			w, err := turn(ctx, in.ID)
			return &api.Body[Object]{Body: object(w)}, err
		})
	}
	api.Remove(a, "/survey-waves/{id}", tag, "Forget a wave by which nobody was asked", s.Delete)
}

func (s *Service) apiPatch(ctx context.Context, in *patchInput) (*api.Body[Object], error) {
	w, _, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b := w.Bounds()
	if in.Body.ClosesOn != nil {
		b.ClosesOn = *in.Body.ClosesOn
	}
	if in.Body.ClosesAtN != nil {
		b.ClosesAtN = *in.Body.ClosesAtN
	}
	if in.Body.PerHour != nil {
		b.PerHour = *in.Body.PerHour
	}
	w, err = s.Bound(ctx, in.ID, in.Body.Version, b)
	return &api.Body[Object]{Body: object(w)}, err
}
