package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// maxBulk is how many customers one bulk action changes; more is refused in
// words, never cut off.
const maxBulk = 20000

var (
	sqlAssign = db.SQL(`UPDATE customer SET owner_id = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
)

// sqlGiven tells of some customers whether anybody else has one, whether nobody has
// one, and whether a colleague (not ?1) has one.
var sqlGiven = db.SQL(`
	SELECT coalesce(max(owner_id IS NOT NULL AND owner_id IS NOT ?2), 0) AS taken, coalesce(max(owner_id IS NULL), 0) AS free,
		coalesce(max(owner_id IS NOT NULL AND owner_id <> ?1), 0) AS others
	FROM customer WHERE id IN (SELECT value FROM json_each(?3))`)

// giveAll is give for many at once.
func (s *Service) giveAll(ctx context.Context, tx *db.Tx, ids []int64, to int64) error {
	if s.mayGive == nil {
		return nil
	}
	all, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	var is struct {
		Taken  bool `db:"taken"`
		Free   bool `db:"free"`
		Others bool `db:"others"`
	}
	if err := tx.Get(ctx, &is, sqlGiven, auth.From(ctx).UserID, db.ID(to), string(all)); err != nil {
		return fmt.Errorf("look whose customers they are: %w", err)
	}
	return s.mayGive(ctx, Giving{Taken: is.Taken, Pooled: is.Free && to != 0 || is.Others && to == 0})
}

// Matching lists the ids that a list's filters match, for "all 448 matching".
func (s *Service) Matching(ctx context.Context, q string, conds []filter.Cond) ([]int64, error) {
	return s.matching(ctx, q, conds, maxBulk)
}

// Audience lists the ids that the query of a list's address matches for the
// actor; more than most is an error in words.
func (s *Service) Audience(ctx context.Context, query string, most int) ([]int64, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("read whom a list means: %w", err)
	}
	conds, err := filter.Parse(values)
	if err != nil {
		return nil, err
	}
	return s.matching(ctx, values.Get("q"), conds, most)
}

func (s *Service) matching(ctx context.Context, q string, conds []filter.Cond, most int) ([]int64, error) {
	if q == "" {
		where, err := s.where(ctx, conds)
		if err != nil {
			return nil, err
		}
		ids, err := list.IDs(ctx, s.db.Reader(ctx), where, most+1)
		if err == nil && len(ids) > most {
			err = errs.New(errs.Invalid, "customer.error.bulk_many", "max", most)
		}
		return ids, err
	}
	var ids []int64
	req := page.Request{Limit: page.MaxLimit, Q: q}
	for {
		p, err := s.List(ctx, req, conds)
		if err != nil {
			return nil, err
		}
		for _, r := range p.Items {
			ids = append(ids, r.ID)
		}
		if len(ids) > most {
			return nil, errs.New(errs.Invalid, "customer.error.bulk_many", "max", most)
		}
		if p.Next == "" {
			return ids, nil
		}
		req.Cursor = p.Next
	}
}

// Assign gives customers an owner (0 = nobody), as one change.
func (s *Service) Assign(ctx context.Context, ids []int64, owner int64) error {
	return s.bulk(ctx, "customer.assign", ids, func(ctx context.Context, tx *db.Tx) error {
		if err := checkRefs(ctx, tx, Input{OwnerID: owner}); err != nil {
			return err
		}
		if err := s.giveAll(ctx, tx, ids, owner); err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := tx.Exec(ctx, sqlAssign, db.ID(owner), db.At(tx.Now), id); err != nil {
				return fmt.Errorf("assign customer %d: %w", id, err)
			}
		}
		if err := s.indexAll(ctx, tx, ids); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Assigned{Count: len(ids), OwnerID: owner})
	})
}

// AddTags puts tags on customers, as one change.
func (s *Service) AddTags(ctx context.Context, ids []int64, names []string) error {
	in := Input{Name: "x", Kind: Person, Tags: names}
	in.Clean()
	if err := in.Validate(); err != nil {
		return err
	}
	if len(in.Tags) == 0 {
		c := &errs.Check{}
		c.Add("tags", "error.required")
		return c.Err()
	}
	return s.bulk(ctx, "customer.tag", ids, func(ctx context.Context, tx *db.Tx) error {
		for _, name := range in.Tags {
			tag, err := tagID(ctx, tx, name)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if _, err := tx.Insert(ctx, sqlAddTag, id, tag); err != nil {
					return fmt.Errorf("tag customer %d: %w", id, err)
				}
			}
		}
		return nil
	})
}

// bulk runs one change over customers that the actor must all see.
func (s *Service) bulk(ctx context.Context, op string, ids []int64, fn func(context.Context, *db.Tx) error) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	if len(ids) == 0 {
		return errs.New(errs.Invalid, "customer.error.none_chosen")
	}
	if len(ids) > maxBulk {
		return errs.New(errs.Invalid, "customer.error.bulk_many", "max", maxBulk)
	}
	return s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		for _, id := range ids {
			if _, err := ref(ctx, tx, actor.Scope(), id); err != nil {
				return err
			}
			if err := mayEdit(ctx, tx, id); err != nil {
				return err
			}
		}
		return fn(ctx, tx)
	})
}

func (s *Service) indexAll(ctx context.Context, tx *db.Tx, ids []int64) error {
	for len(ids) > 0 {
		n := min(len(ids), 500)
		if err := s.Index(ctx, tx, ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}
