package feedback

import (
	"context"
	"fmt"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/work/task"
)

// subscribers read the answers and the contacts. History that was imported
// opens nothing.
func (s *Service) subscribers() []event.Subscriber {
	return []event.Subscriber{
		{Name: "feedback_answers", Kinds: []string{"response.given", "response.changed"}, Fresh: true, Handle: s.onAnswer},
		{Name: "feedback_wishes", Kinds: []string{"response.wished"}, Handle: s.onWish},
		{Name: "feedback_silence", Kinds: []string{"invitation.expired", "invitation.refused", "invitation.failed", "invitation.cancelled"}, Handle: s.onSilence},
		{Name: "feedback_contacts", Kinds: []string{"followup.happened"}, Fresh: true, Handle: s.onContact},
	}
}

// onAnswer looks at an answer: the second one of a case ends it, an unhappy
// one opens a case or joins the open one, a promoter is thanked.
func (s *Service) onAnswer(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	a, found, err := answer(ctx, tx, int64(e.SubjectID))
	if err != nil || !found {
		return err
	}
	key := fmt.Sprintf("answer:%d", e.ID)
	if a.CaseID != 0 {
		return s.recheck(ctx, tx, a, key)
	}
	if a.promotes() {
		if err := s.thank(ctx, tx, a); err != nil {
			return err
		}
	}
	return s.listen(ctx, tx, a, key)
}

// listen opens a case for an unhappy answer, or lets it join an open one.
func (s *Service) listen(ctx context.Context, tx *db.Tx, a Answer, key string) error {
	var c Case
	own, err := db.Found(tx.Get(ctx, &c, sqlByResponse, a.ID))
	if err != nil {
		return err
	}
	if own { // the answer was edited; what was done stays done
		return s.join(ctx, tx, c, a, key, false)
	}
	if !a.opens() {
		return nil
	}
	if a.CustomerID != 0 {
		c, found, err := openOf(ctx, tx, a.CustomerID)
		if err != nil {
			return err
		}
		if found {
			return s.join(ctx, tx, c, a, key, true)
		}
	}
	return s.open(ctx, tx, a, key)
}

// open makes a case, gives it to somebody and starts its clock.
func (s *Service) open(ctx context.Context, tx *db.Tx, a Answer, key string) error {
	who, err := client(ctx, tx, a.CustomerID)
	if err != nil {
		return err
	}
	what, err := subjectOf(ctx, tx, a.ID, who)
	if err != nil {
		return err
	}
	c := Case{CustomerID: a.CustomerID, ResponseID: db.ID(a.ID), SurveyID: db.ID(a.SurveyID), Kind: a.Kind, Score: a.Score}
	if err := s.start(ctx, tx, &c, what, who); err != nil {
		return err
	}
	if c, err = get(ctx, tx, everything, c.ID); err != nil {
		return err
	}
	journal.About(tx, subject, c.ID, c.label())
	if err := note(ctx, tx, c.ID, Event{Kind: "opened", To: Unseen, Note: string(c.OwnerName)}, key); err != nil {
		return err
	}
	return s.Deps.Events.Publish(ctx, tx, Opened{fact: factOf(c), ResponseID: a.ID, Kind: a.Kind, Red: c.Red})
}

// start gives a new case to somebody, starts its clock and stores it.
func (s *Service) start(ctx context.Context, tx *db.Tx, c *Case, a about, who Client) error {
	var err error
	if c.OwnerID, c.OwnerWhy, err = s.ownerOf(ctx, tx, a); err != nil {
		return err
	}
	p, err := s.pace(ctx, tx)
	if err != nil {
		return err
	}
	c.State, c.Red = Unseen, p.rules.scored(c.Kind, c.Score) || p.rules.marks(who)
	respond, resolve := p.deadlines(tx.Now, c.Red)
	c.OpenedAt, c.ClockAt, c.DueAt, c.RespondBy, c.ResolveBy = db.At(tx.Now), db.At(tx.Now), db.At(respond), db.At(respond), db.At(resolve)
	return insert(ctx, tx, c)
}

// join adds a further answer to an open case. A new complaint about something
// that counted as put right makes it urgent again.
func (s *Service) join(ctx context.Context, tx *db.Tx, c Case, a Answer, key string, further bool) error {
	done, err := noted(ctx, tx, key)
	if err != nil || done {
		return err
	}
	if err := note(ctx, tx, c.ID, Event{Kind: "answer", At: a.AnsweredAt, Note: fmt.Sprintf("%d %s", a.Score, a.Comment)}, key); err != nil {
		return err
	}
	if !further {
		return nil
	}
	p, err := s.pace(ctx, tx)
	if err != nil {
		return err
	}
	c.Red = c.Red || p.rules.scored(a.Kind, a.Score)
	if c.State == Resolved || c.State == AwaitingRecheck {
		return s.enter(ctx, tx, &c, Reopened, a.Comment, "")
	}
	return s.hurry(ctx, tx, p, &c)
}

// hurry shortens the time for the first reply of a case that became red.
func (s *Service) hurry(ctx context.Context, tx *db.Tx, p pace, c *Case) error {
	if c.Red && c.RespondedAt.IsZero() {
		if respond, _ := p.deadlines(tx.Now, true); respond.Before(c.RespondBy.Time) {
			c.RespondBy = db.At(respond)
		}
	}
	return s.keep(ctx, tx, c)
}

// recheck ends a case by the answer to the question asked again.
func (s *Service) recheck(ctx context.Context, tx *db.Tx, a Answer, key string) error {
	c, err := get(ctx, tx, everything, int64(a.CaseID))
	if err != nil {
		return s.listen(ctx, tx, a, key) // the case is gone; the answer is not
	}
	if c.State == Resolved { // answered at the counter before we asked
		if err := s.enter(ctx, tx, &c, AwaitingRecheck, "", ""); err != nil {
			return err
		}
	}
	if c.State != AwaitingRecheck {
		return s.join(ctx, tx, c, a, key, false)
	}
	journal.About(tx, subject, c.ID, c.label())
	c.RecheckResponseID, c.RecheckScore = db.ID(a.ID), a.Score
	if err := note(ctx, tx, c.ID, Event{Kind: "answer", At: a.AnsweredAt, Note: fmt.Sprintf("%d %s", a.Score, a.Comment)}, key); err != nil {
		return err
	}
	return s.enter(ctx, tx, &c, Result(c.Kind, c.Score, a.Score), "", "")
}

// claimed gives the case of an answer to the customer who turned out to have
// given it, in the transaction in which somebody said so.
func (s *Service) claimed(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	if _, err := tx.Exec(ctx, sqlClaim, e.CustomerID, db.At(tx.Now), int64(e.SubjectID)); err != nil {
		return fmt.Errorf("give the case of answer %d to customer %d: %w", e.SubjectID, e.CustomerID, err)
	}
	return nil
}

// thankWithin is when a promoter should have heard from us.
const thankWithin = 48 * time.Hour

// thank makes a small task: a promoter hears a word of thanks within two days.
func (s *Service) thank(ctx context.Context, tx *db.Tx, a Answer) error {
	if a.CustomerID == 0 {
		return nil // nobody whom we could thank
	}
	who, err := client(ctx, tx, a.CustomerID)
	if err != nil {
		return err
	}
	owner, _, err := s.ownerOf(ctx, tx, about{OwnerID: who.OwnerID})
	if err != nil {
		return err
	}
	_, err = s.Tasks.Ensure(ctx, tx, task.Task{Kind: task.Thank, CustomerID: db.ID(a.CustomerID), OwnerID: owner, DueAt: db.At(tx.Now.Add(thankWithin)), SourceKey: db.Null(fmt.Sprintf("thank:%d", a.ID))})
	return err
}

// onContact takes a logged contact by somebody who works here as the first
// reply of the customer's open cases.
func (s *Service) onContact(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	if e.CustomerID == 0 || e.UserID == 0 {
		return nil
	}
	var cases []Case
	if err := tx.Select(ctx, &cases, sqlOpenAll, int64(e.CustomerID)); err != nil {
		return fmt.Errorf("read open cases of customer %d: %w", e.CustomerID, err)
	}
	var said struct {
		Channel string `db:"channel"`
		Content string `db:"content"`
	}
	if _, err := db.Found(tx.Get(ctx, &said, sqlSpoken, int64(e.SubjectID))); err != nil {
		return fmt.Errorf("read exchange %d: %w", e.SubjectID, err)
	}
	by := *auth.From(ctx)
	by.UserID = int64(e.UserID)
	ctx = auth.With(ctx, &by)
	for _, c := range cases {
		if err := s.respond(ctx, tx, &c, e.OccurredAt.Time, said.Channel, said.Content, contactKey(c.ID, int64(e.SubjectID))); err != nil {
			return err
		}
	}
	return nil
}
