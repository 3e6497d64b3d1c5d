package approval

// What waits, shown where it waits: on the page of an order, a quote, a payment or
// a receipt, and as a mark in lists.

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
)

// Pending is a question that is open, for the page of its subject.
type Pending struct {
	Approval
	Steps       int      // how many there are
	Deciders    []string // who can decide now
	MaySee      bool
	MayWithdraw bool
}

// Path is its page.
func (w Pending) Path() string { return Path(w.ID) }

// About are the open questions about a subject that the caller has shown to be
// visible, for partials/asked. What the reader may not know of is left out.
func (s *Service) About(ctx context.Context, subjectKind string, id int64) (any, error) {
	me, q := auth.From(ctx), s.DB.Reader(ctx)
	var list []Approval
	if err := q.Select(ctx, &list, sqlOpenAbout, subjectKind, id); err != nil {
		return nil, fmt.Errorf("look what waits about %s %d: %w", subjectKind, id, err)
	}
	var out []Pending
	for _, a := range list {
		if !s.shows(ctx, a.Kind) {
			continue
		}
		w := Pending{Approval: a, MayWithdraw: me.Can(Write) && a.AskerID == me.UserID}
		turns, err := steps(ctx, q, a.ID)
		if err != nil {
			return nil, err
		}
		w.Steps = len(turns)
		who, err := s.deciders(ctx, q, a.ID)
		if err != nil {
			return nil, err
		}
		for _, d := range who {
			w.Deciders = append(w.Deciders, d.Name)
		}
		_, _, err = s.seen(ctx, q, a.ID)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		w.MaySee = err == nil && me.Can(Read)
		out = append(out, w)
	}
	return out, nil
}

// Waits tells about which of the subjects something is open, for a list.
func (s *Service) Waits(ctx context.Context, subjectKind string, ids []int64) (map[int64]bool, error) {
	asked := map[int64]bool{}
	if len(ids) == 0 {
		return asked, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("look what waits: %w", err)
	}
	var found []struct {
		ID   int64  `db:"subject_id"`
		Kind string `db:"kind"`
	}
	if err := s.DB.Reader(ctx).Select(ctx, &found, sqlOpenAmong, subjectKind, string(list)); err != nil {
		return nil, fmt.Errorf("look what waits: %w", err)
	}
	for _, f := range found {
		if s.shows(ctx, f.Kind) {
			asked[f.ID] = true
		}
	}
	return asked, nil
}

// shows tells whether the reader may know that something of a kind waits.
func (s *Service) shows(ctx context.Context, kind string) bool {
	of, known := s.consumer(kind)
	return known && (of.Permission == "" || auth.From(ctx).Can(of.Permission))
}
