package duplicate

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

// Two consent ledgers laid together: the newest row counts, so that the
// weightier word may have to be said once more.

var (
	// sqlDecided is the newest word of a record for each purpose and channel.
	sqlDecided = db.SQL(`
		SELECT purpose, channel, state, basis, source, wording, user_id, at FROM consent c
		WHERE customer_id = ? AND contact_id IS NULL AND id = (SELECT max(id) FROM consent o
			WHERE o.customer_id = c.customer_id AND o.contact_id IS NULL AND o.purpose = c.purpose AND o.channel = c.channel)`)
	sqlNewest = db.SQL(`
		SELECT purpose, channel, state, basis, source, wording, user_id, at FROM consent
		WHERE customer_id IN (?, ?) AND contact_id IS NULL AND purpose = ? AND channel = ? ORDER BY id DESC LIMIT 1`)
	sqlDecide = db.SQL(`
		INSERT INTO consent (customer_id, purpose, channel, state, basis, source, wording, user_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
)

// word is a row of the consent ledger.
type word struct {
	Purpose string  `db:"purpose"`
	Channel string  `db:"channel"`
	State   string  `db:"state"`
	Basis   string  `db:"basis"`
	Source  string  `db:"source"`
	Wording string  `db:"wording"`
	UserID  db.ID   `db:"user_id"`
	At      db.Time `db:"at"`
}

// weight orders words: an objection outweighs a yes, a yes mere relation.
func (w word) weight() int {
	switch {
	case w.State == "objected":
		return 2
	case w.Basis == "opt_in":
		return 1
	}
	return 0
}

// keepWord writes the weightier word of the two records once more where the
// ledgers laid together would end with the lighter one: the newest counts.
func keepWord(ctx context.Context, tx *db.Tx, survivor, loser int64) error {
	strongest := map[[2]string]word{}
	for _, id := range []int64{survivor, loser} {
		var words []word
		if err := tx.Select(ctx, &words, sqlDecided, id); err != nil {
			return fmt.Errorf("read consent of customer %d: %w", id, err)
		}
		for _, w := range words {
			at := [2]string{w.Purpose, w.Channel}
			if have, ok := strongest[at]; !ok || w.weight() > have.weight() {
				strongest[at] = w
			}
		}
	}
	for _, w := range strongest {
		var last word
		if err := tx.Get(ctx, &last, sqlNewest, survivor, loser, w.Purpose, w.Channel); err != nil {
			return fmt.Errorf("read the newest consent: %w", err)
		}
		if last.weight() == w.weight() {
			continue
		}
		if _, err := tx.Insert(ctx, sqlDecide, survivor, w.Purpose, w.Channel, w.State, w.Basis, w.Source, w.Wording, w.UserID, w.At); err != nil {
			return fmt.Errorf("keep consent: %w", err)
		}
	}
	return nil
}

const sqlKeep = `UPDATE customer SET %s, updated_at = ?, version = version + 1 WHERE id = ?`
