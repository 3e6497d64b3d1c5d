package feedback

import (
	"context"
	"slices"
	"strconv"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Rules are what the shop decides about its cases. Hours are hours in which the
// shop is open, days are working days.
type Rules struct {
	RecheckDays int      `json:"recheck_days"` // until the question is asked again, 3 to 90
	ReplyHours  int      `json:"reply_hours"`  // until the first reply
	RedHours    int      `json:"red_hours"`    // the same of a red case
	ResolveDays int      `json:"resolve_days"` // until it is put right
	WarnPercent int      `json:"warn_percent"` // of the clock, when its owner is warned
	RedLevels   []string `json:"red_levels"`   // a customer of such a level makes a case red
	RedTags     []int64  `json:"red_tags"`     // or one with such a tag
	RedNPS      int      `json:"red_nps"`      // or an NPS score up to this; -1 = none
	RedShort    int      `json:"red_short"`    // or a score of faces, stars or effort up to this; 0 = none

	Limits map[string]int64 `json:"limits,omitempty"` // of compensation by role, in minor units; a role that is not there has none
}

// usualRules hold until the shop says otherwise.
func usualRules() Rules {
	return Rules{RecheckDays: 14, ReplyHours: 24, RedHours: 4, ResolveDays: 5, WarnPercent: 75, RedLevels: []string{"A"}, RedNPS: 3, RedShort: 1}
}

const rulesName = "feedback"

// usualCauses are codes; their words are "feedback.cause." + code.
var usualCauses = []string{"delivery", "quality", "waiting", "price", "staff", "information", "billing", "other"}

func readRules(ctx context.Context, q db.Q) (Rules, error) {
	r := usualRules()
	err := setting.Get(ctx, q, rulesName, &r)
	return r, err
}

// Rules reads them.
func (s *Service) Rules(ctx context.Context) (Rules, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Rules{}, err
	}
	return readRules(ctx, s.db.Reader(ctx))
}

// SetRules changes them; cases that are open already keep their deadlines.
func (s *Service) SetRules(ctx context.Context, r Rules) error {
	if err := auth.From(ctx).May(Decide); err != nil {
		return err
	}
	if err := r.validate(); err != nil {
		return err
	}
	return s.db.Write(ctx, "feedback.rules", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "setting", 0, rulesName)
		return setting.Put(ctx, tx, rulesName, r)
	})
}

func (r Rules) validate() error {
	c := &errs.Check{}
	within := func(n, least, most int, field string) {
		c.That(n >= least && n <= most, field, "error.range", "min", strconv.Itoa(least), "max", strconv.Itoa(most))
	}
	within(r.RecheckDays, 3, 90, "recheck_days")
	within(r.ReplyHours, 1, 240, "reply_hours")
	within(r.RedHours, 1, 240, "red_hours")
	within(r.ResolveDays, 1, 60, "resolve_days")
	within(r.WarnPercent, 10, 95, "warn_percent")
	within(r.RedNPS, -1, 6, "red_nps")
	within(r.RedShort, 0, 3, "red_short")
	for _, level := range r.RedLevels {
		c.That(slices.Contains(customer.Levels, level), "red_levels", "error.choice")
	}
	for role, most := range r.Limits {
		c.That(slices.Contains([]string{auth.Manager, auth.Member}, role) && most >= 0 && most <= maxCompensation, "limit_"+role, "error.money")
	}
	c.That(len(r.RedTags) <= 100, "red_tags", "error.long", "n", 100)
	return c.Err()
}

// scored tells whether a score alone makes a case red.
func (r Rules) scored(kind string, score int) bool {
	switch kind {
	case nps:
		return score >= 0 && score <= r.RedNPS
	case csat, ces:
		return score >= 1 && score <= r.RedShort
	}
	return false
}

// marks tells whether who somebody is makes their case red.
func (r Rules) marks(who Client) bool {
	return slices.Contains(r.RedLevels, who.Letter()) || slices.ContainsFunc(who.Tags, func(tag int64) bool { return slices.Contains(r.RedTags, tag) })
}
