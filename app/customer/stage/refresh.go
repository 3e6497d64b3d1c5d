package stage

import (
	"context"
	"errors"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/timeline"
)

// Moved: a customer came to another stage.
type Moved struct {
	CustomerID int64  `json:"customer_id"`
	From       string `json:"from"`
	To         string `json:"to"`
	ByHand     bool   `json:"by_hand,omitempty"`
}

// MovedKind is the kind of Moved.
const MovedKind = "stage.moved"

// Meta implements event.Fact.
func (f Moved) Meta() event.Meta {
	return event.Meta{Kind: MovedKind, CustomerID: f.CustomerID, SubjectKind: "customer", SubjectID: f.CustomerID}
}

// Purchases are what one customer's stage is told from.
type Purchases struct {
	CustomerID int64
	Days       []cal.Date // on which they bought, newest first, at most MaxDays
	Today      cal.Date
	Quiet      bool // what was brought in, merged or taken back moves without a trace
}

// Refresh is the stage of a customer as it is now; it notes the move there, and
// gives it to be told, unless it is to be quiet. The caller stores the stage
// beside the customer's other figures.
func Refresh(ctx context.Context, tx *db.Tx, p Purchases) (string, *Moved, error) {
	rules, err := rulesOnce(ctx, tx)
	if err != nil {
		return "", nil, err
	}
	var now standing
	if _, err := db.Found(tx.Get(ctx, &now, sqlStanding, p.CustomerID)); err != nil {
		return "", nil, fmt.Errorf("read the stage of customer %d: %w", p.CustomerID, err)
	}
	if now.Apart {
		if err := forget(ctx, tx, p.CustomerID); err != nil {
			return "", nil, err
		}
	}
	to, seen := now.tell(rules, p.Days, p.Today)
	held := now.heldOn(p.Today)
	if held {
		to = now.Held
	}
	if p.Quiet || now.Stage == "" || to == "" || now.Stage == to {
		return to, nil, nil
	}
	m := Move{CustomerID: p.CustomerID, From: now.Stage, To: to, ByHand: held, Seen: seen, At: db.At(tx.Now)}
	if held {
		m.Reason, m.UserID = now.Reason, db.ID(auth.From(ctx).UserID)
	}
	if err := insertMove(ctx, tx, m); err != nil {
		return "", nil, err
	}
	return to, &Moved{CustomerID: p.CustomerID, From: m.From, To: m.To, ByHand: held}, nil
}

// byHand is what the fact of a move by hand says of itself.
const byHand = "by_hand"

// forget drops the moves that the rule told of somebody who is not to be profiled,
// wherever they are told of. Those that a person decided stay.
func forget(ctx context.Context, tx *db.Tx, customer int64) error {
	if err := dropTold(ctx, tx, customer); err != nil {
		return err
	}
	return errors.Join(timeline.Forget(ctx, tx, customer, MovedKind, byHand), event.Forget(ctx, tx, customer, MovedKind, byHand))
}

// standing is where a customer stands, and what somebody set.
type standing struct {
	Stage  string `db:"stage"`
	Held   string `db:"held"`
	Until  string `db:"until_on"`
	Reason string `db:"reason"`
	Apart  bool   `db:"no_profiling"` // they asked not to be profiled
}

// tell is what the rule says of them. How long a customer may be silent by their
// own rhythm is a profile: of whoever wants none it says only that they never bought.
func (s standing) tell(r Rules, days []cal.Date, today cal.Date) (string, Seen) {
	if s.Apart && len(days) > 0 {
		return "", Seen{}
	}
	return r.Tell(days, today)
}

func (s standing) heldOn(today cal.Date) bool {
	return s.Held != "" && (s.Until == "" || string(today) <= s.Until)
}

type rulesKey struct{}

// rulesOnce are the rules as they were when the transaction first asked.
func rulesOnce(ctx context.Context, tx *db.Tx) (Rules, error) {
	if r, ok := tx.Value(rulesKey{}).(Rules); ok {
		return r, nil
	}
	k, err := readRules(ctx, tx)
	if err == nil {
		tx.SetValue(rulesKey{}, k.Rules)
	}
	return k.Rules, err
}
