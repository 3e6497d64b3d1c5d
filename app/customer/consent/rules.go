// The owner's rules for everything that is sent to customers: the part of the
// day in which nobody is disturbed, how much one person gets, and whether the
// customer relation is enough or everybody must have agreed.

package consent

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Rules are when and whom the house may disturb.
type Rules struct {
	Quiet  Quiet
	Budget Budget
	OptIn  bool // service and survey mail too needs the customer's word
}

// Validate says what is wrong, field by field. A budget of 0 sets no limit.
func (r Rules) Validate() error {
	c := &errs.Check{}
	for name, clock := range map[string]string{"quiet_from": r.Quiet.From, "quiet_to": r.Quiet.To} {
		_, err := cal.ParseClock(clock)
		c.That(err == nil, name, "error.clock")
	}
	for _, f := range []struct {
		name      string
		value, to int
	}{{"survey_days", r.Budget.SurveyDays, 365}, {"survey_year", r.Budget.SurveyYear, 52}, {"month", r.Budget.Month, 60}} {
		c.That(f.value >= 0 && f.value <= f.to, f.name, "error.range", "min", 0, "max", f.to)
	}
	return c.Err()
}

// ReadRules reads what holds now; what nobody decided is as usual.
func ReadRules(ctx context.Context, q db.Q) (Rules, error) {
	r := Rules{Quiet: usualQuiet, Budget: usualBudget}
	for name, into := range map[string]any{QuietName: &r.Quiet, BudgetName: &r.Budget, DemandOptIn: &r.OptIn} {
		if err := setting.Get(ctx, q, name, into); err != nil {
			return r, err
		}
	}
	return r, nil
}

// PutRules stores them in the caller's transaction. They count for whatever
// leaves from now on, also for what waits already.
func PutRules(ctx context.Context, tx *db.Tx, r Rules) error {
	if err := r.Validate(); err != nil {
		return err
	}
	journal.About(tx, "setting", 0, QuietName)
	for _, s := range []struct {
		name  string
		value any
	}{{QuietName, r.Quiet}, {BudgetName, r.Budget}, {DemandOptIn, r.OptIn}} {
		if err := setting.Put(ctx, tx, s.name, s.value); err != nil {
			return fmt.Errorf("keep the rules for asking: %w", err)
		}
	}
	return nil
}
