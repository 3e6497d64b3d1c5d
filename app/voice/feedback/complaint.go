package feedback

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
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

// Complaint is what a customer said, and how it came.
type Complaint struct {
	CustomerID int64
	Words      string
	Source     string // one of Sources, "" = not said
	Ref        string // the number of the ticket or review; the same one twice is one complaint
}

// Sources are the ways on which complaints come.
var Sources = []string{"call", "visit", "wechat", "email", "sms", "ticket", "review", "other"}

// Complain is Hear for words of which nobody said how they came.
func (s *Service) Complain(ctx context.Context, customer int64, words string) (Case, error) {
	return s.Hear(ctx, Complaint{CustomerID: customer, Words: words})
}

// Hear opens a case for what a customer said, or adds it to the open one. It
// joins the caller's write, so that a ticket and its case are kept together.
func (s *Service) Hear(ctx context.Context, in Complaint) (Case, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Case{}, err
	}
	words := text.Block(in.Words)
	in.Ref = text.Line(in.Ref)
	check := &errs.Check{}
	check.That(words != "", "words", "error.required")
	check.That(len([]rune(words)) <= maxWords, "words", "error.long", "n", maxWords)
	check.That(in.Source == "" || slices.Contains(Sources, in.Source), "source", "error.choice")
	check.That(len([]rune(in.Ref)) <= maxCause, "source_ref", "error.long", "n", maxCause)
	if err := check.Err(); err != nil {
		return Case{}, err
	}
	return db.WriteOne(ctx, s.db, "feedback.complaint", func(ctx context.Context, tx *db.Tx) (Case, error) {
		if err := sees(ctx, tx, actor.Scope(), in.CustomerID); err != nil {
			return Case{}, err
		}
		key := in.key()
		var before int64
		if known, err := db.Found(tx.Get(ctx, &before, sqlEventCase, key)); err != nil || known {
			if err != nil {
				return Case{}, fmt.Errorf("look for complaint %s: %w", key, err)
			}
			return get(ctx, tx, actor.Scope(), before)
		}
		id, err := s.heard(ctx, tx, in.Source, key, in.CustomerID, false, words)
		if err != nil {
			return Case{}, err
		}
		return get(ctx, tx, everything, id)
	})
}

// key marks a complaint that has a number of its own.
func (in Complaint) key() string {
	if in.Ref == "" {
		return ""
	}
	return "complaint:" + in.Source + ":" + in.Ref
}
