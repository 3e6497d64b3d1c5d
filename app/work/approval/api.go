package approval

import (
	"context"
	"net/http"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/api"
)

// Object is an approval as the API shows it.
type Object struct {
	ID          int64        `json:"id"`
	Version     int64        `json:"version"`
	CreatedAt   time.Time    `json:"created_at"`
	UpdatedAt   time.Time    `json:"updated_at"`
	DecidedAt   *time.Time   `json:"decided_at,omitempty"`
	Kind        string       `json:"kind" enum:"quote.discount,order.discount,payment.refund,export,customer.transfer,pool.transfer"`
	SubjectKind string       `json:"subject_kind"`
	SubjectID   int64        `json:"subject_id,omitempty"`
	CustomerID  int64        `json:"customer_id,omitempty"`
	Title       string       `json:"title"`
	Amount      *api.Money   `json:"amount,omitempty"`
	Earlier     *api.Money   `json:"earlier,omitempty" doc:"Paid back of the same before, or waiting: the limit is one for the sum"`
	Discount    int64        `json:"discount,omitempty" doc:"Basis points"`
	Rows        int64        `json:"rows,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	AskerID     int64        `json:"asker_id"`
	State       string       `json:"state" enum:"asked,approved,rejected,withdrawn,void"`
	Step        int64        `json:"step"`
	Steps       []StepObject `json:"steps,omitempty" doc:"Only of a single approval"`
}

// StepObject is one turn of an approval.
type StepObject struct {
	Position  int64      `json:"position"`
	Who       string     `json:"who" enum:"manager,role,person"`
	Role      string     `json:"role,omitempty"`
	UserID    int64      `json:"user_id,omitempty"`
	State     string     `json:"state" enum:"waiting,approved,rejected,skipped"`
	DecidedBy int64      `json:"decided_by,omitempty"`
	StoodFor  int64      `json:"stood_for,omitempty" doc:"Whose deputy decided"`
	Note      string     `json:"note,omitempty"`
	DecidedAt *time.Time `json:"decided_at,omitempty"`
}

// RuleObject is a rule as the API shows it.
type RuleObject struct {
	ID        int64     `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	RuleBody
}

// RuleBody says what needs whose word.
type RuleBody struct {
	Kind      string `json:"kind" enum:"quote.discount,order.discount,payment.refund,export,customer.transfer,pool.transfer"`
	Basis     string `json:"basis" enum:"always,amount,discount,rows"`
	Threshold int64  `json:"threshold,omitempty" doc:"More than this is asked: minor units of the shop's currency, basis points, or rows"`
	Steps     []Turn `json:"steps" doc:"One to three"`
	Enabled   bool   `json:"enabled"`
}

// DeputyObject is who decides for whom.
type DeputyObject struct {
	ID       int64  `json:"id"`
	UserID   int64  `json:"user_id"`
	DeputyID int64  `json:"deputy_id"`
	From     string `json:"from" format:"date"`
	To       string `json:"to" format:"date"`
}

type (
	decideIn struct {
		api.Path
		Body struct {
			Version int64  `json:"version,omitempty" doc:"What was read; left out, the approval is decided as it is"`
			Note    string `json:"note,omitempty" maxLength:"1000" doc:"Needed for no"`
		}
	}
	ruleIn struct{ Body RuleBody }
	putIn  struct {
		api.Path
		Body struct {
			Version int64 `json:"version" minimum:"1"`
			RuleBody
		}
	}
	deputyIn struct {
		Body struct {
			UserID   int64  `json:"user_id,omitempty" minimum:"0" doc:"Oneself when left out"`
			DeputyID int64  `json:"deputy_id" minimum:"1"`
			From     string `json:"from" format:"date"`
			To       string `json:"to" format:"date"`
		}
	}
)

func (s *Service) api(a *api.API) {
	const tag, rules, deputies = "approvals", "/approval-rules", "/approval-deputies"
	api.Register(a, api.Op{Method: api.Get, Path: "/approvals", Tag: tag, Summary: "List approvals that one asked, decided or may look at"}, s.apiList)
	api.Register(a, api.Op{Method: api.Get, Path: "/approvals/waiting", Tag: tag, Summary: "List what waits for one's word"}, s.apiWaiting)
	api.Counted(a, "/approvals", tag, s.Groups)
	api.Register(a, api.Op{Method: api.Get, Path: "/approvals/{id}", Tag: tag, Summary: "Read an approval with its steps"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Post, Path: "/approvals/{id}/approve", Tag: tag, Summary: "Say yes to the step an approval is at"}, s.apiDecide(true))
	api.Register(a, api.Op{Method: api.Post, Path: "/approvals/{id}/reject", Tag: tag, Summary: "Say no, with a reason"}, s.apiDecide(false))
	api.Register(a, api.Op{Method: api.Post, Path: "/approvals/{id}/withdraw", Tag: tag, Summary: "Take a question back"}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		return answered(s.Withdraw(ctx, in.ID))
	})
	api.Register(a, api.Op{Method: api.Get, Path: rules, Tag: tag, Summary: "List what needs whose word"}, func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[RuleObject]], error) {
		list, err := s.Rules(ctx)
		out := api.Items[RuleObject]{Items: []RuleObject{}}
		for _, r := range list {
			out.Items = append(out.Items, ruleObject(r))
		}
		return &api.Body[api.Items[RuleObject]]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: rules, Tag: tag, Summary: "Make a rule", Status: http.StatusCreated}, func(ctx context.Context, in *ruleIn) (*api.Created[RuleObject], error) {
		r, err := s.PutRule(ctx, 0, 0, in.Body.input())
		return &api.Created[RuleObject]{Location: api.Prefix + rules, Body: ruleObject(r)}, err
	})
	api.Register(a, api.Op{Method: api.Put, Path: rules + "/{id}", Tag: tag, Summary: "Change a rule; what was asked goes on by the old one"}, func(ctx context.Context, in *putIn) (*api.Body[RuleObject], error) {
		r, err := s.PutRule(ctx, in.ID, in.Body.Version, in.Body.input())
		if err != nil {
			return nil, api.WithCurrent(err, func(r Rule) any { return ruleObject(r) })
		}
		return &api.Body[RuleObject]{Body: ruleObject(r)}, nil
	})
	api.Remove(a, rules+"/{id}", tag, "Delete a rule; what was asked goes on", s.DropRule)
	api.Register(a, api.Op{Method: api.Get, Path: deputies, Tag: tag, Summary: "List who decides for whom"}, func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[DeputyObject]], error) {
		list, err := s.Deputies(ctx)
		out := api.Items[DeputyObject]{Items: []DeputyObject{}}
		for _, d := range list {
			out.Items = append(out.Items, deputyObject(d))
		}
		return &api.Body[api.Items[DeputyObject]]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: deputies, Tag: tag, Summary: "Let a colleague decide while one is away", Status: http.StatusCreated}, func(ctx context.Context, in *deputyIn) (*api.Created[DeputyObject], error) {
		b := in.Body
		d, err := s.StandIn(ctx, b.UserID, b.DeputyID, cal.Date(b.From), cal.Date(b.To))
		return &api.Created[DeputyObject]{Location: api.Prefix + deputies, Body: deputyObject(d)}, err
	})
	api.Remove(a, deputies+"/{id}", tag, "Decide for oneself again", s.StandInNoMore)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Approval) }), nil
}

func (s *Service) apiWaiting(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[Object]], error) {
	list, err := s.Mine(ctx)
	out := api.Items[Object]{Items: []Object{}}
	for _, a := range list {
		out.Items = append(out.Items, object(a))
	}
	return &api.Body[api.Items[Object]]{Body: out}, err
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	a, list, err := s.Seen(ctx, in.ID)
	out := object(a)
	for _, st := range list {
		out.Steps = append(out.Steps, StepObject{Position: st.Position, Who: st.Who, Role: st.Role, UserID: int64(st.UserID), State: st.State,
			DecidedBy: int64(st.DecidedBy), StoodFor: int64(st.StoodFor), Note: st.Note, DecidedAt: moment(st.DecidedAt.Time)})
	}
	return &api.Body[Object]{Body: out}, err
}

func (s *Service) apiDecide(yes bool) func(ctx context.Context, in *decideIn) (*api.Body[Object], error) {
	return func(ctx context.Context, in *decideIn) (*api.Body[Object], error) {
		return answered(s.Decide(ctx, in.ID, in.Body.Version, yes, in.Body.Note))
	}
}

func answered(a Approval, err error) (*api.Body[Object], error) {
	if err != nil {
		return nil, api.WithCurrent(err, func(a Approval) any { return object(a) })
	}
	return &api.Body[Object]{Body: object(a)}, nil
}

func (b RuleBody) input() Input { return Input(b) }

func ruleObject(r Rule) RuleObject {
	return RuleObject{ID: r.ID, Version: r.Version, CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
		RuleBody: RuleBody{Kind: r.Kind, Basis: r.Basis, Threshold: r.Threshold, Steps: r.Steps, Enabled: r.Enabled}}
}

func deputyObject(d Deputy) DeputyObject {
	return DeputyObject{ID: d.ID, UserID: d.UserID, DeputyID: d.DeputyID, From: string(d.From), To: string(d.To)}
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	utc := t.UTC()
	return &utc
}

func object(a Approval) Object {
	out := Object{ID: a.ID, Version: a.Version, CreatedAt: a.CreatedAt.UTC(), UpdatedAt: a.UpdatedAt.UTC(), DecidedAt: moment(a.DecidedAt.Time), Kind: a.Kind,
		SubjectKind: a.SubjectKind, SubjectID: int64(a.Subject), CustomerID: int64(a.Customer), Title: a.Title, Discount: a.Discount, Rows: a.Rows,
		Reason: a.Reason, AskerID: a.AskerID, State: a.State, Step: a.Step}
	if a.Currency != "" {
		m := api.MoneyOf(a.Amount, a.Currency)
		out.Amount = &m
		if a.Earlier != 0 {
			before := api.MoneyOf(a.Earlier, a.Currency)
			out.Earlier = &before
		}
	}
	return out
}
