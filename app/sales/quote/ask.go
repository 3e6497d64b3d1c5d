package quote

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/work/task"
)

// AskAt takes a question of whoever holds the link: it stands on the timeline,
// and whoever wrote the quote has a task to answer.
func (s *Service) AskAt(ctx context.Context, token, question string) error {
	question = text.Block(question)
	c := &errs.Check{}
	c.That(question != "", "question", "error.required")
	c.That(len([]rune(question)) <= maxReason, "question", "error.long", "n", maxReason)
	if err := c.Err(); err != nil {
		return err
	}
	ctx = auth.With(ctx, auth.System("public"))
	return s.db.Write(ctx, "quote.ask", func(ctx context.Context, tx *db.Tx) error {
		v, err := s.at(ctx, tx, token)
		if err != nil {
			return err
		}
		if v.State == Draft || v.State == Withdrawn || v.State == Replaced {
			return closed(v)
		}
		before, err := traces(ctx, tx, v.ID)
		if err != nil {
			return err
		}
		if len(pickTraces(before, "asked")) >= maxAsked {
			return errs.New(errs.Conflict, "quote.error.asked_enough")
		}
		journal.About(tx, "quote", v.ID, v.Name())
		n, err := addTrace(ctx, tx, v.ID, "asked", question)
		if err != nil {
			return err
		}
		if err := s.d.Events.Publish(ctx, tx, Asked{v.fact(), question}); err != nil || v.UserID == 0 {
			return err
		}
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return err
		}
		title := s.d.View.Bundle().For(b.Locale).T("quote.task.asked", "number", v.Name(), "customer", v.CustomerName)
		if _, err := s.d.Tasks.Create(ctx, task.Input{Title: title, CustomerID: v.CustomerID, OwnerID: int64(v.UserID), Notes: question}); err != nil {
			return fmt.Errorf("make a task of a question: %w", err)
		}
		return s.tell(ctx, tx, v, notify.QuoteAsked, fmt.Sprintf("quote_asked:%d", n))
	})
}

// maxAsked bounds what one link can ask, maxTraces what it can write.
const (
	maxAsked  = 20
	maxTraces = 200
)

func pickTraces(list []Trace, kind string) []Trace {
	var out []Trace
	for _, t := range list {
		if t.Kind == kind {
			out = append(out, t)
		}
	}
	return out
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, v Quote, kind, key string) error {
	return s.d.People.Tell(ctx, tx, notify.Notice{UserID: int64(v.UserID), Kind: kind, SubjectKind: "quote", SubjectID: v.ID, CustomerID: v.CustomerID,
		Label: v.Name() + ", " + v.CustomerName, DedupeKey: key})
}

// closed says why nothing can be decided about a quote any more.
func closed(v Quote) error {
	state := v.State
	if state == Sent {
		state = Expired // its day is over, the job has not come by yet
	}
	return errs.New(errs.Conflict, "quote.error.closed."+state)
}
