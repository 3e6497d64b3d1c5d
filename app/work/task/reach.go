package task

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Reach is how the customer of a task is reached: by a number that can be
// dialled, else by mail.
type Reach struct {
	Phone string `db:"phone"`
	Email string `db:"email"`
}

// Reaches tells how customers are reached, by their id. Whoever sees numbers
// masked is told nothing, and nobody about customers that they may not see.
func Reaches(ctx context.Context, q db.Q, customers []int64) (map[int64]Reach, error) {
	actor := auth.From(ctx)
	if len(customers) == 0 || actor.Masked() || !actor.Can("customer.read") {
		return nil, nil
	}
	ids, err := json.Marshal(customers)
	if err != nil {
		return nil, fmt.Errorf("name the customers to reach: %w", err)
	}
	return reaches(ctx, q, string(ids), actor.Scope())
}

// reached fills in how the customers of some tasks are reached.
func (s *Service) reached(ctx context.Context, groups ...[]Task) error {
	var ids []int64
	for _, tasks := range groups {
		for _, t := range tasks {
			if t.CustomerID != 0 && t.Open() {
				ids = append(ids, int64(t.CustomerID))
			}
		}
	}
	found, err := Reaches(ctx, s.db.Reader(ctx), ids)
	if err != nil {
		return err
	}
	for _, tasks := range groups {
		for i, t := range tasks {
			if t.Open() {
				tasks[i].Reach = found[int64(t.CustomerID)]
			}
		}
	}
	return nil
}

// WithReach is the list with how the customers are reached.
func (s *Service) WithReach(ctx context.Context, d Due) (Due, error) {
	return d, s.reached(ctx, d.Overdue, d.Today, d.Week, d.Later, d.Someday)
}
