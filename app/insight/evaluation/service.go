package evaluation

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
)

// Stats keeps a customer's figures for lists and filters (customer/customer);
// a number below zero means unknown.
type Stats interface {
	SetScore(ctx context.Context, tx *db.Tx, customer int64, score float64, grade string, value, health float64, byHand bool) error
}

// Service holds the use cases.
type Service struct {
	db    *db.DB
	stats Stats
	words *i18n.Bundle // the API answers in the reader's language too
	book  *custom.Book // the fields that the shop added
	nudge chan struct{}
	find  func(ctx context.Context, typed string, most int) ([]int64, error)

	mu       sync.Mutex // guards the shop as pages know it
	shop     Shop
	shopAsOf int64
}

// New makes the service. Start keeps evaluations current in the background.
func New(d *db.DB, stats Stats, words *i18n.Bundle, book *custom.Book) *Service {
	return &Service{db: d, stats: stats, words: words, book: book, nudge: make(chan struct{}, 1)}
}

// OnFind says how customers are searched for.
func (s *Service) OnFind(find func(ctx context.Context, typed string, most int) ([]int64, error)) {
	s.find = find
}

// Get is what we think of a customer now: if something happened since the last
// look, they are judged first.
func (s *Service) Get(ctx context.Context, customer int64) (Evaluation, error) {
	e, _, err := s.judged(ctx, customer)
	return e, err
}

func (s *Service) judged(ctx context.Context, customer int64) (Evaluation, string, error) {
	who, err := s.visible(ctx, customer)
	if err != nil {
		return Evaluation{}, "", err
	}
	if who.NoProfiling {
		return Evaluation{CustomerID: customer, NoProfiling: true}, who.Name, nil
	}
	if err := s.refresh(ctx, customer); err != nil {
		return Evaluation{}, "", fmt.Errorf("evaluate customer %d: %w", customer, err)
	}
	var e Evaluation
	err = db.OrNotFound(s.db.Reader(ctx).Get(ctx, &e, sqlGet, customer))
	return e, who.Name, err
}

// subject is the customer that an evaluation is about.
type subject struct {
	Name        string `db:"name"`
	Level       string `db:"level"`
	Region      string `db:"region"`
	NoProfiling bool   `db:"no_profiling"`

	Fields custom.Values `db:"fields"`
}

// visible is a customer whose evaluation the actor may see; for others they do
// not exist.
func (s *Service) visible(ctx context.Context, customer int64) (subject, error) {
	actor := auth.From(ctx)
	var who subject
	if err := actor.May(Read); err != nil {
		return who, err
	}
	err := db.OrNotFound(s.db.Reader(ctx).Get(ctx, &who, sqlName, append([]any{customer}, actor.Scope().Args()...)...))
	return who, err
}

// List reads one page of the evaluations of the customers the actor sees, as
// they were last stored.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return page.Page[Row]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	for i, w := range where {
		if w.SQL == "("+w.Column+" = ? AND "+w.Column+" <> '')" && (w.Column == "s.grade" || w.Column == quadrantOf) {
			where[i].Column = "" // an index has them in the order of the list
		}
	}
	if req.Q != "" {
		named, err := s.named(ctx, "s.customer_id", req.Q)
		if err != nil {
			return page.Page[Row]{}, err
		}
		where = append(where, named)
	}
	return field.Fetch[Row](ctx, s.db.Reader(ctx), list, req, where)
}

// maxNamed is how many customers a search looks among, the best matches first.
const maxNamed = 200

// Wide tells whether so many customers match what was typed that a search cannot
// look among all of them.
func (s *Service) Wide(ctx context.Context, typed string) (bool, error) {
	if typed == "" {
		return false, nil
	}
	ids, err := s.find(ctx, typed, maxNamed)
	if err != nil {
		return false, fmt.Errorf("look for customers: %w", err)
	}
	return len(ids) >= maxNamed, nil
}

// named are the customers that a search finds.
func (s *Service) named(ctx context.Context, column, typed string) (field.Where, error) {
	ids, err := s.find(ctx, typed, maxNamed)
	if err != nil {
		return field.Where{}, fmt.Errorf("look for customers: %w", err)
	}
	list, err := json.Marshal(ids)
	return field.Where{SQL: column + " IN (SELECT value FROM json_each(?))", Args: []any{string(list)}}, err
}

// History is how a customer's score moved, newest first.
func (s *Service) History(ctx context.Context, customer int64) ([]Snapshot, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	out := []Snapshot{}
	err := s.db.Reader(ctx).Select(ctx, &out, sqlHistory, customer)
	return out, err
}

// Overview is how the scores spread over the customers the actor sees.
type Overview struct {
	Model     Model
	Shop      Shop
	Scored    int
	Unscored  int
	Grades    map[string]int
	Quadrants map[string]int
	Tens      [10]int // how many totals fall into 0-10, 10-20 …
}

// Overview reads it.
func (s *Service) Overview(ctx context.Context) (Overview, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Overview{}, err
	}
	o := Overview{Grades: map[string]int{}, Quadrants: map[string]int{}}
	q := s.db.Reader(ctx)
	var err error
	if o.Shop, err = s.knownShop(ctx, q); err != nil {
		return o, err
	}
	if o.Model, err = modelOf(ctx, q, o.Shop); err != nil {
		return o, err
	}
	err = spread(ctx, q, actor.Scope(), &o)
	if err != nil {
		return o, fmt.Errorf("read how the scores spread: %w", err)
	}
	return o, nil
}
