package feedback

import (
	"context"
	"net/http"
	"time"

	"regulars/app/kit/stats"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
)

// Object is a case as the API shows it.
type Object struct {
	ID                int64      `json:"id"`
	Version           int64      `json:"version"`
	CustomerID        int64      `json:"customer_id,omitempty" doc:"Absent for somebody whom nobody knows"`
	ResponseID        *int64     `json:"response_id,omitempty"`
	SurveyID          *int64     `json:"survey_id,omitempty"`
	OwnerID           *int64     `json:"owner_id,omitempty"`
	OwnerWhy          string     `json:"owner_why,omitempty" doc:"The rule by which it is theirs: customer, poster:3, product:7, category:Coffee, topic:2, turn or given"`
	Source            string     `json:"source,omitempty" doc:"How a complaint came: call, visit, wechat, email, sms, ticket, review or other"`
	TeamID            *int64     `json:"team_id,omitempty" doc:"The department that is being asked"`
	TeamBy            *time.Time `json:"team_by,omitempty" doc:"Until when it may take"`
	State             State      `json:"state"`
	Open              bool       `json:"open"`
	Red               bool       `json:"red"`
	Kind              string     `json:"kind" doc:"of the survey: nps, csat, ces or custom"`
	Score             int        `json:"score"`
	OpenedAt          *time.Time `json:"opened_at"`
	DueAt             *time.Time `json:"due_at" doc:"the next deadline"`
	RespondBy         *time.Time `json:"respond_by"`
	ResolveBy         *time.Time `json:"resolve_by"`
	RespondedAt       *time.Time `json:"responded_at,omitempty"`
	ResolvedAt        *time.Time `json:"resolved_at,omitempty"`
	ClosedAt          *time.Time `json:"closed_at,omitempty"`
	Escalated         bool       `json:"escalated"`
	Cause             string     `json:"cause,omitempty"`
	Action            string     `json:"action,omitempty"`
	Told              *bool      `json:"told,omitempty"`
	Outcome           string     `json:"outcome,omitempty"`
	RecheckOn         string     `json:"recheck_on,omitempty"`
	AskedAt           *time.Time `json:"asked_at,omitempty"`
	RecheckResponseID *int64     `json:"recheck_response_id,omitempty"`
	RecheckScore      *int       `json:"recheck_score,omitempty"`
	Reason            string     `json:"reason,omitempty"`
	MergedInto        *int64     `json:"merged_into,omitempty"`
	Compensation      int64      `json:"compensation,omitempty" doc:"What the customer got, in minor units of the shop's currency"`
	CompensationFor   string     `json:"compensation_for,omitempty"`
	CompensatedBy     *int64     `json:"compensated_by,omitempty"`
	CreatedAt         *time.Time `json:"created_at"`
	UpdatedAt         *time.Time `json:"updated_at"`
}

func object(c Case) Object {
	o := Object{ID: c.ID, Version: c.Version, CustomerID: c.CustomerID, ResponseID: api.ID(c.ResponseID), SurveyID: api.ID(c.SurveyID),
		OwnerID: api.ID(c.OwnerID), OwnerWhy: c.OwnerWhy, Source: c.Source, TeamID: api.ID(c.TeamID), TeamBy: api.Time(c.TeamBy), State: c.State, Open: c.Open(), Red: c.Red, Kind: c.Kind, Score: c.Score, OpenedAt: api.Time(c.OpenedAt),
		DueAt: api.Time(c.DueAt), RespondBy: api.Time(c.RespondBy), ResolveBy: api.Time(c.ResolveBy), RespondedAt: api.Time(c.RespondedAt),
		ResolvedAt: api.Time(c.ResolvedAt), ClosedAt: api.Time(c.ClosedAt), Escalated: c.Alerted >= 2, Cause: c.Cause, Action: c.Action,
		Told: c.Told, Outcome: c.Outcome, RecheckOn: c.RecheckOn, AskedAt: api.Time(c.AskedAt), RecheckResponseID: api.ID(c.RecheckResponseID),
		Reason: c.Reason, MergedInto: api.ID(c.MergedInto), Compensation: c.Compensation,
		CompensationFor: c.CompensationFor, CompensatedBy: api.ID(c.CompensatedBy), CreatedAt: api.Time(c.CreatedAt), UpdatedAt: api.Time(c.UpdatedAt)}
	if c.RecheckScore >= 0 {
		o.RecheckScore = &c.RecheckScore
	}
	return o
}

type moveInput struct {
	api.Path
	State string `path:"state" enum:"acknowledged,working,resolved,closed,dismissed,merged,reopened"`
	Body  *struct {
		Version     int64  `json:"version,omitempty"`
		Cause       string `json:"cause,omitempty" doc:"resolved: why it happened"`
		Action      string `json:"action,omitempty" doc:"resolved: what was done"`
		Told        *bool  `json:"told,omitempty" doc:"resolved: was the customer told?"`
		RecheckDays int    `json:"recheck_days,omitempty" doc:"resolved: days until the question is asked again, 3 to 90"`
		Reason      string `json:"reason,omitempty" doc:"dismissed, reopened"`
		Into        int64  `json:"into,omitempty" doc:"merged: the open case of the same customer that goes on"`
	}
}

type patchInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version *int64         `json:"version,omitempty"`
		OwnerID api.Opt[int64] `json:"owner_id,omitempty"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "feedback-cases"
	api.Register(a, api.Op{Method: api.Get, Path: "/feedback-cases", Summary: "List the feedback cases, the most urgent first", Tag: tag}, s.apiList)
	api.Counted(a, "/feedback-cases", tag, s.Groups)
	api.Register(a, api.Op{Method: api.Post, Path: "/feedback-cases", Summary: "Write down a complaint: it opens a case or joins the customer's open one", Tag: tag, Status: http.StatusCreated}, func(ctx context.Context, in *complainInput) (*api.Created[Object], error) {
		c, err := s.Hear(ctx, Complaint{in.Body.CustomerID, in.Body.Words, in.Body.Source, in.Body.Ref})
		return &api.Created[Object]{Location: api.Prefix + path(c.ID), Body: object(c)}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/feedback-cases/figures", Summary: "How long the last year's cases took, open ones counted as far as they are", Tag: tag}, s.apiFigures)
	s.apiRules(a)
	s.apiReplies(a)
	api.Register(a, api.Op{Method: api.Get, Path: "/feedback-cases/{id}", Summary: "Read a feedback case", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		c, err := s.Get(ctx, in.ID)
		return &api.Body[Object]{Body: object(c)}, err
	})
	api.Register(a, api.Op{Method: api.Patch, Path: "/feedback-cases/{id}", Summary: "Give a feedback case to somebody else", Tag: tag}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Post, Path: "/feedback-cases/{id}/{state}", Summary: "Bring a feedback case into another state", Tag: tag}, s.apiMove)
}

type complainInput struct {
	Body struct {
		CustomerID int64  `json:"customer_id" minimum:"1"`
		Words      string `json:"words" maxLength:"10000" doc:"What the customer said"`
		Source     string `json:"source,omitempty" enum:"call,visit,wechat,email,sms,ticket,review,other" doc:"How it came"`
		Ref        string `json:"source_ref,omitempty" maxLength:"100" doc:"The number of the ticket or review; the same one again is the same complaint"`
	}
}

// FiguresObject is how long cases took, in working hours.
type FiguresObject struct {
	Cases   int           `json:"cases"`
	Replied int           `json:"replied"`
	Righted int           `json:"righted"`
	Reply   *float64      `json:"reply_median,omitempty" doc:"Working hours until half of the cases had a first reply; absent when it lies beyond what was seen"`
	Reply90 *float64      `json:"reply_p90,omitempty"`
	Right   *float64      `json:"resolve_median,omitempty"`
	Right90 *float64      `json:"resolve_p90,omitempty"`
	InTime  int           `json:"in_time" doc:"First replies inside their clock"`
	Ended   int           `json:"ended" doc:"Cases whose first clock has ended"`
	Causes  []CauseNumber `json:"causes"`
	Given   GivenNumber   `json:"compensation" doc:"What was given to make up for it"`
	Ages    []AgeNumber   `json:"open_by_age"`
	Kept    []KeptNumber  `json:"bought_again"`
}

// GivenNumber is what was given in how many cases.
type GivenNumber struct {
	Total api.Money `json:"total"`
	N     int       `json:"n"`
}

// AgeNumber is how many cases are open since so many days.
type AgeNumber struct {
	From int `json:"from_days"`
	To   int `json:"to_days,omitempty" doc:"Absent for the oldest"`
	N    int `json:"n"`

	Rows string `json:"rows" doc:"The page that lists them"`
}

// KeptNumber is how many customers bought again after a case, those whose case
// was put right and those whose was not.
type KeptNumber struct {
	Days    int    `json:"days"`
	RightK  int    `json:"put_right_bought"`
	RightN  int    `json:"put_right"`
	NotK    int    `json:"not_put_right_bought"`
	NotN    int    `json:"not_put_right"`
	Verdict string `json:"verdict" enum:"likely_real,could_be_chance,too_early"`
}

// CauseNumber is how many cases had a cause.
type CauseNumber struct {
	Cause string `json:"cause"`
	N     int    `json:"n"`
}

func (s *Service) apiFigures(ctx context.Context, _ *struct{}) (*api.Body[FiguresObject], error) {
	f, err := s.Figures(ctx)
	if err != nil {
		return nil, err
	}
	hours := func(s stats.Span) *float64 {
		if !s.Known {
			return nil
		}
		return &s.Value
	}
	o := FiguresObject{Cases: f.Cases, Replied: f.Replied, Righted: f.Righted, Reply: hours(f.Reply), Reply90: hours(f.Reply90), Right: hours(f.Right),
		Right90: hours(f.Right90), InTime: f.InTime.K, Ended: f.InTime.N, Causes: []CauseNumber{}}
	for _, c := range f.Causes {
		o.Causes = append(o.Causes, CauseNumber{c.Cause, c.N})
	}
	o.Given = GivenNumber{api.MoneyOf(f.Given.Total, f.Money), f.Given.N}
	for _, a := range f.Ages {
		o.Ages = append(o.Ages, AgeNumber(a))
	}
	for _, k := range f.Kept {
		o.Kept = append(o.Kept, KeptNumber{k.Days, k.Right.K, k.Right.N, k.Not.K, k.Not.N, string(k.Verdict)})
	}
	return &api.Body[FiguresObject]{Body: o}, nil
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Case) }), nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchInput) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	c, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	owner := int64(c.OwnerID)
	in.Body.OwnerID.Into(&owner)
	c, err = s.Assign(ctx, in.ID, version, owner)
	if err != nil {
		return nil, api.WithCurrent(err, func(c Case) any { return object(c) })
	}
	return &api.Body[Object]{Body: object(c)}, nil
}

func (s *Service) apiMove(ctx context.Context, in *moveInput) (*api.Body[Object], error) {
	m := Move{To: State(in.State)}
	if b := in.Body; b != nil {
		m.Version, m.Cause, m.Action, m.Told, m.RecheckDays, m.Reason, m.Into = b.Version, b.Cause, b.Action, b.Told, b.RecheckDays, b.Reason, b.Into
	}
	c, err := s.Move(ctx, in.ID, m)
	if err != nil {
		return nil, api.WithCurrent(err, func(c Case) any { return object(c) })
	}
	return &api.Body[Object]{Body: object(c)}, nil
}

// seesAll tells whether figures of the whole shop may be shown.
func seesAll(ctx context.Context) bool { return auth.From(ctx).Reach == auth.All }
