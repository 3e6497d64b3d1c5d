package poster

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"regulars/app/sys/api"
	"regulars/app/voice/survey"
)

// Object is a poster as the API shows it.
type Object struct {
	ID            int64      `json:"id"`
	SurveyID      int64      `json:"survey_id"`
	Kind          string     `json:"kind" enum:"poster,slip,kiosk,widget"`
	Name          string     `json:"name"`
	Place         string     `json:"place,omitempty" doc:"The counter, as people call it"`
	ProductID     *int64     `json:"product_id,omitempty"`
	RatedID       *int64     `json:"rated_id,omitempty" doc:"The person it asks about"`
	Origins       []string   `json:"origins,omitempty" doc:"Of a widget: the sites that may frame it"`
	RepeatMinutes int        `json:"repeat_minutes" doc:"Within which a device's second answer changes its first"`
	Contact       bool       `json:"contact" doc:"Whoever answers may leave how to reach them"`
	Active        bool       `json:"active"`
	Path          string     `json:"path" doc:"Of its page, after the public address"`
	Version       int64      `json:"version"`
	CreatedAt     *time.Time `json:"created_at"`
	UpdatedAt     *time.Time `json:"updated_at"`
}

func (s *Service) object(p Poster) Object {
	return Object{ID: p.ID, SurveyID: p.SurveyID, Kind: p.Kind, Name: p.Name, Place: p.Place, ProductID: api.ID(p.ProductID), RatedID: api.ID(p.RatedID),
		Origins: strings.Fields(p.Origins), RepeatMinutes: p.RepeatMinutes, Contact: p.Contact, Active: p.Active, Path: s.Address(p, ""), Version: p.Version,
		CreatedAt: api.Time(p.CreatedAt), UpdatedAt: api.Time(p.UpdatedAt)}
}

type createIn struct {
	Body struct {
		Kind          string   `json:"kind" enum:"poster,slip,kiosk,widget"`
		Name          string   `json:"name" minLength:"1" maxLength:"100"`
		SurveyID      int64    `json:"survey_id" minimum:"1"`
		Place         string   `json:"place,omitempty" maxLength:"100"`
		ProductID     int64    `json:"product_id,omitempty" minimum:"0"`
		RatedID       int64    `json:"rated_id,omitempty" minimum:"0"`
		Origins       []string `json:"origins,omitempty"`
		RepeatMinutes *int     `json:"repeat_minutes,omitempty"`
		Contact       *bool    `json:"contact,omitempty"`
		Active        *bool    `json:"active,omitempty"`
	}
}

type patchIn struct {
	api.Path
	api.Versioned
	Body struct {
		Version       *int64            `json:"version,omitempty"`
		Name          api.Opt[string]   `json:"name,omitempty"`
		SurveyID      api.Opt[int64]    `json:"survey_id,omitempty"`
		Place         api.Opt[string]   `json:"place,omitempty"`
		ProductID     api.Opt[int64]    `json:"product_id,omitempty" doc:"0 for none"`
		RatedID       api.Opt[int64]    `json:"rated_id,omitempty" doc:"0 for nobody"`
		Origins       api.Opt[[]string] `json:"origins,omitempty"`
		RepeatMinutes api.Opt[int]      `json:"repeat_minutes,omitempty"`
		Contact       api.Opt[bool]     `json:"contact,omitempty"`
		Active        api.Opt[bool]     `json:"active,omitempty"`
	}
}

// GuestObject is what somebody left beside an answer.
type GuestObject struct {
	ResponseID int64      `json:"response_id"`
	Name       string     `json:"name,omitempty"`
	Phone      string     `json:"phone,omitempty"`
	Email      string     `json:"email,omitempty"`
	Notice     string     `json:"notice" doc:"The words they agreed to"`
	Score      *int       `json:"score,omitempty"`
	Comment    string     `json:"comment,omitempty"`
	CaseID     *int64     `json:"case_id,omitempty"`
	CreatedAt  *time.Time `json:"created_at"`
}

func guestObject(g Guest) GuestObject {
	o := GuestObject{ResponseID: g.ResponseID, Name: g.Name, Phone: g.Phone, Email: g.Email, Notice: g.Notice, Comment: g.Comment, CaseID: api.ID(g.CaseID),
		CreatedAt: api.Time(g.CreatedAt)}
	if g.Score != survey.NoAnswer {
		o.Score = &g.Score
	}
	return o
}

type knowIn struct {
	api.Path
	Body struct {
		CustomerID int64 `json:"customer_id" minimum:"1"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "posters"
	api.Register(a, api.Op{Method: api.Get, Path: "/posters", Summary: "List posters, kiosks and widgets", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
		p, err := s.List(ctx, in.Request(), in.Conditions())
		return api.Map(p, s.object), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/posters/{id}", Summary: "Read a poster", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		p, err := s.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &api.Body[Object]{Body: s.object(p)}, nil
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/posters", Summary: "Make a poster", Tag: tag, Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Patch, Path: "/posters/{id}", Summary: "Change a poster", Tag: tag}, s.apiPatch)
	api.Remove(a, "/posters/{id}", tag, "Delete a poster", s.Delete)
	api.Register(a, api.Op{Method: api.Get, Path: "/poster-guests", Summary: "List who left a name beside an answer and is not known yet", Tag: tag},
		func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[GuestObject]], error) {
			list, err := s.Guests(ctx)
			out := &api.Body[api.Items[GuestObject]]{Body: api.Items[GuestObject]{Items: []GuestObject{}}}
			for _, g := range list {
				out.Body.Items = append(out.Body.Items, guestObject(g))
			}
			return out, err
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/poster-guests/{id}/customer", Summary: "Say which customer gave an answer (id is the answer's)", Tag: tag, Status: http.StatusNoContent},
		func(ctx context.Context, in *knowIn) (*api.Empty, error) {
			return &api.Empty{}, s.Know(ctx, in.ID, in.Body.CustomerID)
		})
}

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*api.Created[Object], error) {
	b := in.Body
	made := fresh(b.Kind)
	made.Name, made.SurveyID, made.Place, made.ProductID, made.RatedID, made.Origins = b.Name, b.SurveyID, b.Place, b.ProductID, b.RatedID, strings.Join(b.Origins, "\n")
	if b.RepeatMinutes != nil {
		made.RepeatMinutes = *b.RepeatMinutes
	}
	made.Contact, made.Active = b.Contact == nil || *b.Contact, b.Active == nil || *b.Active
	p, err := s.Create(ctx, made)
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/posters/%d", api.Prefix, p.ID), Body: s.object(p)}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	p, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	change := p.Input()
	change.Version = version
	in.Body.Name.Into(&change.Name)
	in.Body.SurveyID.Into(&change.SurveyID)
	in.Body.Place.Into(&change.Place)
	in.Body.ProductID.Into(&change.ProductID)
	in.Body.RatedID.Into(&change.RatedID)
	in.Body.RepeatMinutes.Into(&change.RepeatMinutes)
	in.Body.Contact.Into(&change.Contact)
	in.Body.Active.Into(&change.Active)
	if in.Body.Origins.Set {
		change.Origins = strings.Join(in.Body.Origins.Value, "\n")
	}
	p, err = s.Update(ctx, in.ID, change)
	if err != nil {
		return nil, api.WithCurrent(err, func(p Poster) any { return s.object(p) })
	}
	return &api.Body[Object]{Body: s.object(p)}, nil
}
