// Package today is the morning card: what needs somebody now, read from
// everything the other slices know. It owns nothing but the lines that people
// put away ("not needed, because …").
package today

import (
	"context"
	"math"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/work/task"
)

// Read lets people see the morning card; everybody who works here may.
const Read = "today.read"

// Card is the morning card of one person.
type Card struct {
	Day       cal.Date
	Overdue   []Task
	Due       []Task
	Cases     []Case
	Inquiries []Asked // people who asked and wait for a first answer
	Late      []Late
	LateAll   int // up to countLimit
	Answers   []Answer
	Births    []Birthday
	Expected  []Late // due today or tomorrow by their own rhythm
	Month     Sales
	Opinion   Opinion
	Steps     []Step
	Currency  string
}

// Task is a due line.
type Task struct {
	ID         int64   `db:"id"`
	Version    int64   `db:"version"`
	Kind       string  `db:"kind"`
	Title      string  `db:"title"`
	CustomerID db.ID   `db:"customer_id"`
	Customer   db.Null `db:"customer"`
	DueAt      db.Time `db:"due_at"`

	task.Reach `db:"-"`
}

// Case is an unhappy customer whose clock runs.
type Case struct {
	ID          int64   `db:"id"`
	CustomerID  int64   `db:"customer_id"`
	Customer    string  `db:"customer"`
	Score       int     `db:"score"`
	Words       db.Null `db:"words"`
	RespondBy   db.Time `db:"respond_by"`
	RespondedAt db.Time `db:"responded_at"`
	Owner       db.Null `db:"owner"`
}

// Late is a regular who is later than their own rhythm says.
type Late struct {
	CustomerID  int64   `db:"customer_id"`
	Customer    string  `db:"customer"`
	Kind        string  `db:"kind"`
	GapDays     float64 `db:"gap_days"`
	LastOrderOn string  `db:"last_order_on"`
	ExpectedOn  string  `db:"expected_on"`
	Revenue     int64   `db:"revenue"`
	Days        int     `db:"-"` // since the last order
	OrderID     int64   `db:"-"` // that order, for whoever may draft it once more
}

// Answer is something a customer just said.
type Answer struct {
	ID         int64   `db:"id"`
	CustomerID int64   `db:"customer_id"`
	Customer   string  `db:"customer"`
	Survey     string  `db:"kind"`
	Score      int     `db:"score"`
	Comment    string  `db:"comment"`
	At         db.Time `db:"answered_at"`
	CaseID     db.ID   `db:"case_id"`
}

// Low tells whether the answer needs somebody.
func (a Answer) Low() bool {
	return (a.Survey == "nps" && a.Score <= 6) || (a.Survey == "csat" && a.Score <= 2) || (a.Survey == "ces" && a.Score <= 3)
}

// Band is the colour class of the score, the same as on every other page.
func (a Answer) Band() string {
	switch {
	case a.Low():
		return "low"
	case a.Survey == "nps" && a.Score <= 8, a.Survey == "csat" && a.Score == 3, a.Survey == "ces" && a.Score <= 5:
		return "mid"
	}
	return ""
}

// Top is the highest score of its scale.
func (a Answer) Top() int {
	switch a.Survey {
	case "csat":
		return 5
	case "ces":
		return 7
	}
	return 10
}

// Birthday is one within the next week.
type Birthday struct {
	CustomerID int64  `db:"id"`
	Customer   string `db:"name"`
	Birthday   string `db:"birthday"`
	Lunar      bool   `db:"birthday_lunar"`
	On         cal.Date
}

// Sales are the confirmed orders of this month and of the same days of the last.
type Sales struct{ Total, Before int64 }

// Opinion is the NPS of the last 90 days.
type Opinion struct {
	Promoters, Passives, Detractors int
	Estimate                        stats.Estimate
	Trust                           stats.Trust
}

// Score is the NPS as a whole number.
func (o Opinion) Score() int { return int(math.Round(o.Estimate.Value)) }

// Step is one of the three first steps of a new shop.
type Step struct {
	Key, About, Href string
	Done             bool
}

// countLimit is where counting stops.
const countLimit = 1000

// Service makes the card.
type Service struct {
	db      *db.DB
	wishes  Wishes
	offered func(ctx context.Context) (bool, error) // see OnOffer; nil offers nothing
	waiting func(ctx context.Context) (int, error)  // see OnWaiting; nil knows of nothing
	ending  func(ctx context.Context) (int, error)  // see OnEnding; nil knows of nothing

	finders []func(ctx context.Context, typed string) ([]Hit, error)
	asked   func(ctx context.Context) ([]Asked, error)
	silence func(ctx context.Context) (late, due bool, err error)        // see OnSilence; nil knows of nothing
	unusual func(ctx context.Context, l *i18n.Locale) ([]Unusual, error) // see OnUnusual; nil knows of nothing
}

// OnOffer tells whether the reader is asked if they want letters.
func (s *Service) OnOffer(offered func(ctx context.Context) (bool, error)) { s.offered = offered }

// OnWaiting tells how many questions wait for the reader's word.
func (s *Service) OnWaiting(count func(ctx context.Context) (int, error)) { s.waiting = count }

// OnEnding tells about how many customers something that a person filled in ends.
func (s *Service) OnEnding(count func(ctx context.Context) (int, error)) { s.ending = count }

// Asked is somebody who asked and waits for a first answer.
type Asked struct {
	Title, Sub, Href string
	Due              time.Time // zero where no clock runs
	Pooled           bool
}

// Unusual is a number that is out of the ordinary, in words.
type Unusual struct{ Words, Href string }

// OnUnusual tells what is out of the ordinary, as far as the reader may see it.
func (s *Service) OnUnusual(f func(ctx context.Context, l *i18n.Locale) ([]Unusual, error)) {
	s.unusual = f
}

// OnSilence tells whether being late, or a rhythm's next day, says nothing in this
// shop: then nobody is named for it.
func (s *Service) OnSilence(off func(ctx context.Context) (late, due bool, err error)) {
	s.silence = off
}

func (s *Service) heed(ctx context.Context, c *Card) error {
	if s.silence == nil || c.LateAll+len(c.Expected) == 0 {
		return nil
	}
	late, due, err := s.silence(ctx)
	if late {
		c.Late, c.LateAll = nil, 0
	}
	if due {
		c.Expected = nil
	}
	return err
}

// OnAsked tells who is to be answered by the reader.
func (s *Service) OnAsked(asked func(ctx context.Context) ([]Asked, error)) { s.asked = asked }

// Wishes knows what somebody left out of their daily mail.
type Wishes interface {
	Unwanted(ctx context.Context, user int64) ([]string, error)
}

// New makes the service.
func New(d *db.DB, w Wishes) *Service { return &Service{db: d, wishes: w} }

// OnFind adds to what the search finds; a finder answers with what the reader sees.
func (s *Service) OnFind(find func(ctx context.Context, typed string) ([]Hit, error)) {
	s.finders = append(s.finders, find)
}

// Card reads the actor's morning card.
func (s *Service) Card(ctx context.Context) (Card, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Card{}, err
	}
	q := s.db.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return Card{}, err
	}
	zone := actor.Zone
	if zone == nil {
		zone = b.Zone()
	}
	now := s.db.Now()
	c := Card{Day: cal.Today(now, zone), Currency: b.Currency}
	steps := []func() error{
		func() error { return c.readTasks(ctx, q, actor, zone, now) },
		func() error { return c.readCases(ctx, q, actor) },
		func() (err error) {
			if s.asked != nil {
				c.Inquiries, err = s.asked(ctx)
			}
			return err
		},
		func() error { return c.readLate(ctx, q, actor) },
		func() error { return s.heed(ctx, &c) },
		func() error { return c.readAnswers(ctx, q, actor, now) },
		func() error { return c.readBirthdays(ctx, q, actor) },
		func() error { return c.readFigures(ctx, q, now) },
		func() error { return c.readSteps(ctx, q, actor) },
	}
	for _, read := range steps {
		if err := read(); err != nil {
			return c, err
		}
	}
	return c, nil
}

// readTasks sorts the actor's tasks into overdue and due today.
func (c *Card) readTasks(ctx context.Context, q db.Q, actor *auth.Actor, zone *time.Location, now time.Time) error {
	tasks, err := dueTasks(ctx, q, actor.UserID, c.Day.AddDays(1).Time(zone))
	for _, t := range tasks {
		if t.DueAt.Before(c.Day.Time(zone)) {
			c.Overdue = append(c.Overdue, t)
		} else {
			c.Due = append(c.Due, t)
		}
	}
	return err
}

// readFigures computes the two numbers on top.
func (c *Card) readFigures(ctx context.Context, q db.Q, now time.Time) error {
	first := c.Day[:8] + "01"
	before := first.AddDays(-1)[:8] + "01"
	same := before.AddDays(c.Day.Sub(first))
	var err error
	if c.Month.Total, err = sales(ctx, q, first, c.Day.AddDays(1)); err != nil {
		return err
	}
	if c.Month.Before, err = sales(ctx, q, before, same.AddDays(1)); err != nil {
		return err
	}
	return c.Opinion.read(ctx, q, now.AddDate(0, 0, -90))
}

// Dismiss puts a line of the card away for its occasion, with a reason.
func (s *Service) Dismiss(ctx context.Context, customer int64, kind, period, reason string) error {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	check := &errs.Check{}
	check.That(kind == "late" || kind == "birthday" || kind == "expected", "kind", "error.choice")
	check.That(len(period) > 0 && len(period) <= 40, "period", "error.required")
	check.That(len([]rune(reason)) <= 500, "reason", "error.long", "n", 500)
	if err := check.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, "today.dismiss", func(ctx context.Context, tx *db.Tx) error {
		name, err := visible(ctx, tx, actor.Scope(), customer)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", customer, name)
		journal.Because(tx, reason)
		return dismiss(ctx, tx, actor.UserID, customer, kind, period, reason)
	})
}
