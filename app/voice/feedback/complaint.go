package feedback

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
)

// Not every unhappy customer answers a survey. What somebody complains about by
// telephone or in a chat opens a case of its own, without a score, or joins the
// one that is open.

// Complained: a customer complained outside of a survey.
type Complained struct {
	fact
	Red   bool `json:"red"`
	words string
}

// Meta implements event.Fact.
func (f Complained) Meta() event.Meta { return f.meta("case.complained") }

// Words implements timeline.Worded.
func (f Complained) Words() string { return f.words }

// maxWords bounds what is written down of a complaint.
const maxWords = 5000

// Complain opens a case for what a customer said, or adds it to the open one.
func (s *Service) Complain(ctx context.Context, customer int64, words string) (Case, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Case{}, err
	}
	words = text.Block(words)
	check := &errs.Check{}
	check.That(words != "", "words", "error.required")
	check.That(len([]rune(words)) <= maxWords, "words", "error.long", "n", maxWords)
	if err := check.Err(); err != nil {
		return Case{}, err
	}
	return db.WriteOne(ctx, s.db, "feedback.complaint", func(ctx context.Context, tx *db.Tx) (Case, error) {
		if err := sees(ctx, tx, actor.Scope(), customer); err != nil {
			return Case{}, err
		}
		c, found, err := openOf(ctx, tx, customer)
		if err != nil {
			return c, err
		}
		if !found {
			if c, err = s.openCase(ctx, tx, customer, words); err != nil {
				return c, err
			}
		}
		journal.About(tx, subject, c.ID, c.label())
		if err := note(ctx, tx, c.ID, Event{Kind: "complaint", Note: words}, ""); err != nil {
			return c, err
		}
		if c.State == Resolved || c.State == AwaitingRecheck {
			if err := s.enter(ctx, tx, &c, Reopened, words, ""); err != nil {
				return c, err
			}
		}
		if c, err = get(ctx, tx, everything, c.ID); err != nil {
			return c, err
		}
		return c, s.Deps.Events.Publish(ctx, tx, Complained{fact: factOf(c), Red: c.Red, words: words})
	})
}

// openCase makes a case without an answer, gives it to somebody and starts its
// clock.
func (s *Service) openCase(ctx context.Context, tx *db.Tx, customer int64, words string) (Case, error) {
	who, err := client(ctx, tx, customer)
	if err != nil {
		return Case{}, err
	}
	c := Case{CustomerID: customer, Score: -1}
	if err := s.start(ctx, tx, &c, about{OwnerID: who.OwnerID, Said: words}, who); err != nil {
		return c, err
	}
	if c, err = get(ctx, tx, everything, c.ID); err != nil {
		return c, err
	}
	return c, note(ctx, tx, c.ID, Event{Kind: "opened", To: Unseen, Note: string(c.OwnerName)}, "")
}
