package receivable

// Paying credit back may need somebody's word first, like paying back what was
// paid for an order.

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/work/approval"
)

// Approvals says whether somebody has to be asked; work/approval has it.
type Approvals interface {
	Needed(ctx context.Context, tx *db.Tx, a approval.Ask) (id int64, state string, err error)
	About(ctx context.Context, subjectKind string, id int64) (any, error)
}

// OnBack lets credit that is paid back wait for approval where a rule says so.
func (s *Service) OnBack(a Approvals) { s.approvals = a }

// pending is credit that waits to be paid back.
type pending struct {
	Receipt int64
	Amount  int64
	On      cal.Date
	Method  string
	Note    string
}

// ask asks about credit that is to be paid back; 0 means that it goes on.
func (s *Service) ask(ctx context.Context, tx *db.Tx, r Receipt, p pending) (int64, error) {
	if s.approvals == nil {
		return 0, nil
	}
	earlier, err := s.Payments.EarlierOfCredit(ctx, tx, r.CustomerID, r.ID, r.Currency)
	if err != nil {
		return 0, err
	}
	data, err := json.Marshal(p)
	if err != nil {
		return 0, fmt.Errorf("keep what is to be paid back: %w", err)
	}
	sum := sha256.Sum256(data)
	id, state, err := s.approvals.Needed(ctx, tx, approval.Ask{Kind: approval.Refund, SubjectKind: "receipt", SubjectID: r.ID, CustomerID: r.CustomerID,
		Title: r.CustomerName, Amount: p.Amount, Earlier: earlier, Currency: r.Currency, Reason: p.Note, Fingerprint: hex.EncodeToString(sum[:8]), Payload: string(data)})
	if state != approval.Asked {
		return 0, err
	}
	return id, err
}

// Decided pays back what was approved, as whoever decided found it.
func (s *Service) Decided(ctx context.Context, _ *db.Tx, a approval.Ask, approved bool) error {
	if !approved {
		return nil
	}
	var p pending
	if err := json.Unmarshal([]byte(a.Payload), &p); err != nil {
		return fmt.Errorf("read what is to be paid back: %w", err)
	}
	_, err := s.PayBack(ctx, p.Receipt, p.Amount, p.On, p.Method, p.Note)
	return err
}
