package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/id"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
)

const (
	day            = 24 * time.Hour
	usualExpiry    = 21
	usualRemind    = 5
	purpose        = "survey"
	subjectKind    = "invitation"
	reasonPlanned  = "scheduled"
	reasonNoEmail  = "no_email"
	reasonNoBase   = "no_base_url"
	reasonObjected = "objected"
)

// Invitations is a page of invitations.
func (s *Service) Invitations(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Invitation], error) {
	return listed[Invitation](ctx, s.db, invitationList, req, conds, "c.name,s.name", true)
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
// calls it in its own transaction; an *errs.Error says why nobody can be asked.
func (s *Service) Reask(ctx context.Context, tx *db.Tx, caseID, customerID, surveyID int64) error {
	v, err := readSurvey(ctx, tx, surveyID)
	if err != nil {
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
	ok, reason, err := s.d.Consent.May(ctx, tx, c.ID, who.Contact, purpose)
	if err != nil {
		return err
	}
	if ok && who.Email == "" {
		ok, reason = false, reasonNoEmail
	}
	if !ok {
		return errs.New(errs.Conflict, "reason."+reason)
	}
	i, err := s.make(ctx, tx, plan{survey: v, customer: c, contact: who.Contact, channel: Email, caseID: caseID, period: fmt.Sprintf("case:%d", caseID)})
	if err != nil {
		return err
	}
	return s.hand(ctx, tx, &i, who, v, options{exempt: true})
}

// plan is an invitation about to be made.
type plan struct {
	survey   Survey
	program  Program // zero when a person or a case asks
	customer customer
	contact  int64
	order    int64
	caseID   int64
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
	i := Invitation{SurveyID: p.survey.ID, SurveyName: p.survey.Name, SurveyKind: p.survey.Kind, ProgramID: db.ID(p.program.ID),
		CustomerID: p.customer.ID, CustomerName: p.customer.Name, ContactID: db.ID(p.contact), OrderID: db.ID(p.order), CaseID: db.ID(p.caseID),
		PeriodKey: p.period, Channel: p.channel, State: Queued, Nonce: id.Token(12), Language: p.customer.Language, DueAt: db.At(p.due),
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

// options are what a hand-over may be exempt from.
type options struct{ override, exempt, reminder bool }

// hand gives the invitation to its channel.
func (s *Service) hand(ctx context.Context, tx *db.Tx, i *Invitation, who person, v Survey, o options) error {
	expiry, err := s.expiry(ctx, tx, *i)
	if err != nil {
		return err
	}
	i.ContactID, i.Reason = db.ID(who.Contact), ""
	switch i.Channel {
	case Staff:
		return s.handed(ctx, tx, i, expiry)
	case Link:
		ok, reason, err := s.d.Consent.May(ctx, tx, i.CustomerID, who.Contact, purpose)
		if err != nil {
			return err
		}
		if !ok {
			return s.settle(ctx, tx, i, Refused, reason)
		}
		return s.handed(ctx, tx, i, expiry)
	}
	if who.Email == "" {
		return s.settle(ctx, tx, i, Refused, reasonNoEmail)
	}
	return s.queue(ctx, tx, i, who, v, o)
}

// payload is what the outbox keeps of an invitation: who, never the link. The
// words are put in when the mail leaves.
type payload struct {
	Invitation int64 `json:"invitation"`
	Reminder   bool  `json:"reminder,omitempty"`
	Links      bool  `json:"links"`
	Override   bool  `json:"override_quiet_hours,omitempty"`
	Exempt     bool  `json:"exempt_budget,omitempty"`
}

func (s *Service) queue(ctx context.Context, tx *db.Tx, i *Invitation, who person, v Survey, o options) error {
	if err := s.d.Consent.Link(ctx, tx, i.CustomerID, who.Contact, who.Email); err != nil {
		return err
	}
	raw, err := json.Marshal(payload{i.ID, o.reminder, true, o.override, o.exempt || o.reminder})
	if err != nil {
		return fmt.Errorf("encode invitation %d: %w", i.ID, err)
	}
	words, err := s.words(ctx, tx, v, i.Language)
	if err != nil {
		return err
	}
	m := outbox.Message{DedupeKey: fmt.Sprintf("survey:%d:ask", i.ID), Channel: outbox.Email, Purpose: outbox.Survey, ToAddress: who.Email,
		ToName: who.Name, CustomerID: db.ID(i.CustomerID), ContactID: i.ContactID, Subject: subject(words, o.reminder), Payload: string(raw),
		SubjectKind: subjectKind, SubjectID: db.ID(i.ID), ExpiresAt: db.At(tx.Now.Add(dropAfter))}
	if i.OrderID != 0 {
		m.ExpiresAt = db.At(i.DueAt.Add(staleAfter))
	}
	if o.reminder {
		m.ExpiresAt = i.ExpiresAt
		m.DedupeKey = fmt.Sprintf("survey:%d:remind", i.ID)
	}
	row, _, err := s.d.Outbox.Queue(ctx, tx, m)
	if err != nil || o.reminder {
		return err
	}
	stored, err := s.d.Outbox.Get(ctx, row)
	if err != nil {
		return err
	}
	return s.follow(ctx, tx, i, stored)
}

// subject is the mail's subject line; the reminder has another.
func subject(t Text, reminder bool) string {
	words := t.Subject
	if reminder {
		words = t.Reminder
	}
	if words == "" {
		words = t.Question
	}
	return strings.Map(func(r rune) rune {
		if control(r) {
			return ' '
		}
		return r
	}, words)
}

// follow makes the invitation say what its message says.
func (s *Service) follow(ctx context.Context, tx *db.Tx, i *Invitation, row outbox.Row) error {
	switch row.State {
	case outbox.Sent:
		return s.handed(ctx, tx, i, 0)
	case outbox.Deferred:
		return s.settle(ctx, tx, i, Deferred, row.Reason)
	case outbox.Cancelled:
		return s.settle(ctx, tx, i, Refused, row.Reason)
	case outbox.Unknown:
		i.SentAt = row.AttemptedAt // it may have arrived: it counts as asked
		return s.settle(ctx, tx, i, Unknown, "unknown")
	case outbox.Failed:
		if row.Reason == "expired" {
			return s.expire(ctx, tx, i, "not_sent")
		}
		return s.settle(ctx, tx, i, Failed, row.Reason)
	default:
		return s.settle(ctx, tx, i, Queued, row.Reason)
	}
}

// became is what the outbox tells about one of our messages.
func (s *Service) became(ctx context.Context, tx *db.Tx, row outbox.Row) error {
	if row.SubjectKind != subjectKind {
		return nil
	}
	i, err := readInvitation(ctx, tx, int64(row.SubjectID))
	if errs.Is(err, errs.NotFound) {
		return nil // erased with its customer
	}
	if err != nil {
		return err
	}
	if strings.HasSuffix(row.DedupeKey, ":remind") || i.State == Answered {
		return nil
	}
	return s.follow(ctx, tx, &i, row)
}

func (s *Service) settle(ctx context.Context, tx *db.Tx, i *Invitation, state, reason string) error {
	i.State, i.Reason = state, reason
	if err := move(ctx, tx, i); err != nil {
		return err
	}
	if i.CaseID != 0 && (state == Refused || state == Failed) { // the case would wait for ever
		return s.d.Bus.Publish(ctx, tx, i.fact())
	}
	return nil
}

// handed marks an invitation as being with its person. Expiry counts from then;
// 0 keeps the program's.
func (s *Service) handed(ctx context.Context, tx *db.Tx, i *Invitation, expiry time.Duration) error {
	var err error
	if expiry == 0 {
		if expiry, err = s.expiry(ctx, tx, *i); err != nil {
			return err
		}
	}
	i.SentAt, i.ExpiresAt = db.At(tx.Now), db.At(tx.Now.Add(expiry))
	if err := s.settle(ctx, tx, i, Sent, ""); err != nil {
		return err
	}
	if i.ProgramID != 0 {
		if err := s.rhythm(ctx, tx, *i); err != nil {
			return err
		}
	}
	if i.Channel == Staff {
		return nil
	}
	return s.d.Bus.Publish(ctx, tx, i.fact())
}

func (i Invitation) fact() Invited {
	return Invited{ID: i.ID, SurveyID: i.SurveyID, SurveyKind: i.SurveyKind, CustomerID: i.CustomerID, ContactID: int64(i.ContactID),
		CaseID: int64(i.CaseID), OrderID: int64(i.OrderID), Channel: i.Channel, State: i.State}
}

// expire ends an invitation that nobody answered.
func (s *Service) expire(ctx context.Context, tx *db.Tx, i *Invitation, reason string) error {
	if err := s.d.Outbox.Cancel(ctx, subjectKind, i.ID); err != nil {
		return err
	}
	if err := s.settle(ctx, tx, i, Expired, reason); err != nil {
		return err
	}
	return s.d.Bus.Publish(ctx, tx, i.fact())
}

func (s *Service) expiry(ctx context.Context, q db.Q, i Invitation) (time.Duration, error) {
	if i.ProgramID == 0 {
		return usualExpiry * day, nil
	}
	p, err := readProgram(ctx, q, int64(i.ProgramID))
	return time.Duration(p.ExpireDays) * day, err
}

// objected takes back what waits for somebody who does not want to be asked,
// in the transaction in which they said so.
func (s *Service) objected(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	var said struct {
		ContactID int64  `json:"contact_id"`
		Purpose   string `json:"purpose"`
	}
	if err := json.Unmarshal([]byte(e.Data), &said); err != nil {
		return fmt.Errorf("read an objection: %w", err)
	}
	if said.Purpose != purpose {
		return nil
	}
	var open []Invitation
	if err := tx.Select(ctx, &open, sqlOpenOf, e.CustomerID, said.ContactID, said.ContactID); err != nil {
		return fmt.Errorf("list the invitations of customer %d: %w", e.CustomerID, err)
	}
	for _, i := range open {
		if err := s.d.Outbox.Cancel(ctx, subjectKind, i.ID); err != nil { // also a reminder that waits
			return err
		}
		if i.waiting() {
			if err := s.settle(ctx, tx, &i, Refused, reasonObjected); err != nil {
				return err
			}
		}
	}
	return nil
}

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
