package survey

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
)

// On the thank-you somebody may press that they want to be talked to. Their own
// press says so, once; whoever keeps the cases hears of it.

// Wished says that whoever answered wants to be talked to.
type Wished struct {
	ID         int64 `json:"id"`
	SurveyID   int64 `json:"survey_id"`
	CustomerID int64 `json:"customer_id"`
}

// Meta implements event.Fact.
func (w Wished) Meta() event.Meta {
	return event.Meta{Kind: "response.wished", CustomerID: w.CustomerID, SubjectKind: "response", SubjectID: w.ID}
}

// Talk notes the wish of whoever answered behind a token.
func (s *Service) Talk(ctx context.Context, token, nonce string) error {
	return s.db.Write(ctx, "response.wish", func(ctx context.Context, tx *db.Tx) error {
		f, err := s.Open(ctx, token)
		if err != nil {
			return err
		}
		if !s.tokens.genuine(token, nonce, tx.Now) {
			return errs.New(errs.Invalid, "survey.error.nonce")
		}
		if f.Late || f.Response == nil || !f.Survey.offers(*f.Response, ActionTalk) {
			return errs.New(errs.Conflict, "survey.error.late")
		}
		journal.About(tx, "customer", f.Invitation.CustomerID, f.Invitation.CustomerName)
		n, err := tx.Exec(ctx, sqlWish, db.At(tx.Now), db.At(tx.Now), f.Response.ID)
		if err != nil {
			return fmt.Errorf("note the wish of answer %d: %w", f.Response.ID, err)
		}
		if n == 0 {
			return nil // said before
		}
		return s.d.Bus.Publish(ctx, tx, Wished{f.Response.ID, f.Survey.ID, int64(f.Response.CustomerID)})
	})
}

// offers tells whether the thank-you of an answer has a button.
func (s Survey) offers(r Response, kind string) bool {
	for _, a := range s.Actions[r.actionBand()] {
		if a.Kind == kind {
			return true
		}
	}
	return false
}

// actionBand is whose buttons an answer gets; without a score those for the
// happy, where a shop puts what fits everybody.
func (r Response) actionBand() Band {
	if b := r.Band(); b != "" {
		return b
	}
	return HighBand
}
