package letter

import (
	"context"
	"net/http"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/slot"
	"regulars/app/sys/api"
)

// Object is a letter as the API shows it. Its figures stand as they were when it
// was made; amounts are in minor units of its currency.
type Object struct {
	ID      int64      `json:"id"`
	Kind    slot.Kind  `json:"kind" enum:"weekly,monthly"`
	Slot    string     `json:"slot" doc:"The week or month: 2026-W47, 2026-11; by hand the local minute in which it was made"`
	ByHand  bool       `json:"by_hand"`
	TeamID  *int64     `json:"team_id,omitempty" doc:"Absent for the whole shop"`
	Since   cal.Date   `json:"since"`
	Until   cal.Date   `json:"until"`
	MadeAt  *time.Time `json:"made_at"`
	Figures *Figures   `json:"figures,omitempty" doc:"Of a single letter only. Amounts are in minor units of the currency"`
}

func object(l Letter) Object {
	return Object{ID: l.ID, Kind: l.Kind, Slot: l.Slot, ByHand: l.ByHand(), TeamID: api.ID(l.TeamID), Since: l.Since, Until: l.Until, MadeAt: api.Time(l.MadeAt)}
}

func whole(l Letter, err error) (*api.Body[Object], error) {
	o := object(l)
	o.Figures = &l.Figures
	return &api.Body[Object]{Body: o}, err
}

type makeInput struct {
	Body struct {
		Kind   slot.Kind `json:"kind" enum:"weekly,monthly" doc:"The last 7 or 30 days up to today"`
		TeamID int64     `json:"team_id,omitempty" minimum:"1" doc:"Without it what the reader sees: the whole shop, or their team"`
	}
}

// SettingsObject is when letters come and who gets them.
type SettingsObject struct {
	Weekly     bool    `json:"weekly"`
	Monthly    bool    `json:"monthly"`
	Weekday    int     `json:"weekday" doc:"Of a weekly letter, 0 is Sunday"`
	Day        int     `json:"day" doc:"Of the month"`
	Recipients []int64 `json:"recipients" doc:"People who work here and see the shop or a team"`
}

func settingsObject(s Settings) SettingsObject {
	return SettingsObject{s.Weekly, s.Monthly, s.Weekday, s.Day, append([]int64{}, s.Recipients...)}
}

type settingsInput struct {
	Body struct {
		Weekly     api.Opt[bool]    `json:"weekly,omitempty"`
		Monthly    api.Opt[bool]    `json:"monthly,omitempty"`
		Weekday    api.Opt[int]     `json:"weekday,omitempty"`
		Day        api.Opt[int]     `json:"day,omitempty"`
		Recipients api.Opt[[]int64] `json:"recipients,omitempty"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "letters"
	api.Register(a, api.Op{Method: api.Get, Path: home, Summary: "List the owner’s letters", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
		p, err := s.List(ctx, in.Request(), in.Conditions())
		return api.Map(p, object), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: home + "/customers", Summary: "Read who is behind a figure of a letter", Tag: tag}, s.apiWho)
	api.Register(a, api.Op{Method: api.Get, Path: home + "/money", Summary: "Read which money is behind what came in", Tag: tag}, s.apiMoney)
	api.Register(a, api.Op{Method: api.Get, Path: home + "/{id}", Summary: "Read a letter with its figures", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		return whole(s.Get(ctx, in.ID))
	})
	api.Register(a, api.Op{Method: api.Post, Path: home, Summary: "Make a letter now; nobody gets it by mail", Tag: tag, Status: http.StatusCreated}, func(ctx context.Context, in *makeInput) (*api.Body[Object], error) {
		return whole(s.Make(ctx, in.Body.Kind, in.Body.TeamID))
	})
	api.Register(a, api.Op{Method: api.Get, Path: settings, Summary: "Read when letters come and who gets them", Tag: "settings"}, func(ctx context.Context, _ *api.Empty) (*api.Body[SettingsObject], error) {
		set, err := s.Settings(ctx)
		return &api.Body[SettingsObject]{Body: settingsObject(set)}, err
	})
	api.Register(a, api.Op{Method: api.Patch, Path: settings, Summary: "Change when letters come and who gets them", Tag: "settings"}, s.apiSettings)
}

func (s *Service) apiSettings(ctx context.Context, in *settingsInput) (*api.Body[SettingsObject], error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	o := settingsObject(set)
	in.Body.Weekly.Into(&o.Weekly)
	in.Body.Monthly.Into(&o.Monthly)
	in.Body.Weekday.Into(&o.Weekday)
	in.Body.Day.Into(&o.Day)
	in.Body.Recipients.Into(&o.Recipients)
	set, err = s.Save(ctx, Settings{Weekly: o.Weekly, Monthly: o.Monthly, Weekday: o.Weekday, Day: o.Day, Recipients: o.Recipients})
	return &api.Body[SettingsObject]{Body: settingsObject(set)}, err
}

// SpanInput is which days and whose.
type SpanInput struct {
	Since string `query:"since" required:"true" format:"date"`
	Until string `query:"until" required:"true" format:"date"`
	Team  int64  `query:"team" minimum:"1" doc:"Without it what the reader sees"`
	Skip  int    `query:"skip" minimum:"0"`
}

type whoInput struct {
	SpanInput
	Of   string `query:"of" required:"true" enum:"active,new,back,silent,base"`
	AsOf string `query:"as_of" format:"date" doc:"Up to when pauses are known; the last day without it"`
}

// WhoObject is a customer behind a figure.
type WhoObject struct {
	ID          int64  `json:"customer_id"`
	Name        string `json:"name"`
	LastOrderOn string `json:"last_order_on,omitempty" format:"date"`
}

// WhoBody are the customers behind a figure, a hundred at a time.
type WhoBody struct {
	Total int         `json:"total"`
	Items []WhoObject `json:"items"`
}

func (s *Service) apiWho(ctx context.Context, in *whoInput) (*api.Body[WhoBody], error) {
	p, err := s.Who(ctx, in.ask(), in.Of, in.AsOf)
	out := WhoBody{Total: p.Total, Items: []WhoObject{}}
	for _, r := range p.Rows {
		out.Items = append(out.Items, WhoObject{r.ID, r.Name, string(r.LastOrderOn)})
	}
	return &api.Body[WhoBody]{Body: out}, err
}

func (in SpanInput) ask() Ask { return Ask(in) }

type moneyInput struct{ SpanInput }

// MoneyObject is money that came in or went back, below zero.
type MoneyObject struct {
	Day        cal.Date  `json:"day"`
	CustomerID int64     `json:"customer_id"`
	OrderID    int64     `json:"order_id,omitempty"`
	ReceiptID  int64     `json:"receipt_id,omitempty"`
	Amount     api.Money `json:"amount"`
}

// MoneyBody is what came in, a hundred at a time.
type MoneyBody struct {
	Total int           `json:"total" doc:"How many there are"`
	Sum   api.Money     `json:"sum"`
	Items []MoneyObject `json:"items"`
}

func (s *Service) apiMoney(ctx context.Context, in *moneyInput) (*api.Body[MoneyBody], error) {
	p, err := s.Money(ctx, in.ask())
	if err != nil {
		return nil, err
	}
	out := MoneyBody{Total: p.Total, Sum: api.MoneyOf(p.Sum, p.Currency), Items: []MoneyObject{}}
	for _, r := range p.Rows {
		out.Items = append(out.Items, MoneyObject{r.Day, r.CustomerID, r.OrderID, r.ReceiptID, api.MoneyOf(r.Amount, p.Currency)})
	}
	return &api.Body[MoneyBody]{Body: out}, nil
}
