package consent

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
)

// The gate's settings.
const (
	QuietName  = "contact.quiet"
	BudgetName = "contact.budget"
)

// Quiet is the part of the day in which nobody gets a message.
type Quiet struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Budget is how much one person may be bothered.
type Budget struct {
	SurveyDays int `json:"survey_days"` // days between two surveys
	SurveyYear int `json:"survey_year"` // surveys in a year
	Month      int `json:"month"`       // survey and marketing mails in 30 days, all slices together
}

var (
	usualQuiet  = Quiet{From: "21:00", To: "09:00"}
	usualBudget = Budget{SurveyDays: 30, SurveyYear: 4, Month: 6}
)

const day = 24 * time.Hour

// hints is what a message's payload may tell the gate. The payload is the
// channel's; the gate reads only these names.
type hints struct {
	OverrideQuiet bool `json:"override_quiet_hours"` // a person decided that it goes now
	ExemptBudget  bool `json:"exempt_budget"`        // the contact budget was spent on the first of two, or is of no account
	ExemptCase    bool `json:"exempt_case"`          // the one re-ask of a case, which is open meanwhile
	Links         bool `json:"links"`                // needs the public address
}

// Decide implements outbox.Gate: first what can never be, then what must wait,
// the longest wait before the short ones, so that the reason shown is the one
// that matters.
func (s *Service) Decide(ctx context.Context, tx *db.Tx, m outbox.Message) (outbox.Decision, error) {
	var h hints
	if err := json.Unmarshal([]byte(m.Payload), &h); err != nil {
		h = hints{} // not an object: it asks for no exception
	}
	customer, contact := int64(m.CustomerID), int64(m.ContactID)
	if customer == 0 {
		return outbox.Allow(), nil // nobody on record: an answer to a form, a test mail
	}
	about := string(m.Purpose)
	if m.Topic != "" {
		about = m.Topic
	}
	st, err := s.status(ctx, tx, customer, contact, about, m.Channel)
	if err != nil {
		return outbox.Refuse(""), err
	}
	if !st.Allowed {
		return outbox.Refuse(st.Reason), nil
	}
	if h.Links && s.d.BaseURL() == "" && !s.answerable(ctx, m) {
		return outbox.Defer(tx.Now.Add(10*time.Minute), "no_base_url"), nil
	}
	if m.Purpose != outbox.Service {
		until, reason, err := s.fatigue(ctx, tx, m, h)
		if err != nil {
			return outbox.Refuse(""), err
		}
		if until.After(tx.Now) {
			return outbox.Defer(until, reason), nil
		}
	}
	if h.OverrideQuiet {
		return outbox.Allow(), nil
	}
	until, reason, err := s.wait(ctx, tx, customer, m.Purpose != outbox.Service, tx.Now)
	if err != nil {
		return outbox.Refuse(""), err
	}
	if until.After(tx.Now) {
		return outbox.Defer(until, reason), nil
	}
	return outbox.Allow(), nil
}

// answerable tells whether a message needs no page, because what is written back
// to it is read.
func (s *Service) answerable(ctx context.Context, m outbox.Message) bool {
	return m.Purpose == outbox.Survey && m.SubjectKind == "invitation" && s.d.CanReply != nil && s.d.CanReply(ctx)
}

// fatigue is until when a person has had enough, and of what.
func (s *Service) fatigue(ctx context.Context, tx *db.Tx, m outbox.Message, h hints) (time.Time, string, error) {
	customer, contact := int64(m.CustomerID), int64(m.ContactID)
	if s.d.OpenCase != nil && !h.ExemptCase {
		open, err := s.d.OpenCase(ctx, tx, customer)
		if err != nil {
			return time.Time{}, "", fmt.Errorf("look for an open case of customer %d: %w", customer, err)
		}
		if open {
			return tx.Now.Add(day), "open_case", nil
		}
	}
	if h.ExemptBudget {
		return time.Time{}, "", nil
	}
	b, err := s.Budget(ctx, tx)
	if err != nil {
		return time.Time{}, "", err
	}
	if m.Purpose == outbox.Survey {
		except := int64(0)
		if m.SubjectKind == "invitation" {
			except = int64(m.SubjectID)
		}
		until, err := s.askable(ctx, tx, b, customer, contact, except, tx.Now)
		if err != nil || until.After(tx.Now) {
			return until, "budget", err
		}
	}
	var mailed struct {
		N     int     `db:"n"`
		First db.Time `db:"first"`
	}
	if err := tx.Get(ctx, &mailed, sqlMailed, customer, contact, db.At(tx.Now.Add(-30*day))); err != nil {
		return time.Time{}, "", fmt.Errorf("count the mails to customer %d: %w", customer, err)
	}
	if b.Month > 0 && mailed.N >= b.Month {
		return mailed.First.Add(30 * day), "mail_budget", nil
	}
	return time.Time{}, "", nil
}

// Askable is when a person may be asked again by a survey; not after now when
// they may be asked at once.
func (s *Service) Askable(ctx context.Context, q db.Q, customer, contact, except int64, now time.Time) (time.Time, error) {
	b, err := s.Budget(ctx, q)
	if err != nil {
		return time.Time{}, err
	}
	return s.askable(ctx, q, b, customer, contact, except, now)
}

func (s *Service) askable(ctx context.Context, q db.Q, b Budget, customer, contact, except int64, now time.Time) (time.Time, error) {
	if s.d.Asked == nil {
		return time.Time{}, nil
	}
	last, first, n, err := s.d.Asked(ctx, q, customer, contact, except, now.Add(-365*day))
	if err != nil {
		return time.Time{}, fmt.Errorf("count the surveys to customer %d: %w", customer, err)
	}
	var until time.Time
	if !last.IsZero() {
		until = last.Add(time.Duration(b.SurveyDays) * day)
	}
	if b.SurveyYear > 0 && n >= b.SurveyYear && first.Add(365*day).After(until) {
		until = first.Add(365 * day)
	}
	return until, nil
}

// Budget reads the owner's limits.
func (s *Service) Budget(ctx context.Context, q db.Q) (Budget, error) {
	b := usualBudget
	err := setting.Get(ctx, q, BudgetName, &b)
	return b, err
}

// Wait is until when the hour, the weekend or a holiday keeps what asks a
// customer, and which of them; not after now when nothing does.
func (s *Service) Wait(ctx context.Context, q db.Q, customer int64, now time.Time) (time.Time, string, error) {
	return s.wait(ctx, q, customer, true, now)
}

func (s *Service) wait(ctx context.Context, r db.Q, customer int64, workdays bool, now time.Time) (time.Time, string, error) {
	zone, err := s.zone(ctx, r, customer)
	if err != nil {
		return time.Time{}, "", err
	}
	q := usualQuiet
	if err := setting.Get(ctx, r, QuietName, &q); err != nil {
		return time.Time{}, "", err
	}
	quiet, err := cal.ParseQuiet(q.From, q.To)
	if err != nil {
		return time.Time{}, "", fmt.Errorf("read the quiet hours: %w", err)
	}
	days, err := s.days(ctx)
	if err != nil {
		return time.Time{}, "", err
	}
	at, reason := quiet.Until(now, zone), ""
	if at.After(now) {
		reason = "quiet_hours"
	}
	if d := cal.DateOf(at, zone); workdays && !days.Workday(d) {
		next := days.NextWorkday(d)
		if next == "" {
			return now.Add(7 * day), "day_off", nil // closed for good: look again next week
		}
		at, reason = quiet.Until(next.Time(zone), zone), "day_off"
	}
	return at, reason, nil
}

// zone is the customer's own, or else the shop's.
func (s *Service) zone(ctx context.Context, q db.Q, customer int64) (*time.Location, error) {
	var name string
	found, err := db.Found(q.Get(ctx, &name, sqlZone, customer))
	if err != nil {
		return nil, fmt.Errorf("read the time zone of customer %d: %w", customer, err)
	}
	if zone, err := cal.Zone(name); found && err == nil {
		return zone, nil
	}
	b, err := setting.ReadBusiness(ctx, q)
	return b.Zone(), err
}

func (s *Service) days(ctx context.Context) (Days, error) {
	if s.d.Days == nil {
		return weekdays{}, nil
	}
	days, err := s.d.Days(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the working days: %w", err)
	}
	return days, nil
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
