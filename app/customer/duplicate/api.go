package duplicate

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"regulars/app/sys/api"
)

// Object is a pair as the API shows it.
type Object struct {
	ID        int64          `json:"id"`
	Score     int            `json:"score"`
	Reasons   []string       `json:"reasons"`
	State     string         `json:"state" enum:"open,separate"`
	FoundAt   time.Time      `json:"found_at"`
	Customers []RecordObject `json:"customers"`
}

// RecordObject is one of the two, as a finder may see it.
type RecordObject struct {
	ID            int64      `json:"id"`
	Name          string     `json:"name"`
	Kind          string     `json:"kind"`
	OwnerName     string     `json:"owner_name,omitempty"`
	LastContactAt *time.Time `json:"last_contact_at,omitempty"`
	MayOpen       bool       `json:"may_open"`
}

// MergeObject is one record that became part of another.
type MergeObject struct {
	ID         int64     `json:"id"`
	SurvivorID int64     `json:"survivor_id"`
	MergedID   int64     `json:"merged_id"`
	Name       string    `json:"name"`
	At         time.Time `json:"at"`
}

// ResultObject is what a merge did: the first of its rows, and all of them.
type ResultObject struct {
	MergeObject
	Merges []MergeObject `json:"merges"`
}

// MergeBody says what to merge.
type MergeBody struct {
	SurvivorID  int64            `json:"survivor_id" minimum:"1" doc:"The record that stays"`
	CustomerIDs []int64          `json:"customer_ids" minItems:"1" maxItems:"4" doc:"Those that become part of it"`
	Picks       map[string]int64 `json:"picks,omitempty" doc:"Field -> id of the customer whose value is kept; notes may be 0 for all of them, photo is the picture. Without one: the staying record's, or else the newest"`
}

type mergeIn struct{ Body MergeBody }

type mergesIn struct {
	Limit  int   `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Cursor int64 `query:"cursor" minimum:"0"`
}

const tagName = "duplicates"

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/duplicates", Tag: tagName, Summary: "List pairs that may be one customer"}, s.apiList)
	api.Register(a, api.Op{Method: api.Get, Path: "/duplicates/{id}", Tag: tagName, Summary: "Read a pair"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Post, Path: "/duplicates/{id}/separation", Tag: tagName, Summary: "Keep the two apart"}, s.apiSeparate)
	api.Remove(a, "/duplicates/{id}/separation", tagName, "Forget that they were kept apart", func(ctx context.Context, id int64) error {
		p, err := s.Get(ctx, id)
		if err != nil {
			return err
		}
		return s.Reopen(ctx, p.AID, p.BID)
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/merges", Tag: tagName, Summary: "List what was merged, newest first"}, s.apiMerges)
	api.Register(a, api.Op{Method: api.Post, Path: "/merges", Tag: tagName, Summary: "Make one customer of several, undoable through history", Status: http.StatusCreated}, s.apiMerge)
	api.Register(a, api.Op{Method: api.Get, Path: "/merges/{id}", Tag: tagName, Summary: "Read where a merged customer went"}, s.apiMerged)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, object), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	p, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &api.Body[Object]{Body: object(p)}, nil
}

func (s *Service) apiSeparate(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	p, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.KeepApart(ctx, p.AID, p.BID); err != nil {
		return nil, err
	}
	return s.apiGet(ctx, in)
}

func (s *Service) apiMerges(ctx context.Context, in *mergesIn) (*api.Body[api.Items[MergeObject]], error) {
	rows, err := s.Merges(ctx, in.Cursor, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &api.Body[api.Items[MergeObject]]{Body: api.Items[MergeObject]{Items: []MergeObject{}}}
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		out.Body.Next = strconv.FormatInt(rows[in.Limit-1].ID, 10)
	}
	for _, m := range rows {
		out.Body.Items = append(out.Body.Items, mergeObject(m))
	}
	return out, nil
}

func (s *Service) apiMerge(ctx context.Context, in *mergeIn) (*api.Created[ResultObject], error) {
	done, err := s.Merge(ctx, Input{Survivor: in.Body.SurvivorID, Losers: slices.Clone(in.Body.CustomerIDs), Picks: in.Body.Picks})
	if err != nil {
		return nil, err
	}
	return &api.Created[ResultObject]{Location: api.Prefix + "/merges/" + strconv.FormatInt(done[0].ID, 10), Body: result(done)}, nil
}

func (s *Service) apiMerged(ctx context.Context, in *api.Path) (*api.Body[ResultObject], error) {
	m, err := s.Merged(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &api.Body[ResultObject]{Body: result([]Merged{m})}, nil
}

func result(done []Merged) ResultObject {
	out := ResultObject{MergeObject: mergeObject(done[0])}
	for _, m := range done {
		out.Merges = append(out.Merges, mergeObject(m))
	}
	return out
}

func mergeObject(m Merged) MergeObject {
	return MergeObject{ID: m.ID, SurvivorID: m.SurvivorID, MergedID: m.LoserID, Name: m.Name, At: m.At.UTC()}
}

func object(p Pair) Object {
	o := Object{ID: p.ID, Score: p.Score, Reasons: p.Why(), State: p.State, FoundAt: p.FoundAt.UTC()}
	for _, side := range p.Sides() {
		o.Customers = append(o.Customers, RecordObject{ID: side.ID, Name: side.Name, Kind: side.Kind, OwnerName: side.Owner,
			LastContactAt: api.Time(side.Last), MayOpen: side.MayOpen})
	}
	return o
}
