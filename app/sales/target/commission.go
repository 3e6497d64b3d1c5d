package target

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Rule says what share of what somebody sold is theirs from a part of their
// target on. Rate is in hundredths of a percent.
type Rule struct {
	ID          int64   `db:"id"`
	Metric      string  `db:"metric"`
	ProductID   db.ID   `db:"product_id"` // 0: whatever has no rule of its own
	Product     db.Null `db:"product"`
	FromPercent int     `db:"from_percent"`
	Rate        int     `db:"rate"`
	CreatedAt   db.Time `db:"created_at"`
	UpdatedAt   db.Time `db:"updated_at"`
	Version     int64   `db:"version"`
}

// Part is one sum of a person's commission.
type Part struct {
	Metric    string `json:"metric"`
	ProductID int64  `json:"product_id,omitempty"`
	Product   string `json:"product,omitempty"`
	Base      int64  `json:"base"`
	Rate      int    `json:"rate"`
	Amount    int64  `json:"amount"`
}

// Earned is a person's commission of a month.
type Earned struct {
	UserID  int64  `json:"user_id"`
	Name    string `json:"name"`
	Percent int    `json:"percent"` // of the target for what is won; -1 without one
	Parts   []Part `json:"parts"`
	Total   int64  `json:"total"`
}

// Sheet is a month's commission.
type Sheet struct {
	Month    Period
	Currency string
	Rules    int
	Closed   bool
	ClosedAt db.Time
	Lines    []Earned
}

// Rules are the shop's.
func (s *Service) Rules(ctx context.Context) ([]Rule, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return rules(ctx, s.DB.Reader(ctx))
}

func rules(ctx context.Context, q db.Q) ([]Rule, error) {
	out := []Rule{}
	if err := q.Select(ctx, &out, sqlRules); err != nil {
		return nil, fmt.Errorf("read the commission rules: %w", err)
	}
	return out, nil
}

// AddRule adds one.
func (s *Service) AddRule(ctx context.Context, r Rule) (int64, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return 0, err
	}
	c := &errs.Check{}
	c.That(Money(r.Metric), "metric", "error.choice")
	c.That(r.ProductID == 0 || r.Metric == Won, "product_id", "target.error.product_rule")
	c.That(r.FromPercent >= 0 && r.FromPercent <= 1000, "from_percent", "error.range", "min", 0, "max", 1000)
	c.That(r.Rate >= 1 && r.Rate <= 10000, "rate", "target.error.rate")
	if err := c.Err(); err != nil {
		return 0, err
	}
	return db.WriteOne(ctx, s.DB, "commission.rule", func(ctx context.Context, tx *db.Tx) (int64, error) {
		id, err := tx.Insert(ctx, sqlAddRule, r.Metric, r.ProductID, r.FromPercent, r.Rate, db.At(tx.Now), db.At(tx.Now))
		switch {
		case db.IsUnique(err):
			return 0, wrong("from_percent", "target.error.rule_there")
		case db.IsConstraint(err):
			return 0, wrong("product_id", "error.choice")
		case err != nil:
			return 0, fmt.Errorf("add a commission rule: %w", err)
		}
		journal.About(tx, "commission_rule", id, "")
		return id, nil
	})
}

// DropRule takes one away; sheets that are closed keep what they say.
func (s *Service) DropRule(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.DB.Write(ctx, "commission.rule_drop", func(ctx context.Context, tx *db.Tx) error {
		var n int
		if err := tx.Get(ctx, &n, sqlRuleIs, id); err != nil {
			return fmt.Errorf("read commission rule %d: %w", id, err)
		}
		if n == 0 {
			return errs.NotVisible()
		}
		journal.About(tx, "commission_rule", id, "")
		_, err := tx.Exec(ctx, sqlDropRule, id)
		return err
	})
}

// Commission is a month's sheet: as it was closed, else as the records are now.
// Who sees only some people sees their lines.
func (s *Service) Commission(ctx context.Context, month Period) (Sheet, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Sheet{}, err
	}
	if month.Quarter() {
		return Sheet{}, wrong("month", "target.error.period")
	}
	q := s.DB.Reader(ctx)
	sheet := Sheet{Month: month}
	_, business, err := s.today(ctx)
	if err != nil {
		return sheet, err
	}
	sheet.Currency = business.Currency
	list, err := rules(ctx, q)
	if err != nil {
		return sheet, err
	}
	sheet.Rules = len(list)
	var kept struct {
		Lines string  `db:"lines"`
		At    db.Time `db:"created_at"`
	}
	if sheet.Closed, err = db.Found(q.Get(ctx, &kept, sqlSheet, month.Name)); err != nil {
		return sheet, fmt.Errorf("read the sheet of %s: %w", month.Name, err)
	}
	if sheet.Closed {
		sheet.ClosedAt = kept.At
		if err := json.Unmarshal([]byte(kept.Lines), &sheet.Lines); err != nil {
			return sheet, fmt.Errorf("read the sheet of %s: %w", month.Name, err)
		}
	} else if sheet.Lines, err = s.earned(ctx, q, month, list, sheet.Currency); err != nil {
		return sheet, err
	}
	people, err := s.people(ctx, q)
	if err != nil {
		return sheet, err
	}
	sheet.Lines = slices.DeleteFunc(sheet.Lines, func(e Earned) bool {
		return !s.sees(actor, Person, strconv.FormatInt(e.UserID, 10), people)
	})
	return sheet, nil
}

// earned computes everybody's commission from the records.
func (s *Service) earned(ctx context.Context, q db.Q, month Period, list []Rule, currency string) ([]Earned, error) {
	people, err := s.people(ctx, q)
	if err != nil {
		return nil, err
	}
	base := map[int64]map[Part]int64{} // by person and metric and product
	add := func(user int64, p Part, amount int64) {
		if base[user] == nil {
			base[user] = map[Part]int64{}
		}
		base[user][p] += amount
	}
	won := map[int64]int64{}
	for _, metric := range []string{Won, Received} {
		rows, err := sums(ctx, q, metric, month.From, month.To, [2]db.Time{}, currency)
		if err != nil {
			return nil, err
		}
		for _, v := range rows {
			add(v.UserID, Part{Metric: metric}, v.Amount)
			if metric == Won {
				won[v.UserID] += v.Amount
			}
		}
	}
	var products []sum
	if err := q.Select(ctx, &products, sqlWonProducts, month.From, month.To, currency); err != nil {
		return nil, fmt.Errorf("count what was won by product: %w", err)
	}
	own := map[int64]string{} // products with a rule of their own
	for _, r := range list {
		if r.ProductID != 0 {
			own[int64(r.ProductID)] = string(r.Product)
		}
	}
	for _, v := range products {
		if name, there := own[v.ProductID]; there { // paid by its own rule, not twice
			add(v.UserID, Part{Metric: Won, ProductID: v.ProductID, Product: name}, v.Amount)
			add(v.UserID, Part{Metric: Won}, -v.Amount)
		}
	}
	targets, err := targetsOf(ctx, q, month.Name)
	if err != nil {
		return nil, err
	}
	goal := map[int64]int64{}
	for _, t := range targets {
		if t.Subject == Person && t.Metric == Won {
			goal[int64(t.UserID)] = t.Amount
		}
	}
	var out []Earned
	for user, parts := range base {
		if user == 0 {
			continue
		}
		e := Earned{UserID: user, Name: people[user].Name, Percent: -1}
		if goal[user] > 0 {
			e.Percent = int(won[user] * 100 / goal[user])
		}
		for p, amount := range parts {
			p.Base = amount
			if p.Rate = rateOf(list, p, max(0, e.Percent)); p.Rate > 0 && p.Base > 0 {
				p.Amount = share(p.Base, p.Rate)
				e.Parts, e.Total = append(e.Parts, p), e.Total+p.Amount
			}
		}
		if len(e.Parts) == 0 {
			continue
		}
		slices.SortFunc(e.Parts, func(a, b Part) int {
			return cmp.Or(cmp.Compare(b.Metric, a.Metric), cmp.Compare(a.ProductID, b.ProductID))
		})
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b Earned) int { return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Name, b.Name)) })
	return out, nil
}

// rateOf is the rate of the highest band that was reached; 0 without a rule.
func rateOf(list []Rule, p Part, percent int) int {
	rate, from := 0, -1
	for _, r := range list {
		if r.Metric == p.Metric && int64(r.ProductID) == p.ProductID && r.FromPercent <= percent && r.FromPercent > from {
			rate, from = r.Rate, r.FromPercent
		}
	}
	return rate
}

// share is a rate of an amount, halves away from zero.
func share(base int64, rate int) int64 {
	whole, rest := base/10000, base%10000
	return whole*int64(rate) + (rest*int64(rate)+5000)/10000
}

// Close keeps a month's sheet as it is now. A month that is not over cannot be.
func (s *Service) Close(ctx context.Context, month Period) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	today, _, err := s.today(ctx)
	if err != nil {
		return err
	}
	if month.Quarter() || month.To >= today {
		return errs.New(errs.Conflict, "target.error.not_over")
	}
	if !actor.Scope().Everything() {
		return errs.New(errs.Denied, "error.denied")
	}
	return s.DB.Write(ctx, "commission.close", func(ctx context.Context, tx *db.Tx) error {
		list, err := rules(ctx, tx)
		if err != nil {
			return err
		}
		_, business, err := s.today(ctx)
		if err != nil {
			return err
		}
		lines, err := s.earned(ctx, tx, month, list, business.Currency)
		if err != nil {
			return err
		}
		text, err := json.Marshal(lines)
		if err != nil {
			return fmt.Errorf("keep the sheet of %s: %w", month.Name, err)
		}
		journal.About(tx, "commission_sheet", 0, month.Name)
		_, err = tx.Insert(ctx, sqlClose, month.Name, string(text), db.ID(actor.UserID), db.At(tx.Now))
		if db.IsUnique(err) {
			return errs.New(errs.Conflict, "target.error.closed")
		}
		return err
	})
}

// Reopen forgets a closed sheet, so that the month is counted again.
func (s *Service) Reopen(ctx context.Context, month Period) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.DB.Write(ctx, "commission.reopen", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "commission_sheet", 0, month.Name)
		_, err := tx.Exec(ctx, sqlReopen, month.Name)
		return err
	})
}
