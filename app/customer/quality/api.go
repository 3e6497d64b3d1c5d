package quality

import (
	"context"
	"net/http"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/auth"
)

// Object is a finding as the API shows it.
type Object struct {
	ID           int64      `json:"id"`
	CustomerID   int64      `json:"customer_id"`
	CustomerName string     `json:"customer_name"`
	OwnerID      *int64     `json:"owner_id"`
	Kind         string     `json:"kind"`
	Detail       string     `json:"detail,omitempty"`
	FoundAt      *time.Time `json:"found_at"`
}

func object(f Finding) Object {
	return Object{ID: f.ID, CustomerID: f.CustomerID, CustomerName: f.Customer, OwnerID: api.ID(f.OwnerID), Kind: f.Kind, Detail: f.Detail, FoundAt: api.Time(f.FoundAt)}
}

// SummaryObject is how the records stand.
type SummaryObject struct {
	AsOf      *time.Time     `json:"as_of" doc:"When everybody was last looked at"`
	Customers *int           `json:"customers,omitempty" doc:"Of the whole base; only for those who see it"`
	Reachable *int           `json:"reachable,omitempty" doc:"Customers with a phone, e-mail or WeChat that works"`
	Months    int            `json:"stale_months"`
	Counts    map[string]int `json:"counts" doc:"Findings by kind; at most 1,000 each for those who do not see the whole base"`
	Trend     []DayObject    `json:"trend"`
}

// DayObject is how the whole base stood on a day.
type DayObject struct {
	Day       string `json:"day"`
	Customers int    `json:"customers"`
	Reachable int    `json:"reachable"`
	Findings  int    `json:"findings"`
}

// UsageObject is how much a field is used.
type UsageObject struct {
	Name   string `json:"name"`
	Title  string `json:"title,omitempty"`
	Filled int    `json:"filled"`
	Of     int    `json:"of"`
	Views  int    `json:"views" doc:"Saved views that filter by it"`
	Hidden bool   `json:"hidden"`
}

// OrderBody says what to do about findings.
type OrderBody struct {
	Kind        string  `json:"kind"`
	Do          string  `json:"do" enum:"mend,right,assign,level,source,tag,call"`
	CustomerIDs []int64 `json:"customer_ids,omitempty" maxItems:"5000"`
	All         bool    `json:"all,omitempty" doc:"Everybody with this finding, instead of customer_ids"`
	OwnerID     int64   `json:"owner_id,omitempty"`
	Value       string  `json:"value,omitempty" maxLength:"500" doc:"The level, source, tags or title of the task"`
	Day         string  `json:"day,omitempty" doc:"When the calls are due, YYYY-MM-DD"`
	Seen        string  `json:"seen,omitempty" doc:"For mend: the preview's, so that nothing else is changed than what was looked at"`
}

func (b OrderBody) order() Order {
	return Order{Kind: b.Kind, Do: b.Do, IDs: b.CustomerIDs, All: b.All, Owner: b.OwnerID, Value: b.Value, Day: b.Day, Seen: b.Seen}
}

// MendObject is one value that would change.
type MendObject struct {
	CustomerID int64  `json:"customer_id"`
	Field      string `json:"field"`
	From       string `json:"from"`
	To         string `json:"to"`
}

// PreviewObject is what mending would change.
type PreviewObject struct {
	Seen  string       `json:"seen"`
	Mends []MendObject `json:"mends"`
}

// DoneObject tells how many customers it was about.
type DoneObject struct {
	Customers int `json:"customers"`
}

type (
	orderIn struct{ Body OrderBody }
	hideIn  struct {
		Body struct {
			Name   string `json:"name" maxLength:"100"`
			Hidden bool   `json:"hidden"`
		}
	}
	settingsIn struct {
		Body struct {
			Months int `json:"stale_months" minimum:"1" maximum:"120"`
		}
	}
)

func (s *Service) api(a *api.API) {
	const tag = "quality"
	api.Register(a, api.Op{Method: api.Get, Path: "/quality", Tag: tag, Summary: "Read how good the customers' data is"}, s.apiOverview)
	api.Register(a, api.Op{Method: api.Put, Path: "/quality/settings", Tag: tag, Summary: "Set after how many quiet months a record is stale", Status: http.StatusNoContent},
		func(ctx context.Context, in *settingsIn) (*api.Empty, error) {
			return nil, s.SetMonths(ctx, in.Body.Months)
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/quality-findings", Tag: tag, Summary: "List what is probably wrong with customers' records"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/quality-findings/preview", Tag: tag, Summary: "See what mending would change"}, s.apiPreview)
	api.Register(a, api.Op{Method: api.Post, Path: "/quality-findings/deal", Tag: tag, Summary: "Deal with many findings at once, undoable through history"},
		func(ctx context.Context, in *orderIn) (*api.Body[DoneObject], error) {
			n, err := s.Deal(ctx, in.Body.order())
			return &api.Body[DoneObject]{Body: DoneObject{n}}, err
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/quality/fields", Tag: tag, Summary: "List how much each field of customers is used"}, s.apiFields)
	api.Register(a, api.Op{Method: api.Put, Path: "/quality/fields", Tag: tag, Summary: "Hide a field from forms and records, or show it again"}, s.apiHide)
}

func (s *Service) apiOverview(ctx context.Context, _ *api.Empty) (*api.Body[SummaryObject], error) {
	o, err := s.Overview(ctx)
	if err != nil {
		return nil, err
	}
	out := SummaryObject{AsOf: api.Time(o.AsOf), Months: o.Months, Counts: map[string]int{}, Trend: []DayObject{}}
	if o.Whole {
		out.Customers, out.Reachable = &o.Now.Customers, &o.Now.Reachable
	}
	for _, kind := range Kinds {
		out.Counts[kind] = o.Counts[kind]
	}
	for _, d := range o.Days {
		out.Trend = append(out.Trend, DayObject{d.Day, d.Customers, d.Reachable, d.Findings})
	}
	return &api.Body[SummaryObject]{Body: out}, nil
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, object), nil
}

func (s *Service) apiPreview(ctx context.Context, in *orderIn) (*api.Body[PreviewObject], error) {
	p, err := s.Preview(ctx, in.Body.order())
	if err != nil {
		return nil, err
	}
	out := PreviewObject{Seen: p.Seen, Mends: []MendObject{}}
	for _, m := range p.Mends {
		out.Mends = append(out.Mends, MendObject{m.CustomerID, m.Field, m.From, m.To})
	}
	return &api.Body[PreviewObject]{Body: out}, nil
}

func usageObject(u Usage) UsageObject {
	return UsageObject(u)
}

// FieldsObject is all of them.
type FieldsObject struct {
	Items []UsageObject `json:"items"`
}

func (s *Service) apiFields(ctx context.Context, _ *api.Empty) (*api.Body[FieldsObject], error) {
	list, err := s.Fields(ctx, auth.From(ctx).Locale)
	if err != nil {
		return nil, err
	}
	out := &api.Body[FieldsObject]{Body: FieldsObject{Items: []UsageObject{}}}
	for _, u := range list {
		out.Body.Items = append(out.Body.Items, usageObject(u))
	}
	return out, nil
}

func (s *Service) apiHide(ctx context.Context, in *hideIn) (*api.Body[UsageObject], error) {
	u, err := s.Hide(ctx, in.Body.Name, in.Body.Hidden)
	if err != nil {
		return nil, err
	}
	return &api.Body[UsageObject]{Body: usageObject(u)}, nil
}
