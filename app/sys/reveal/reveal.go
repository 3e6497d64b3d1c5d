// Package reveal is the one way to look at what is shown masked: who looked,
// when and at what stands in the audit log before anything is answered, and the
// owners hear of it when somebody looks at many records in an hour.
package reveal

import (
	"context"
	"fmt"
	"strings"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
)

// Many reveals by one person within Window raise the alarm, once for every so
// many.
const (
	Many   = 30
	Window = time.Hour
)

// Seen is what somebody asked to see: parts of one record. A part is a word of
// the catalogue, "reveal.part." + part, or else the name of a field as the shop
// wrote it.
type Seen struct {
	Kind  string
	ID    int64
	Label string
	Parts []string
}

// sqlCount counts a person's reveals; the index of the same condition holds
// nothing else.
var sqlCount = db.SQL(`SELECT count(*) FROM journal_set WHERE user_id = ? AND at > ? AND substr(op, -7) = '.reveal'`)

// Record notes it in the caller's transaction, whose operation is called
// "<noun>.reveal". The caller has checked auth.Reveal and that the actor sees
// the record, and answers only after the commit.
func Record(ctx context.Context, tx *db.Tx, bus *event.Bus, s Seen) error {
	if !strings.HasSuffix(tx.Op, ".reveal") {
		return fmt.Errorf("a reveal is recorded as %q", tx.Op)
	}
	journal.About(tx, s.Kind, s.ID, s.Label)
	journal.Because(tx, strings.Join(s.Parts, ", "))
	journal.Keep(tx)
	user := auth.From(ctx).UserID
	if user == 0 {
		return nil
	}
	var before int
	if err := tx.Get(ctx, &before, sqlCount, user, db.At(tx.Now.Add(-Window))); err != nil {
		return fmt.Errorf("count the reveals of user %d: %w", user, err)
	}
	if n := before + 1; n%Many == 0 {
		return bus.Publish(ctx, tx, Often{UserID: user, Count: n})
	}
	return nil
}

// Often says that somebody looked at many masked values within Window.
type Often struct {
	UserID int64 `json:"user_id"`
	Count  int   `json:"count"`
}

// Meta implements event.Fact.
func (o Often) Meta() event.Meta {
	return event.Meta{Kind: "reveal.often", SubjectKind: "user", SubjectID: o.UserID}
}
