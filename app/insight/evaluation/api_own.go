package evaluation

import (
	"context"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// OwnObject is a dimension that the shop made itself.
type OwnObject struct {
	ID      int64        `json:"id"`
	Key     string       `json:"key" doc:"its name among weights"`
	Kind    string       `json:"kind" enum:"field,count,checklist"`
	NameEN  string       `json:"name_en,omitempty"`
	NameZH  string       `json:"name_zh,omitempty"`
	About   string       `json:"about,omitempty"`
	Side    string       `json:"side,omitempty" enum:",value,health" doc:"the sub-score that it is part of"`
	Field   int64        `json:"field_id,omitempty" doc:"field: a number field that the shop added to customers"`
	Counted string       `json:"counted,omitempty" enum:"exchange,visit,call,wechat,note,case,referral,deal,order,return"`
	Months  int          `json:"months,omitempty"`
	Low     float64      `json:"low" doc:"the number that is worth 0"`
	High    float64      `json:"high" doc:"the number that is worth 100; below low when less is better"`
	Need    int          `json:"need,omitempty" doc:"checklist: how many answers it takes"`
	Days    int          `json:"days,omitempty" doc:"checklist: for how long an answer counts unless said otherwise"`
	Items   []ItemObject `json:"items,omitempty"`
	Updated *time.Time   `json:"updated_at,omitempty"`
	Version int64        `json:"version,omitempty"`
}

// ItemObject is a point of a checklist.
type ItemObject struct {
	ID     int64   `json:"id,omitempty" doc:"keeps what was answered; absent for a new one"`
	Text   string  `json:"text"`
	Weight float64 `json:"weight"`
}

func ownObject(o Own) OwnObject {
	out := OwnObject{ID: o.ID, Key: o.Key(), Kind: o.Kind, NameEN: o.NameEN, NameZH: o.NameZH, About: o.About, Side: o.Side, Field: o.Field, Counted: o.Counted,
		Months: o.Months, Low: o.Low, High: o.High, Need: o.Need, Days: o.Days, Version: o.Version}
	if o.Version > 0 {
		out.Updated = api.Time(o.At)
	}
	for _, i := range o.Items {
		out.Items = append(out.Items, ItemObject(i))
	}
	return out
}

// OwnInput is what is said about a dimension.
type OwnInput struct {
	Kind    string       `json:"kind,omitempty" enum:"field,count,checklist" doc:"stays what it was when it was made"`
	NameEN  string       `json:"name_en,omitempty"`
	NameZH  string       `json:"name_zh,omitempty"`
	About   string       `json:"about,omitempty"`
	Side    string       `json:"side,omitempty" enum:",value,health"`
	Field   int64        `json:"field_id,omitempty"`
	Counted string       `json:"counted,omitempty"`
	Months  int          `json:"months,omitempty"`
	Low     float64      `json:"low,omitempty"`
	High    float64      `json:"high,omitempty"`
	Need    int          `json:"need,omitempty"`
	Days    int          `json:"days,omitempty"`
	Items   []ItemObject `json:"items,omitempty"`
	Version int64        `json:"version,omitempty" doc:"a change needs it"`
}

func (in OwnInput) own() Own {
	o := Own{Kind: in.Kind, NameEN: in.NameEN, NameZH: in.NameZH, About: in.About, Side: in.Side, Field: in.Field, Counted: in.Counted, Months: in.Months,
		Low: in.Low, High: in.High, Need: in.Need, Days: in.Days}
	for _, i := range in.Items {
		o.Items = append(o.Items, Item(i))
	}
	return o
}

type ownIn struct{ Body OwnInput }

type redoIn struct {
	api.Path
	Body OwnInput
}

// ChecklistObject is a checklist with what was answered about a customer.
type ChecklistObject struct {
	DimensionID int64         `json:"dimension_id"`
	NameEN      string        `json:"name_en,omitempty"`
	NameZH      string        `json:"name_zh,omitempty"`
	Weighs      bool          `json:"weighs" doc:"the version in force gives it a weight"`
	Answers     []CheckObject `json:"answers"`
}

// CheckObject is one point with its answer.
type CheckObject struct {
	Item  int64      `json:"item"`
	Text  string     `json:"text"`
	Yes   *bool      `json:"yes" doc:"null: not answered, or no longer counted"`
	Note  string     `json:"note,omitempty"`
	Until string     `json:"until,omitempty" doc:"the last day on which it counts"`
	By    string     `json:"by,omitempty"`
	At    *time.Time `json:"at,omitempty"`
}

func checklistObject(c Checklist) ChecklistObject {
	o := ChecklistObject{DimensionID: c.ID, NameEN: c.NameEN, NameZH: c.NameZH, Weighs: c.Weighs, Answers: []CheckObject{}}
	for _, i := range c.Items {
		k := CheckObject{Item: i.ID, Text: i.Text}
		if a, there := c.Answers[i.ID]; there {
			k.Note, k.Until, k.By, k.At = a.Note, string(a.Until), string(a.By), api.Time(a.At)
			if c.Stands(i.ID) {
				k.Yes = &a.Yes
			}
		}
		o.Answers = append(o.Answers, k)
	}
	return o
}

type answerIn struct {
	api.Path
	Dimension int64 `path:"dimension"`
	Body      struct {
		Answers []struct {
			Item  int64  `json:"item"`
			Yes   *bool  `json:"yes" nullable:"true" doc:"null takes the answer away"`
			Note  string `json:"note,omitempty"`
			Until string `json:"until,omitempty" doc:"the last day on which it counts; absent: the checklist's usual time"`
		} `json:"answers"`
	}
}

func (s *Service) ownAPI(a *api.API) {
	const tag = "evaluation-models"
	api.Register(a, api.Op{Method: api.Get, Path: "/evaluation-dimensions", Tag: tag, Summary: "List the shop's own dimensions"}, func(ctx context.Context, _ *nothing) (*api.Body[api.Items[OwnObject]], error) {
		list, err := s.Owns(ctx)
		return &api.Body[api.Items[OwnObject]]{Body: api.Items[OwnObject]{Items: ownObjects(list)}}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/evaluation-dimensions/{id}", Tag: tag, Summary: "Read one of the shop's own dimensions"}, func(ctx context.Context, in *api.Path) (*api.Body[OwnObject], error) {
		return ownBodyOf(s.Own(ctx, in.ID))
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/evaluation-dimensions", Tag: tag, Summary: "Make a dimension: from a number field, from counts, or a checklist", Status: http.StatusCreated}, func(ctx context.Context, in *ownIn) (*api.Body[OwnObject], error) {
		return ownBodyOf(s.Make(ctx, in.Body.own()))
	})
	api.Register(a, api.Op{Method: api.Patch, Path: "/evaluation-dimensions/{id}", Tag: tag, Summary: "Change a dimension; it holds with the next version that is published"}, func(ctx context.Context, in *redoIn) (*api.Body[OwnObject], error) {
		o, err := s.Redo(ctx, in.ID, in.Body.Version, in.Body.own())
		if err != nil {
			return nil, api.WithCurrent(err, func(o Own) any { return ownObject(o) })
		}
		return ownBodyOf(o, nil)
	})
	api.Register(a, api.Op{Method: api.Delete, Path: "/evaluation-dimensions/{id}", Tag: tag, Summary: "Delete a dimension that no weight rests on", Status: http.StatusNoContent}, func(ctx context.Context, in *api.Path) (*struct{}, error) {
		return nil, s.Drop(ctx, in.ID)
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/checklists", Tag: "evaluations", Summary: "Read what was filled in about a customer"}, s.apiChecklists)
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/checklists/{dimension}", Tag: "evaluations", Summary: "Fill in a checklist about a customer", Status: http.StatusOK}, func(ctx context.Context, in *answerIn) (*api.Body[api.Items[ChecklistObject]], error) {
		var said []Said
		for _, a := range in.Body.Answers {
			said = append(said, Said{Item: a.Item, Yes: a.Yes, Note: a.Note, Until: a.Until})
		}
		if err := s.Answer(ctx, in.ID, in.Dimension, said); err != nil {
			return nil, err
		}
		return s.apiChecklists(ctx, &in.Path)
	})
}

func (s *Service) apiChecklists(ctx context.Context, in *api.Path) (*api.Body[api.Items[ChecklistObject]], error) {
	lists, _, err := s.Checklists(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &api.Body[api.Items[ChecklistObject]]{Body: api.Items[ChecklistObject]{Items: []ChecklistObject{}}}
	for _, c := range lists {
		out.Body.Items = append(out.Body.Items, checklistObject(c))
	}
	return out, nil
}

func ownBodyOf(o Own, err error) (*api.Body[OwnObject], error) {
	return &api.Body[OwnObject]{Body: ownObject(o)}, err
}
