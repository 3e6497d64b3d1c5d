package asking

import (
	"context"

	"regulars/app/customer/consent"
	"regulars/app/sys/api"
)

// Object is the rules as the API shows them.
type Object struct {
	QuietFrom  string `json:"quiet_from" doc:"HH:MM in the customer's own time zone; equal to quiet_to means no quiet hours"`
	QuietTo    string `json:"quiet_to" doc:"HH:MM"`
	SurveyDays int    `json:"survey_days" doc:"Days between two surveys to one person"`
	SurveyYear int    `json:"survey_year" doc:"Surveys to one person in a year; 0 sets no limit"`
	Month      int    `json:"month" doc:"Survey and marketing mails to one person in 30 days; 0 sets no limit"`
	OptIn      bool   `json:"opt_in" doc:"Whether service and survey mail too needs the customer's word"`
}

func object(r consent.Rules) Object {
	return Object{r.Quiet.From, r.Quiet.To, r.Budget.SurveyDays, r.Budget.SurveyYear, r.Budget.Month, r.OptIn}
}

type patchInput struct {
	Body struct {
		QuietFrom  api.Opt[string] `json:"quiet_from,omitempty"`
		QuietTo    api.Opt[string] `json:"quiet_to,omitempty"`
		SurveyDays api.Opt[int]    `json:"survey_days,omitempty"`
		SurveyYear api.Opt[int]    `json:"survey_year,omitempty"`
		Month      api.Opt[int]    `json:"month,omitempty"`
		OptIn      api.Opt[bool]   `json:"opt_in,omitempty"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "settings"
	api.Register(a, api.Op{Method: api.Get, Path: "/settings/asking", Summary: "Read when and whom the house asks", Tag: tag},
		func(ctx context.Context, _ *api.Empty) (*api.Body[Object], error) {
			r, err := s.Rules(ctx)
			return &api.Body[Object]{Body: object(r)}, err
		})
	api.Register(a, api.Op{Method: api.Patch, Path: "/settings/asking", Summary: "Change when and whom the house asks", Tag: tag},
		func(ctx context.Context, in *patchInput) (*api.Body[Object], error) {
			r, err := s.Rules(ctx)
			if err != nil {
				return nil, err
			}
			b := in.Body
			b.QuietFrom.Into(&r.Quiet.From)
			b.QuietTo.Into(&r.Quiet.To)
			b.SurveyDays.Into(&r.Budget.SurveyDays)
			b.SurveyYear.Into(&r.Budget.SurveyYear)
			b.Month.Into(&r.Budget.Month)
			b.OptIn.Into(&r.OptIn)
			if err := s.Save(ctx, r); err != nil {
				return nil, err
			}
			return &api.Body[Object]{Body: object(r)}, nil
		})
}
