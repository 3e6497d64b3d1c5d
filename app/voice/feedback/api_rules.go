package feedback

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// RulesObject is what the shop decides about its cases, as the API shows it.
type RulesObject struct {
	RecheckDays int      `json:"recheck_days" doc:"Days until the question is asked again"`
	ReplyHours  int      `json:"reply_hours" doc:"Open hours until the first reply"`
	RedHours    int      `json:"red_hours" doc:"The same of a red case"`
	ResolveDays int      `json:"resolve_days" doc:"Working days until it is put right"`
	WarnPercent int      `json:"warn_percent" doc:"Share of a clock at which the owner of the case is warned"`
	RedLevels   []string `json:"red_levels" doc:"Levels of customers whose cases are red"`
	RedTags     []int64  `json:"red_tags" doc:"Tags of customers whose cases are red"`
	RedNPS      int      `json:"red_nps" doc:"NPS up to which a case is red; -1 for none"`
	RedShort    int      `json:"red_short" doc:"CSAT or CES up to which a case is red; 0 for none"`

	Limits map[string]int64 `json:"limits" doc:"Compensation up to which managers and members decide alone, in minor units; a role that is not there has no limit"`
}

func rulesObject(r Rules) RulesObject {
	o := RulesObject(r)
	if o.Limits == nil {
		o.Limits = map[string]int64{}
	}
	if o.RedLevels == nil {
		o.RedLevels = []string{}
	}
	if o.RedTags == nil {
		o.RedTags = []int64{}
	}
	return o
}

type rulesPatch struct {
	Body struct {
		RecheckDays api.Opt[int]      `json:"recheck_days,omitempty"`
		ReplyHours  api.Opt[int]      `json:"reply_hours,omitempty"`
		RedHours    api.Opt[int]      `json:"red_hours,omitempty"`
		ResolveDays api.Opt[int]      `json:"resolve_days,omitempty"`
		WarnPercent api.Opt[int]      `json:"warn_percent,omitempty"`
		RedLevels   api.Opt[[]string] `json:"red_levels,omitempty"`
		RedTags     api.Opt[[]int64]  `json:"red_tags,omitempty"`
		RedNPS      api.Opt[int]      `json:"red_nps,omitempty"`
		RedShort    api.Opt[int]      `json:"red_short,omitempty"`

		Limits api.Opt[map[string]int64] `json:"limits,omitempty"`
	}
}

// RouteObject is who looks after something.
type RouteObject struct {
	ID        int64      `json:"id"`
	Kind      string     `json:"kind" doc:"product, category, poster, topic or cause"`
	Ref       string     `json:"ref" doc:"The id of what it is about, or the name of the category"`
	Name      string     `json:"name"`
	TeamID    *int64     `json:"team_id,omitempty"`
	UserID    *int64     `json:"user_id,omitempty" doc:"One person, instead of a department"`
	Version   int64      `json:"version"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
}

func routeObject(r Route) RouteObject {
	name := r.NameEN
	if name == "" {
		name = r.NameZH
	}
	if name == "" {
		name = r.Code
	}
	return RouteObject{r.ID, r.Kind, r.Ref(), name, api.ID(r.TeamID), api.ID(r.UserID), r.Version, api.Time(r.CreatedAt), api.Time(r.UpdatedAt)}
}

type routeCreate struct {
	Body struct {
		Kind   string `json:"kind" enum:"product,category,poster,topic,cause"`
		Ref    string `json:"ref" maxLength:"200" doc:"The id of what it is about, or the name of the category"`
		TeamID int64  `json:"team_id,omitempty" minimum:"0"`
		UserID int64  `json:"user_id,omitempty" minimum:"0"`
	}
}

type routePatch struct {
	api.Path
	api.Versioned
	Body struct {
		Version *int64         `json:"version,omitempty"`
		TeamID  api.Opt[int64] `json:"team_id,omitempty"`
		UserID  api.Opt[int64] `json:"user_id,omitempty" doc:"0 for the department"`
	}
}

// DepartmentObject is a department with the working days it may take.
type DepartmentObject struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Days   int    `json:"days"`
	People int    `json:"people"`
}

type departmentPatch struct {
	api.Path
	Body struct {
		Days int `json:"days" minimum:"1" maximum:"10"`
	}
}

type handInput struct {
	api.Path
	Body struct {
		Version int64  `json:"version,omitempty"`
		TeamID  int64  `json:"team_id,omitempty" minimum:"0" doc:"Or the one whose business the cause is"`
		Cause   string `json:"cause,omitempty" maxLength:"100"`
		Note    string `json:"note,omitempty" maxLength:"4000" doc:"What is asked of them"`
	}
}

type teamAnswerInput struct {
	api.Path
	Body struct {
		Version int64  `json:"version,omitempty"`
		Words   string `json:"words" maxLength:"10000"`
	}
}

func (s *Service) apiRules(a *api.API) {
	const tag = "feedback-cases"
	api.Register(a, api.Op{Method: api.Get, Path: "/settings/feedback-cases", Summary: "Read the clocks and the red list of feedback cases", Tag: "settings"},
		func(ctx context.Context, _ *api.Empty) (*api.Body[RulesObject], error) {
			r, err := s.Rules(ctx)
			return &api.Body[RulesObject]{Body: rulesObject(r)}, err
		})
	api.Register(a, api.Op{Method: api.Patch, Path: "/settings/feedback-cases", Summary: "Change the clocks and the red list of feedback cases; open cases keep their deadlines", Tag: "settings"}, s.apiSetRules)
	api.Register(a, api.Op{Method: api.Get, Path: "/feedback-routes", Summary: "List who looks after what", Tag: tag},
		func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[RouteObject]], error) {
			list, err := s.Routes(ctx)
			return listed(list, routeObject), err
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/feedback-routes", Summary: "Say who looks after something; what was said about it before is changed", Tag: tag, Status: http.StatusCreated},
		func(ctx context.Context, in *routeCreate) (*api.Created[RouteObject], error) {
			b := in.Body
			r, err := s.SaveRoute(ctx, 0, RouteInput{Kind: b.Kind, Ref: b.Ref, TeamID: b.TeamID, UserID: b.UserID})
			return &api.Created[RouteObject]{Location: fmt.Sprintf("%s/feedback-routes/%d", api.Prefix, r.ID), Body: routeObject(r)}, err
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/feedback-routes/{id}", Summary: "Read who looks after something", Tag: tag},
		func(ctx context.Context, in *api.Path) (*api.Body[RouteObject], error) {
			r, err := s.Route(ctx, in.ID)
			return &api.Body[RouteObject]{Body: routeObject(r)}, err
		})
	api.Register(a, api.Op{Method: api.Patch, Path: "/feedback-routes/{id}", Summary: "Change who looks after something", Tag: tag}, s.apiSetRoute)
	api.Remove(a, "/feedback-routes/{id}", tag, "Forget who looks after something", s.DropRoute)
	api.Register(a, api.Op{Method: api.Get, Path: "/feedback-departments", Summary: "List the departments with the working days each may take", Tag: tag},
		func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[DepartmentObject]], error) {
			list, err := s.Teams(ctx)
			return listed(list, func(t Team) DepartmentObject { return DepartmentObject(t) }), err
		})
	api.Register(a, api.Op{Method: api.Patch, Path: "/feedback-departments/{id}", Summary: "Set how many working days a department may take (id is the team's)", Tag: tag, Status: http.StatusNoContent},
		func(ctx context.Context, in *departmentPatch) (*api.Empty, error) {
			return &api.Empty{}, s.SetTeamDays(ctx, in.ID, in.Body.Days)
		})
	s.apiDepartment(a)
}

func (s *Service) apiDepartment(a *api.API) {
	const tag = "feedback-cases"
	done := func(c Case, err error) (*api.Body[Object], error) {
		if err != nil {
			return nil, api.WithCurrent(err, func(c Case) any { return object(c) })
		}
		return &api.Body[Object]{Body: object(c)}, nil
	}
	api.Register(a, api.Op{Method: api.Post, Path: "/feedback-cases/{id}/department", Summary: "Ask a department; the case stays with its owner", Tag: tag},
		func(ctx context.Context, in *handInput) (*api.Body[Object], error) {
			b := in.Body
			return done(s.HandToTeam(ctx, in.ID, Handing{TeamID: b.TeamID, Cause: b.Cause, Note: b.Note, Version: b.Version}))
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/feedback-cases/{id}/department-answer", Summary: "Answer for the department", Tag: tag},
		func(ctx context.Context, in *teamAnswerInput) (*api.Body[Object], error) {
			return done(s.AnswerForTeam(ctx, in.ID, in.Body.Version, in.Body.Words))
		})
	api.Register(a, api.Op{Method: api.Delete, Path: "/feedback-cases/{id}/department", Summary: "Take a case back from the department", Tag: tag},
		func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
			return done(s.TakeBack(ctx, in.ID, 0))
		})
}

func listed[T, O any](list []T, object func(T) O) *api.Body[api.Items[O]] {
	out := &api.Body[api.Items[O]]{Body: api.Items[O]{Items: []O{}}}
	for _, one := range list {
		out.Body.Items = append(out.Body.Items, object(one))
	}
	return out
}

func (s *Service) apiSetRules(ctx context.Context, in *rulesPatch) (*api.Body[RulesObject], error) {
	r, err := s.Rules(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	b.RecheckDays.Into(&r.RecheckDays)
	b.ReplyHours.Into(&r.ReplyHours)
	b.RedHours.Into(&r.RedHours)
	b.ResolveDays.Into(&r.ResolveDays)
	b.WarnPercent.Into(&r.WarnPercent)
	b.RedLevels.Into(&r.RedLevels)
	b.RedTags.Into(&r.RedTags)
	b.RedNPS.Into(&r.RedNPS)
	b.RedShort.Into(&r.RedShort)
	b.Limits.Into(&r.Limits)
	if err := s.SetRules(ctx, r); err != nil {
		return nil, err
	}
	return &api.Body[RulesObject]{Body: rulesObject(r)}, nil
}

func (s *Service) apiSetRoute(ctx context.Context, in *routePatch) (*api.Body[RouteObject], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	r, err := s.Route(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	change := RouteInput{TeamID: int64(r.TeamID), UserID: int64(r.UserID), Version: version}
	in.Body.TeamID.Into(&change.TeamID)
	in.Body.UserID.Into(&change.UserID)
	if r, err = s.SaveRoute(ctx, in.ID, change); err != nil {
		return nil, api.WithCurrent(err, func(r Route) any { return routeObject(r) })
	}
	return &api.Body[RouteObject]{Body: routeObject(r)}, nil
}
