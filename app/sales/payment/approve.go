package payment

// Paying money back may need somebody's word first. What was to be recorded lies
// with the question and is done by the answer.

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/work/approval"
)

// Approvals says whether somebody has to be asked; work/approval has it.
type Approvals interface {
	Needed(ctx context.Context, tx *db.Tx, a approval.Ask) (id int64, state string, err error)
	Wants(ctx context.Context, a approval.Ask) (approval.Rule, bool, error)
	About(ctx context.Context, subjectKind string, id int64) (any, error)
	Open(ctx context.Context, kind string, customer int64, subjectKind string, subjectID int64) ([]approval.Ask, error)
}

// OnRefund lets what is paid back wait for approval where a rule says so.
func (s *Service) OnRefund(a Approvals) { s.approvals = a }

// asked is what waits about an order.
func (s *Service) asked(ctx context.Context, order int64) (any, error) {
	if s.approvals == nil {
		return nil, nil
	}
	return s.approvals.About(ctx, "order", order)
}

// pending is a payment that waits: a new one, or a correction of Payment as it
// was at Version.
type pending struct {
	Payment int64
	Version int64
	Input   Input
}

// ask asks about a payment below zero, of which was went back already; 0 means
// that it goes on.
func (s *Service) ask(ctx context.Context, tx *db.Tx, o Order, was int64, p pending) (int64, error) {
	if s.approvals == nil {
		return 0, nil
	}
	earlier, err := s.earlier(ctx, tx, o)
	if err != nil {
		return 0, err
	}
	p.Input.Again = true // by the time of the answer it was looked at
	data, err := json.Marshal(p)
	if err != nil {
		return 0, fmt.Errorf("keep what is to be paid back: %w", err)
	}
	sum := sha256.Sum256(data)
	id, state, err := s.approvals.Needed(ctx, tx, approval.Ask{Kind: approval.Refund, SubjectKind: "order", SubjectID: o.ID, CustomerID: o.CustomerID,
		Title: o.Number, Amount: -p.Input.Amount, Earlier: earlier - was, Currency: o.Currency, Reason: p.Input.Note, Fingerprint: hex.EncodeToString(sum[:8]), Payload: string(data)})
	if state != approval.Asked {
		return 0, err
	}
	return id, err
}

// waiting is the error of what waits.
func waiting(approvalID int64, err error) error {
	if err != nil || approvalID == 0 {
		return err
	}
	return approval.Waits(approvalID)
}

// Decided records what was approved, as whoever decided found it.
func (s *Service) Decided(ctx context.Context, tx *db.Tx, a approval.Ask, approved bool) error {
	if !approved {
		return nil
	}
	var p pending
	if err := json.Unmarshal([]byte(a.Payload), &p); err != nil {
		return fmt.Errorf("read what is to be paid back: %w", err)
	}
	ctx = auth.As(ctx, "approval")
	var err error
	if p.Payment != 0 {
		_, _, err = s.correct(ctx, tx, p.Payment, p.Version, p.Input)
	} else {
		_, _, err = s.record(ctx, tx, p.Input)
	}
	return err
}
