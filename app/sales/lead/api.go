package lead

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/custom"
	"regulars/app/sys/setting"
)

// Object is a lead as the API shows it.
type Object struct {
	ID              int64           `json:"id"`
	Version         int64           `json:"version"`
	CreatedAt       time.Time       `json:"created_at"`
	UpdatedAt       time.Time       `json:"updated_at"`
	Name            string          `json:"name"`
	Company         string          `json:"company,omitempty"`
	Phones          []string        `json:"phones"`
	Emails          []string        `json:"emails"`
	WeChat          string          `json:"wechat,omitempty"`
	Source          string          `json:"source,omitempty"`
	Need            string          `json:"need,omitempty"`
	Interest        string          `json:"interest,omitempty" doc:"In which product, in words"`
	ProductID       *int64          `json:"product_id,omitempty"`
	Amount          api.Money       `json:"amount" doc:"A guess"`
	Region          string          `json:"region,omitempty"`
	OwnerID         *int64          `json:"owner_id" doc:"Null: in the pool"`
	AssignedWhy     string          `json:"assigned_why,omitempty"`
	State           string          `json:"state" enum:"new,working,qualified,converted,disqualified"`
	ReasonID        *int64          `json:"reason_id,omitempty"`
	Reason          string          `json:"reason,omitempty"`
	ReasonNote      string          `json:"reason_note,omitempty"`
	Score           int             `json:"score" doc:"Points, or the chance in a hundred where what was learned is used"`
	ScoreLearned    bool            `json:"score_learned,omitempty" doc:"It is a chance; of one lead"`
	ScoreBecause    []BecauseObject `json:"score_because,omitempty" doc:"The rules that hold; of one lead"`
	Unchecked       bool            `json:"unchecked" doc:"Came from the public form without its proof of work"`
	Consent         string          `json:"consent,omitempty"`
	ReceivedAt      time.Time       `json:"received_at"`
	DueAt           *time.Time      `json:"due_at,omitempty" doc:"By when somebody should have answered"`
	FirstResponseAt *time.Time      `json:"first_response_at,omitempty"`
	LastContactAt   *time.Time      `json:"last_contact_at,omitempty"`
	CustomerID      *int64          `json:"customer_id,omitempty"`
	DealID          *int64          `json:"deal_id,omitempty"`
	ExternalID      string          `json:"external_id,omitempty"`
	ExternalSource  string          `json:"external_source,omitempty"`
	Fields          map[string]any  `json:"fields"`
}

// Body is what POST and PUT take.
type Body struct {
	Name           string         `json:"name,omitempty"`
	Company        string         `json:"company,omitempty"`
	Phones         []string       `json:"phones,omitempty" maxItems:"20"`
	Emails         []string       `json:"emails,omitempty" maxItems:"20"`
	WeChat         string         `json:"wechat,omitempty"`
	Source         string         `json:"source,omitempty"`
	Need           string         `json:"need,omitempty"`
	Interest       string         `json:"interest,omitempty" doc:"A product by code or name, or free words"`
	Amount         *api.Money     `json:"amount,omitempty"`
	Region         string         `json:"region,omitempty"`
	OwnerID        *int64         `json:"owner_id,omitempty" doc:"Left out, the token's user; 0 puts it into the pool"`
	ByRules        bool           `json:"by_rules,omitempty" doc:"Whose it is, the rules of assignment say"`
	State          string         `json:"state,omitempty" enum:"new,working,qualified"`
	ReceivedAt     *time.Time     `json:"received_at,omitempty" doc:"Left out, now"`
	ExternalID     string         `json:"external_id,omitempty"`
	ExternalSource string         `json:"external_source,omitempty"`
	Fields         map[string]any `json:"fields,omitempty" doc:"added fields by key"`
}

// PatchBody is what PATCH takes: absent is unchanged, null clears.
type PatchBody struct {
	Version    *int64                  `json:"version,omitempty"`
	Name       api.Opt[string]         `json:"name,omitempty"`
	Company    api.Opt[string]         `json:"company,omitempty"`
	Phones     api.Opt[[]string]       `json:"phones,omitempty"`
	Emails     api.Opt[[]string]       `json:"emails,omitempty"`
	WeChat     api.Opt[string]         `json:"wechat,omitempty"`
	Source     api.Opt[string]         `json:"source,omitempty"`
	Need       api.Opt[string]         `json:"need,omitempty"`
	Interest   api.Opt[string]         `json:"interest,omitempty"`
	Amount     api.Opt[api.Money]      `json:"amount,omitempty"`
	Region     api.Opt[string]         `json:"region,omitempty"`
	OwnerID    api.Opt[int64]          `json:"owner_id,omitempty"`
	State      api.Opt[string]         `json:"state,omitempty"`
	ExternalID api.Opt[string]         `json:"external_id,omitempty"`
	Fields     api.Opt[map[string]any] `json:"fields,omitempty"`
}

type postIn struct{ Body Body }

type patchIn struct {
	api.Path
	api.Versioned
	Body PatchBody
}

type externalIn struct {
	api.External
	Body Body
}

type upserted struct {
	Status   int
	Location string `header:"Location"`
	Body     Object
}

func (s *Service) api(a *api.API) {
	const tag = "leads"
	api.Register(a, api.Op{Method: api.Get, Path: "/leads", Tag: tag, Summary: "List leads"}, s.apiList)
	api.Counted(a, "/leads", tag, s.Groups)
	api.Register(a, api.Op{Method: api.Post, Path: "/leads", Tag: tag, Summary: "Take an inquiry in", Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Get, Path: "/leads/{id}", Tag: tag, Summary: "Read a lead"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/leads/{id}", Tag: tag, Summary: "Change a lead"}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Put, Path: "/leads/by-external/{source}/{external_id}", Tag: tag, Summary: "Create or change by another system's id"}, s.apiPut)
	api.Remove(a, "/leads/{id}", tag, "Delete a lead, undoable through history", s.Delete)
	s.apiStates(a, tag)
	s.apiForms(a, tag)
	s.apiScore(a, tag)
	s.apiRoutes(a, tag)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Lead) }), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	l, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	o, err := s.scored(ctx, l)
	return &api.Body[Object]{Body: o}, err
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	input, err := s.input(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	if input.Fields == nil {
		input.Fields = custom.Typed{} // required ones are
	}
	l, err := s.Create(ctx, input)
	return &api.Created[Object]{Location: location(l.ID), Body: object(l)}, err
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	l, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	input := l.Input()
	if err := in.Body.apply(&input, l.Currency); err != nil {
		return nil, err
	}
	l, err = s.Update(ctx, in.ID, version, input)
	return answer(l, err)
}

func answer(l Lead, err error) (*api.Body[Object], error) {
	if err != nil {
		return nil, api.WithCurrent(err, func(l Lead) any { return object(l) })
	}
	return &api.Body[Object]{Body: object(l)}, nil
}

func (s *Service) apiPut(ctx context.Context, in *externalIn) (*upserted, error) {
	input, err := s.input(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	input.ExternalSource, input.ExternalID = in.Source, in.ExternalID
	l, created, err := s.Put(ctx, input)
	if err != nil {
		return nil, err
	}
	out := &upserted{Status: http.StatusOK, Location: location(l.ID), Body: object(l)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

func (s *Service) input(ctx context.Context, b Body) (Input, error) {
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return Input{}, err
	}
	c := &errs.Check{}
	in := Input{Name: b.Name, Company: b.Company, Phones: b.Phones, Emails: b.Emails, WeChat: b.WeChat, Source: b.Source, Need: b.Need, Interest: b.Interest,
		Region: b.Region, ByRules: b.ByRules, State: b.State, ExternalID: b.ExternalID, ExternalSource: b.ExternalSource, Fields: custom.FromJSON(b.Fields)}
	if b.OwnerID != nil {
		in.OwnerID, in.Unowned = *b.OwnerID, *b.OwnerID == 0
	}
	if b.ReceivedAt != nil {
		in.ReceivedAt = *b.ReceivedAt
	}
	if b.Amount != nil {
		in.Amount = b.Amount.Minor(c, "amount", business.Currency)
	}
	return in, c.Err()
}

func (b PatchBody) apply(in *Input, currency string) error {
	c := &errs.Check{}
	c.That(!b.Name.Set || b.Name.Value != "", "name", "error.required")
	b.Name.Into(&in.Name)
	b.Company.Into(&in.Company)
	b.Phones.Into(&in.Phones)
	b.Emails.Into(&in.Emails)
	b.WeChat.Into(&in.WeChat)
	b.Source.Into(&in.Source)
	b.Need.Into(&in.Need)
	b.Interest.Into(&in.Interest)
	b.Region.Into(&in.Region)
	b.OwnerID.Into(&in.OwnerID)
	b.State.Into(&in.State)
	b.ExternalID.Into(&in.ExternalID)
	if b.Amount.Set {
		in.Amount = b.Amount.Value.Minor(c, "amount", currency)
	}
	if b.Fields.Set {
		in.Fields = custom.FromJSON(b.Fields.Value)
	}
	return c.Err()
}

func location(id int64) string { return fmt.Sprintf("%s/leads/%d", api.Prefix, id) }

func object(l Lead) Object {
	out := Object{ID: l.ID, Version: l.Version, CreatedAt: l.CreatedAt.UTC(), UpdatedAt: l.UpdatedAt.UTC(), Name: l.Name, Company: l.Company,
		Phones: append([]string{}, l.Phones...), Emails: append([]string{}, l.Emails...), WeChat: l.WeChat, Source: l.Source, Need: l.Need, Interest: l.Interest,
		ProductID: api.ID(l.ProductID), Amount: api.MoneyOf(l.Amount, l.Currency), Region: l.Region, OwnerID: api.ID(l.OwnerID), AssignedWhy: l.AssignedWhy,
		State: l.State, ReasonID: api.ID(l.ReasonID), Reason: string(l.ReasonName), ReasonNote: l.ReasonNote, Score: l.Score, Unchecked: l.Unchecked,
		Consent: l.Consent, ReceivedAt: l.ReceivedAt.UTC(), CustomerID: api.ID(l.CustomerID), DealID: api.ID(l.DealID), ExternalID: string(l.ExternalID),
		ExternalSource: l.ExternalSource, Fields: l.Added.Object()}
	for _, at := range []struct {
		from time.Time
		to   **time.Time
	}{{l.DueAt.Time, &out.DueAt}, {l.FirstResponseAt.Time, &out.FirstResponseAt}, {l.LastContactAt.Time, &out.LastContactAt}} {
		if !at.from.IsZero() {
			utc := at.from.UTC()
			*at.to = &utc
		}
	}
	return out
}
