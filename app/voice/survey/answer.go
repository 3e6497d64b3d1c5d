package survey

import (
	"context"
	"fmt"
	"math"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/id"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
)

// maxEdits is how often one link may change its answer.
const maxEdits = 20

// Responses is a page of answers.
func (s *Service) Responses(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Response], error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return page.Page[Response]{}, err
	}
	where, err := s.conditions(ctx, responseList, conds)
	if err != nil {
		return page.Page[Response]{}, err
	}
	where = append(append(where, scoped(ctx)), sought(req.Q)...)
	return field.Fetch[Response](ctx, s.db.Reader(ctx), responseList, req, where)
}

// Response reads one answer.
func (s *Service) Response(ctx context.Context, id int64) (Response, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Response{}, err
	}
	return seenResponse(ctx, s.db.Reader(ctx), id)
}

func seenResponse(ctx context.Context, q db.Q, id int64) (Response, error) {
	var r Response
	err := db.OrNotFound(q.Get(ctx, &r, sqlSeenResponse, append([]any{id}, auth.From(ctx).Scope().Args()...)...))
	return r, err
}

// Record keeps what a customer told a colleague, or what a file says they once
// answered. Without a survey it is the shop's first recommendation question.
func (s *Service) Record(ctx context.Context, a Answer) (Response, error) {
	if err := auth.From(ctx).May(Ask); err != nil {
		return Response{}, err
	}
	if a.Channel == "" {
		a.Channel = Staff
	}
	if a.Channel == Imported {
		ctx = event.Importing(ctx)
	}
	return db.WriteOne(ctx, s.db, "response.record", func(ctx context.Context, tx *db.Tx) (Response, error) {
		var i *Invitation
		if a.InvitationID != 0 {
			found, err := s.visible(ctx, tx, a.InvitationID)
			if err != nil {
				return Response{}, wrongReference(err, "invitation_id")
			}
			if a.CustomerID != 0 && a.CustomerID != found.CustomerID || !found.open() {
				return Response{}, wrongReference(errs.NotVisible(), "invitation_id")
			}
			i, a.CustomerID, a.SurveyID = &found, found.CustomerID, found.SurveyID
		}
		c, err := seen(ctx, tx, a.CustomerID)
		if err != nil {
			return Response{}, wrongReference(err, "customer_id")
		}
		if a.ContactID != 0 {
			if _, err := s.who(ctx, tx, 0, c, InviteInput{ContactID: a.ContactID}); err != nil {
				return Response{}, err
			}
		}
		v, err := s.which(ctx, tx, a.SurveyID)
		if err != nil {
			return Response{}, err
		}
		if a.Channel != Imported {
			if err := s.open(ctx, tx, v); err != nil {
				return Response{}, err
			}
		}
		journal.About(tx, "customer", c.ID, c.Name)
		return s.keep(ctx, tx, v, i, a)
	})
}

// wrongReference tells about an id in a body that is not there for the actor.
func wrongReference(err error, name string) error {
	if !errs.Is(err, errs.NotFound) {
		return err
	}
	c := &errs.Check{}
	c.Add(name, "error.choice")
	return c.Err()
}

func (s *Service) which(ctx context.Context, q db.Q, survey int64) (Survey, error) {
	if survey != 0 {
		v, err := readSurvey(ctx, q, survey)
		return v, wrongReference(err, "survey_id")
	}
	var v Survey
	err := db.OrNotFound(q.Get(ctx, &v, sqlFirstOfKind, NPS))
	return v, wrongReference(err, "survey_id")
}

// keep stores an answer, or changes the one the invitation has.
func (s *Service) keep(ctx context.Context, tx *db.Tx, v Survey, i *Invitation, a Answer) (Response, error) {
	if v.Anonymous {
		return Response{}, errAnonymous
	}
	a.clean()
	if a.AnsweredAt.IsZero() {
		a.AnsweredAt = tx.Now
	}
	v, err := s.AsOf(ctx, tx, v, a.SurveyVersion)
	if err != nil {
		return Response{}, wrongReference(err, "survey_version")
	}
	answers, err := a.validate(v, tx.Now)
	if err != nil {
		return Response{}, err
	}
	if !v.Scored {
		a.Score = NoAnswer
	}
	r := Response{SurveyID: v.ID, CustomerID: db.ID(a.CustomerID), ContactID: db.ID(a.ContactID)}
	if i != nil {
		found, err := db.Found(tx.Get(ctx, &r, sqlOfInvitation, i.ID))
		if err != nil {
			return r, fmt.Errorf("look for the answer to invitation %d: %w", i.ID, err)
		}
		if found && r.Revision > maxEdits {
			return r, errs.New(errs.TooMany, "survey.error.edits")
		}
		r.InvitationID, r.ContactID, r.CaseID = db.ID(i.ID), i.ContactID, i.CaseID
	}
	if a.changes != 0 {
		if r, err = readResponse(ctx, tx, a.changes); err != nil {
			return r, err
		}
		if r.Revision > maxEdits {
			return r, errs.New(errs.TooMany, "survey.error.edits")
		}
	}
	was := r.Score
	r.SurveyName, r.SurveyKind, r.Score, r.Comment, r.Channel = v.Name, v.Kind, a.Score, a.Comment, a.Channel
	r.Language, r.AnsweredAt, r.ExternalID, r.Answers = a.Language, db.At(a.AnsweredAt), db.Null(a.ExternalID), answers
	r.SurveyVersion, r.Praise, r.PraiseNotice = v.Revision, a.Praise, a.Notice
	if r.ID != 0 {
		return r, s.change(ctx, tx, v, &r, was)
	}
	r.UserID = db.ID(auth.From(ctx).UserID)
	r.ProductID, r.PosterID, r.RatedID = db.ID(a.ProductID), db.ID(a.PosterID), db.ID(a.RatedID)
	if i != nil {
		r.OrderID = i.OrderID
		if r.RatedID == 0 {
			r.RatedID = i.RatedID
		}
	}
	if err := insertResponse(ctx, tx, &r); err != nil {
		return r, err
	}
	if i != nil {
		if err := s.answered(ctx, tx, i, r); err != nil {
			return r, err
		}
	}
	fact := s.fact(v, r)
	if err := s.d.Bus.Publish(ctx, tx, fact); err != nil {
		return r, err
	}
	return readResponse(ctx, tx, r.ID)
}

// change keeps the latest human answer; the one before stays in the journal
// and on the timeline.
func (s *Service) change(ctx context.Context, tx *db.Tx, v Survey, r *Response, was int) error {
	if err := updateResponse(ctx, tx, r); err != nil {
		return err
	}
	if err := timeline.Reword(ctx, tx, "response", r.ID, "response.given", r.Comment, r.AnsweredAt); err != nil {
		return err
	}
	f := s.fact(v, *r)
	f.Was = was
	return s.d.Bus.Publish(ctx, tx, f)
}

func readResponse(ctx context.Context, q db.Q, id int64) (Response, error) {
	var r Response
	err := db.OrNotFound(q.Get(ctx, &r, sqlResponse, id))
	return r, err
}

// answered closes the invitation and takes its reminder back.
func (s *Service) answered(ctx context.Context, tx *db.Tx, i *Invitation, r Response) error {
	if err := s.d.Outbox.Cancel(ctx, subjectKind, i.ID); err != nil {
		return err
	}
	if i.SentAt.IsZero() {
		i.SentAt = r.AnsweredAt
	}
	i.AnsweredAt = r.AnsweredAt
	return s.settle(ctx, tx, i, Answered, "")
}

func (s *Service) fact(v Survey, r Response) Given {
	return Given{ID: r.ID, InvitationID: int64(r.InvitationID), SurveyID: v.ID, SurveyKind: v.Kind, CustomerID: int64(r.CustomerID),
		ContactID: int64(r.ContactID), CaseID: int64(r.CaseID), Score: r.Score, Top: r.Top(), Low: r.Scored() && low(v.Kind, r.Score),
		Word: v.alarming(r.Comment), Channel: r.Channel, Revision: r.Revision, At: r.AnsweredAt.Time, Comment: r.Comment}
}

// Remove deletes an answer, for one typed in by mistake; undo brings it back.
func (s *Service) Remove(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "response.delete", func(ctx context.Context, tx *db.Tx) error {
		r, err := seenResponse(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.CustomerID != 0 {
			journal.About(tx, "customer", int64(r.CustomerID), r.CustomerName)
		} else {
			journal.About(tx, "response", r.ID, r.SurveyName)
		}
		if err := timeline.Drop(ctx, tx, "response", id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlDeleteResponse, id); err != nil {
			return fmt.Errorf("delete answer %d: %w", id, err)
		}
		return s.d.Bus.Publish(ctx, tx, Removed{ID: id, CustomerID: int64(r.CustomerID)})
	})
}

// Form is what the page behind a token shows.
type Form struct {
	Survey     Survey
	Invitation Invitation
	Response   *Response // what was answered before
	Late       bool      // it ran out, or is no longer wanted
	Voted      bool      // anonymously, so there is no answer to show
	Nonce      string
}

// Open reads what a token opens; a wrong token is not found. It decides
// nothing.
func (s *Service) Open(ctx context.Context, token string) (Form, error) {
	var f Form
	q := s.db.Reader(ctx)
	if len(token) > 64 {
		return f, errs.NotVisible()
	}
	if err := db.OrNotFound(q.Get(ctx, &f.Invitation, sqlByToken, id.Hash(token))); err != nil {
		return f, err
	}
	now := s.db.Now()
	if tx := db.From(ctx); tx != nil {
		now = tx.Now
	}
	f.Late = !f.Invitation.open() || !f.Invitation.ExpiresAt.IsZero() && !now.Before(f.Invitation.ExpiresAt.Time)
	f.Nonce = s.tokens.nonce(token, now)
	var err error
	if f.Survey, err = readSurvey(ctx, q, f.Invitation.SurveyID); err != nil {
		return f, err
	}
	if f.Survey.Anonymous {
		if f.Voted, err = s.voted(ctx, q, f.Invitation); err != nil || f.Voted {
			return f, err
		}
	}
	var r Response
	found, err := db.Found(q.Get(ctx, &r, sqlOfInvitation, f.Invitation.ID))
	if found {
		f.Response = &r
	}
	if err != nil || found || f.Late {
		return f, err
	}
	f.Late, err = s.closed(ctx, q, f.Survey, now)
	return f, err
}

// Submit is the person's own press of the button. Nothing else votes.
func (s *Service) Submit(ctx context.Context, token, nonce string, a Answer) (Response, error) {
	return db.WriteOne(ctx, s.db, "response.answer", func(ctx context.Context, tx *db.Tx) (Response, error) {
		f, err := s.Open(ctx, token)
		if err != nil {
			return Response{}, err
		}
		if !s.tokens.genuine(token, nonce, tx.Now) {
			return Response{}, errs.New(errs.Invalid, "survey.error.nonce")
		}
		if f.Late {
			return Response{}, errs.New(errs.Conflict, "survey.error.late")
		}
		i := f.Invitation
		a.CustomerID, a.SurveyID, a.InvitationID, a.Channel = i.CustomerID, i.SurveyID, i.ID, i.Channel
		journal.About(tx, "customer", i.CustomerID, i.CustomerName)
		r, err := s.keep(ctx, tx, f.Survey, &i, a)
		if err != nil {
			return r, err
		}
		kind := "submitted"
		if r.Revision > 1 {
			kind = "edited"
		}
		return r, trace(ctx, tx, i.ID, kind, fmt.Sprint(r.Score))
	})
}

// maxTraces bounds what one link can write.
const maxTraces = 200

// Looked notes that a page was fetched: an access trace, shown to nobody as an
// answer. What looks like a mail filter is flagged, never refused.
func (s *Service) Looked(ctx context.Context, f Form, look Look) error {
	if f.Late {
		return nil
	}
	return s.db.Write(ctx, "survey.looked", func(ctx context.Context, tx *db.Tx) error {
		before, err := traces(ctx, tx, f.Invitation.ID)
		if err != nil || len(before) >= maxTraces {
			return err
		}
		value := ""
		if lo, hi := Scale(f.Survey.Kind); look.Score >= lo && look.Score <= hi {
			value = fmt.Sprint(look.Score)
		}
		if why := look.scanner(f.Invitation, before, value, tx.Now); why != "" {
			return trace(ctx, tx, f.Invitation.ID, "scanner", why)
		}
		if value != "" {
			return trace(ctx, tx, f.Invitation.ID, "preselected", value)
		}
		return trace(ctx, tx, f.Invitation.ID, "opened", "")
	})
}

// NoScore is a Look without a preselected score.
const NoScore = math.MinInt

// Look is one fetch of a page.
type Look struct {
	Score    int // preselected by the mail's link, or NoScore
	Honeypot bool
	Agent    string
}

// handover is how soon after leaving no person can have opened a mail.
const handover = 5 * time.Second
