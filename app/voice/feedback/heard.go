package feedback

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/voice/survey"
)

// Reviewed opens a case for an unhappy review that somebody wrote elsewhere, or
// adds it to the open case of whoever wrote it, in the review's own transaction;
// customer 0 is nobody whom we know.
func (s *Service) Reviewed(ctx context.Context, tx *db.Tx, review, customer int64, red bool, words string) (int64, error) {
	return s.heard(ctx, tx, "review", fmt.Sprintf("review:%d", review), customer, red, words)
}

// Heard opens a case for what somebody says beside an anonymous answer, which it
// does not know. Who is left stands with the case, apart from the words.
func (s *Service) Heard(ctx context.Context, tx *db.Tx, customer int64, who survey.Caller, words string) error {
	id, err := s.heard(ctx, tx, "", "", customer, false, words)
	if err != nil || who.Contact == "" {
		return err
	}
	phone, email := who.Contact, ""
	if strings.Contains(who.Contact, "@") {
		phone, email = "", who.Contact
	}
	if _, err := tx.Exec(ctx, sqlCaller, id, who.Name, phone, email, db.At(tx.Now)); err != nil {
		return fmt.Errorf("keep who asked to be talked to in case %d: %w", id, err)
	}
	return nil
}

// heard opens a case for what came to us otherwise, or adds it to the open one:
// the one way for complaints by telephone, ticket and review.
func (s *Service) heard(ctx context.Context, tx *db.Tx, source, key string, customer int64, red bool, words string) (int64, error) {
	c, found, err := Case{}, false, error(nil)
	if customer != 0 {
		if c, found, err = openOf(ctx, tx, customer); err != nil {
			return 0, err
		}
	}
	if !found {
		who, err := client(ctx, tx, customer)
		if err != nil {
			return 0, err
		}
		c = Case{CustomerID: customer, Score: -1, Source: source}
		if err := s.start(ctx, tx, &c, about{OwnerID: who.OwnerID, Said: words}, who); err != nil {
			return 0, err
		}
		if c, err = get(ctx, tx, everything, c.ID); err != nil {
			return 0, err
		}
		if err := note(ctx, tx, c.ID, Event{Kind: "opened", To: Unseen, Note: string(c.OwnerName)}, ""); err != nil {
			return 0, err
		}
	}
	journal.About(tx, subject, c.ID, c.label())
	if err := note(ctx, tx, c.ID, Event{Kind: "complaint", Note: words, Channel: source}, key); err != nil {
		return 0, err
	}
	if red && !c.Red {
		p, err := s.pace(ctx, tx)
		if err != nil {
			return 0, err
		}
		c.Red = true
		if err := s.hurry(ctx, tx, p, &c); err != nil {
			return 0, err
		}
	}
	if c.State == Resolved || c.State == AwaitingRecheck {
		if err := s.enter(ctx, tx, &c, Reopened, words, ""); err != nil {
			return 0, err
		}
	}
	if c, err = get(ctx, tx, everything, c.ID); err != nil {
		return 0, err
	}
	return c.ID, s.Deps.Events.Publish(ctx, tx, Complained{fact: factOf(c), Red: c.Red, words: words})
}
