package evaluation

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/safego"
)

// maxRehearsed is how many customers a rehearsal judges: all of a shop of that
// size, an even sample of a larger one. It keeps the page under a few seconds.
const maxRehearsed = 5000

const (
	maxMovers = 10
	maxSpots  = 160
)

// Rehearsal is what publishing a draft would do. Nothing is written for it.
type Rehearsal struct {
	All     int // customers who are judged at all
	Of      int // how many of them were judged here
	Scored  int
	Grades  map[string]Change
	Quads   map[string]Change
	Regrade int // get another letter
	Up      int
	Down    int
	Movers  []Mover            // the ten who move furthest
	Spots   []Spot             // an even sample of value and health afterwards
	Cuts    map[string]float64 // where grades by share would begin
	FewCuts bool               // too few are scored to grade by share: the bounds hold
	Held    int                // keep a grade that a person set
	Groups  []Weighed          // how many are judged by other weights
}

// Weighed is a group with other weights, and how many of those judged belong to it.
type Weighed struct {
	Group
	N int
}

// Sampled tells whether not everybody was judged.
func (r Rehearsal) Sampled() bool { return r.Of < r.All }

// Change is a count before and after.
type Change struct{ Before, After int }

// Delta is what becomes of it.
func (c Change) Delta() int { return c.After - c.Before }

// Mover is a customer whose total or grade would change.
type Mover struct {
	ID            int64
	Name          string
	Before, After Evaluation
	Shifts        []Shift // why: the dimensions whose part in the total changes most
}

// Delta is by how many points.
func (m Mover) Delta() float64 { return *m.After.Total - *m.Before.Total }

// Shift is how much a dimension moves somebody now and then.
type Shift struct {
	Key   string
	Delta float64
}

// Spot is somebody on the map of value and health.
type Spot struct{ Value, Health float64 }

// mayDecide: whoever decides how everybody is judged sees everybody.
func mayDecide(ctx context.Context) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	if !actor.Scope().Everything() {
		return errs.New(errs.Denied, "error.denied")
	}
	return nil
}

// Rehearse judges by the version in force and by a draft, and compares.
func (s *Service) Rehearse(ctx context.Context, d Draft) (Rehearsal, error) {
	if err := mayDecide(ctx); err != nil {
		return Rehearsal{}, err
	}
	if err := s.check(ctx, s.db.Reader(ctx), &d); err != nil {
		return Rehearsal{}, err
	}
	q := s.db.Reader(ctx)
	next := d.model()
	t, err := s.trial(ctx, q, next)
	if err != nil {
		return Rehearsal{}, err
	}
	return t.compare(ctx, q, next.within(t.day.fair))
}

// trial is what both sides of a rehearsal have in common.
type trial struct {
	run
	all   int
	facts []facts
	was   map[int64]string // the grade that hysteresis leans on
}

func (s *Service) trial(ctx context.Context, q db.Q, next Model) (trial, error) {
	var t trial
	d, err := s.day(ctx, s.db.Now())
	if err != nil {
		return t, err
	}
	if t.run, err = s.running(ctx, q, d); err != nil {
		return t, err
	}
	if err := q.Get(ctx, &t.all, sqlAll); err != nil {
		return t, err
	}
	every := (t.all + maxRehearsed - 1) / maxRehearsed
	var ids []int64
	if err := q.Select(ctx, &ids, sqlSample, 0, max(1, every), maxRehearsed); err != nil {
		return t, err
	}
	t.facts, t.was, err = sampled(ctx, q, ids, t.run, next)
	if err != nil {
		return t, err
	}
	if t.shop.Day == "" { // nobody was judged yet: the sample is the shop
		var c census
		for _, f := range t.facts {
			c.add(f, d.today)
		}
		t.shop = c.shop(d.today)
	}
	return t, nil
}

// sampled reads the facts of a sample and the grades that hysteresis leans on: on
// two readers side by side, because somebody waits.
func sampled(ctx context.Context, q db.Q, ids []int64, r run, next Model) ([]facts, map[int64]string, error) {
	type part struct {
		facts []facts
		was   map[int64]string
		err   error
	}
	half := func(ids []int64) (p part) {
		p.was = map[int64]string{}
		for some := range slices.Chunk(ids, batch) {
			var all []facts
			if all, p.err = load(ctx, q, some, r.day, r.model, next); p.err == nil {
				p.facts = append(p.facts, all...)
				p.err = settledOf(ctx, q, some, r.model, p.was)
			}
			if p.err != nil {
				return p
			}
		}
		return p
	}
	later := make(chan part, 1)
	middle := len(ids) / 2
	safego.Go("rehearsal", func() {
		p := part{err: errs.New(errs.Internal, "error.internal")} // what a panic leaves
		defer func() { later <- p }()
		p = half(ids[middle:])
	})
	first := half(ids[:middle])
	second := <-later
	maps.Copy(first.was, second.was)
	return append(first.facts, second.facts...), first.was, errors.Join(first.err, second.err)
}

func (t trial) compare(ctx context.Context, q db.Q, next Model) (Rehearsal, error) {
	r := Rehearsal{All: t.all, Of: len(t.facts), Grades: map[string]Change{}, Quads: map[string]Change{}}
	if err := remark(ctx, q, t.facts, next); err != nil {
		return r, err
	}
	shop := t.shop
	shop.Cuts = nil
	if next.Mode == ByShare {
		var sums totals
		for _, f := range t.facts {
			sums.add(evaluate(f, shop, next, t.day.today, "").Total)
		}
		shop.Cuts = sums.cuts(next.Shares)
		r.Cuts, r.FewCuts = shop.Cuts, shop.Cuts == nil
	}
	before := make([]Evaluation, len(t.facts))
	after := make([]Evaluation, len(t.facts))
	members := map[string]int{}
	for i, f := range t.facts {
		after[i] = evaluate(f, shop, next, t.day.today, "")
		members[after[i].WeighedBy]++
	}
	for _, g := range next.Groups {
		r.Groups = append(r.Groups, Weighed{g, members[g.Mark()]})
	}
	if err := remark(ctx, q, t.facts, t.model); err != nil {
		return r, err
	}
	for i, f := range t.facts {
		before[i] = evaluate(f, t.shop, t.model, t.day.today, t.was[f.customer])
		r.count(before[i], after[i])
	}
	r.movers(before, after)
	return r, r.name(ctx, q)
}

func (r *Rehearsal) count(before, after Evaluation) {
	tell := func(m map[string]Change, was, is string) {
		c := m[was]
		c.Before++
		m[was] = c
		c = m[is]
		c.After++
		m[is] = c
	}
	if after.ByHand() {
		r.Held++
	}
	if after.Total == nil || before.Total == nil {
		return
	}
	r.Scored++
	tell(r.Grades, before.Grade, after.Grade)
	tell(r.Quads, before.Quadrant, after.Quadrant)
	switch d := slices.Index(Grades, after.Grade) - slices.Index(Grades, before.Grade); {
	case d < 0:
		r.Up++
	case d > 0:
		r.Down++
	}
	r.Regrade = r.Up + r.Down
}

// movers are the ten who move furthest, and some spots for the map.
func (r *Rehearsal) movers(before, after []Evaluation) {
	var list []Mover
	var spots []Spot
	for i, e := range after {
		if e.Value != nil && e.Health != nil {
			spots = append(spots, Spot{*e.Value, *e.Health})
		}
		if e.Total == nil || before[i].Total == nil {
			continue
		}
		m := Mover{ID: e.CustomerID, Before: before[i], After: e}
		if math.Abs(m.Delta()) >= .05 || e.Grade != before[i].Grade {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b Mover) int { return cmp.Compare(math.Abs(b.Delta()), math.Abs(a.Delta())) })
	r.Movers = list[:min(len(list), maxMovers)]
	for i := range r.Movers {
		r.Movers[i].Shifts = shifts(r.Movers[i].Before, r.Movers[i].After)
	}
	every := (len(spots) + maxSpots - 1) / maxSpots
	for i := 0; i < len(spots); i += max(1, every) {
		r.Spots = append(r.Spots, spots[i])
	}
}

// shifts are the two dimensions whose part in the total changes most.
func shifts(before, after Evaluation) []Shift {
	var out []Shift
	for _, d := range after.Dimensions {
		if delta := d.Contribution - before.Dimension(d.Key).Contribution; math.Abs(delta) >= .05 {
			out = append(out, Shift{d.Key, delta})
		}
	}
	slices.SortFunc(out, func(a, b Shift) int { return cmp.Compare(math.Abs(b.Delta), math.Abs(a.Delta)) })
	return out[:min(len(out), 2)]
}

func (r *Rehearsal) name(ctx context.Context, q db.Q) error {
	ids := make([]int64, 0, len(r.Movers))
	for _, m := range r.Movers {
		ids = append(ids, m.ID)
	}
	names, err := namesOf(ctx, q, ids)
	for i := range r.Movers {
		r.Movers[i].Name = names[r.Movers[i].ID]
	}
	return err
}
