package pool

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
	"regulars/app/work/approval"
)

// What whoever looks after a pool does with the customers of others may need a
// colleague's word: giving one to somebody out of a pool, and taking one from a
// colleague into it. Claiming, and putting back one's own, never waits.

// Approvals says whether somebody has to be asked; work/approval has it.
type Approvals interface {
	Needed(ctx context.Context, tx *db.Tx, a approval.Ask) (id int64, state string, err error)
	Would(ctx context.Context, a approval.Ask) (bool, error)
}

// OnApprovals asks before customers are moved for others; nil asks nobody.
func (s *Service) OnApprovals(a Approvals) { s.approvals = a }

// shift is a customer who goes from one person to another, 0 is a pool.
type shift struct {
	Customer, From, To int64
	Pool               int64 `json:",omitempty"` // into which
}

// wish is what waits.
type wish struct {
	Shifts []shift
	Reason string `json:",omitempty"`
}

// ask asks about a wish; 0 means that it goes on. to is whom or where they go.
func (s *Service) ask(ctx context.Context, tx *db.Tx, w wish, to string) (int64, error) {
	if s.approvals == nil || len(w.Shifts) == 0 {
		return 0, nil
	}
	first := w.Shifts[0].Customer
	h, err := hold(ctx, tx, first)
	if err != nil {
		return 0, err
	}
	data, err := json.Marshal(w)
	if err != nil {
		return 0, fmt.Errorf("keep what is to be moved: %w", err)
	}
	title := h.Name
	if n := len(w.Shifts); n > 1 {
		title = fmt.Sprintf("%s +%d", title, n-1)
	}
	if to != "" {
		title += " → " + to
	}
	sum := sha256.Sum256(data)
	id, state, err := s.approvals.Needed(ctx, tx, approval.Ask{Kind: approval.PoolTransfer, SubjectKind: "customer", SubjectID: first, CustomerID: first,
		Title: title, Rows: int64(len(w.Shifts)), Reason: w.Reason, Fingerprint: hex.EncodeToString(sum[:8]), Payload: string(data)})
	if state != approval.Asked {
		return 0, err
	}
	return id, err
}

// Decided moves whom was asked about. Somebody who is no longer where they were
// makes what was asked void.
func (s *Service) Decided(ctx context.Context, tx *db.Tx, a approval.Ask, approved bool) error {
	if !approved {
		return nil
	}
	var w wish
	if err := json.Unmarshal([]byte(a.Payload), &w); err != nil {
		return fmt.Errorf("read what is to be moved: %w", err)
	}
	ctx = auth.As(ctx, "approval")
	for _, m := range w.Shifts {
		h, err := hold(ctx, tx, m.Customer)
		if err != nil {
			return err
		}
		if int64(h.OwnerID) != m.From {
			return s.gone(ctx, tx, h)
		}
		if m.To != 0 {
			_, err = s.assign(ctx, m.Customer, m.To, w.Reason)
		} else {
			_, err = s.putBack(ctx, tx, h, m.Pool, w.Reason)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// MayGive refuses to move customers out of a pool, or from a colleague into one, by
// changing their owner where that would have to be asked.
func (s *Service) MayGive(ctx context.Context, g customer.Giving) error {
	if s.approvals == nil || !g.Pooled {
		return nil
	}
	on, err := setting.ReadTeamwork(ctx, s.db.Reader(ctx))
	if err != nil || !on.Pools {
		return err
	}
	asks, err := s.approvals.Would(ctx, approval.Ask{Kind: approval.PoolTransfer, Rows: 1})
	if err == nil && asks {
		err = errs.New(errs.Conflict, "pool.error.ask")
	}
	return err
}

// waiting is the error of what waits, once the question is kept.
func waiting(id int64, err error) error {
	if err == nil && id != 0 {
		err = approval.Waits(id)
	}
	return err
}

// personName is what somebody is called, "" of nobody.
func personName(ctx context.Context, q db.Q, id int64) (name string, err error) {
	if _, err := db.Found(q.Get(ctx, &name, sqlPersonName, id)); err != nil {
		return "", fmt.Errorf("look up person %d: %w", id, err)
	}
	return name, nil
}
