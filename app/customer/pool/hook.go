package pool

import (
	"context"
	"strings"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// ledger is a hook of every write: an owner that changed, in a form, an import,
// a bulk change, a merge or here, is written down with the moment. What an undo
// takes back takes its own line back with it.
type ledger struct {
	wake func() // somebody has to be counted beside the work
}

// Begin implements db.Hook.
func (ledger) Begin(context.Context, *db.Tx) error { return nil }

// Commit implements db.Hook.
func (l ledger) Commit(ctx context.Context, tx *db.Tx) error {
	if tx.Op == opCount || tx.Op == "journal.remove" { // the latter when an upgrade begins: the tables may be those of an earlier release
		return nil
	}
	if tx.Op != "history.undo" {
		if err := noteChanges(ctx, tx); err != nil {
			return err
		}
	}
	later, err := refresh(ctx, tx)
	if later {
		tx.AfterCommit(l.wake)
	}
	return err
}

func noteChanges(ctx context.Context, tx *db.Tx) error {
	moves, err := ownersChanged(ctx, tx)
	if err != nil {
		return err
	}
	noted, _ := tx.Value(notedKey{}).(map[int64]bool)
	for _, m := range moves {
		if noted[m.customer] {
			continue
		}
		m.how = howOf(tx.Op, m)
		if m.to == 0 {
			if m.pool, err = fallsTo(ctx, tx, m.customer, m.from); err != nil {
				return err
			}
		}
		if err := note(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

func howOf(op string, m move) string {
	switch {
	case strings.HasPrefix(op, "import."):
		return Import
	case strings.HasPrefix(op, "customer.merge"):
		return Merge
	case op == "sharing.transfer" || op == "sharing.decide" || op == "sharing.leave" && m.to != 0:
		return Transfer
	case op == "sharing.return":
		return Return
	case m.to == 0:
		return Release
	}
	return Edit
}

// move is one customer changing hands.
type move struct {
	customer, from, to int64
	how, rule, reason  string
	days               int
	pool               int64
	protect            db.Time
}

type notedKey struct{}

// note writes a move down: the ledger's line and how the customer is held now.
func note(ctx context.Context, tx *db.Tx, m move) error {
	noted, _ := tx.Value(notedKey{}).(map[int64]bool)
	if noted == nil {
		noted = map[int64]bool{}
		tx.SetValue(notedKey{}, noted)
	}
	noted[m.customer] = true
	return putMove(ctx, tx, m, auth.From(ctx).UserID)
}
