package sharing

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// guard is a hook of every write: with whom a customer is shared to read only
// changes nothing about them, through whatever door. What it lets pass is what
// is a person's own: following, leaving, putting a card away, and moving on a
// task or a case that was given to them.
type guard struct {
	s *Service
	j *journal.Journal
}

// Guard starts it over the journal's tables.
func (s *Service) Guard(j *journal.Journal) { s.DB.Hook(guard{s, j}) }

// Begin implements db.Hook.
func (guard) Begin(context.Context, *db.Tx) error { return nil }

// own are the tables that say something about a person, not the customer, or
// only repeat what was written elsewhere.
var own = map[string]bool{"sharing": true, "sharing_request": true, "today_dismissal": true, "timeline_entry": true, "deal_collaborator": true}

// Check refuses what the running change did so far to customers who are shared
// with the actor to read only.
func (s *Service) Check(j *journal.Journal) func(ctx context.Context, tx *db.Tx) error {
	return guard{s, j}.Commit
}

// Commit implements db.Hook.
func (g guard) Commit(ctx context.Context, tx *db.Tx) error {
	a := auth.From(ctx)
	if !a.Signed() || a.Reach == auth.All || strings.HasPrefix(tx.Op, "tag.") { // tags are the shop's, whoever has one
		return nil
	}
	var some bool
	if err := tx.Get(ctx, &some, sqlReads, a.UserID); err != nil {
		return fmt.Errorf("look what is shared to read: %w", err)
	}
	if !some {
		return nil
	}
	rows, err := g.j.Reach(ctx, tx)
	if err != nil {
		return err
	}
	asked := map[int64]bool{}
	ends := strings.HasPrefix(tx.Op, "customer.delete") || strings.HasPrefix(tx.Op, "customer.merge") // what a customer takes along
	for _, r := range rows {
		if own[r.Table] || asked[r.Customer] || r.Table == "relation" && ends {
			continue
		}
		if r.Op == "U" {
			given, err := givenTo(ctx, tx, r, a.UserID)
			if err != nil {
				return err
			}
			if given {
				continue
			}
		}
		if err := g.s.Customers.MustEdit(ctx, r.Customer); err != nil {
			if gave, lookErr := g.gave(ctx, tx, r.Customer, a); lookErr != nil || !gave {
				return cmp.Or(lookErr, err)
			}
		}
		asked[r.Customer] = true
	}
	return nil
}

// gave tells whether the running change took a customer from somebody whose record
// it was the actor's to change: an old share to read, or the one that they keep,
// counts from then on only.
func (g guard) gave(ctx context.Context, tx *db.Tx, customer int64, a *auth.Actor) (bool, error) {
	owner, changed, err := g.j.Was(ctx, tx, "customer", customer, "owner_id")
	if err != nil || !changed || owner == 0 || owner == a.UserID {
		return changed && err == nil, err
	}
	if a.Reach != auth.Team || a.TeamID == 0 {
		return false, nil
	}
	var mate bool
	if err := tx.Get(ctx, &mate, sqlMate, owner, a.TeamID); err != nil {
		return false, fmt.Errorf("look whose team person %d is in: %w", owner, err)
	}
	return mate, nil
}

// givenTo tells whether a row is a task or a case that somebody is to do.
func givenTo(ctx context.Context, tx *db.Tx, r journal.Reached, user int64) (given bool, err error) {
	switch r.Table {
	case "task":
		err = tx.Get(ctx, &given, sqlTaskOf, r.Row, user)
	case "feedback_case":
		err = tx.Get(ctx, &given, sqlCaseOf, r.Row, user)
	}
	if err != nil {
		err = fmt.Errorf("look whose %s %d is: %w", r.Table, r.Row, err)
	}
	return given, err
}
