package consent

import (
	"context"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// Object is one row of the ledger as the API shows it.
type Object struct {
	ID           int64      `json:"id"`
	CustomerID   int64      `json:"customer_id"`
	ContactID    *int64     `json:"contact_id,omitempty"`
	Purpose      string     `json:"purpose"`
	Channel      string     `json:"channel" enum:",email,sms,phone,wechat,post" doc:"empty = every channel"`
	State        string     `json:"state" enum:"allowed,objected,asked" doc:"asked waits for the customer to confirm it and counts as nothing until then"`
	Basis        string     `json:"basis" enum:"customer_relation,opt_in,contract,legitimate_interest,legal_duty,objection"`
	Source       string     `json:"source"`
	WordingID    *int64     `json:"wording_id,omitempty"`
	WordingNo    int        `json:"wording_number,omitempty"`
	Wording      string     `json:"wording,omitempty" doc:"what was said, where no version stands for it"`
	Proof        string     `json:"proof,omitempty"`
	AttachmentID *int64     `json:"attachment_id,omitempty"`
	UserID       *int64     `json:"user_id,omitempty"`
	At           *time.Time `json:"at"`
}

func object(e Entry) Object {
	return Object{ID: e.ID, CustomerID: e.CustomerID, ContactID: api.ID(e.ContactID), Purpose: e.Purpose, Channel: e.Channel, State: e.State, Basis: e.Basis,
		Source: e.Source, WordingID: api.ID(e.WordingID), WordingNo: e.WordingNo, Wording: e.Wording, Proof: e.Proof, AttachmentID: api.ID(e.AttachmentID),
		UserID: api.ID(e.UserID), At: api.Time(e.At)}
}

// StateObject is what holds for one purpose and channel.
type StateObject struct {
	Purpose string  `json:"purpose"`
	Channel string  `json:"channel"`
	Allowed bool    `json:"allowed"`
	Reason  string  `json:"reason,omitempty" enum:"objected,no_consent,unconfirmed,purpose_off" doc:"why not"`
	Entry   *Object `json:"entry,omitempty" doc:"the row of the ledger that decides"`
}

func stateObject(st Status) StateObject {
	o := StateObject{Purpose: st.Purpose, Channel: st.Channel, Allowed: st.Allowed, Reason: st.Reason}
	if st.Entry.ID != 0 {
		e := object(st.Entry)
		o.Entry = &e
	}
	return o
}

type recordInput struct {
	api.Path
	Body struct {
		ContactID    int64    `json:"contact_id,omitempty" minimum:"1"`
		Purpose      string   `json:"purpose" maxLength:"60" doc:"its key"`
		Channel      string   `json:"channel,omitempty" doc:"absent or empty = every channel"`
		Channels     []string `json:"channels,omitempty" minItems:"1" maxItems:"5" doc:"several at once, instead of channel"`
		State        string   `json:"state" enum:"allowed,objected"`
		Basis        string   `json:"basis,omitempty" enum:"opt_in,contract,legitimate_interest,legal_duty" doc:"of a yes; absent = opt_in"`
		Source       string   `json:"source,omitempty" enum:"staff,phone,paper,email,chat,web_form,api" doc:"absent = api"`
		WordingID    int64    `json:"wording_id,omitempty" minimum:"1" doc:"the version that they were shown"`
		Wording      string   `json:"wording,omitempty" maxLength:"2000"`
		Proof        string   `json:"proof,omitempty" maxLength:"2000"`
		AttachmentID int64    `json:"attachment_id,omitempty" minimum:"1" doc:"a file of the same customer"`
	}
}

type entryInput struct {
	api.Path
	Entry int64 `path:"entry"`
}

func (s *Service) api(a *api.API) {
	const tag = "consents"
	api.Register(a, api.Op{Method: api.Get, Path: "/consents", Summary: "List what customers agreed and objected to", Tag: tag}, s.apiList)
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/consents", Summary: "Read the consent ledger of a customer, newest first", Tag: tag}, s.apiLedger)
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/consent-states", Summary: "Read what may be sent to a customer, by purpose and channel", Tag: tag}, s.apiStates)
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/consents/{entry}/confirmation", Summary: "Mail the customer to confirm a yes that waits; at most once a day", Tag: tag, Status: http.StatusNoContent},
		func(ctx context.Context, in *entryInput) (*api.Empty, error) {
			return &api.Empty{}, s.Remind(ctx, in.ID, in.Entry)
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/consents", Summary: "Record that a customer agreed or objected", Tag: tag, Status: http.StatusCreated}, s.apiRecord)
	s.apiPurposes(a)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Entry) }), nil
}

func (s *Service) apiLedger(ctx context.Context, in *api.Path) (*api.Body[api.Items[Object]], error) {
	p, err := s.Of(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &api.Body[api.Items[Object]]{Body: api.Items[Object]{Items: []Object{}}}
	for _, e := range p.Ledger {
		out.Body.Items = append(out.Body.Items, object(e))
	}
	return out, nil
}

func (s *Service) apiStates(ctx context.Context, in *api.Path) (*api.Body[api.Items[StateObject]], error) {
	p, err := s.Of(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &api.Body[api.Items[StateObject]]{Body: api.Items[StateObject]{Items: []StateObject{}}}
	for _, st := range p.States {
		out.Body.Items = append(out.Body.Items, stateObject(st))
	}
	return out, nil
}

// recorded is the row that was written, and all of them where there are several.
type recorded struct {
	Object
	Rows []Object `json:"rows" doc:"one for each channel"`
}

func (s *Service) apiRecord(ctx context.Context, in *recordInput) (*api.Body[recorded], error) {
	b := in.Body
	d := Input{CustomerID: in.ID, ContactID: b.ContactID, Purpose: b.Purpose, Channels: b.Channels, State: b.State, Basis: b.Basis, Source: b.Source,
		Wording: b.Wording, WordingID: b.WordingID, Proof: b.Proof, AttachmentID: b.AttachmentID}
	if d.Source == "" {
		d.Source = FromAPI
	}
	if b.Channel != "" {
		d.Channels = append(d.Channels, b.Channel)
	}
	rows, err := s.Record(ctx, d)
	if err != nil {
		return nil, err
	}
	out := &api.Body[recorded]{Body: recorded{Object: object(rows[0]), Rows: []Object{}}}
	for _, e := range rows {
		out.Body.Rows = append(out.Body.Rows, object(e))
	}
	return out, nil
}
