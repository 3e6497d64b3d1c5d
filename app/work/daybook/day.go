package daybook

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Span is the days that are looked at, both included.
type Span struct{ From, To cal.Date }

// bounds are the instants where it begins and ends, in the shop's zone.
func (s Span) bounds(zone *time.Location) (from, to db.Time) {
	return db.At(s.From.Time(zone)), db.At(s.To.AddDays(1).Time(zone))
}

// day is today where the shop is, with its zone.
func (s *Service) day(ctx context.Context) (cal.Date, *time.Location, error) {
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	return cal.Today(s.DB.Now(), b.Zone()), b.Zone(), err
}

// People are those whose days the actor may look at: themselves, a manager's
// people, for the owner everybody. Who left is among them while they had a part
// in the span only through their facts, so only who works here is listed.
func (s *Service) People(ctx context.Context) ([]Person, error) {
	me := auth.From(ctx)
	if err := me.May(Read); err != nil {
		return nil, err
	}
	all, team := 0, int64(0)
	switch {
	case me.Role == auth.Owner, me.Role == "" && me.Via != "public", me.Role == auth.Manager && me.Reach == auth.All:
		all = 1
	case me.Role == auth.Manager && me.Reach == auth.Team:
		team = me.TeamID
	}
	out := []Person{}
	if err := s.DB.Reader(ctx).Select(ctx, &out, sqlPeople, all, me.UserID, team, team); err != nil {
		return nil, fmt.Errorf("list whose day one may see: %w", err)
	}
	return out, nil
}

// sees tells whether a person is among them.
func (s *Service) sees(ctx context.Context, user int64) error {
	people, err := s.People(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(people, func(p Person) bool { return p.ID == user }) {
		return errs.NotVisible()
	}
	return nil
}

// Day counts what each of the people did, whoever did most recently something
// first. Only what the actor may read is counted, so every count opens its rows.
func (s *Service) Day(ctx context.Context, span Span) ([]Person, error) {
	people, err := s.People(ctx)
	if err != nil {
		return nil, err
	}
	_, zone, err := s.day(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.count(ctx, people, span, zone); err != nil {
		return nil, err
	}
	slices.SortStableFunc(people, func(a, b Person) int { return b.LastAt.Compare(a.LastAt.Time) })
	return people, nil
}

func (s *Service) count(ctx context.Context, people []Person, span Span, zone *time.Location) error {
	at := map[int64]int{}
	var ids []int64
	for i, p := range people {
		at[p.ID], people[i].Counts = i, map[string]int{}
		ids = append(ids, p.ID)
	}
	args, err := s.args(ctx, ids, "", span, zone)
	if err != nil {
		return err
	}
	var rows []struct {
		UserID  int64   `db:"user_id"`
		Fact    string  `db:"kind"`
		Channel string  `db:"channel"`
		N       int     `db:"n"`
		LastAt  db.Time `db:"last_at"`
	}
	if err := s.DB.Reader(ctx).Select(ctx, &rows, sqlCounts, args...); err != nil {
		return fmt.Errorf("count what was done: %w", err)
	}
	for _, r := range rows {
		p := &people[at[r.UserID]]
		p.Counts[sortOf(r.Fact, r.Channel)] += r.N
		p.Total += r.N
		if r.LastAt.After(p.LastAt.Time) {
			p.LastAt = r.LastAt
		}
	}
	return nil
}

// args are the values that both statements take.
func (s *Service) args(ctx context.Context, ids []int64, name string, span Span, zone *time.Location) ([]any, error) {
	me := auth.From(ctx)
	who, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	facts, err := json.Marshal(mayRead(me, name))
	if err != nil {
		return nil, err
	}
	from, to := span.bounds(zone)
	return append([]any{string(who), from, to, string(facts)}, me.Scope().Args()...), nil
}

// deedsShown is how many rows one look gives.
const deedsShown = 100

// Deeds are what was done, newest first: of one person, or of all (0), of one
// sort or of all (""), before the given deed (0: from the newest).
func (s *Service) Deeds(ctx context.Context, span Span, user int64, name string, before int64) ([]Deed, error) {
	people, err := s.People(ctx)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, p := range people {
		if user == 0 || user == p.ID {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil, errs.NotVisible()
	}
	if name != "" && !slices.Contains(Sorts, name) {
		c := &errs.Check{}
		c.Add("what", "error.choice")
		return nil, c.Err()
	}
	_, zone, err := s.day(ctx)
	if err != nil {
		return nil, err
	}
	args, err := s.args(ctx, ids, name, span, zone)
	if err != nil {
		return nil, err
	}
	channel := map[string]string{"calls": "call", "visits": "visit", "messages": "other"}[name]
	out := []Deed{}
	if err := s.DB.Reader(ctx).Select(ctx, &out, sqlDeeds, append(args, channel, channel, channel, before, before, deedsShown)...); err != nil {
		return nil, fmt.Errorf("list what was done: %w", err)
	}
	return out, nil
}
