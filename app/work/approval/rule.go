package approval

// The rules: what needs whose word from when on. Of several that match, the one
// with the most steps counts, then the one with the highest limit.

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// What a rule looks at.
const (
	Always   = "always"
	Amount   = "amount"
	Discount = "discount"
	Rows     = "rows"
)

// Who can decide a step.
const (
	Manager = "manager" // of the asker
	Role    = "role"
	Person  = "person"
)

const maxSteps = 3

// Rule says what needs whose word.
type Rule struct {
	ID        int64   `db:"id"`
	Kind      string  `db:"kind"`
	Basis     string  `db:"basis"`
	Threshold int64   `db:"threshold"` // what is more than it is asked
	StepsJSON string  `db:"steps"`
	Enabled   bool    `db:"enabled"`
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
	Steps     []Turn  `db:"-"`
}

// Turn is a step as a rule says it.
type Turn struct {
	Who    string `json:"who" enum:"manager,role,person"`
	Role   string `json:"role,omitempty" enum:"owner,manager"`
	UserID int64  `json:"user_id,omitempty"`
}

// Input is what a form or the API says about a rule.
type Input struct {
	Kind      string
	Basis     string
	Threshold int64
	Steps     []Turn
	Enabled   bool
}

// matches tells whether the rule wants to be asked. Money of another currency
// than the shop's cannot be compared, so it is asked about.
func (r Rule) matches(a Ask, currency string) bool {
	switch r.Basis {
	case Amount:
		return a.Currency != "" && a.Currency != currency || a.Sum() > r.Threshold
	case Discount:
		return a.Discount > r.Threshold
	case Rows:
		return a.Rows > r.Threshold
	}
	return true
}

// Rules lists them.
func (s *Service) Rules(ctx context.Context) ([]Rule, error) {
	if err := auth.From(ctx).May(Admin); err != nil {
		return nil, err
	}
	return rules(ctx, s.DB.Reader(ctx), sqlRules)
}

// Rule reads one.
func (s *Service) Rule(ctx context.Context, id int64) (Rule, error) {
	if err := auth.From(ctx).May(Admin); err != nil {
		return Rule{}, err
	}
	return oneRule(ctx, s.DB.Reader(ctx), id)
}

func oneRule(ctx context.Context, q db.Q, id int64) (Rule, error) {
	list, err := rules(ctx, q, sqlRule, id)
	if err == nil && len(list) == 0 {
		err = errs.NotVisible()
	}
	if err != nil {
		return Rule{}, err
	}
	return list[0], nil
}

func rules(ctx context.Context, q db.Q, query string, args ...any) ([]Rule, error) {
	out := []Rule{}
	if err := q.Select(ctx, &out, query, args...); err != nil {
		return nil, fmt.Errorf("read the rules of approvals: %w", err)
	}
	for i := range out {
		if err := json.Unmarshal([]byte(out[i].StepsJSON), &out[i].Steps); err != nil {
			return nil, fmt.Errorf("read the steps of rule %d: %w", out[i].ID, err)
		}
	}
	return out, nil
}

// rule is the one that counts for a question, if any.
func rule(ctx context.Context, q db.Q, a Ask) (Rule, bool, error) {
	list, err := rules(ctx, q, sqlRulesOf, a.Kind)
	if err != nil || len(list) == 0 {
		return Rule{}, false, err
	}
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return Rule{}, false, err
	}
	var best Rule
	found := false
	for _, r := range list {
		if !r.matches(a, business.Currency) {
			continue
		}
		if !found || len(r.Steps) > len(best.Steps) || len(r.Steps) == len(best.Steps) && r.Threshold > best.Threshold {
			best, found = r, true
		}
	}
	return best, found, nil
}

// ofRole is the rule that the role of whoever asks makes of a discount.
func ofRole(ctx context.Context, q db.Q, a Ask) (Rule, bool, error) {
	most, set, err := discountLimit(ctx, q, auth.From(ctx).Role)
	r := Rule{Kind: a.Kind, Basis: Discount, Threshold: most, Steps: []Turn{{Who: Manager}}}
	return r, set && r.matches(a, ""), err
}

// PutRule makes a rule, or with an id changes one that is still at version.
func (s *Service) PutRule(ctx context.Context, id, version int64, in Input) (Rule, error) {
	if err := auth.From(ctx).May(Admin); err != nil {
		return Rule{}, err
	}
	op := "approval.rule"
	if id == 0 {
		op = "approval.rule_new"
	}
	return db.WriteOne(ctx, s.DB, op, func(ctx context.Context, tx *db.Tx) (Rule, error) {
		if err := s.checkRule(ctx, tx, &in); err != nil {
			return Rule{}, err
		}
		steps, err := json.Marshal(in.Steps)
		if err != nil {
			return Rule{}, fmt.Errorf("write the steps of a rule: %w", err)
		}
		if id == 0 {
			id, err = tx.Insert(ctx, sqlNewRule, in.Kind, in.Basis, in.Threshold, string(steps), in.Enabled, db.At(tx.Now), db.At(tx.Now))
		} else {
			var before Rule
			if before, err = oneRule(ctx, tx, id); err != nil {
				return before, err
			}
			if before.Version != version {
				return before, errs.Stale(before)
			}
			_, err = tx.Exec(ctx, sqlSetRule, in.Kind, in.Basis, in.Threshold, string(steps), in.Enabled, db.At(tx.Now), id)
		}
		if err != nil {
			return Rule{}, fmt.Errorf("store a rule of approvals: %w", err)
		}
		journal.About(tx, "approval_rule", id, "")
		return oneRule(ctx, tx, id)
	})
}

// DropRule deletes a rule. What was asked because of it goes on.
func (s *Service) DropRule(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Admin); err != nil {
		return err
	}
	return s.DB.Write(ctx, "approval.rule_drop", func(ctx context.Context, tx *db.Tx) error {
		if _, err := oneRule(ctx, tx, id); err != nil {
			return err
		}
		journal.About(tx, "approval_rule", id, "")
		_, err := tx.Exec(ctx, sqlDropRule, id)
		return err
	})
}

func (s *Service) checkRule(ctx context.Context, tx *db.Tx, in *Input) error {
	c := &errs.Check{}
	of, known := s.consumer(in.Kind)
	c.That(known, "kind", "error.choice")
	c.That(in.Basis == Always || slices.Contains(of.Bases, in.Basis), "basis", "error.choice")
	if in.Basis == Always {
		in.Threshold = 0
	}
	c.That(in.Threshold >= 0 && in.Threshold <= maxThreshold[in.Basis], "threshold", "approval.error.threshold")
	c.That(len(in.Steps) > 0, "steps", "error.required")
	c.That(len(in.Steps) <= maxSteps, "steps", "approval.error.steps", "n", maxSteps)
	for i := range in.Steps {
		t := &in.Steps[i]
		switch t.Who {
		case Manager:
			t.Role, t.UserID = "", 0
		case Role:
			t.UserID = 0
			c.That(t.Role == auth.Owner || t.Role == auth.Manager, "steps", "error.choice")
		case Person:
			t.Role = ""
			_, works, err := person(ctx, tx, t.UserID)
			if err != nil {
				return err
			}
			c.That(works, "steps", "approval.error.nobody")
		default:
			c.Add("steps", "error.choice")
		}
	}
	return c.Err()
}

// maxThreshold bounds what a rule compares with.
var maxThreshold = map[string]int64{Always: 0, Amount: 100_000_000_000_000, Discount: 10_000, Rows: 10_000_000}
