package receivable

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/setting"
)

// StandingObject is what to know before one sells to a customer on account.
type StandingObject struct {
	CustomerID int64      `json:"customer_id"`
	Light      string     `json:"light,omitempty" enum:"green,amber,red" doc:"Absent while too little is known"`
	Owed       api.Money  `json:"owed"`
	Overdue    api.Money  `json:"overdue"`
	OldestDays int        `json:"oldest_days"`
	Limit      *api.Money `json:"limit,omitempty"`
	Beyond     bool       `json:"beyond" doc:"They owe more than the limit"`
	Hint       *api.Money `json:"limit_hint,omitempty" doc:"Twice what they pay in a month, by how good they are; absent with fewer than three paid orders"`
	Score      *float64   `json:"payment_score,omitempty"`
}

type limitIn struct {
	api.Path
	Body struct {
		Amount *api.Money `json:"amount,omitempty" doc:"Absent: no limit"`
	}
}

// lights are the tones of pages as the API says them.
var lights = map[string]string{"accent": "green", "warm": "amber", "bad": "red"}

func (s *Service) apiStandings(a *api.API, tag string) {
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/standing", Tag: tag, Summary: "How a customer pays, what they owe and may owe"}, s.apiStanding)
	api.Register(a, api.Op{Method: api.Put, Path: "/customers/{id}/credit-limit", Tag: tag, Summary: "Say how far a customer may go into debt"}, s.apiLimit)
	api.Register(a, api.Op{Method: api.Get, Path: "/settings/payment-reminders", Tag: tag, Summary: "When and how customers are reminded of what is overdue"}, s.apiReminders)
	api.Register(a, api.Op{Method: api.Put, Path: "/settings/payment-reminders", Tag: tag, Summary: "Say when and how customers are reminded"}, s.apiSetReminders)
}

func (s *Service) apiStanding(ctx context.Context, in *api.Path) (*api.Body[StandingObject], error) {
	st, err := s.StandingOf(ctx, in.ID)
	money := func(n int64) api.Money { return api.MoneyOf(n, st.Currency) }
	out := StandingObject{CustomerID: in.ID, Light: lights[st.Tone()], Owed: money(st.Owed), Overdue: money(st.Overdue), OldestDays: st.Oldest, Beyond: st.Beyond(), Score: st.Habit.Score}
	if st.HasLimit {
		m := money(st.Limit)
		out.Limit = &m
	}
	if st.Hint > 0 {
		m := money(st.Hint)
		out.Hint = &m
	}
	return &api.Body[StandingObject]{Body: out}, err
}

func (s *Service) apiLimit(ctx context.Context, in *limitIn) (*api.Body[StandingObject], error) {
	var amount *int64
	if in.Body.Amount != nil {
		b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
		if err != nil {
			return nil, err
		}
		c := &errs.Check{}
		n := in.Body.Amount.Minor(c, "amount", b.Currency)
		if err := c.Err(); err != nil {
			return nil, err
		}
		amount = &n
	}
	if err := s.SetLimit(ctx, in.ID, amount); err != nil {
		return nil, err
	}
	return s.apiStanding(ctx, &in.Path)
}

type remindersIn struct{ Body Reminders }

func (s *Service) apiReminders(ctx context.Context, _ *api.Empty) (*api.Body[Reminders], error) {
	r, err := s.Reminders(ctx)
	return &api.Body[Reminders]{Body: r}, err
}

func (s *Service) apiSetReminders(ctx context.Context, in *remindersIn) (*api.Body[Reminders], error) {
	if err := s.SetReminders(ctx, in.Body); err != nil {
		return nil, err
	}
	return s.apiReminders(ctx, nil)
}
