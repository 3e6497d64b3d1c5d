package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/voice/question"
)

// Object is a survey as the API shows it.
type Object struct {
	ID        int64           `json:"id"`
	Kind      string          `json:"kind" enum:"nps,csat,ces,custom"`
	Name      string          `json:"name"`
	Texts     map[string]Text `json:"texts" doc:"Language tag (en, zh-CN) to texts"`
	Questions question.List   `json:"questions,omitempty" doc:"What is asked beside the score"`
	Scored    bool            `json:"scored"`
	Stars     bool            `json:"stars,omitempty" doc:"Stars instead of faces"`
	Comment   string          `json:"comment" enum:"may,must,no"`
	Actions   Actions         `json:"actions,omitempty" doc:"Buttons of the thank-you by band (low, mid, high)"`
	Words     string          `json:"words,omitempty" doc:"Comment words that open a case at any score, one a line"`
	Active    bool            `json:"active"`
	Anonymous bool            `json:"anonymous,omitempty"`
	ClosesOn  string          `json:"closes_on,omitempty" format:"date"`
	ClosesAtN int             `json:"closes_at_n,omitempty"`
	Revision  int             `json:"revision" doc:"Number of the published version"`
	Draft     bool            `json:"draft,omitempty" doc:"Something else is being prepared"`
	Version   int64           `json:"version"`
	CreatedAt *time.Time      `json:"created_at"`
	UpdatedAt *time.Time      `json:"updated_at"`
}

func object(v Survey) Object {
	return Object{ID: v.ID, Kind: v.Kind, Name: v.Name, Texts: v.Texts, Questions: v.Questions, Scored: v.Scored, Stars: v.Stars, Comment: v.Document.Comment,
		Actions: v.Actions, Words: v.Words, Active: v.Active, Anonymous: v.Anonymous, ClosesOn: v.ClosesOn, ClosesAtN: v.ClosesAtN, Revision: v.Revision,
		Draft: v.DraftText != "", Version: v.Version, CreatedAt: api.Time(v.CreatedAt), UpdatedAt: api.Time(v.UpdatedAt)}
}

type createInput struct {
	Body struct {
		Kind   string          `json:"kind" enum:"nps,csat,ces,custom"`
		Name   string          `json:"name" minLength:"1" maxLength:"100"`
		Texts  map[string]Text `json:"texts,omitempty"`
		Words  string          `json:"words,omitempty" maxLength:"4000"`
		Active *bool           `json:"active,omitempty"`

		Questions question.List `json:"questions,omitempty"`
		Scored    *bool         `json:"scored,omitempty" doc:"false: a custom survey without a score"`
		Stars     bool          `json:"stars,omitempty"`
		Comment   string        `json:"comment,omitempty" enum:"may,must,no"`
		Actions   Actions       `json:"actions,omitempty"`
		ClosesOn  string        `json:"closes_on,omitempty"`
		ClosesAtN int           `json:"closes_at_n,omitempty"`
	}
}

type patchInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version *int64                   `json:"version,omitempty"`
		Name    api.Opt[string]          `json:"name,omitempty"`
		Texts   api.Opt[map[string]Text] `json:"texts,omitempty"`
		Words   api.Opt[string]          `json:"words,omitempty"`
		Active  api.Opt[bool]            `json:"active,omitempty"`

		Questions api.Opt[question.List] `json:"questions,omitempty"`
		Stars     api.Opt[bool]          `json:"stars,omitempty"`
		Comment   api.Opt[string]        `json:"comment,omitempty"`
		Actions   api.Opt[Actions]       `json:"actions,omitempty"`
		ClosesOn  api.Opt[string]        `json:"closes_on,omitempty"`
		ClosesAtN api.Opt[int]           `json:"closes_at_n,omitempty"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "surveys"
	api.Register(a, api.Op{Method: api.Get, Path: "/surveys", Summary: "List the surveys", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
		p, err := s.List(ctx, in.Request(), in.Conditions())
		return api.Map(p, object), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/surveys/{id}", Summary: "Read a survey", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		v, err := s.Get(ctx, in.ID)
		return &api.Body[Object]{Body: object(v)}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/surveys", Summary: "Make a survey", Tag: tag, Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Patch, Path: "/surveys/{id}", Summary: "Change a survey", Tag: tag}, s.apiPatch)
	api.Remove(a, "/surveys/{id}", tag, "Delete a survey that nobody was asked", s.Delete)
	s.apiBuilder(a)
	s.apiPrograms(a)
	s.apiReplies(a)
	s.apiInvitations(a)
	s.apiResponses(a)
}

func (s *Service) apiCreate(ctx context.Context, in *createInput) (*api.Created[Object], error) {
	texts := Texts(in.Body.Texts)
	if len(texts) == 0 {
		texts = blankTexts(in.Body.Kind)
	}
	active := in.Body.Active == nil || *in.Body.Active
	b := in.Body
	v, err := s.Create(ctx, Input{Kind: b.Kind, Name: b.Name, Words: b.Words, Active: active, ClosesOn: b.ClosesOn, ClosesAtN: b.ClosesAtN,
		Document: Document{Texts: texts, Questions: b.Questions, Scored: b.Scored == nil || *b.Scored, Stars: b.Stars, Comment: b.Comment, Actions: b.Actions}})
	return &api.Created[Object]{Location: fmt.Sprintf("%s/surveys/%d", api.Prefix, v.ID), Body: object(v)}, err
}

func (s *Service) apiPatch(ctx context.Context, in *patchInput) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	v, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	change := v.Input()
	change.Version = version
	in.Body.Name.Into(&change.Name)
	in.Body.Words.Into(&change.Words)
	in.Body.Active.Into(&change.Active)
	in.Body.Questions.Into(&change.Questions)
	in.Body.Stars.Into(&change.Stars)
	in.Body.Comment.Into(&change.Document.Comment)
	in.Body.Actions.Into(&change.Actions)
	in.Body.ClosesOn.Into(&change.ClosesOn)
	in.Body.ClosesAtN.Into(&change.ClosesAtN)
	if in.Body.Texts.Set {
		change.Texts = in.Body.Texts.Value
	}
	v, err = s.Update(ctx, in.ID, change)
	if err != nil {
		return nil, api.WithCurrent(err, func(v Survey) any { return object(v) })
	}
	return &api.Body[Object]{Body: object(v)}, nil
}

// ResponseObject is an answer as the API shows it.
type ResponseObject struct {
	ID           int64           `json:"id"`
	InvitationID *int64          `json:"invitation_id,omitempty"`
	SurveyID     int64           `json:"survey_id"`
	CustomerID   *int64          `json:"customer_id,omitempty" doc:"Absent for somebody whom nobody knows"`
	ContactID    *int64          `json:"contact_id,omitempty"`
	CaseID       *int64          `json:"case_id,omitempty"`
	Kind         string          `json:"kind"`
	Score        *int            `json:"score,omitempty" doc:"Absent when the survey has none"`
	Band         string          `json:"band,omitempty" enum:"low,mid,high"`
	Comment      string          `json:"comment,omitempty"`
	Answers      json.RawMessage `json:"answers,omitempty"`
	Channel      string          `json:"channel" enum:"email,link,staff,import,sms,reply,qr,kiosk,widget"`
	Praise       bool            `json:"praise,omitempty"`
	Revision     int             `json:"revision" doc:"How often the answer was given or changed"`
	Survey       int             `json:"survey_version,omitempty" doc:"Number of the published survey that was answered"`
	AnsweredAt   *time.Time      `json:"answered_at"`
	Version      int64           `json:"version"`
	CreatedAt    *time.Time      `json:"created_at"`
	UpdatedAt    *time.Time      `json:"updated_at"`
}

func responseObject(r Response) ResponseObject {
	o := ResponseObject{ID: r.ID, InvitationID: api.ID(r.InvitationID), SurveyID: r.SurveyID, CustomerID: api.ID(r.CustomerID), ContactID: api.ID(r.ContactID),
		CaseID: api.ID(r.CaseID), Kind: r.SurveyKind, Band: string(r.Band()), Comment: r.Comment, Channel: r.Channel, Praise: r.Praise, Survey: r.SurveyVersion,
		Revision: r.Revision, AnsweredAt: api.Time(r.AnsweredAt), Version: r.Version, CreatedAt: api.Time(r.CreatedAt), UpdatedAt: api.Time(r.UpdatedAt)}
	if r.Scored() {
		o.Score = &r.Score
	}
	if r.Answers != "" && r.Answers != "{}" {
		o.Answers = json.RawMessage(r.Answers)
	}
	return o
}

type responseInput struct {
	Body struct {
		InvitationID int64          `json:"invitation_id,omitempty" minimum:"1"`
		SurveyID     int64          `json:"survey_id,omitempty" minimum:"1" doc:"The first recommendation survey when absent"`
		CustomerID   int64          `json:"customer_id,omitempty" minimum:"1" doc:"Not needed with invitation_id"`
		ContactID    int64          `json:"contact_id,omitempty" minimum:"1"`
		Score        *int           `json:"score,omitempty" doc:"Needed unless the survey has none"`
		Answers      map[string]any `json:"answers,omitempty"`
		Comment      string         `json:"comment,omitempty"`
		Channel      string         `json:"channel,omitempty" enum:"email,link,staff,import"`
		AnsweredAt   *time.Time     `json:"answered_at,omitempty"`
	}
}

func (s *Service) apiResponses(a *api.API) {
	const tag = "responses"
	api.Register(a, api.Op{Method: api.Get, Path: "/responses", Summary: "List the answers", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[ResponseObject]], error) {
		p, err := s.Responses(ctx, in.Request(), in.Conditions())
		return api.Map(p, responseObject), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/responses/{id}", Summary: "Read an answer", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[ResponseObject], error) {
		r, err := s.Response(ctx, in.ID)
		return &api.Body[ResponseObject]{Body: responseObject(r)}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/responses", Summary: "Record an answer", Tag: tag, Status: http.StatusCreated}, s.apiRecord)
	api.Remove(a, "/responses/{id}", tag, "Delete an answer", s.Remove)
}

func (s *Service) apiRecord(ctx context.Context, in *responseInput) (*api.Created[ResponseObject], error) {
	b := in.Body
	score := NoAnswer
	if b.Score != nil {
		score = *b.Score
	}
	answer := Answer{InvitationID: b.InvitationID, SurveyID: b.SurveyID, CustomerID: b.CustomerID, ContactID: b.ContactID, Score: score,
		Comment: b.Comment, Channel: b.Channel, Asked: []string{}} // what is left out was not asked
	if b.AnsweredAt != nil {
		answer.AnsweredAt = b.AnsweredAt.UTC()
	}
	if b.CustomerID == 0 && b.InvitationID == 0 {
		c := &errs.Check{}
		c.Add("customer_id", "error.required")
		return nil, c.Err()
	}
	if len(b.Answers) > 0 {
		raw, err := json.Marshal(b.Answers)
		if err != nil {
			return nil, fmt.Errorf("encode answers: %w", err)
		}
		answer.Answers = raw
	}
	r, err := s.Record(ctx, answer)
	return &api.Created[ResponseObject]{Location: fmt.Sprintf("%s/responses/%d", api.Prefix, r.ID), Body: responseObject(r)}, err
}
