package approval

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Notices tells people.
type Notices interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
	Colleagues(ctx context.Context) ([]notify.Colleague, error)
}

// Mail is the only way out of the house.
type Mail interface {
	Queue(ctx context.Context, tx *db.Tx, m outbox.Message) (int64, bool, error)
	Cancel(ctx context.Context, subjectKind string, subjectID int64) error
}

// Deps are what the service stands on.
type Deps struct {
	DB      *db.DB
	Notices Notices
	Mail    Mail
	View    *view.Engine
	BaseURL func() string
}

// Service holds the use cases.
type Service struct {
	Deps
	consumers []Consumer
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// Register lets a part of the product ask. Call it before the house opens.
func (s *Service) Register(c Consumer) { s.consumers = append(s.consumers, c) }

func (s *Service) consumer(kind string) (Consumer, bool) {
	for _, c := range s.consumers {
		if c.Kind == kind {
			return c, true
		}
	}
	return Consumer{}, false
}

// Needed tells, inside the change that wants something, whether somebody has to
// be asked first. The state "" lets it go on; Approved as well. Asked means that
// it waits: the question is in this transaction, so the change must commit
// without doing what it wanted. Rejected means that it was refused as it is.
func (s *Service) Needed(ctx context.Context, tx *db.Tx, a Ask) (int64, string, error) {
	actor := auth.From(ctx)
	if !actor.Signed() || actor.Role == auth.Owner { // the house itself, and who has the last word anyway
		return 0, "", nil
	}
	a.AskerID = actor.UserID
	prior, found, err := s.prior(ctx, tx, a)
	if err != nil {
		return 0, "", err
	}
	if found {
		return prior.ID, prior.State, nil
	}
	r, wanted, err := s.wanted(ctx, tx, a)
	if err != nil || !wanted {
		return 0, "", err
	}
	a.Reason = text.Block(a.Reason)
	if n := len([]rune(a.Reason)); n > maxNote {
		c := &errs.Check{}
		c.Add("reason", "error.long", "n", maxNote)
		return 0, "", c.Err()
	}
	id, err := insert(ctx, tx, a)
	if err != nil {
		return 0, "", err
	}
	for i, t := range r.Steps {
		if err := addStep(ctx, tx, id, i+1, t); err != nil {
			return 0, "", err
		}
	}
	one, err := get(ctx, tx, id)
	if err != nil {
		return 0, "", err
	}
	_, err = s.turn(ctx, tx, one, 1)
	return id, Asked, err
}

const maxNote = 1000

// Would tells whether a question would have to be asked, without asking it.
func (s *Service) Would(ctx context.Context, a Ask) (bool, error) {
	_, wanted, err := s.Wants(ctx, a)
	return wanted, err
}

// Wants is Would with the rule that asks.
func (s *Service) Wants(ctx context.Context, a Ask) (Rule, bool, error) {
	actor := auth.From(ctx)
	if !actor.Signed() || actor.Role == auth.Owner {
		return Rule{}, false, nil
	}
	a.AskerID = actor.UserID
	return s.wanted(ctx, s.DB.Reader(ctx), a)
}

// Open are the questions of a kind that wait about a customer or a subject,
// whoever asked, for what adds them up.
func (s *Service) Open(ctx context.Context, kind string, customer int64, subjectKind string, subjectID int64) ([]Ask, error) {
	var list []Approval
	if err := s.DB.Reader(ctx).Select(ctx, &list, sqlOpenOf, kind, customer, subjectKind, subjectID); err != nil {
		return nil, fmt.Errorf("look what waits about %s %d: %w", subjectKind, subjectID, err)
	}
	out := make([]Ask, len(list))
	for i, a := range list {
		out[i] = a.ask()
	}
	return out, nil
}

// wanted is the rule that asks, where somebody else works here who could decide.
// Where none does, a discount beyond what the asker's role may give is their
// manager's to decide.
func (s *Service) wanted(ctx context.Context, q db.Q, a Ask) (Rule, bool, error) {
	r, found, err := rule(ctx, q, a)
	if err == nil && !found && a.Discount > 0 {
		r, found, err = ofRole(ctx, q, a)
	}
	if err != nil || !found {
		return r, false, err
	}
	var others int
	if err := q.Get(ctx, &others, sqlOthers, a.AskerID); err != nil {
		return r, false, fmt.Errorf("look who could decide: %w", err)
	}
	return r, others > 0, nil
}

// prior is what was asked about the same already. A question about a state of the
// subject that is no more is void.
func (s *Service) prior(ctx context.Context, tx *db.Tx, a Ask) (Approval, bool, error) {
	if a.Payload != "" {
		var open Approval
		found, err := db.Found(tx.Get(ctx, &open, sqlSame, a.Kind, a.SubjectKind, db.ID(a.SubjectID), a.Fingerprint, a.AskerID))
		return open, found, err
	}
	var list []Approval
	if err := tx.Select(ctx, &list, sqlAbout, a.SubjectKind, a.SubjectID, a.Kind); err != nil {
		return Approval{}, false, fmt.Errorf("look what was asked about %s %d: %w", a.SubjectKind, a.SubjectID, err)
	}
	for _, p := range list {
		if p.Fingerprint == a.Fingerprint && p.State != Withdrawn && p.State != Void {
			return p, true, nil
		}
		if p.State != Asked {
			continue
		}
		if err := s.end(ctx, tx, p, Void); err != nil {
			return p, false, err
		}
	}
	return Approval{}, false, nil
}

// fileDays is how long an approved list may be fetched.
const fileDays = 7

// Holds tells whether an approval still lets the actor do what they asked: it is
// theirs, about the very same, approved, and not too old.
func (s *Service) Holds(ctx context.Context, id int64, kind, fingerprint string) (Approval, bool, error) {
	a, err := get(ctx, s.DB.Reader(ctx), id)
	if errs.Is(err, errs.NotFound) {
		return a, false, nil
	}
	return a, a.AskerID == auth.From(ctx).UserID && a.Kind == kind && a.Fingerprint == fingerprint && s.fresh(a), err
}

func (s *Service) fresh(a Approval) bool {
	return a.State == Approved && s.DB.Now().Before(a.DecidedAt.AddDate(0, 0, fileDays))
}

// Of is the newest question about a subject, for its page.
func (s *Service) Of(ctx context.Context, kind, subjectKind string, subjectID int64) (Approval, bool, error) {
	var list []Approval
	err := s.DB.Reader(ctx).Select(ctx, &list, sqlAbout, subjectKind, subjectID, kind)
	if err != nil || len(list) == 0 {
		return Approval{}, false, err
	}
	return list[0], true, nil
}

// Seen reads one that the actor may see, with its steps.
func (s *Service) Seen(ctx context.Context, id int64) (Approval, []Step, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Approval{}, nil, err
	}
	return s.seen(ctx, s.DB.Reader(ctx), id)
}

// seen reads what somebody asked, decides or decided, and for a manager what
// their people asked.
func (s *Service) seen(ctx context.Context, q db.Q, id int64) (Approval, []Step, error) {
	a, err := get(ctx, q, id)
	if err != nil {
		return a, nil, err
	}
	me := auth.From(ctx)
	sees := a.AskerID == me.UserID
	if !sees {
		n, err := list.Count(ctx, q, append(visible(ctx), field.Where{SQL: "a.id = ?", Args: []any{id}}), 1)
		if err != nil {
			return a, nil, err
		}
		sees = n > 0
	}
	if !sees {
		if sees, err = s.decides(ctx, q, a); err != nil {
			return a, nil, err
		}
	}
	if !sees {
		return a, nil, errs.NotVisible()
	}
	turns, err := steps(ctx, q, id)
	return a, turns, err
}

// day is today where the shop is.
func day(ctx context.Context, q db.Q, now db.Time) (cal.Date, error) {
	business, err := setting.ReadBusiness(ctx, q)
	return cal.Today(now.Time, business.Zone()), err
}
