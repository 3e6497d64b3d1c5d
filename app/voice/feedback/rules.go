package feedback

import (
	"context"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Rules are what the shop decides about its cases.
type Rules struct {
	RecheckDays int `json:"recheck_days"` // until the question is asked again, 3 to 90
}

const rulesName = "feedback"

// usualCauses are codes; their words are "feedback.cause." + code.
var usualCauses = []string{"delivery", "quality", "waiting", "price", "staff", "information", "billing", "other"}

func readRules(ctx context.Context, q db.Q) (Rules, error) {
	r := Rules{RecheckDays: 14}
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

// SetRules changes them; cases that wait already keep their day.
func (s *Service) SetRules(ctx context.Context, r Rules) error {
	if err := auth.From(ctx).May(Decide); err != nil {
		return err
	}
	c := &errs.Check{}
	c.That(r.RecheckDays >= 3 && r.RecheckDays <= 90, "recheck_days", "error.range", "min", strconv.Itoa(3), "max", strconv.Itoa(90))
	if err := c.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, "feedback.rules", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "setting", 0, rulesName)
		return setting.Put(ctx, tx, rulesName, r)
	})
}
