package evaluation

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Fill is the permission to fill in checklists about customers.
const Fill = "evaluation.check"

// Check is an answer of a checklist about a customer, by whom and until when.
type Check struct {
	ID         int64    `db:"id"`
	CustomerID int64    `db:"customer_id"`
	Dimension  int64    `db:"dimension_id"`
	Item       int64    `db:"item"`
	Yes        bool     `db:"yes"`
	Note       string   `db:"note"`
	Until      cal.Date `db:"until"` // the last day on which it counts
	By         db.Null  `db:"by"`
	At         db.Time  `db:"updated_at"`
	Version    int64    `db:"version"`
}

// Checklist is a dimension with what was answered about a customer.
type Checklist struct {
	Own
	Answers map[int64]Check // by item
	Today   cal.Date
	Weighs  bool // the version in force gives it a weight
}

// Stands tells whether an item has an answer that still counts.
func (c Checklist) Stands(item int64) bool {
	a, there := c.Answers[item]
	return there && a.Until >= c.Today
}

// Over tells whether an answer has ended.
func (c Checklist) Over(item int64) bool {
	a, there := c.Answers[item]
	return there && a.Until < c.Today
}

// Answered is how many points have an answer that counts.
func (c Checklist) Answered() int {
	n := 0
	for _, i := range c.Items {
		if c.Stands(i.ID) {
			n++
		}
	}
	return n
}

// Checklists are all of the shop's, with what was answered about a customer.
func (s *Service) Checklists(ctx context.Context, customer int64) ([]Checklist, string, error) {
	who, err := s.visible(ctx, customer)
	if err != nil {
		return nil, "", err
	}
	q := s.db.Reader(ctx)
	d, err := s.date(ctx, s.db.Now())
	if err != nil {
		return nil, "", err
	}
	owns, err := ownsOf(ctx, q)
	if err != nil {
		return nil, "", err
	}
	var answers []Check
	if err := q.Select(ctx, &answers, sqlChecksOf, customer); err != nil {
		return nil, "", fmt.Errorf("read the checklists of customer %d: %w", customer, err)
	}
	shop, err := s.knownShop(ctx, q)
	if err != nil {
		return nil, "", err
	}
	m, err := modelOf(ctx, q, shop)
	if err != nil {
		return nil, "", err
	}
	var out []Checklist
	for _, o := range owns {
		if o.Kind != ByChecklist {
			continue
		}
		c := Checklist{Own: o, Answers: map[int64]Check{}, Today: d.today, Weighs: slices.Contains(m.Keys(), o.Key())}
		for _, a := range answers {
			if a.Dimension == o.ID {
				c.Answers[a.Item] = a
			}
		}
		out = append(out, c)
	}
	return out, who.Name, nil
}

// Said is what somebody answers to one point; nil takes the answer away.
type Said struct {
	Item  int64
	Yes   *bool
	Note  string
	Until string // "" = the checklist's usual time from today
	Over  *int64 // the version of the answer that they saw, 0 for none; nil is whichever
}

// Answer fills in a checklist about a customer.
func (s *Service) Answer(ctx context.Context, customer, dimension int64, said []Said) error {
	if err := auth.From(ctx).May(Fill); err != nil {
		return err
	}
	return s.db.Write(ctx, "evaluation.check", func(ctx context.Context, tx *db.Tx) error {
		who, err := s.visible(ctx, customer)
		if err != nil {
			return err
		}
		if who.NoProfiling {
			return errs.New(errs.Invalid, "evaluation.no_profiling_why")
		}
		o, err := ownOf(ctx, tx, dimension)
		if err != nil {
			return err
		}
		if o.Kind != ByChecklist {
			return errs.NotVisible()
		}
		d, err := s.date(ctx, tx.Now)
		if err != nil {
			return err
		}
		if err := o.checkSaid(said, d.today); err != nil {
			return err
		}
		var before []Check
		if err := tx.Select(ctx, &before, sqlChecksOf, customer); err != nil {
			return err
		}
		journal.About(tx, "customer", customer, who.Name)
		for _, a := range said {
			if err := o.put(ctx, tx, customer, a, before); err != nil {
				return err
			}
		}
		return s.judgeNow(ctx, tx, customer)
	})
}

// checkSaid completes answers and says what is wrong with them.
func (o Own) checkSaid(said []Said, today cal.Date) error {
	c := &errs.Check{}
	for i := range said {
		a := &said[i]
		a.Note, a.Until = text.Line(a.Note), text.Line(a.Until)
		name := fmt.Sprintf("i%d.", a.Item)
		c.That(slices.ContainsFunc(o.Items, func(i Item) bool { return i.ID == a.Item }), name+"yes", "error.choice")
		c.That(len([]rune(a.Note)) <= maxNote, name+"note", "error.long", "n", maxNote)
		if a.Yes == nil {
			continue
		}
		if a.Until == "" {
			a.Until = string(today.AddDays(o.Days))
		}
		until, err := cal.ParseDate(a.Until)
		c.That(err == nil, name+"until", "error.date")
		c.That(err != nil || until >= today, name+"until", "stage.error.past")
		c.That(err != nil || until <= today.AddDays(maxCheck), name+"until", "evaluation.own.error.days", "n", maxCheck)
	}
	return c.Err()
}

// put writes an answer down unless it says what was said before.
func (o Own) put(ctx context.Context, tx *db.Tx, customer int64, a Said, before []Check) error {
	i := slices.IndexFunc(before, func(b Check) bool { return b.Dimension == o.ID && b.Item == a.Item })
	stands := int64(0)
	if i >= 0 {
		stands = before[i].Version
	}
	if a.Over != nil && *a.Over != stands {
		return errs.Stale(before)
	}
	if a.Yes == nil {
		if i < 0 {
			return nil
		}
		_, err := tx.Exec(ctx, sqlDropCheck, customer, o.ID, a.Item)
		return err
	}
	if i >= 0 && before[i].Yes == *a.Yes && before[i].Note == a.Note && string(before[i].Until) == a.Until {
		return nil
	}
	now := db.At(tx.Now)
	if _, err := tx.Exec(ctx, sqlPutCheck, customer, o.ID, a.Item, *a.Yes, a.Note, a.Until, db.ID(auth.From(ctx).UserID), now, now); err != nil {
		return fmt.Errorf("fill in a checklist about customer %d: %w", customer, err)
	}
	return nil
}

// Ending is a checklist of a customer some of whose answers end soon.
type Ending struct {
	CustomerID int64    `db:"customer_id"`
	Name       string   `db:"name"`
	Dimension  int64    `db:"dimension_id"`
	Until      cal.Date `db:"until"` // the first of them
	N          int      `db:"n"`
	Called     Own      `db:"-"`
}

// endingDays is how long before its last day, and after it, an answer is told as ending.
const (
	endingDays = 14
	endedDays  = 30
)

// Ending are the answers about customers that the actor sees which end within two
// weeks, or ended within the last month and were not given again.
func (s *Service) Ending(ctx context.Context) ([]Ending, error) {
	actor := auth.From(ctx)
	if err := actor.May(Fill); err != nil {
		return nil, err
	}
	q := s.db.Reader(ctx)
	owns, err := ownsOf(ctx, q)
	if err != nil || !slices.ContainsFunc(owns, func(o Own) bool { return o.Kind == ByChecklist }) {
		return nil, err
	}
	d, err := s.date(ctx, s.db.Now())
	if err != nil {
		return nil, err
	}
	var out []Ending
	args := append([]any{string(d.today.AddDays(-endedDays)), string(d.today.AddDays(endingDays))}, actor.Scope().Args()...)
	if err := q.Select(ctx, &out, sqlEnding, args...); err != nil {
		return nil, fmt.Errorf("list checklists that end: %w", err)
	}
	for i := range out {
		for _, o := range owns {
			if o.ID == out[i].Dimension {
				out[i].Called = o
			}
		}
	}
	return out, nil
}

// EndingCount is how many checklists end, for the morning card.
func (s *Service) EndingCount(ctx context.Context) (int, error) {
	if !auth.From(ctx).Can(Fill) {
		return 0, nil
	}
	out, err := s.Ending(ctx)
	return len(out), err
}

// CheckAt is whose an answer is, for the way to it from the evidence.
func (s *Service) CheckAt(ctx context.Context, id int64) (int64, error) {
	var customer int64
	if err := db.OrNotFound(s.db.Reader(ctx).Get(ctx, &customer, sqlCheckAt, id)); err != nil {
		return 0, err
	}
	_, err := s.visible(ctx, customer)
	return customer, err
}
