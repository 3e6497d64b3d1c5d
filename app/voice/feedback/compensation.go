package feedback

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// What a customer got for their trouble. The shop says up to which amount each
// role decides alone; above it the page says who may.

// Compensation is how much, and what it was.
type Compensation struct {
	Amount  int64 // minor units of the shop's currency; 0 takes it back
	For     string
	Version int64 // 0 skips the check
}

// maxCompensation keeps a slip of the finger out of the figures.
const maxCompensation = 1_000_000_00

// limit is up to which amount a role decides; -1 = any. Owners always do.
func (r Rules) limit(role string) int64 {
	if role == auth.Owner {
		return -1
	}
	if n, ok := r.Limits[role]; ok {
		return n
	}
	return -1
}

// allows tells whether a role may give so much.
func (r Rules) allows(role string, amount int64) bool {
	most := r.limit(role)
	return most < 0 || amount <= most
}

// Compensate writes down what the customer got; it replaces what stood there.
func (s *Service) Compensate(ctx context.Context, id int64, in Compensation) (Case, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Case{}, err
	}
	in.For = text.Line(in.For)
	check := &errs.Check{}
	check.That(in.Amount >= 0 && in.Amount <= maxCompensation, "amount", "error.money")
	check.That(in.For != "" || in.Amount == 0, "compensation_for", "error.required")
	check.That(len([]rune(in.For)) <= maxReason, "compensation_for", "error.long", "n", maxReason)
	if err := check.Err(); err != nil {
		return Case{}, err
	}
	return db.WriteOne(ctx, s.db, "feedback.compensation", func(ctx context.Context, tx *db.Tx) (Case, error) {
		c, err := current(ctx, tx, actor.Scope(), id, in.Version)
		if err != nil || c.Compensation == in.Amount && c.CompensationFor == in.For {
			return c, err
		}
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return c, err
		}
		if err := s.affordable(ctx, tx, actor.Role, max(in.Amount, c.Compensation), b.Currency); err != nil {
			return c, err
		}
		c.Compensation, c.CompensationFor, c.CompensatedBy, c.CompensatedAt = in.Amount, in.For, db.ID(actor.UserID), db.At(tx.Now)
		if in.Amount == 0 {
			c.CompensationFor, c.CompensatedBy, c.CompensatedAt = "", 0, db.Time{}
		}
		if err := s.keep(ctx, tx, &c); err != nil {
			return c, err
		}
		if err := note(ctx, tx, id, Event{Kind: "compensation", Note: fmt.Sprintf("%d %s\n%s", in.Amount, b.Currency, in.For)}, ""); err != nil {
			return c, err
		}
		return c, s.Deps.Events.Publish(ctx, tx, Changed{fact: factOf(c), From: c.State, To: c.State})
	})
}

// affordable refuses what lies above somebody's limit, with who may.
func (s *Service) affordable(ctx context.Context, q db.Q, role string, amount int64, currency string) error {
	rules, err := readRules(ctx, q)
	if err != nil || rules.allows(role, amount) {
		return err
	}
	may, err := deciders(ctx, q, rules, amount)
	if err != nil {
		return err
	}
	check := &errs.Check{}
	check.Add("amount", "feedback.error.limit", "most", money.Text(rules.limit(role), currency), "who", may)
	return check.Err()
}

// deciders names who may give so much.
func deciders(ctx context.Context, q db.Q, rules Rules, amount int64) (string, error) {
	var people []candidate
	if err := q.Select(ctx, &people, sqlCandidates); err != nil {
		return "", fmt.Errorf("read who may give more: %w", err)
	}
	var may []string
	for _, p := range people {
		if !p.Off && rules.allows(p.Role, amount) {
			may = append(may, p.Name)
		}
	}
	return strings.Join(may, ", "), nil
}
