package sharing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/work/approval"
)

// Approvals says whether somebody has to be asked; work/approval has it.
type Approvals interface {
	Needed(ctx context.Context, tx *db.Tx, a approval.Ask) (id int64, state string, err error)
	Would(ctx context.Context, a approval.Ask) (bool, error)
}

// pending is a hand-over that waits, with who had the customers when it was asked.
type pending struct {
	Parcel Parcel
	Owners []int64
}

// ask asks about a hand-over; 0 means that it goes on. Whoever leaves is not kept
// waiting for.
func (s *Service) ask(ctx context.Context, tx *db.Tx, p Parcel) (int64, error) {
	if s.Approvals == nil || p.Leaves || len(p.Customers) == 0 {
		return 0, nil
	}
	w := pending{Parcel: p}
	title := ""
	for _, id := range p.Customers {
		r, err := s.Customers.MustSee(ctx, id)
		if err == nil {
			err = disposes(ctx, r)
		}
		if err != nil {
			return 0, err
		}
		if title == "" {
			title = r.Name
		}
		w.Owners = append(w.Owners, int64(r.OwnerID))
	}
	data, err := json.Marshal(w)
	if err != nil {
		return 0, fmt.Errorf("keep what is to be handed over: %w", err)
	}
	if n := len(p.Customers); n > 1 {
		title = fmt.Sprintf("%s +%d", title, n-1)
	}
	if !p.Release {
		var to string
		if err := tx.Get(ctx, &to, sqlNamed, p.To); err != nil {
			return 0, fmt.Errorf("look who gets customers: %w", err)
		}
		title += " → " + to
	}
	sum := sha256.Sum256(data)
	kind := approval.Transfer
	if p.Release {
		pooled, err := s.Approvals.Would(ctx, approval.Ask{Kind: approval.PoolTransfer, Rows: 1})
		if err != nil {
			return 0, err
		}
		if pooled {
			kind = approval.PoolTransfer
		}
	}
	a := approval.Ask{Kind: kind, SubjectKind: "customer", SubjectID: p.Customers[0], CustomerID: p.Customers[0], Title: title,
		Rows: int64(len(p.Customers)), Reason: p.Note, Fingerprint: hex.EncodeToString(sum[:8]), Payload: string(data)}
	id, state, err := s.Approvals.Needed(ctx, tx, a)
	if state != approval.Asked {
		return 0, err
	}
	return id, err
}

// Asked tells whether it was a hand-over that was asked about.
func Asked(a approval.Ask) bool {
	var w pending
	return json.Unmarshal([]byte(a.Payload), &w) == nil && len(w.Owners) > 0
}

// Decided hands over what was approved. What belongs to somebody else by now is no
// longer what was asked about.
func (s *Service) Decided(ctx context.Context, tx *db.Tx, a approval.Ask, approved bool) error {
	if !approved {
		return nil
	}
	var w pending
	if err := json.Unmarshal([]byte(a.Payload), &w); err != nil {
		return fmt.Errorf("read what is to be handed over: %w", err)
	}
	ctx = auth.As(ctx, "approval")
	for i, id := range w.Parcel.Customers {
		r, err := s.Customers.MustSee(ctx, id)
		if err != nil {
			return err
		}
		if int64(r.OwnerID) != w.Owners[i] {
			return errs.New(errs.Conflict, "sharing.error.no_owner")
		}
	}
	_, err := s.hand(ctx, w.Parcel)
	return err
}

// MayGive refuses to give a customer another owner past a rule.
func (s *Service) MayGive(ctx context.Context) error {
	if s.Approvals == nil {
		return nil
	}
	asks, err := s.Approvals.Would(ctx, approval.Ask{Kind: approval.Transfer, Rows: 1})
	if err == nil && asks {
		err = errs.New(errs.Conflict, "sharing.error.hand_over")
	}
	return err
}

// waiting is the error of what waits, once the question is kept.
func waiting(p Sent, err error) (Sent, error) {
	if err == nil && p.Waits != 0 {
		err = approval.Waits(p.Waits)
	}
	return p, err
}
