package evaluation

import (
	"context"
	"math"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// ModelObject is a version of how customers are scored.
type ModelObject struct {
	ID           int64              `json:"id" doc:"the version's number"`
	Weights      map[string]float64 `json:"weights" doc:"by dimension, together 100"`
	Bounds       map[string]float64 `json:"bounds" doc:"from which total on A, B and C begin"`
	Mode         string             `json:"mode" enum:"points,percentile"`
	Shares       map[string]float64 `json:"shares,omitempty" doc:"percentile mode: percent of A, B, C and D"`
	Hysteresis   float64            `json:"hysteresis"`
	OverdueDays  int                `json:"overdue_days" doc:"0: nothing overdue holds a grade down"`
	OverdueGrade string             `json:"overdue_grade,omitempty"`
	DebtTag      int64              `json:"debt_tag_id,omitempty" doc:"whoever has this tag is at most C"`
	BlockedTag   int64              `json:"blocked_tag_id,omitempty" doc:"whoever has this tag is D"`
	Note         string             `json:"note,omitempty"`
	PublishedBy  string             `json:"published_by,omitempty"`
	CreatedAt    time.Time          `json:"created_at"`
	Repeats      *int64             `json:"repeats,omitempty" doc:"the earlier version that came back with it"`
	InForce      bool               `json:"in_force"`
	Own          []OwnObject        `json:"own" doc:"the shop's own dimensions as this version weighs them"`
	Groups       []GroupObject      `json:"groups" doc:"customers with other weights; the first that fits counts"`
}

// GroupObject is a group of customers with other weights.
type GroupObject struct {
	By      string             `json:"by" doc:"level, kind, or f and the number of a choice field that the shop added"`
	Of      string             `json:"of" doc:"A to D, company or person, or one of the field's choices"`
	Weights map[string]float64 `json:"weights" doc:"by dimension, together 100"`
}

func groupObjects(list []Group) []GroupObject {
	out := []GroupObject{}
	for _, g := range list {
		out = append(out, GroupObject{g.By, g.Of, g.Weights})
	}
	return out
}

func ownObjects(list []Own) []OwnObject {
	out := []OwnObject{}
	for _, o := range list {
		out = append(out, ownObject(o))
	}
	return out
}

func modelObject(m Model, force int64) ModelObject {
	return ModelObject{ID: m.ID, Weights: m.Weights, Bounds: m.Bounds, Mode: m.Mode, Shares: m.Shares, Hysteresis: m.Hysteresis, OverdueDays: m.OverdueDays,
		OverdueGrade: m.OverdueGrade, DebtTag: m.DebtTag, BlockedTag: m.BlockedTag, Note: m.Note, PublishedBy: m.Author, CreatedAt: m.At.UTC(),
		Repeats: api.ID(m.Repeats), InForce: m.ID == force, Own: ownObjects(m.Own), Groups: groupObjects(m.Groups)}
}

// DraftBody is a version that is to be tried or published. What is absent stays
// as the latest version has it.
type DraftBody struct {
	BasedOn      int64              `json:"based_on,omitempty" doc:"the version that you began from; publishing needs it"`
	Weights      map[string]float64 `json:"weights,omitempty" doc:"all of them, together 100"`
	Bounds       map[string]float64 `json:"bounds,omitempty"`
	Groups       *[]GroupObject     `json:"groups,omitempty"`
	Mode         *string            `json:"mode,omitempty" enum:"points,percentile"`
	Shares       map[string]float64 `json:"shares,omitempty"`
	Hysteresis   *float64           `json:"hysteresis,omitempty"`
	OverdueDays  *int               `json:"overdue_days,omitempty"`
	OverdueGrade *string            `json:"overdue_grade,omitempty"`
	DebtTag      *int64             `json:"debt_tag_id,omitempty"`
	BlockedTag   *int64             `json:"blocked_tag_id,omitempty"`
	Note         string             `json:"note,omitempty"`
	AtOnce       *bool              `json:"at_once,omitempty" doc:"judge everybody anew beside the work (the default), not only tonight"`
}

func (b DraftBody) draft(d Draft) Draft {
	d.Base, d.Note = b.BasedOn, b.Note
	if b.Weights != nil {
		d.Weights = b.Weights
	}
	if b.Bounds != nil {
		d.Bounds = b.Bounds
	}
	if b.Groups != nil {
		d.Groups = nil
		for _, g := range *b.Groups {
			d.Groups = append(d.Groups, Group{By: g.By, Of: g.Of, Weights: g.Weights})
		}
	}
	if b.Shares != nil {
		d.Shares = b.Shares
	}
	set(&d.Mode, b.Mode)
	set(&d.Hysteresis, b.Hysteresis)
	set(&d.OverdueDays, b.OverdueDays)
	set(&d.OverdueGrade, b.OverdueGrade)
	set(&d.DebtTag, b.DebtTag)
	set(&d.BlockedTag, b.BlockedTag)
	set(&d.AtOnce, b.AtOnce)
	return d
}

func set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// ChangeObject is a count before and after.
type ChangeObject struct {
	Before int `json:"before"`
	After  int `json:"after"`
}

// MoverObject is somebody who would move.
type MoverObject struct {
	CustomerID int64              `json:"customer_id"`
	Name       string             `json:"name"`
	Total      [2]float64         `json:"total" doc:"before and after"`
	Grade      [2]string          `json:"grade"`
	Quadrant   [2]string          `json:"quadrant"`
	Because    map[string]float64 `json:"because" doc:"by how many points the dimensions that count most move them more or less than before"`
}

// RehearsalObject is what publishing would do.
type RehearsalObject struct {
	Customers int                     `json:"customers"`
	Judged    int                     `json:"judged" doc:"fewer than customers: an even sample"`
	Scored    int                     `json:"scored"`
	Grades    map[string]ChangeObject `json:"grades"`
	Quadrants map[string]ChangeObject `json:"quadrants"`
	Up        int                     `json:"up"`
	Down      int                     `json:"down"`
	Movers    []MoverObject           `json:"movers"`
	Groups    []int                   `json:"groups" doc:"how many of those judged belong to each group with other weights"`
}

func rehearsalObject(r Rehearsal) RehearsalObject {
	o := RehearsalObject{Customers: r.All, Judged: r.Of, Scored: r.Scored, Grades: changes(r.Grades, Grades), Quadrants: changes(r.Quads, Quadrants),
		Up: r.Up, Down: r.Down, Movers: []MoverObject{}, Groups: []int{}}
	for _, g := range r.Groups {
		o.Groups = append(o.Groups, g.N)
	}
	for _, m := range r.Movers {
		mo := MoverObject{CustomerID: m.ID, Name: m.Name, Total: [2]float64{*m.Before.Total, *m.After.Total}, Grade: [2]string{m.Before.Grade, m.After.Grade},
			Quadrant: [2]string{m.Before.Quadrant, m.After.Quadrant}, Because: map[string]float64{}}
		for _, s := range m.Shifts {
			mo.Because[s.Key] = math.Round(s.Delta*100) / 100
		}
		o.Movers = append(o.Movers, mo)
	}
	return o
}

func changes(m map[string]Change, keys []string) map[string]ChangeObject {
	out := map[string]ChangeObject{}
	for _, k := range keys {
		out[k] = ChangeObject(m[k])
	}
	return out
}

type draftIn struct{ Body DraftBody }

type againIn struct {
	api.Path
	Body struct {
		BasedOn int64 `json:"based_on" doc:"the latest version, as you know it"`
	}
}

type nothing struct{}

func (s *Service) modelAPI(a *api.API) {
	const tag = "evaluation-models"
	api.Register(a, api.Op{Method: api.Get, Path: "/evaluation-models", Tag: tag, Summary: "List the versions of how customers are scored, the newest first"}, s.apiModels)
	api.Register(a, api.Op{Method: api.Get, Path: "/evaluation-models/{id}", Tag: tag, Summary: "Read a version"}, s.apiModel)
	api.Register(a, api.Op{Method: api.Post, Path: "/evaluation-models/rehearsal", Tag: tag, Summary: "Try a version: who would move; nothing is changed", Status: http.StatusOK}, s.apiRehearse)
	api.Register(a, api.Op{Method: api.Post, Path: "/evaluation-models", Tag: tag, Summary: "Publish a version", Status: http.StatusCreated}, s.apiPublish)
	api.Register(a, api.Op{Method: api.Post, Path: "/evaluation-models/{id}/again", Tag: tag, Summary: "Publish an earlier version as a new one", Status: http.StatusCreated}, s.apiAgain)
}

func (s *Service) force(ctx context.Context) (int64, error) {
	p, err := s.Progress(ctx)
	return p.InForce, err
}

func (s *Service) apiModels(ctx context.Context, _ *nothing) (*api.Body[api.Items[ModelObject]], error) {
	list, err := s.Models(ctx)
	if err != nil {
		return nil, err
	}
	force, err := s.force(ctx)
	out := &api.Body[api.Items[ModelObject]]{Body: api.Items[ModelObject]{Items: []ModelObject{}}}
	for _, m := range list {
		out.Body.Items = append(out.Body.Items, modelObject(m, force))
	}
	return out, err
}

func (s *Service) apiModel(ctx context.Context, in *api.Path) (*api.Body[ModelObject], error) {
	m, err := s.Model(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	force, err := s.force(ctx)
	return &api.Body[ModelObject]{Body: modelObject(m, force)}, err
}

func (s *Service) apiRehearse(ctx context.Context, in *draftIn) (*api.Body[RehearsalObject], error) {
	if err := mayDecide(ctx); err != nil {
		return nil, err
	}
	from, _, err := s.Begin(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.Rehearse(ctx, in.Body.draft(from))
	if err != nil {
		return nil, err
	}
	return &api.Body[RehearsalObject]{Body: rehearsalObject(r)}, nil
}

func (s *Service) apiPublish(ctx context.Context, in *draftIn) (*api.Body[ModelObject], error) {
	if err := mayDecide(ctx); err != nil {
		return nil, err
	}
	from, _, err := s.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return s.published(ctx)(s.Publish(ctx, in.Body.draft(from)))
}

func (s *Service) apiAgain(ctx context.Context, in *againIn) (*api.Body[ModelObject], error) {
	return s.published(ctx)(s.Again(ctx, in.ID, in.Body.BasedOn))
}

func (s *Service) published(ctx context.Context) func(Model, error) (*api.Body[ModelObject], error) {
	return func(m Model, err error) (*api.Body[ModelObject], error) {
		if err != nil {
			return nil, api.WithCurrent(err, func(m Model) any { return modelObject(m, 0) })
		}
		force, err := s.force(ctx)
		return &api.Body[ModelObject]{Body: modelObject(m, force)}, err
	}
}
