package letter

import (
	"context"
	"fmt"

	"regulars/app/insight/prediction"
	"regulars/app/kit/filter"
	"regulars/app/sales/lead"
	"regulars/app/sales/payment"
	"regulars/app/sales/target"
	"regulars/app/sys/auth"
	"regulars/app/voice/feedback"
)

// What can be worth a look, in the order in which it presses. The words are
// under "letter.step." and the key.
const (
	lateCases = "late_cases" // complaints past their date
	rescue    = "rescue"     // customers of high value and low health
	overdue   = "overdue"    // money that should have come
	late      = "late"       // good customers later than their own rhythm, as the next steps have them
	quiet     = "quiet"      // in letters of old: good customers at risk, by their stage
	behind    = "target"     // a target that is falling behind
	lateLeads = "late_leads" // inquiries that nobody answered in time
)

// mostSteps is how many a letter names.
const mostSteps = 5

// A target is in danger when a good part of its days has passed and it is well
// behind their share.
const (
	dangerFrom = .4
	dangerAt   = .85
)

// steps are what the figures and the lists ask for. Each counts under the
// conditions of the list that it opens.
func (m *making) steps(ctx context.Context) error {
	add := func(s Step) {
		if s.N > 0 && len(m.f.Steps) < mostSteps {
			m.f.Steps = append(m.f.Steps, s)
		}
	}
	counted := func(key, page string, count func(context.Context, []filter.Cond, int) (int, error), conds ...filter.Cond) error {
		conds = append(conds, m.of("team_id")...)
		n, err := count(ctx, conds, 0)
		if err != nil {
			return fmt.Errorf("count %s: %w", key, err)
		}
		add(Step{Key: key, N: n, Path: rows(page, conds)})
		return nil
	}
	if c := m.f.Cases; c != nil {
		add(Step{Key: lateCases, N: c.Late.N, Path: c.Late.Rows})
	}
	if err := counted(rescue, "/customers", m.Customers.Count, filter.Cond{Field: "value_score", Op: "gte", Value: "50"}, filter.Cond{Field: "health_score", Op: "lt", Value: "50"}); err != nil {
		return err
	}
	if o := m.f.Owed; o != nil {
		add(Step{Key: overdue, N: o.Debtors, Amount: o.Overdue, Path: o.Rows("")})
	}
	if err := counted(late, "/customers", m.Customers.Count, is("rhythm", prediction.Late), filter.Cond{Field: "grade", Op: "in", Value: "A,B"}); err != nil {
		return err
	}
	for _, t := range m.f.Targets {
		if t.Elapsed >= dangerFrom && t.Elapsed < 1 && float64(t.Value) < dangerAt*t.Elapsed*float64(t.Target) {
			add(Step{Key: behind, N: int(100 * t.Value / t.Target), Name: t.Metric, Path: t.Rows})
			break
		}
	}
	return counted(lateLeads, "/leads", m.Leads.Count, is("late", "true"))
}

// may tells whether a step is one for somebody.
func (s Step) may(a *auth.Actor) bool {
	switch s.Key {
	case lateCases:
		return a.Can(feedback.Read)
	case overdue:
		return a.Can(payment.Read)
	case behind:
		return a.Can(target.Read)
	case lateLeads:
		return a.Can(lead.Read)
	}
	return a.Can(customers)
}
