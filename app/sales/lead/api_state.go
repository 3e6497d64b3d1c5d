package lead

import (
	"context"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
)

// EventObject is a line of a lead's log.
type EventObject struct {
	Kind  string    `json:"kind"`
	At    time.Time `json:"at"`
	By    string    `json:"by,omitempty"`
	Words string    `json:"words,omitempty"`
}

// ReasonObject is why leads are given up.
type ReasonObject struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Active bool   `json:"active" doc:"Offered when a lead is given up"`
}

type logIn struct {
	api.Path
	Body struct {
		Kind  string `json:"kind" enum:"call,visit,wechat,email,sms,other,note"`
		Words string `json:"words"`
	}
}

type convertIn struct {
	api.Path
	api.Versioned
	Body struct {
		Version    *int64     `json:"version,omitempty"`
		CustomerID int64      `json:"customer_id,omitempty" doc:"Left out, a new one"`
		Contact    bool       `json:"contact,omitempty" doc:"The person becomes a contact of the customer"`
		Deal       bool       `json:"deal,omitempty" doc:"A deal for what they want"`
		DealName   string     `json:"deal_name,omitempty"`
		StageID    int64      `json:"stage_id,omitempty"`
		Amount     *api.Money `json:"amount,omitempty"`
	}
}

type giveUpIn struct {
	api.Path
	api.Versioned
	Body struct {
		Version  *int64 `json:"version,omitempty"`
		ReasonID int64  `json:"reason_id,omitempty" doc:"One of GET /lead-reasons; required"`
		Note     string `json:"reason_note,omitempty"`
	}
}

type versionIn struct {
	api.Path
	api.Versioned
	Body *struct {
		Version *int64 `json:"version,omitempty"`
	} `required:"false"`
}

type ownerIn struct {
	api.Path
	api.Versioned
	Body struct {
		Version *int64 `json:"version,omitempty"`
		OwnerID int64  `json:"owner_id,omitempty" doc:"0 puts it into the pool"`
		ByRules bool   `json:"by_rules,omitempty" doc:"Instead, whom the rules of assignment name"`
	}
}

func (s *Service) apiStates(a *api.API, tag string) {
	api.Register(a, api.Op{Method: api.Get, Path: "/leads/{id}/log", Tag: tag, Summary: "What was said and done about a lead"}, s.apiLog)
	api.Register(a, api.Op{Method: api.Post, Path: "/leads/{id}/log", Tag: tag, Summary: "Write down what was said; the first exchange stops the clock"}, s.apiSay)
	api.Register(a, api.Op{Method: api.Get, Path: "/leads/{id}/duplicates", Tag: tag, Summary: "Customers that may be the lead already"}, s.apiAlike)
	api.Register(a, api.Op{Method: api.Post, Path: "/leads/{id}/conversion", Tag: tag, Summary: "Make a customer of a lead, with a contact and a deal; sent twice, it is done once"}, s.apiConvert)
	api.Register(a, api.Op{Method: api.Post, Path: "/leads/{id}/disqualification", Tag: tag, Summary: "Give a lead up"}, s.apiGiveUp)
	api.Register(a, api.Op{Method: api.Post, Path: "/leads/{id}/reopening", Tag: tag, Summary: "Take a lead up again that was given up"}, s.apiReopen)
	api.Register(a, api.Op{Method: api.Post, Path: "/leads/{id}/assignment", Tag: tag, Summary: "Give a lead to somebody, or put it into the pool"}, s.apiAssign)
	api.Register(a, api.Op{Method: api.Post, Path: "/leads/{id}/claim", Tag: tag, Summary: "Take a lead out of the pool"}, s.apiClaim)
	api.Register(a, api.Op{Method: api.Get, Path: "/lead-reasons", Tag: tag, Summary: "Why leads are given up"}, s.apiReasons)
}

// atVersion is the version that the caller has seen; whoever names none means
// the lead as it is.
func atVersion(v api.Versioned, body *int64) (*int64, error) {
	if body == nil && v.IfMatch == "" {
		return nil, nil
	}
	n, err := v.Version(body)
	return &n, err
}

func (s *Service) apiLog(ctx context.Context, in *api.Path) (*api.Body[api.Items[EventObject]], error) {
	if _, err := s.Get(ctx, in.ID); err != nil {
		return nil, err
	}
	list, err := events(ctx, s.db.Reader(ctx), in.ID)
	out := []EventObject{}
	for _, e := range list {
		out = append(out, EventObject{e.Kind, e.At.UTC(), string(e.UserName), e.Words})
	}
	return &api.Body[api.Items[EventObject]]{Body: api.Items[EventObject]{Items: out}}, err
}

func (s *Service) apiSay(ctx context.Context, in *logIn) (*api.Body[Object], error) {
	return answer(s.Log(ctx, in.ID, in.Body.Kind, in.Body.Words))
}

// AlikeObject is a customer that may be the lead.
type AlikeObject struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	Reasons []string `json:"reasons" doc:"name, phone, email, wechat"`
	MayOpen bool     `json:"may_open"`
}

func (s *Service) apiAlike(ctx context.Context, in *api.Path) (*api.Body[api.Items[AlikeObject]], error) {
	l, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.Alike(ctx, l)
	out := []AlikeObject{}
	for _, a := range list {
		out = append(out, AlikeObject{a.ID, a.Name, a.Reasons, a.MayOpen})
	}
	return &api.Body[api.Items[AlikeObject]]{Body: api.Items[AlikeObject]{Items: out}}, err
}

func (s *Service) apiConvert(ctx context.Context, in *convertIn) (*api.Body[Object], error) {
	version, err := atVersion(in.Versioned, in.Body.Version)
	if err != nil {
		return nil, err
	}
	l, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b, c := in.Body, &errs.Check{}
	how := Conversion{CustomerID: b.CustomerID, Contact: b.Contact, Deal: b.Deal, DealName: b.DealName, StageID: b.StageID, Amount: l.Amount}
	if b.Amount != nil {
		how.Amount = b.Amount.Minor(c, "amount", l.Currency)
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return answer(s.Convert(ctx, in.ID, version, how))
}

func (s *Service) apiGiveUp(ctx context.Context, in *giveUpIn) (*api.Body[Object], error) {
	version, err := atVersion(in.Versioned, in.Body.Version)
	if err != nil {
		return nil, err
	}
	return answer(s.Disqualify(ctx, in.ID, version, in.Body.ReasonID, in.Body.Note))
}

func (s *Service) apiReopen(ctx context.Context, in *versionIn) (*api.Body[Object], error) {
	var typed *int64
	if in.Body != nil {
		typed = in.Body.Version
	}
	version, err := atVersion(in.Versioned, typed)
	if err != nil {
		return nil, err
	}
	return answer(s.Reopen(ctx, in.ID, version))
}

func (s *Service) apiAssign(ctx context.Context, in *ownerIn) (*api.Body[Object], error) {
	version, err := atVersion(in.Versioned, in.Body.Version)
	if err != nil {
		return nil, err
	}
	if in.Body.ByRules {
		return answer(s.Assign(ctx, in.ID, version))
	}
	return answer(s.Give(ctx, in.ID, version, in.Body.OwnerID))
}

func (s *Service) apiClaim(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	return answer(s.Claim(ctx, in.ID))
}

func (s *Service) apiReasons(ctx context.Context, _ *struct{}) (*api.Body[api.Items[ReasonObject]], error) {
	list, err := s.Reasons(ctx)
	out := []ReasonObject{}
	for _, r := range list {
		out = append(out, ReasonObject{r.ID, r.Name, r.Active})
	}
	return &api.Body[api.Items[ReasonObject]]{Body: api.Items[ReasonObject]{Items: out}}, err
}
