package duplicate

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/sys/db"
)

// Two consent ledgers laid together: the newest row counts, so that the
// weightier word may have to be said once more.

var (
	// sqlDecided are the last words of a record for each purpose and channel.
	sqlDecided = db.List(`SELECT purpose, channel, state, consent_id FROM consent_now WHERE customer_id = ? ORDER BY purpose, channel`)
	sqlDecide  = db.SQL(`
		INSERT INTO consent (customer_id, purpose, channel, state, basis, source, wording, wording_id, proof, attachment_id, user_id, at)
		SELECT ?, purpose, ?, state, basis, source, wording, wording_id, proof, attachment_id, user_id, at FROM consent WHERE id = ?`)
)

// lastWord is what a record said last about a purpose in a channel, and the row
// of the ledger where it stands.
type lastWord struct {
	Purpose   string `db:"purpose"`
	Channel   string `db:"channel"`
	State     string `db:"state"`
	ConsentID int64  `db:"consent_id"`
}

// keepWord says an objection of one of the two records once more where the
// ledgers laid together would end with the other's yes: the newest counts. A
// mere relation never outweighs a word, so that a yes needs no such help.
func keepWord(ctx context.Context, tx *db.Tx, survivor, loser int64) error {
	last := map[[2]string]lastWord{}
	var again []lastWord
	for _, id := range []int64{survivor, loser} {
		var words []lastWord
		if err := tx.Select(ctx, &words, sqlDecided, id); err != nil {
			return fmt.Errorf("read consent of customer %d: %w", id, err)
		}
		for _, w := range words {
			at := [2]string{w.Purpose, w.Channel}
			other, ok := last[at]
			last[at] = w
			if !ok || other.State == w.State {
				continue
			}
			if other.ConsentID > w.ConsentID {
				other, w = w, other
			}
			if other.State == "objected" { // the older one, which the newer would hide
				again = append(again, other)
			}
		}
	}
	slices.SortFunc(again, func(a, b lastWord) int { return int(a.ConsentID - b.ConsentID) })
	for _, w := range again {
		if _, err := tx.Insert(ctx, sqlDecide, survivor, w.Channel, w.ConsentID); err != nil {
			return fmt.Errorf("keep consent: %w", err)
		}
	}
	return nil
}

const sqlKeep = `UPDATE customer SET %s, updated_at = ?, version = version + 1 WHERE id = ?`
