package survey

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// ProgramObject is a program as the API shows it.
type ProgramObject struct {
	ID         int64      `json:"id"`
	SurveyID   int64      `json:"survey_id"`
	Kind       string     `json:"kind" doc:"relationship, or after_order, after_delivery, after_return, after_visit"`
	Name       string     `json:"name"`
	Active     bool       `json:"active"`
	State      string     `json:"state" enum:"on,paused,stopped"`
	EveryDays  int        `json:"every_days"`
	DelayDays  int        `json:"delay_days"`
	DailyCap   int        `json:"daily_cap" doc:"0 computes it from the audience"`
	RemindDays int        `json:"remind_days" doc:"0 sends no reminder"`
	ExpireDays int        `json:"expire_days"`
	Alternate  *int64     `json:"alternate_id,omitempty" doc:"A second survey, asked in turn with the first; nobody gets both about one event"`
	ClosesOn   string     `json:"closes_on,omitempty" doc:"The last day on which it asks"`
	ClosesAtN  int        `json:"closes_at_n,omitempty" doc:"The answers after which it asks no more"`
	Texts      bool       `json:"texts,omitempty" doc:"By text message whoever has no mail address"`
	FromHour   int        `json:"from_hour,omitempty" doc:"The hours in which it sends; both 0 are the shop's own"`
	ToHour     int        `json:"to_hour,omitempty"`
	Weekdays   int        `json:"weekdays,omitempty" doc:"The sum of 1 Monday, 2 Tuesday, 4 Wednesday, 8, 16, 32, 64 Sunday; 0 is every working day"`
	Version    int64      `json:"version"`
	CreatedAt  *time.Time `json:"created_at"`
	UpdatedAt  *time.Time `json:"updated_at"`
}

func programObject(p Program) ProgramObject {
	return ProgramObject{p.ID, p.SurveyID, p.Kind, p.Name, p.Active, p.State(), p.EveryDays, p.DelayDays, p.DailyCap, p.RemindDays, p.ExpireDays,
		api.ID(p.AlternateID), p.ClosesOn, p.ClosesAtN, p.Texts, p.FromHour, p.ToHour, p.Weekdays, p.Version, api.Time(p.CreatedAt), api.Time(p.UpdatedAt)}
}

// TurnedObject is a program that was paused, resumed or stopped.
type TurnedObject struct {
	ProgramObject
	Waiting int `json:"waiting" doc:"The invitations that wait for it to go on, or that were taken back"`
}

type createProgramInput struct {
	Body struct {
		SurveyID   int64  `json:"survey_id" minimum:"1"`
		Kind       string `json:"kind" maxLength:"40" doc:"relationship, or after_order, after_delivery, after_return, after_visit"`
		Name       string `json:"name" minLength:"1" maxLength:"100"`
		Active     *bool  `json:"active,omitempty"`
		EveryDays  *int   `json:"every_days,omitempty"`
		DelayDays  *int   `json:"delay_days,omitempty"`
		DailyCap   *int   `json:"daily_cap,omitempty"`
		RemindDays *int   `json:"remind_days,omitempty"`
		ExpireDays *int   `json:"expire_days,omitempty"`
		Alternate  int64  `json:"alternate_id,omitempty" minimum:"0"`
		ClosesOn   string `json:"closes_on,omitempty" format:"date"`
		ClosesAtN  int    `json:"closes_at_n,omitempty" minimum:"0"`
		Texts      bool   `json:"texts,omitempty" doc:"By text message whoever has no mail address"`
		FromHour   int    `json:"from_hour,omitempty" minimum:"0" maximum:"23"`
		ToHour     int    `json:"to_hour,omitempty" minimum:"0" maximum:"24"`
		Weekdays   int    `json:"weekdays,omitempty" minimum:"0" maximum:"127"`
	}
}

func orElse[T any](p *T, usual T) T {
	if p == nil {
		return usual
	}
	return *p
}

type patchProgramInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version    *int64          `json:"version,omitempty"`
		SurveyID   api.Opt[int64]  `json:"survey_id,omitempty"`
		Name       api.Opt[string] `json:"name,omitempty"`
		Active     api.Opt[bool]   `json:"active,omitempty"`
		EveryDays  api.Opt[int]    `json:"every_days,omitempty"`
		DelayDays  api.Opt[int]    `json:"delay_days,omitempty"`
		DailyCap   api.Opt[int]    `json:"daily_cap,omitempty"`
		RemindDays api.Opt[int]    `json:"remind_days,omitempty"`
		ExpireDays api.Opt[int]    `json:"expire_days,omitempty"`
		Alternate  api.Opt[int64]  `json:"alternate_id,omitempty" doc:"0 is none"`
		ClosesOn   api.Opt[string] `json:"closes_on,omitempty"`
		ClosesAtN  api.Opt[int]    `json:"closes_at_n,omitempty"`
		Texts      api.Opt[bool]   `json:"texts,omitempty"`
		FromHour   api.Opt[int]    `json:"from_hour,omitempty"`
		ToHour     api.Opt[int]    `json:"to_hour,omitempty"`
		Weekdays   api.Opt[int]    `json:"weekdays,omitempty"`
	}
}

func (s *Service) apiPrograms(a *api.API) {
	const tag = "survey-programs"
	api.Register(a, api.Op{Method: api.Get, Path: "/survey-programs", Summary: "List the survey programs", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[ProgramObject]], error) {
		p, err := s.Programs(ctx, in.Request(), in.Conditions())
		return api.Map(p, programObject), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/survey-programs/{id}", Summary: "Read a survey program", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[ProgramObject], error) {
		p, err := s.Program(ctx, in.ID)
		return &api.Body[ProgramObject]{Body: programObject(p)}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/survey-programs", Summary: "Make a survey program", Tag: tag, Status: http.StatusCreated}, func(ctx context.Context, in *createProgramInput) (*api.Created[ProgramObject], error) {
		b := in.Body
		p, err := s.CreateProgram(ctx, ProgramInput{SurveyID: b.SurveyID, Kind: b.Kind, Name: b.Name, Active: orElse(b.Active, true), EveryDays: orElse(b.EveryDays, 90),
			DelayDays: orElse(b.DelayDays, 3), DailyCap: orElse(b.DailyCap, 0), RemindDays: orElse(b.RemindDays, usualRemind), ExpireDays: orElse(b.ExpireDays, usualExpiry), AlternateID: b.Alternate, ClosesOn: b.ClosesOn, ClosesAtN: b.ClosesAtN,
			Texts: b.Texts, FromHour: b.FromHour, ToHour: b.ToHour, Weekdays: b.Weekdays})
		return &api.Created[ProgramObject]{Location: fmt.Sprintf("%s/survey-programs/%d", api.Prefix, p.ID), Body: programObject(p)}, err
	})
	api.Register(a, api.Op{Method: api.Patch, Path: "/survey-programs/{id}", Summary: "Change a survey program", Tag: tag}, s.apiPatchProgram)
	for name, turn := range map[string]func(context.Context, int64) (Program, int, error){"pause": s.Pause, "resume": s.Resume, "stop": s.Stop} {
		api.Register(a, api.Op{Method: api.Post, Path: "/survey-programs/{id}/" + name, Summary: "A survey program's " + name, Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[TurnedObject], error) {
			p, n, err := turn(ctx, in.ID)
			return &api.Body[TurnedObject]{Body: TurnedObject{programObject(p), n}}, err
		})
	}
	api.Remove(a, "/survey-programs/{id}", tag, "Delete a survey program", s.DeleteProgram)
}

func (s *Service) apiPatchProgram(ctx context.Context, in *patchProgramInput) (*api.Body[ProgramObject], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	p, err := s.Program(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	change := p.Input()
	change.Version = version
	in.Body.SurveyID.Into(&change.SurveyID)
	in.Body.Name.Into(&change.Name)
	in.Body.Active.Into(&change.Active)
	in.Body.EveryDays.Into(&change.EveryDays)
	in.Body.DelayDays.Into(&change.DelayDays)
	in.Body.DailyCap.Into(&change.DailyCap)
	in.Body.RemindDays.Into(&change.RemindDays)
	in.Body.ExpireDays.Into(&change.ExpireDays)
	in.Body.Alternate.Into(&change.AlternateID)
	in.Body.ClosesOn.Into(&change.ClosesOn)
	in.Body.ClosesAtN.Into(&change.ClosesAtN)
	in.Body.Texts.Into(&change.Texts)
	in.Body.FromHour.Into(&change.FromHour)
	in.Body.ToHour.Into(&change.ToHour)
	in.Body.Weekdays.Into(&change.Weekdays)
	p, err = s.UpdateProgram(ctx, in.ID, change)
	if err != nil {
		return nil, api.WithCurrent(err, func(p Program) any { return programObject(p) })
	}
	return &api.Body[ProgramObject]{Body: programObject(p)}, nil
}

// InvitationObject is an invitation as the API shows it.
type InvitationObject struct {
	ID         int64      `json:"id"`
	SurveyID   int64      `json:"survey_id"`
	ProgramID  *int64     `json:"program_id,omitempty"`
	CustomerID int64      `json:"customer_id"`
	ContactID  *int64     `json:"contact_id,omitempty"`
	OrderID    *int64     `json:"order_id,omitempty"`
	CaseID     *int64     `json:"case_id,omitempty"`
	PeriodKey  string     `json:"period_key"`
	Channel    string     `json:"channel" enum:"email,link,staff,sms"`
	State      string     `json:"state" enum:"queued,sending,sent,deferred,refused,answered,expired,failed,unknown"`
	Reason     string     `json:"reason,omitempty"`
	Language   string     `json:"language,omitempty"`
	URL        string     `json:"url,omitempty" doc:"Of a link, in the answer to its creation only"`
	Warning    string     `json:"warning,omitempty"`
	DueAt      *time.Time `json:"due_at,omitempty"`
	SentAt     *time.Time `json:"sent_at,omitempty"`
	RemindedAt *time.Time `json:"reminded_at,omitempty"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	ExpiresAt  *time.Time `json:"expires_at,omitempty"`
	Version    int64      `json:"version"`
	CreatedAt  *time.Time `json:"created_at"`
	UpdatedAt  *time.Time `json:"updated_at"`
}

func invitationObject(i Invitation) InvitationObject {
	o := InvitationObject{ID: i.ID, SurveyID: i.SurveyID, ProgramID: api.ID(i.ProgramID), CustomerID: i.CustomerID, ContactID: api.ID(i.ContactID),
		OrderID: api.ID(i.OrderID), CaseID: api.ID(i.CaseID), PeriodKey: i.PeriodKey, Channel: i.Channel, State: i.State, Reason: i.Reason,
		Language: i.Language, URL: i.URL, DueAt: api.Time(i.DueAt), SentAt: api.Time(i.SentAt), RemindedAt: api.Time(i.RemindedAt),
		AnsweredAt: api.Time(i.AnsweredAt), ExpiresAt: api.Time(i.ExpiresAt), Version: i.Version, CreatedAt: api.Time(i.CreatedAt), UpdatedAt: api.Time(i.UpdatedAt)}
	if i.URL != "" && i.Private {
		o.Warning = reasonNoBase
	}
	return o
}

type inviteInput struct {
	Host string `header:"Host" hidden:"true"`
	Body struct {
		SurveyID           int64  `json:"survey_id" minimum:"1"`
		CustomerID         int64  `json:"customer_id" minimum:"1"`
		ContactID          int64  `json:"contact_id,omitempty" minimum:"1"`
		Channel            string `json:"channel" enum:"email,link,staff,sms"`
		OverrideQuietHours bool   `json:"override_quiet_hours,omitempty"`
	}
}

func (s *Service) apiInvitations(a *api.API) {
	const tag = "invitations"
	api.Register(a, api.Op{Method: api.Get, Path: "/invitations", Summary: "List the invitations", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[InvitationObject]], error) {
		p, err := s.Invitations(ctx, in.Request(), in.Conditions())
		return api.Map(p, invitationObject), err
	})
	s.textAPI(a)
	api.Register(a, api.Op{Method: api.Get, Path: "/invitations/{id}", Summary: "Read an invitation", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[InvitationObject], error) {
		i, _, err := s.Invitation(ctx, in.ID)
		return &api.Body[InvitationObject]{Body: invitationObject(i)}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/invitations", Summary: "Ask a customer", Tag: tag, Status: http.StatusCreated}, s.apiInvite)
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/survey-reasons", Summary: "Why a customer was not asked, by program", Tag: tag}, s.apiWhy)
}

func (s *Service) apiInvite(ctx context.Context, in *inviteInput) (*api.Created[InvitationObject], error) {
	b := in.Body
	base := s.d.BaseURL()
	public := base != ""
	if !public {
		base = "http://" + in.Host
	}
	i, err := s.Invite(ctx, InviteInput{SurveyID: b.SurveyID, CustomerID: b.CustomerID, ContactID: b.ContactID, Channel: b.Channel,
		OverrideQuietHours: b.OverrideQuietHours, Base: base, Public: public})
	return &api.Created[InvitationObject]{Location: fmt.Sprintf("%s/invitations/%d", api.Prefix, i.ID), Body: invitationObject(i)}, err
}

// WhyObject says why a customer was not asked by a program.
type WhyObject struct {
	ProgramID   int64      `json:"program_id"`
	Program     string     `json:"program"`
	Reason      string     `json:"reason,omitempty" doc:"Absent when the customer is next"`
	On          string     `json:"on,omitempty" doc:"When it is looked at again"`
	LastAskedAt *time.Time `json:"last_asked_at,omitempty"`
}

func (s *Service) apiWhy(ctx context.Context, in *api.Path) (*api.Body[api.Items[WhyObject]], error) {
	list, err := s.Why(ctx, in.ID)
	out := &api.Body[api.Items[WhyObject]]{Body: api.Items[WhyObject]{Items: []WhyObject{}}}
	for _, w := range list {
		out.Body.Items = append(out.Body.Items, WhyObject{w.Program.ID, w.Program.Name, w.Reason, string(w.On), api.Time(w.Asked)})
	}
	return out, err
}
