package review

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/event"
)

// objected takes from the wall what somebody wrote who wants to hear nothing
// more from us, in the transaction of the objection. Nothing brings it back but
// somebody who puts it there again.
func (s *Service) objected(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	var said struct {
		Purpose string `json:"purpose"`
	}
	if err := json.Unmarshal([]byte(e.Data), &said); err != nil {
		return fmt.Errorf("read an objection: %w", err)
	}
	if said.Purpose != "survey" || e.CustomerID == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, sqlDispraise, db.At(tx.Now), int64(e.CustomerID)); err != nil {
		return fmt.Errorf("take the praise of customer %d off the wall: %w", e.CustomerID, err)
	}
	return nil
}
