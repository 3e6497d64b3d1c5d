package topic

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/voice/survey"
)

// Service holds the use cases; topics follow the permissions of surveys.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{d} }

// List reads one page of the topics.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Topic], error) {
	if err := auth.From(ctx).May(survey.Read); err != nil {
		return page.Page[Topic]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Topic]{}, err
	}
	return field.Fetch[Topic](ctx, s.db.Reader(ctx), list, req, where)
}

// Get reads a topic.
func (s *Service) Get(ctx context.Context, id int64) (Topic, error) {
	if err := auth.From(ctx).May(survey.Read); err != nil {
		return Topic{}, err
	}
	return get(ctx, s.db.Reader(ctx), id)
}

// Create makes a topic; all answers are looked through for it.
func (s *Service) Create(ctx context.Context, in Input) (Topic, error) {
	return s.save(ctx, "topic.create", in, func(ctx context.Context, tx *db.Tx, in Input) (int64, error) { return insert(ctx, tx, in) })
}

// Update changes a topic that is still at in.Version.
func (s *Service) Update(ctx context.Context, id int64, in Input) (Topic, error) {
	return s.save(ctx, "topic.update", in, func(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
		before, err := get(ctx, tx, id)
		if err != nil {
			return 0, err
		}
		if before.Version != in.Version {
			return 0, errs.Stale(before)
		}
		_, err = tx.Exec(ctx, sqlUpdate, in.NameEN, in.NameZH, in.Words, db.ID(in.TeamID), in.Active, db.At(tx.Now), id)
		return id, err
	})
}

func (s *Service) save(ctx context.Context, op string, in Input, store func(context.Context, *db.Tx, Input) (int64, error)) (Topic, error) {
	if err := auth.From(ctx).May(survey.Write); err != nil {
		return Topic{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return Topic{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Topic, error) {
		if err := s.known(ctx, tx, in.TeamID); err != nil {
			return Topic{}, err
		}
		id, err := store(ctx, tx, in)
		if err != nil {
			return Topic{}, err
		}
		journal.About(tx, "topic", id, name("en", in.NameEN, in.NameZH))
		if err := again(ctx, tx); err != nil {
			return Topic{}, err
		}
		return get(ctx, tx, id)
	})
}

// team is a department to choose.
type team struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

func (s *Service) known(ctx context.Context, q db.Q, id int64) error {
	if id == 0 {
		return nil
	}
	var teams []team
	if err := q.Select(ctx, &teams, sqlTeams); err != nil {
		return err
	}
	for _, t := range teams {
		if t.ID == id {
			return nil
		}
	}
	c := &errs.Check{}
	c.Add("team_id", "error.choice")
	return c.Err()
}

// Delete removes a topic; what was said stays.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(survey.Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "topic.delete", func(ctx context.Context, tx *db.Tx) error {
		t, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "topic", id, name("en", t.NameEN, t.NameZH))
		_, err = tx.Exec(ctx, sqlDelete, id)
		return err
	})
}

// AddReady adds the ready topics of a trade that are not there yet.
func (s *Service) AddReady(ctx context.Context, pack string) (int, error) {
	if err := auth.From(ctx).May(survey.Write); err != nil {
		return 0, err
	}
	return db.WriteOne(ctx, s.db, "topic.ready", func(ctx context.Context, tx *db.Tx) (int, error) { return s.ready(ctx, tx, pack) })
}

// Seed puts the ready topics into a new shop.
func (s *Service) Seed(ctx context.Context, tx *db.Tx, pack string) error {
	_, err := s.ready(ctx, tx, pack)
	return err
}

func (s *Service) ready(ctx context.Context, tx *db.Tx, pack string) (int, error) {
	added := 0
	for _, r := range readyFor(pack) {
		var there int
		if err := tx.Get(ctx, &there, sqlNamed, r.EN, r.ZH); err != nil {
			return added, err
		}
		if there > 0 {
			continue
		}
		in := Input{NameEN: r.EN, NameZH: r.ZH, Words: r.Words, Active: true}
		in.Clean()
		if _, err := insert(ctx, tx, in); err != nil {
			return added, err
		}
		added++
	}
	if added == 0 {
		return 0, nil
	}
	return added, again(ctx, tx)
}

// batch is how many answers are looked through at once, so that others may write
// in between.
const batch = 200

// Drain looks through the answers and reviews that are due.
func (s *Service) Drain(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	for _, from := range sources {
		if err := s.drain(ctx, from); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) drain(ctx context.Context, from source) error {
	for ctx.Err() == nil {
		var answers []due
		if err := s.db.Reader(ctx).Select(ctx, &answers, from.due, batch); err != nil || len(answers) == 0 {
			return err
		}
		err := s.db.Write(ctx, "topic.look", func(ctx context.Context, tx *db.Tx) error {
			tx.Quiet()
			var topics []Topic
			if err := tx.Select(ctx, &topics, sqlActive); err != nil {
				return fmt.Errorf("read the topics: %w", err)
			}
			var all []Matcher
			for _, t := range topics {
				all = append(all, matcher(t))
			}
			answers = answers[:0]
			if err := tx.Select(ctx, &answers, from.due, batch); err != nil {
				return err
			}
			return from.look(ctx, tx, answers, all)
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// In are the topics that a text speaks of, for whoever decides by them.
func (s *Service) In(ctx context.Context, q db.Q, said string) ([]Topic, error) {
	var topics, out []Topic
	if err := q.Select(ctx, &topics, sqlActive); err != nil {
		return nil, fmt.Errorf("read the topics: %w", err)
	}
	h := hay(said)
	for _, t := range topics {
		if _, ok := matcher(t).in(h); ok {
			out = append(out, t)
		}
	}
	return out, nil
}
