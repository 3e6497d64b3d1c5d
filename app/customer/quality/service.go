package quality

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/setting"
)

// customers is what the slice needs of the customers.
type customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	Assign(ctx context.Context, ids []int64, owner int64) error
	AddTags(ctx context.Context, ids []int64, names []string) error
	Classify(ctx context.Context, ids []int64, field, value string) error
	Mend(ctx context.Context, list []customer.Mend) error
}

// Calls makes a task to call a customer; work/task has it.
type Calls interface {
	Call(ctx context.Context, customer int64, title, day string) error
}

// Service holds the use cases.
type Service struct {
	db        *db.DB
	customers customers
	calls     Calls
}

// New makes the service.
func New(d *db.DB, events *event.Bus, c customers, calls Calls) *Service {
	s := &Service{db: d, customers: c, calls: calls}
	events.InTx(s.onFact, "customer.created", "customer.changed", "customer.merged", "followup.happened", "order.confirmed")
	return s
}

// Overview is how the records that the actor sees stand.
func (s *Service) Overview(ctx context.Context) (Overview, error) {
	var out Overview
	actor := auth.From(ctx)
	if err := actor.May(Permission); err != nil {
		return out, err
	}
	q := s.db.Reader(ctx)
	last, _, err := lastDay(ctx, q)
	if err != nil {
		return out, err
	}
	out.AsOf = last.At
	out.Months = usualMonths
	if err := setting.Get(ctx, q, monthsSetting, &out.Months); err != nil {
		return out, err
	}
	if err := setting.Get(ctx, q, scanSetting, &out.Waits); err != nil {
		return out, err
	}
	out.Waits = out.Waits || last.Day == ""
	if err := q.Get(ctx, &out.Alone, sqlAlone); err != nil {
		return out, err
	}
	if out.Whole = actor.Scope().Everything(); !out.Whole {
		return out, s.some(ctx, &out)
	}
	if out.Counts, err = countsOf(ctx, q); err != nil {
		return out, err
	}
	if out.Now, err = standing(ctx, q); err != nil {
		return out, err
	}
	out.Days, err = days(ctx, q, 90)
	return out, err
}

// some counts what an actor sees who does not see everybody.
func (s *Service) some(ctx context.Context, out *Overview) error {
	out.Counts = map[string]int{}
	for _, kind := range Kinds {
		n, err := s.Count(ctx, []filter.Cond{{Field: "kind", Op: "eq", Value: kind}}, countLimit+1)
		if err != nil {
			return err
		}
		out.Counts[kind] = min(n, countLimit)
		out.Capped = out.Capped || n > countLimit
	}
	return nil
}

// List reads one page of what was found of customers that the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Finding], error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Finding]{}, err
	}
	if req.Q != "" {
		c := &errs.Check{}
		c.Add("q", "quality.error.search")
		return page.Page[Finding]{}, c.Err()
	}
	out, err := field.Fetch[Finding](ctx, s.db.Reader(ctx), list, req, where)
	if auth.From(ctx).Masked() {
		for i := range out.Items {
			if reach(out.Items[i].Kind) {
				out.Items[i].Detail = ""
			}
		}
	}
	return out, err
}

// Count counts findings up to a limit.
func (s *Service) Count(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return 0, err
	}
	return list.Count(ctx, s.db.Reader(ctx), where, limit)
}

func (s *Service) where(ctx context.Context, conds []filter.Cond) ([]field.Where, error) {
	actor := auth.From(ctx)
	if err := actor.May(Permission); err != nil {
		return nil, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return nil, err
	}
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	return where, nil
}

// every lists the customers of a kind of finding that the actor sees, for "all
// of them".
func (s *Service) every(ctx context.Context, kind string) ([]int64, error) {
	var ids []int64
	req := page.Request{Limit: page.MaxLimit}
	for {
		p, err := s.List(ctx, req, []filter.Cond{{Field: "kind", Op: "eq", Value: kind}})
		if err != nil {
			return nil, err
		}
		for _, f := range p.Items {
			ids = append(ids, f.CustomerID)
		}
		if len(ids) > maxBulk {
			return nil, errs.New(errs.Invalid, "customer.error.bulk_many", "max", maxBulk)
		}
		if p.Next == "" {
			return ids, nil
		}
		req.Cursor = p.Next
	}
}

// Rights lists what was called right, newest first, from before one (0 = the
// newest).
func (s *Service) Rights(ctx context.Context, kind string, before int64, limit int) ([]Right, error) {
	actor := auth.From(ctx)
	if err := actor.May(Permission); err != nil {
		return nil, err
	}
	if before == 0 {
		before = 1 << 62
	}
	var out []Right
	args := append(append([]any{kind, before}, actor.Scope().Args()...), limit)
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlRights, args...); err != nil {
		return nil, fmt.Errorf("list what was called right: %w", err)
	}
	if actor.Masked() && reach(kind) {
		for i := range out {
			out[i].Detail = ""
		}
	}
	return out, nil
}

// AskAgain forgets that a value was called right.
func (s *Service) AskAgain(ctx context.Context, id int64) (Right, error) {
	actor := auth.From(ctx)
	if err := mayChange(actor); err != nil {
		return Right{}, err
	}
	return db.WriteOne(ctx, s.db, "quality.ask_again", func(ctx context.Context, tx *db.Tx) (Right, error) {
		var r Right
		if err := db.OrNotFound(tx.Get(ctx, &r, sqlRight, append([]any{id}, actor.Scope().Args()...)...)); err != nil {
			return r, err
		}
		if _, err := tx.Exec(ctx, sqlDropRight, id); err != nil {
			return r, fmt.Errorf("forget what was called right: %w", err)
		}
		return r, again(ctx, tx, []int64{r.CustomerID})
	})
}

// SetMonths decides after how many quiet months a record is stale and asks for
// a whole check by that.
func (s *Service) SetMonths(ctx context.Context, months int) error {
	if err := mayChange(auth.From(ctx)); err != nil {
		return err
	}
	c := &errs.Check{}
	if c.That(months >= 1 && months <= 120, "months", "error.range", "min", 1, "max", 120); c.Err() != nil {
		return c.Err()
	}
	return s.db.Write(ctx, "quality.months", func(ctx context.Context, tx *db.Tx) error {
		if err := setting.Put(ctx, tx, monthsSetting, months); err != nil {
			return err
		}
		return setting.Put(ctx, tx, scanSetting, true)
	})
}

// AskScan asks for a whole check within the next minute.
func (s *Service) AskScan(ctx context.Context) error {
	if err := auth.From(ctx).May(Permission); err != nil {
		return err
	}
	return s.db.Write(ctx, "quality.ask_scan", func(ctx context.Context, tx *db.Tx) error {
		return setting.Put(ctx, tx, scanSetting, true)
	})
}

func mayChange(a *auth.Actor) error {
	if err := a.May(Permission); err != nil {
		return err
	}
	return a.May(customer.Write)
}

// reach tells that a kind's detail is a number or an address, which not everybody
// sees in full.
func reach(kind string) bool { return kind == BadPhone || kind == BadEmail || kind == Bounced }

// known refuses a kind that is none.
func known(kind string) error {
	if !slices.Contains(Kinds, kind) {
		return errs.NotVisible()
	}
	return nil
}
