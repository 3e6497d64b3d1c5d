package customfield

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// The people and customers that values name.

// Finder finds customers by what somebody remembers of them, at most n.
type Finder func(ctx context.Context, typed string, n int) ([]custom.Named, error)

// OnFind says how customers are found.
func (s *Service) OnFind(f Finder) { s.find = f }

const candidates = 8

var (
	sqlPeople = db.SQL(`SELECT id, name, 1 AS open FROM user WHERE id IN (SELECT value FROM json_each(?))`)
	sqlStaff  = db.SQL(`SELECT id, name, 1 AS open FROM user WHERE status <> 'disabled' ORDER BY name COLLATE NOCASE, id LIMIT 500`)
	sqlPerson = db.SQL(`SELECT id, name, 1 AS open FROM user WHERE status <> 'disabled' AND (email = ?1 OR name = ?1 COLLATE NOCASE) ORDER BY id LIMIT 8`)
	sqlCalled = db.SQL(`SELECT c.id, c.name, ` + auth.CustomerSQL + ` AS open FROM customer c WHERE c.id IN (SELECT value FROM json_each(?))`)
	sqlBecame = db.SQL(`SELECT loser_id, survivor_id FROM duplicate_merge WHERE loser_id IN (SELECT value FROM json_each(?)) ORDER BY id`)
	sqlNamed  = db.SQL(`
		SELECT c.id, c.name, 1 AS open FROM customer c WHERE c.name_key = ? AND ` + auth.CustomerSQL + `
		UNION SELECT c.id, c.name, 2 FROM customer c WHERE c.external_id = ? AND c.external_src = '' AND ` + auth.CustomerSQL + ` LIMIT 8`)
)

// linkRow is somebody as the queries find them.
type linkRow struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
	Open int    `db:"open"` // 2: known by the other system's id
}

// Names implements custom.Links. A customer that was merged away is the one it
// became.
func (s *Service) Names(ctx context.Context, q db.Q, kind string, ids []int64) (map[int64]custom.Named, error) {
	if kind == custom.Person {
		return named(ctx, q, sqlPeople, nil, ids)
	}
	actor := auth.From(ctx)
	out, err := named(ctx, q, sqlCalled, actor.Scope().Args(), ids)
	if err != nil {
		return nil, err
	}
	var gone []int64
	for _, id := range ids {
		if _, ok := out[id]; !ok {
			gone = append(gone, id)
		}
	}
	if err := s.merged(ctx, q, actor, gone, out); err != nil {
		return nil, err
	}
	for id, n := range out {
		if !actor.Can("customer.read") {
			n.Closed = true
		}
		if n.Closed {
			n.Name = ""
		}
		out[id] = n
	}
	return out, nil
}

// merged follows customers that are no more to those they became; a merge of
// those in turn has led the first ones on.
func (s *Service) merged(ctx context.Context, q db.Q, actor *auth.Actor, gone []int64, out map[int64]custom.Named) error {
	if len(gone) == 0 {
		return nil
	}
	list, err := json.Marshal(gone)
	if err != nil {
		return fmt.Errorf("follow merged customers: %w", err)
	}
	var became []struct {
		Loser    int64 `db:"loser_id"`
		Survivor int64 `db:"survivor_id"`
	}
	if err := q.Select(ctx, &became, sqlBecame, string(list)); err != nil {
		return fmt.Errorf("follow merged customers: %w", err)
	}
	var next []int64
	for _, b := range became {
		next = append(next, b.Survivor)
	}
	found, err := named(ctx, q, sqlCalled, actor.Scope().Args(), next)
	if err != nil {
		return err
	}
	for _, b := range became {
		if n, ok := found[b.Survivor]; ok {
			out[b.Loser] = n
		}
	}
	return nil
}

func named(ctx context.Context, q db.Q, query string, args []any, ids []int64) (map[int64]custom.Named, error) {
	out := map[int64]custom.Named{}
	list, err := json.Marshal(ids)
	if err != nil || len(ids) == 0 {
		return out, err
	}
	var rows []linkRow
	if err := q.Select(ctx, &rows, query, append(args, string(list))...); err != nil {
		return nil, fmt.Errorf("read whom values name: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = custom.Named{ID: r.ID, Name: r.Name, Closed: r.Open == 0}
	}
	return out, nil
}

// Find implements custom.Links.
func (s *Service) Find(ctx context.Context, q db.Q, kind, typed string) ([]custom.Named, error) {
	var rows []linkRow
	var err error
	if kind == custom.Person {
		err = q.Select(ctx, &rows, sqlPerson, typed)
	} else {
		if !auth.From(ctx).Can("customer.read") {
			return nil, nil
		}
		scope := auth.From(ctx).Scope().Args()
		args := append([]any{text.CompanyKey(typed)}, scope...)
		err = q.Select(ctx, &rows, sqlNamed, append(append(args, typed), scope...)...)
	}
	if err != nil {
		return nil, fmt.Errorf("find %s %q: %w", kind, typed, err)
	}
	var out []custom.Named
	for _, r := range rows {
		exact := kind == custom.Person || r.Open == 2 || text.Fold(r.Name) == text.Fold(typed)
		out = append(out, custom.Named{ID: r.ID, Name: r.Name, Exact: exact})
	}
	if len(out) > 0 || kind == custom.Person || s.find == nil {
		return out, nil
	}
	return s.find(ctx, typed, candidates)
}

// People implements custom.Links.
func (s *Service) People(ctx context.Context, q db.Q) ([]custom.Named, error) {
	var rows []linkRow
	if err := q.Select(ctx, &rows, sqlStaff); err != nil {
		return nil, fmt.Errorf("list the people of fields: %w", err)
	}
	var out []custom.Named
	for _, r := range rows {
		out = append(out, custom.Named{ID: r.ID, Name: r.Name})
	}
	return out, nil
}
