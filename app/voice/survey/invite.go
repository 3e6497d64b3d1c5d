package survey

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/id"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
)

const (
	day            = 24 * time.Hour
	usualExpiry    = 21
	usualRemind    = 5
	purpose        = "survey"
	anyChannel     = "" // of consent: whoever hands a link over chooses the way
	subjectKind    = "invitation"
	reasonPlanned  = "scheduled"
	reasonNoEmail  = "no_email"
	reasonNoBase   = "no_base_url"
	reasonObjected = "objected"
)

// Invitations is a page of invitations.
func (s *Service) Invitations(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Invitation], error) {
	return listed[Invitation](ctx, s, invitationList, req, conds, "c.name,s.name", true)
}

// Invitation reads one invitation and what happened to its link.
func (s *Service) Invitation(ctx context.Context, id int64) (Invitation, []Trace, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Invitation{}, nil, err
	}
	q := s.db.Reader(ctx)
	i, err := s.visible(ctx, q, id)
	if err != nil {
		return i, nil, err
	}
	list, err := traces(ctx, q, id)
	return i, list, err
}

func (s *Service) visible(ctx context.Context, q db.Q, id int64) (Invitation, error) {
	i, err := readInvitation(ctx, q, id)
	if err != nil {
		return i, err
	}
	_, err = seen(ctx, q, i.CustomerID)
	return i, err
}

// Invite asks somebody now: by mail, by a link to hand over, or to be asked by
// a colleague. The gate decides about mail; its answer is in State and Reason.
func (s *Service) Invite(ctx context.Context, in InviteInput) (Invitation, error) {
	if err := auth.From(ctx).May(Ask); err != nil {
		return Invitation{}, err
	}
	if err := in.Validate(); err != nil {
		return Invitation{}, err
	}
	return db.WriteOne(ctx, s.db, "invitation.create", func(ctx context.Context, tx *db.Tx) (Invitation, error) {
		c, err := seen(ctx, tx, in.CustomerID)
		if err != nil {
			return Invitation{}, err
		}
		if err := surveyExists(ctx, tx, in.SurveyID); err != nil {
			return Invitation{}, err
		}
		v, err := readSurvey(ctx, tx, in.SurveyID)
		if err != nil {
			return Invitation{}, err
		}
		if err := s.open(ctx, tx, v); err != nil {
			return Invitation{}, err
		}
		who, err := s.who(ctx, tx, v.ID, c, in)
		if err != nil {
			return Invitation{}, err
		}
		journal.About(tx, "customer", c.ID, c.Name)
		i, err := s.make(ctx, tx, plan{survey: v, customer: c, contact: who.Contact, channel: in.Channel, period: "manual:" + id.Token(9)})
		if err != nil {
			return i, err
		}
		if err := s.hand(ctx, tx, &i, who, v, options{override: in.OverrideQuietHours}); err != nil {
			return i, err
		}
		if i.Channel == Link && i.State == Sent {
			i.URL, i.Private = in.Base+path(s.tokens.of(i.ID, i.Nonce)), !in.Public
		}
		return i, nil
	})
}

// who is the person named, or the one whose turn it is.
func (s *Service) who(ctx context.Context, q db.Q, survey int64, c customer, in InviteInput) (person, error) {
	if in.ContactID == 0 {
		return whom(ctx, q, survey, c)
	}
	p := person{Contact: in.ContactID}
	found, err := db.Found(q.Get(ctx, &p.Name, sqlContact, in.ContactID, c.ID))
	if err != nil {
		return p, err
	}
	if !found {
		check := &errs.Check{}
		check.Add("contact_id", "error.choice")
		return p, check.Err()
	}
	p.Email, err = emailOf(ctx, q, c.ID, in.ContactID)
	return p, err
}

// Reask is the one question after a complaint was dealt with: by mail, exempt
// from the contact budget, never from an objection. The slice of the complaints
// calls it in its own transaction, once for each round of a case; an
// *errs.Error says why nobody can be asked.
func (s *Service) Reask(ctx context.Context, tx *db.Tx, caseID int64, round int, customerID, surveyID int64) error {
	v, err := readSurvey(ctx, tx, surveyID)
	if err != nil {
		return err
	}
	if err := s.open(ctx, tx, v); err != nil {
		return err
	}
	var c customer
	if err := db.OrNotFound(tx.Get(ctx, &c, sqlAnyCustomer, customerID)); err != nil {
		return err
	}
	who, err := whom(ctx, tx, v.ID, c)
	if err != nil {
		return err
	}
	ok, reason, err := s.d.Consent.May(ctx, tx, c.ID, who.Contact, purpose, Email)
	if err != nil {
		return err
	}
	if ok && who.Email == "" {
		ok, reason = false, reasonNoEmail
	}
	if ok {
		if dead, err := outbox.Suppressed(ctx, tx, who.Email, tx.Now); err != nil {
			return err
		} else if dead {
			ok, reason = false, outbox.ReasonBounced
		}
	}
	if !ok {
		return errs.New(errs.Conflict, "reason."+reason)
	}
	i, err := s.make(ctx, tx, plan{survey: v, customer: c, contact: who.Contact, channel: Email, caseID: caseID, period: fmt.Sprintf("case:%d:%d", caseID, round)})
	if err != nil {
		return err
	}
	return s.hand(ctx, tx, &i, who, v, options{recheck: true})
}

// plan is an invitation about to be made.
type plan struct {
	survey   Survey
	program  Program // zero when a person or a case asks
	customer customer
	contact  int64
	order    int64
	event    string // the one event that it is about
	rated    int64
	caseID   int64
	wave     int64
	channel  string
	period   string
	due      time.Time // zero is now
}

// make stores the invitation; errAsked says that the period has one.
func (s *Service) make(ctx context.Context, tx *db.Tx, p plan) (Invitation, error) {
	if p.due.IsZero() {
		p.due = tx.Now
	}
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return Invitation{}, err
	}
	i := Invitation{SurveyID: p.survey.ID, SurveyName: p.survey.Name, SurveyKind: p.survey.Kind, ProgramID: db.ID(p.program.ID), WaveID: db.ID(p.wave),
		CustomerID: p.customer.ID, CustomerName: p.customer.Name, ContactID: db.ID(p.contact), OrderID: db.ID(p.order), CaseID: db.ID(p.caseID),
		EventKey: p.event, RatedID: db.ID(p.rated), PeriodKey: p.period, Channel: p.channel, State: Queued, Nonce: id.Token(12), Language: p.customer.Language, DueAt: db.At(p.due),
		UserID: db.ID(auth.From(ctx).UserID)}
	if i.Language == "" {
		i.Language = b.Locale
	}
	if p.due.After(tx.Now) {
		i.Reason = reasonPlanned
	}
	created, err := s.add(ctx, tx, &i)
	if err != nil {
		return i, err
	}
	if !created {
		return i, errAsked
	}
	return i, nil
}

var errAsked = errs.New(errs.Conflict, "survey.error.asked")

// Address is where a link invitation leads, for those who hand it over.
func (s *Service) Address(ctx context.Context, invitation int64, base string) (Invitation, string, error) {
	if err := auth.From(ctx).May(Ask); err != nil {
		return Invitation{}, "", err
	}
	i, err := s.visible(ctx, s.db.Reader(ctx), invitation)
	if err != nil {
		return i, "", err
	}
	if i.Channel != Link || i.State != Sent {
		return i, "", errs.NotVisible()
	}
	return i, base + path(s.tokens.of(i.ID, i.Nonce)), nil
}
