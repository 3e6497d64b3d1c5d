package report

import (
	"context"
	"net/http"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/api"
)

// Object is a report as the API shows it. Its figures stand as they were when it
// was made.
type Object struct {
	ID      int64      `json:"id"`
	Kind    Kind       `json:"kind" enum:"weekly,monthly,quarterly"`
	Slot    string     `json:"slot" doc:"The week, month or quarter: 2026-W47, 2026-11, 2026-Q4; by hand the local minute in which it was made"`
	ByHand  bool       `json:"by_hand"`
	TeamID  *int64     `json:"team_id,omitempty" doc:"Absent for the whole shop"`
	Since   cal.Date   `json:"since"`
	Until   cal.Date   `json:"until"`
	MadeAt  *time.Time `json:"made_at"`
	Figures *Figures   `json:"figures,omitempty" doc:"Of a single report only"`
}

func object(r Report) Object {
	return Object{ID: r.ID, Kind: r.Kind, Slot: r.Slot, ByHand: r.ByHand(), TeamID: api.ID(r.TeamID), Since: r.Since, Until: r.Until, MadeAt: api.Time(r.MadeAt)}
}

func whole(r Report, err error) (*api.Body[Object], error) {
	o := object(r)
	f := r.Figures.open()
	o.Figures = &f
	return &api.Body[Object]{Body: o}, err
}

// open writes lists as lists, also where nothing may be seen.
func (f Figures) open() Figures {
	if f.Improvements == nil {
		f.Improvements = []Improvement{}
	}
	if f.Steps == nil {
		f.Steps = []Step{}
	}
	return f
}

type makeInput struct {
	Body struct {
		Kind   Kind  `json:"kind" enum:"weekly,monthly,quarterly" doc:"The last 7, 30 or 90 days up to today"`
		TeamID int64 `json:"team_id,omitempty" minimum:"1" doc:"Without it what the reader sees: the whole shop, or their team"`
	}
}

// SettingsObject is when reports come and who gets them.
type SettingsObject struct {
	Rhythm     string  `json:"rhythm" enum:"off,weekly,monthly,quarterly"`
	Weekday    int     `json:"weekday" doc:"Of a weekly report, 0 is Sunday"`
	Day        int     `json:"day" doc:"Of the month, or of the quarter's first month"`
	Recipients []int64 `json:"recipients" doc:"People who work here and see the shop or a team"`
}

func settingsObject(s Settings) SettingsObject {
	o := SettingsObject{"off", s.Weekday, s.Day, append([]int64{}, s.Recipients...)}
	if s.Rhythm != "" {
		o.Rhythm = string(s.Rhythm)
	}
	return o
}

type settingsInput struct {
	Body struct {
		Rhythm     api.Opt[string]  `json:"rhythm,omitempty"`
		Weekday    api.Opt[int]     `json:"weekday,omitempty"`
		Day        api.Opt[int]     `json:"day,omitempty"`
		Recipients api.Opt[[]int64] `json:"recipients,omitempty"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "satisfaction-reports"
	api.Register(a, api.Op{Method: api.Get, Path: home, Summary: "List the satisfaction reports", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
		p, err := s.List(ctx, in.Request(), in.Conditions())
		return api.Map(p, object), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: home + "/{id}", Summary: "Read a satisfaction report with its figures", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		return whole(s.Get(ctx, in.ID))
	})
	api.Register(a, api.Op{Method: api.Post, Path: home, Summary: "Make a satisfaction report now; nobody gets it by mail", Tag: tag, Status: http.StatusCreated}, func(ctx context.Context, in *makeInput) (*api.Body[Object], error) {
		return whole(s.Make(ctx, in.Body.Kind, in.Body.TeamID))
	})
	api.Register(a, api.Op{Method: api.Get, Path: settings, Summary: "Read when satisfaction reports come and who gets them", Tag: "settings"}, func(ctx context.Context, _ *api.Empty) (*api.Body[SettingsObject], error) {
		set, err := s.Settings(ctx)
		return &api.Body[SettingsObject]{Body: settingsObject(set)}, err
	})
	api.Register(a, api.Op{Method: api.Patch, Path: settings, Summary: "Change when satisfaction reports come and who gets them", Tag: "settings"}, s.apiSettings)
}

func (s *Service) apiSettings(ctx context.Context, in *settingsInput) (*api.Body[SettingsObject], error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	o := settingsObject(set)
	in.Body.Rhythm.Into(&o.Rhythm)
	in.Body.Weekday.Into(&o.Weekday)
	in.Body.Day.Into(&o.Day)
	in.Body.Recipients.Into(&o.Recipients)
	if o.Rhythm == "off" {
		o.Rhythm = ""
	}
	set, err = s.Save(ctx, Settings{Rhythm: Kind(o.Rhythm), Weekday: o.Weekday, Day: o.Day, Recipients: o.Recipients})
	return &api.Body[SettingsObject]{Body: settingsObject(set)}, err
}
