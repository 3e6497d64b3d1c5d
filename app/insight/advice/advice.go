// Package advice puts before each seller what to do next for which customer,
// and why: a purchase that is due, somebody late by their own rhythm or gone,
// somebody valuable and unhappy, a quote that nobody opened, a contract that
// ends, a promoter to ask for a review, a birthday. Each is done at one press or put away
// with a reason; that is learned as nothing more than this: for some time the
// same person is not told the same of the same customer.
package advice

import (
	"context"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/work/task"
)

// Read lets people see what to do next and put it away.
const Read = "advice.read"

// The kinds, the most urgent first.
const (
	Rescue   = "rescue"   // valuable and unhappy
	Quote    = "quote"    // sent and not opened
	Contract = "contract" // ends soon
	Late     = "late"     // later than their rhythm
	Gone     = "gone"     // silent for longer than it explains
	Due      = "due"      // about now by their rhythm
	Reorder  = "reorder"  // a product that they buy again about now
	Promoter = "promoter" // said they would recommend
	Birthday = "birthday"
)

// Kinds lists them.
var Kinds = []string{Rescue, Quote, Contract, Late, Gone, Due, Reorder, Promoter, Birthday}

// quiet is for how many days the same is not told again.
var quiet = map[string]int{Rescue: 60, Quote: 14, Contract: 30, Late: 30, Gone: 180, Due: 14, Reorder: 14, Promoter: 180, Birthday: 300}

// Step is one thing to do.
type Step struct {
	Kind       string  `db:"kind"`
	CustomerID int64   `db:"customer_id"`
	Name       string  `db:"name"`
	On         db.Null `db:"on_day"`  // the day it is about
	N          float64 `db:"n"`       // a number of the reason: days, or a score
	Amount     int64   `db:"amount"`  // what it is worth
	Subject    int64   `db:"subject"` // the quote or contract
	Label      db.Null `db:"label"`   // its number, the product, or a promoter's address
	Lunar      bool    `db:"lunar"`   // a birthday by the lunar calendar
}

// Tasks makes tasks (work/task).
type Tasks interface {
	Create(ctx context.Context, in task.Input) (task.Task, error)
}

// Deps is what the slice needs of the house.
type Deps struct {
	DB      *db.DB
	Tasks   Tasks
	Consent Consent
	Outbox  *outbox.Outbox
	View    *view.Engine
	BaseURL func() string
}

// Service reads, puts away and asks promoters.
type Service struct {
	Deps
	db *db.DB
}

// New makes the service.
func New(d Deps) *Service { return &Service{d, d.DB} }

// asker is for whom is read.
type asker struct {
	actor *auth.Actor
	today cal.Date
	zone  *time.Location
	mine  bool // only whom they look after, and whom nobody does
}

// Steps are what the actor may do next; mine leaves out the customers of others.
func (s *Service) Steps(ctx context.Context, mine bool) ([]Step, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	q := s.db.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return nil, err
	}
	return steps(ctx, q, asker{actor, cal.Today(s.db.Now(), b.Zone()), b.Zone(), mine})
}

// Away puts a step away for a time.
func (s *Service) Away(ctx context.Context, customer int64, kind, reason string) error {
	reason = strings.TrimSpace(reason)
	c := &errs.Check{}
	c.That(reason != "", "reason", "error.required")
	c.That(len([]rune(reason)) <= 500, "reason", "error.long", "n", 500)
	if err := c.Err(); err != nil {
		return err
	}
	return s.settle(ctx, "advice.away", customer, kind, reason, nil)
}

// Plan makes a task of a step, due today, and puts the step away.
func (s *Service) Plan(ctx context.Context, customer int64, kind, title string) error {
	return s.settle(ctx, "advice.task", customer, kind, "", func(ctx context.Context, today cal.Date) error {
		_, err := s.Tasks.Create(ctx, task.Input{Title: title, Kind: task.FollowUp, CustomerID: customer, Due: task.When{Day: today}})
		return err
	})
}

func (s *Service) settle(ctx context.Context, op string, customer int64, kind, reason string, act func(ctx context.Context, today cal.Date) error) error {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return err
	}
	days, known := quiet[kind]
	if !known {
		return errs.NotVisible()
	}
	return s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		name, err := visible(ctx, tx, actor.Scope(), customer)
		if err != nil {
			return err
		}
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return err
		}
		today := cal.DateOf(tx.Now, b.Zone())
		journal.About(tx, "customer", customer, name)
		if reason != "" {
			journal.Because(tx, reason)
		}
		if act != nil {
			if err := act(ctx, today); err != nil {
				return err
			}
		}
		return put(ctx, tx, actor.UserID, customer, kind, reason, today.AddDays(days))
	})
}
