package quote

// What a deal comes to by the quotes of it that were accepted.

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
)

// Accepting is what a deal comes to by its accepted quotes.
type Accepting struct {
	Amount   int64 `db:"-"`        // what is accepted now
	Before   int64 `db:"before"`   // what was accepted before
	Standing int64 `db:"standing"` // of it, what was not cancelled since
}

// Agreement is what was accepted of a deal and stands.
type Agreement struct {
	N   int   `db:"n"`
	Sum int64 `db:"sum"`
}

// AgreedFor adds up the accepted quotes of a deal that the caller has shown to be
// visible; nothing for who may not read quotes.
func (s *Service) AgreedFor(ctx context.Context, deal int64) (a Agreement, err error) {
	if !auth.From(ctx).Can(Read) {
		return a, nil
	}
	if err := s.db.Reader(ctx).Get(ctx, &a, sqlStanding, deal); err != nil {
		return a, fmt.Errorf("add up the accepted quotes of deal %d: %w", deal, err)
	}
	return a, nil
}
