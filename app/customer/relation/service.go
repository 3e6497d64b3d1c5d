package relation

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Service holds the use cases; relations follow the permissions of customers.
type Service struct {
	db        *db.DB
	customers *customer.Service
}

// New makes the service.
func New(d *db.DB, customers *customer.Service) *Service {
	return &Service{db: d, customers: customers}
}

// Of lists the relations of a customer to those that the actor may see.
func (s *Service) Of(ctx context.Context, id int64) ([]Related, error) {
	if _, err := s.customers.MustSee(ctx, id); err != nil {
		return nil, err
	}
	return of(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id)
}

// Referred is what came of a customer's word, among those that the actor may see.
func (s *Service) Referred(ctx context.Context, id int64) (Referred, error) {
	var out Referred
	if _, err := s.customers.MustSee(ctx, id); err != nil {
		return out, err
	}
	scope := auth.From(ctx).Scope().Args()
	args := slices.Concat([]any{id}, scope, scope, []any{id})
	err := s.db.Reader(ctx).Get(ctx, &out, sqlReferred, args...)
	if err != nil {
		return out, fmt.Errorf("sum up what customer %d referred: %w", id, err)
	}
	return out, nil
}

// Add relates two customers that the actor may both see.
func (s *Service) Add(ctx context.Context, in Input) (Related, error) {
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return Related{}, err
	}
	in.Note = text.Line(in.Note)
	return db.WriteOne(ctx, s.db, "relation.create", func(ctx context.Context, tx *db.Tx) (Related, error) {
		who, err := s.customers.MustSee(ctx, in.Customer)
		if err != nil {
			return Related{}, err
		}
		if err := in.Validate(); err != nil {
			return Related{}, err
		}
		other, err := s.customers.MustSee(ctx, in.Other)
		if errs.Is(err, errs.NotFound) {
			c := &errs.Check{}
			c.Add("other_id", "relation.error.choose")
			return Related{}, c.Err()
		}
		if err != nil {
			return Related{}, err
		}
		id, err := insert(ctx, tx, in)
		if err != nil {
			return Related{}, err
		}
		journal.About(tx, "customer", in.Customer, who.Name+" · "+other.Name)
		return find(ctx, tx, in.Customer, id)
	})
}

// Remove ends a relation of a customer.
func (s *Service) Remove(ctx context.Context, customerID, id int64) error {
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "relation.delete", func(ctx context.Context, tx *db.Tx) error {
		who, err := s.customers.MustSee(ctx, customerID)
		if err != nil {
			return err
		}
		r, err := find(ctx, tx, customerID, id)
		if err != nil {
			return err
		}
		if _, err := s.customers.MustSee(ctx, r.OtherID); err != nil {
			return err
		}
		journal.About(tx, "customer", customerID, who.Name+" · "+r.Name)
		if _, err := tx.Exec(ctx, sqlDrop, id); err != nil {
			return fmt.Errorf("end relation %d: %w", id, err)
		}
		return nil
	})
}

// Untangle takes out what a merge turned into a circle.
func (s *Service) Untangle(ctx context.Context, tx *db.Tx, ids []int64) error {
	for _, id := range ids {
		if err := untangle(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// The bounds of a graph.
const (
	MaxDepth = 4
	MaxNodes = 24
)

// Node is a customer of a graph. Level is the row: above are parents,
// suppliers and referrers, below those who come after.
type Node struct {
	ID    int64
	Name  string
	Role  string // what it is to the one that it was found from
	Level int
}

// Graph is a customer with whom they lead to, over a few steps.
type Graph struct {
	Nodes []Node // the customer first
	Links [][2]int
	More  bool // there are others
}

// Graph walks depth steps from a customer, nearest first, to a bounded number.
func (s *Service) Graph(ctx context.Context, id int64, depth int) (Graph, error) {
	who, err := s.customers.MustSee(ctx, id)
	if err != nil {
		return Graph{}, err
	}
	depth = min(max(depth, 1), MaxDepth)
	q, scope := s.db.Reader(ctx), auth.From(ctx).Scope()
	g := Graph{Nodes: []Node{{ID: id, Name: who.Name}}}
	at := map[int64]int{id: 0}
	links := map[int64]bool{}
	for from, step := 0, 0; step <= depth; step++ {
		for end := len(g.Nodes); from < end; from++ {
			list, err := of(ctx, q, scope, g.Nodes[from].ID)
			if err != nil {
				return g, err
			}
			for _, r := range list {
				to, known := at[r.OtherID]
				if !known && (step == depth || len(g.Nodes) >= MaxNodes) {
					g.More = true
					continue
				}
				if !known {
					to = len(g.Nodes)
					at[r.OtherID] = to
					g.Nodes = append(g.Nodes, Node{r.OtherID, r.Name, r.Role(), g.Nodes[from].Level + r.step()})
				}
				if !links[r.ID] {
					links[r.ID] = true
					g.Links = append(g.Links, [2]int{from, to})
				}
			}
		}
	}
	return g, nil
}

// step is how many rows the other one stands below.
func (r Related) step() int {
	switch {
	case r.First:
		return -1
	case r.Kind == "partner":
		return 0
	}
	return 1
}
