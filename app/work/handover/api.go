package handover

import (
	"context"
	"time"

	"regulars/app/sys/api"
)

// Object is one hand-over of a record as the API shows it.
type Object struct {
	ID     int64     `json:"id"`
	FromID *int64    `json:"from_id"`
	ToID   *int64    `json:"to_id"`
	UserID *int64    `json:"user_id" doc:"Who did it"`
	Note   string    `json:"note"`
	Moved  Moves     `json:"moved" doc:"What went along"`
	Kept   string    `json:"kept,omitempty" enum:"read,work" doc:"As what who had it stays a collaborator"`
	At     time.Time `json:"at"`
}

// LookObject is what a hand-over would mean.
type LookObject struct {
	Moves         Moves `json:"moves"`
	YouKeepSight  bool  `json:"you_keep_sight" doc:"Said when to_id is given"`
	TheySeeClient bool  `json:"they_see_customer" doc:"Said when to_id is given"`
}

type (
	ofIn struct {
		Kind string `query:"kind" enum:"deals,leads,feedback-cases,tasks"`
		ID   int64  `query:"id" minimum:"1"`
	}
	lookIn struct {
		Kind string `query:"kind" enum:"deals,leads,feedback-cases,tasks"`
		ID   int64  `query:"id" minimum:"1"`
		ToID int64  `query:"to_id" minimum:"0"`
		Keep string `query:"keep" enum:",read,work"`
	}
	handIn struct {
		Body struct {
			Kind     string  `json:"kind" enum:"deals,leads,feedback-cases,tasks"`
			IDs      []int64 `json:"ids" minItems:"1" maxItems:"200"`
			ToID     int64   `json:"to_id" minimum:"1"`
			FromID   int64   `json:"from_id,omitempty" minimum:"0" doc:"Who has them as far as you know: somebody else is a conflict"`
			Note     string  `json:"note" maxLength:"1000" doc:"What they should know"`
			Tasks    *bool   `json:"tasks,omitempty" doc:"Open tasks about them go along, unless false"`
			Promises *bool   `json:"promises,omitempty" doc:"Open promises of a deal's customer go along, unless false"`
			Quotes   *bool   `json:"quotes,omitempty" doc:"Open quotes of a deal go along, unless false"`
			Keep     string  `json:"keep,omitempty" enum:",read,work" doc:"Who had a deal stays its collaborator"`
		}
	}
)

func (s *Service) api(a *api.API) {
	const tag = "hand-overs"
	api.Register(a, api.Op{Method: api.Post, Path: "/hand-overs/records", Tag: tag, Summary: "Hand deals, leads, cases or tasks to a colleague, with a note"}, func(ctx context.Context, in *handIn) (*api.Body[Moves], error) {
		b := in.Body
		yes := func(p *bool) bool { return p == nil || *p }
		m, err := s.Hand(ctx, b.Kind, b.IDs, Parcel{To: b.ToID, From: b.FromID, Note: b.Note, Keep: b.Keep, Tasks: yes(b.Tasks), Promises: yes(b.Promises), Quotes: yes(b.Quotes)})
		return &api.Body[Moves]{Body: m}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/hand-overs/records", Tag: tag, Summary: "Who handed a record over, when and why, the newest first"}, func(ctx context.Context, in *ofIn) (*api.Body[api.Items[Object]], error) {
		all, err := s.Seen(ctx, in.Kind, in.ID)
		out := api.Items[Object]{Items: []Object{}}
		for _, l := range all {
			out.Items = append(out.Items, Object{ID: l.ID, FromID: api.ID(l.FromID), ToID: api.ID(l.ToID), UserID: api.ID(l.UserID), Note: l.Note, Moved: l.Moves(), Kept: l.Kept, At: l.At.UTC()})
		}
		return &api.Body[api.Items[Object]]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/hand-overs/preview", Tag: tag, Summary: "Say what handing a record over would move, and who would see less"}, func(ctx context.Context, in *lookIn) (*api.Body[LookObject], error) {
		is, err := s.Look(ctx, in.Kind, []int64{in.ID}, Parcel{To: in.ToID, Keep: in.Keep})
		return &api.Body[LookObject]{Body: LookObject{is.Moves, !is.Lost, !is.Blind}}, err
	})
}
