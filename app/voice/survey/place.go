package survey

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Place is where whoever passes may answer: a poster, a tablet, a frame in a
// page. The slice that has it says how it is called and who is let in; the page
// and the answer are the same as for somebody who was invited.
type Place struct {
	SurveyID  int64
	Path      string // of its page
	Token     string // what its forms are bound to
	Channel   string
	PosterID  int64
	ProductID int64
	RatedID   int64
	Closed    bool // nobody answers here any more
	Restarts  bool // the next person follows on the same device
	Contact   bool // who answers may leave how to reach them
	Earlier   int64
	// Admit is asked before a new answer is taken, not before a change of one.
	Admit func(ctx context.Context, tx *db.Tx) error
	// Keep stores what else was left, in the transaction of the answer.
	Keep func(ctx context.Context, tx *db.Tx, r Response) error
}

// openPlace reads what is asked at a place now.
func (s *Service) openPlace(ctx context.Context, q db.Q, p Place, now time.Time) (Form, error) {
	v, err := readSurvey(ctx, q, p.SurveyID)
	if err != nil {
		return Form{}, err
	}
	f := Form{Survey: v, Nonce: s.tokens.showing(p.Token, now)}
	over, err := s.over(ctx, q, v, now)
	f.Late = p.Closed || over
	if err != nil || p.Earlier == 0 {
		return f, err
	}
	if v.Anonymous || p.Earlier == Nobody {
		f.Voted = v.Anonymous && p.Earlier == Nobody
		return f, nil
	}
	f.Response, err = given(ctx, q, p, v)
	return f, err
}

// given is the answer that the same device gave here a short while ago, nil
// when it is gone or was to something else.
func given(ctx context.Context, q db.Q, p Place, v Survey) (*Response, error) {
	var r Response
	found, err := db.Found(q.Get(ctx, &r, sqlResponse, p.Earlier))
	if err != nil || !found || r.PosterID != db.ID(p.PosterID) || r.SurveyID != v.ID {
		return nil, err
	}
	return &r, nil
}

// formKey finds the answer that came from one showing of a page, so that a
// second press of its button changes the answer and adds none.
func formKey(nonce string) string { return "form:" + id.Hash(nonce)[:24] }

// submitAt keeps an answer given at a place.
func (s *Service) submitAt(ctx context.Context, p Place, nonce string, a Answer) (Response, error) {
	ctx = auth.With(ctx, &auth.Actor{Via: "public", Reach: auth.Own})
	return db.WriteOne(ctx, s.db, "response.answer", func(ctx context.Context, tx *db.Tx) (Response, error) {
		if !s.tokens.shown(p.Token, nonce, tx.Now) {
			return Response{}, errs.New(errs.Invalid, "survey.error.nonce")
		}
		f, err := s.openPlace(ctx, tx, p, tx.Now)
		if err != nil {
			return Response{}, err
		}
		if f.Response == nil { // the same page again, also without a cookie
			var same Response
			found, err := db.Found(tx.Get(ctx, &same, sqlOfForm, p.PosterID, db.At(tx.Now.Add(-formLife)), formKey(nonce)))
			if err != nil {
				return Response{}, err
			}
			if found {
				f.Response = &same
			}
		}
		if f.Late && f.Response == nil {
			return Response{}, errs.New(errs.Conflict, "survey.error.late")
		}
		if f.Response != nil {
			a.changes = f.Response.ID
		} else if err := p.Admit(ctx, tx); err != nil {
			return Response{}, err
		}
		a.Channel, a.ExternalID = p.Channel, formKey(nonce)
		a.PosterID, a.ProductID, a.RatedID = p.PosterID, p.ProductID, p.RatedID
		r, err := s.keep(ctx, tx, f.Survey, nil, a)
		if err != nil {
			return r, err
		}
		journal.About(tx, "response", r.ID, f.Survey.Name)
		return r, p.Keep(ctx, tx, r)
	})
}

// Claimed says that somebody found out who gave an answer.
type Claimed struct {
	ID         int64 `json:"id"`
	CustomerID int64 `json:"customer_id"`
}

// Claim gives the answer of somebody unknown to the customer they turned out to
// be, in the caller's transaction; whoever keeps something about the answer
// follows in it too.
func (s *Service) Claim(ctx context.Context, tx *db.Tx, response, customer int64) error {
	r, err := readResponse(ctx, tx, response)
	if err != nil {
		return err
	}
	if r.CustomerID != 0 {
		return errs.New(errs.Conflict, "survey.error.known")
	}
	c, err := seen(ctx, tx, customer)
	if err != nil {
		return err
	}
	journal.About(tx, "customer", c.ID, c.Name)
	if _, err := tx.Exec(ctx, sqlClaim, customer, db.At(tx.Now), response); err != nil {
		return fmt.Errorf("give answer %d to customer %d: %w", response, customer, err)
	}
	return s.d.Bus.Publish(ctx, tx, Claimed{ID: response, CustomerID: customer})
}
