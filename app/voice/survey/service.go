package survey

import (
	"context"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/id"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// consents is what the ledger of agreements answers (customer/consent).
type consents interface {
	May(ctx context.Context, q db.Q, customer, contact int64, purpose, channel string) (ok bool, reason string, err error)
	Askable(ctx context.Context, q db.Q, customer, contact, except int64, now time.Time) (time.Time, error)
	Wait(ctx context.Context, q db.Q, customer int64, now time.Time) (until time.Time, reason string, err error)
	Token(customer, contact int64, address string) string
	Link(ctx context.Context, tx *db.Tx, customer, contact int64, address string) error
	Stop(ctx context.Context, tx *db.Tx, customer, contact int64, address string) error
}

// Days knows the working days; *cal.Hours is one.
type Days interface {
	Workday(d cal.Date) bool
	NextWorkday(d cal.Date) cal.Date
}

// Deps is what the slice stands on.
type Deps struct {
	DB      *db.DB
	Bus     *event.Bus
	Keys    *keys.Ring
	View    *view.Engine
	Outbox  *outbox.Outbox
	Consent consents
	BaseURL func() string // the public address, "" without one
	// Days gives the shop's working days; nil is Monday to Friday.
	Days func(ctx context.Context) (Days, error)
	// CanMail tells whether mail can leave, or why not; nil is always. Waves
	// wait for it, so that nothing bursts out the day it is set up.
	CanMail func(ctx context.Context) (ok bool, reason string)
	// CanReply gives the address whose mails are read, so that a number written
	// back is an answer; nil is none.
	CanReply func(ctx context.Context) (address string, ok bool)
	// OpenCase tells whether a complaint is being dealt with; nil is never.
	OpenCase func(ctx context.Context, q db.Q, customer int64) (bool, error)
	// Segments lists the saved views of customers that the actor sees, Within the
	// customers of one; nil is none.
	Segments func(ctx context.Context) ([]Segment, error)
	Within   func(ctx context.Context, view int64) ([]int64, error)
	// Hear opens a case for what somebody says beside an anonymous answer; nil
	// is nobody who listens. Customer 0 is somebody whom nobody knows but by what
	// they leave.
	Hear func(ctx context.Context, tx *db.Tx, customer int64, who Caller, words string) error
}

// Caller is what somebody leaves who wants to be talked to: a name, and a number
// or an address.
type Caller struct{ Name, Contact string }

// Service asks and listens.
type Service struct {
	d      Deps
	db     *db.DB
	tokens tokens
	// moments are what the house can ask about, by name; Listen fills them.
	moments map[string]event.Moment
	taken   seenOnce // showings of anonymous pages that were sent back
	heard   seenOnce // those of wishes to be talked to
}

// New makes the service and listens to what becomes of its mails and to
// objections, which count at once for what waits.
func New(d Deps) (*Service, error) {
	t, err := newTokens(d.Keys)
	if err != nil {
		return nil, err
	}
	if d.CanMail == nil {
		d.CanMail = func(context.Context) (bool, string) { return true, "" }
	}
	if d.CanReply == nil {
		d.CanReply = func(context.Context) (string, bool) { return "", false }
	}
	if d.OpenCase == nil {
		d.OpenCase = func(context.Context, db.Q, int64) (bool, error) { return false, nil }
	}
	s := &Service{d: d, db: d.DB, tokens: t}
	d.Outbox.OnResult(outbox.Survey, s.became)
	d.Outbox.OnLeave(subjectKind, s.wanted)
	d.Bus.InTx(s.objected, "consent.withdrawn")
	return s, nil
}

func (s *Service) hash(i Invitation) string { return id.Hash(s.tokens.of(i.ID, i.Nonce)) }

// name is a ready record's name in the shop's language.
func (s *Service) name(ctx context.Context, q db.Q, key string) string {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		b.Locale = "en"
	}
	return s.d.View.Bundle().For(b.Locale).T(key)
}

// List is a page of surveys.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Survey], error) {
	return listed[Survey](ctx, s, surveyList, req, conds, "s.name", false)
}

// listed reads a page of something, for everybody or within the reader's scope.
func listed[T field.Placed](ctx context.Context, s *Service, l field.List, req page.Request, conds []filter.Cond, search string, scope bool) (page.Page[T], error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return page.Page[T]{}, err
	}
	where, err := s.conditions(ctx, l, conds)
	if err != nil {
		return page.Page[T]{}, err
	}
	if scope {
		where = append(where, scoped(ctx))
	}
	if q := strings.TrimSpace(req.Q); q != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q) + "%"
		var tests []string
		var args []any
		for _, column := range strings.Split(search, ",") {
			tests = append(tests, column+` LIKE ? ESCAPE '\'`)
			args = append(args, like)
		}
		where = append(where, field.Where{SQL: "(" + strings.Join(tests, " OR ") + ")", Args: args})
	}
	return field.Fetch[T](ctx, s.db.Reader(ctx), l, req, where)
}

// Get reads one survey.
func (s *Service) Get(ctx context.Context, id int64) (Survey, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Survey{}, err
	}
	return readSurvey(ctx, s.db.Reader(ctx), id)
}

// Create makes a survey.
func (s *Service) Create(ctx context.Context, in Input) (Survey, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Survey{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return Survey{}, err
	}
	return db.WriteOne(ctx, s.db, "survey.create", func(ctx context.Context, tx *db.Tx) (Survey, error) {
		v := Survey{Kind: in.Kind, Name: in.Name, Document: in.Document, Words: in.Words, Active: in.Active, ClosesOn: in.ClosesOn, ClosesAtN: in.ClosesAtN}
		if err := insertSurvey(ctx, tx, &v); err != nil {
			return v, err
		}
		journal.About(tx, "survey", v.ID, v.Name)
		return v, nil
	})
}

// Update changes a survey and, if it asks or says something else then, publishes
// that. Its kind stays: a trend over two scales would mean nothing.
func (s *Service) Update(ctx context.Context, id int64, in Input) (Survey, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Survey{}, err
	}
	in.Clean()
	return db.WriteOne(ctx, s.db, "survey.update", func(ctx context.Context, tx *db.Tx) (Survey, error) {
		v, err := readSurvey(ctx, tx, id)
		if err != nil {
			return v, err
		}
		if in.Version != v.Version {
			return v, errs.Stale(v)
		}
		in.Kind = v.Kind
		if err := in.Validate(); err != nil {
			return v, err
		}
		if err := s.checkDocument(ctx, tx, v, in.Document); err != nil {
			return v, err
		}
		journal.About(tx, "survey", id, in.Name)
		if err := s.revise(ctx, tx, v, in); err != nil {
			return v, err
		}
		return readSurvey(ctx, tx, id)
	})
}

// Delete removes a survey that nobody was asked yet; another is switched off
// instead, so that its answers stay.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "survey.delete", func(ctx context.Context, tx *db.Tx) error {
		v, err := readSurvey(ctx, tx, id)
		if err != nil {
			return err
		}
		var used bool
		if err := tx.Get(ctx, &used, sqlSurveyUsed, id, id); err != nil {
			return err
		}
		if used {
			return errs.New(errs.Conflict, "survey.error.used")
		}
		journal.About(tx, "survey", id, v.Name)
		_, err = tx.Exec(ctx, sqlDeleteSurvey, id)
		return err
	})
}

// weekdays is Monday to Friday, until the shop says otherwise.
type weekdays struct{}

func (weekdays) Workday(d cal.Date) bool {
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday
}

func (w weekdays) NextWorkday(d cal.Date) cal.Date {
	for d = d.AddDays(1); !w.Workday(d); d = d.AddDays(1) {
	}
	return d
}

func (s *Service) days(ctx context.Context) (Days, error) {
	if s.d.Days == nil {
		return weekdays{}, nil
	}
	return s.d.Days(ctx)
}
