package stage

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/safego"
	"regulars/app/sys/setting"
)

// Permissions: seeing and setting stages follows the customers, the rules are
// for those who run the shop.
const (
	Read  = "customer.read"
	Write = "customer.write"
	Rule  = "stage.write"
)

// Customers is what stages need of the customers.
type Customers interface {
	// Named is a customer's name, or "not found" when the actor may not see them.
	Named(ctx context.Context, id int64) (string, error)
	// RefreshStats recomputes figures, the stage among them.
	RefreshStats(ctx context.Context, tx *db.Tx, ids []int64) error
	// RefreshQuietly does so without a trace.
	RefreshQuietly(ctx context.Context, tx *db.Tx, ids []int64) error
}

// Service holds the use cases.
type Service struct {
	db        *db.DB
	customers Customers
	nudge     chan struct{}
}

// New makes the service. Start tells the stage of everybody who has none.
func New(d *db.DB, customers Customers) *Service {
	return &Service{db: d, customers: customers, nudge: make(chan struct{}, 1)}
}

// Input is a stage that somebody sets.
type Input struct {
	Stage  string
	Until  string // the last day on which the rule keeps away, "" = until it is lifted
	Reason string
}

// maxMany is how many customers one change may move.
const maxMany = 5000

func (in *Input) clean() {
	in.Stage, in.Until, in.Reason = text.Line(in.Stage), text.Line(in.Until), text.Line(in.Reason)
}

func (in Input) validate(today cal.Date) error {
	c := &errs.Check{}
	c.That(Known(in.Stage), "stage", "error.choice")
	c.That(len([]rune(in.Reason)) <= 500, "reason", "error.long", "n", 500)
	if in.Until != "" {
		d, err := cal.ParseDate(in.Until)
		c.That(err == nil, "until", "error.date")
		c.That(err != nil || d >= today, "until", "stage.error.past")
	}
	return c.Err()
}

// Set puts customers on a stage by hand, as one change.
func (s *Service) Set(ctx context.Context, in Input, ids ...int64) error {
	return s.change(ctx, "stage.set", ids, func(ctx context.Context, tx *db.Tx, today cal.Date) error {
		in.clean()
		if err := in.validate(today); err != nil {
			return err
		}
		for _, id := range ids {
			if err := hold(ctx, tx, id, in); err != nil {
				return err
			}
		}
		return nil
	})
}

// Lift leaves customers to the rule again.
func (s *Service) Lift(ctx context.Context, ids ...int64) error {
	return s.change(ctx, "stage.lift", ids, func(ctx context.Context, tx *db.Tx, _ cal.Date) error {
		for _, id := range ids {
			if _, err := tx.Exec(ctx, sqlDropHold, id); err != nil {
				return fmt.Errorf("lift the stage of customer %d: %w", id, err)
			}
		}
		return nil
	})
}

func (s *Service) change(ctx context.Context, op string, ids []int64, fn func(context.Context, *db.Tx, cal.Date) error) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	if len(ids) == 0 {
		return errs.New(errs.Invalid, "customer.error.none_chosen")
	}
	if len(ids) > maxMany {
		return errs.New(errs.Invalid, "customer.error.bulk_many", "max", maxMany)
	}
	return s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		for _, id := range ids {
			name, err := s.customers.Named(ctx, id)
			if err != nil {
				return err
			}
			if len(ids) == 1 {
				journal.About(tx, "customer", id, name)
			}
		}
		today, err := today(ctx, tx)
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, today); err != nil {
			return err
		}
		return s.customers.RefreshStats(ctx, tx, ids)
	})
}

func today(ctx context.Context, tx *db.Tx) (cal.Date, error) {
	b, err := setting.ReadBusiness(ctx, tx)
	return cal.Today(tx.Now, b.Zone()), err
}

// Life is where a customer stands and how they came there.
type Life struct {
	Name  string // the customer's
	Stage string
	Seen  Seen
	Told  string // what the rule says, whatever somebody set
	Apart bool   // they asked not to be profiled: the rule says nothing
	Hold  *Hold
	Moves []Move // newest first
	Names Names
}

// Of reads a customer's life.
func (s *Service) Of(ctx context.Context, id int64) (Life, error) {
	var out Life
	if err := auth.From(ctx).May(Read); err != nil {
		return out, err
	}
	var err error
	if out.Name, err = s.customers.Named(ctx, id); err != nil {
		return out, err
	}
	q := s.db.Reader(ctx)
	kept, err := readRules(ctx, q)
	if err != nil {
		return out, err
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return out, err
	}
	now := cal.Today(s.db.Now(), b.Zone())
	var days []cal.Date
	if err := q.Select(ctx, &days, sqlDays, id); err != nil {
		return out, fmt.Errorf("read the purchases of customer %d: %w", id, err)
	}
	var st standing
	if _, err := db.Found(q.Get(ctx, &st, sqlStanding, id)); err != nil {
		return out, fmt.Errorf("read the stage of customer %d: %w", id, err)
	}
	out.Names, out.Stage = kept.Names, st.Stage
	out.Apart = st.Apart
	out.Told, out.Seen = st.tell(kept.Rules, days, now)
	if out.Stage == "" {
		out.Stage = out.Told
	}
	if st.heldOn(now) {
		out.Hold = &Hold{}
		if err := q.Get(ctx, out.Hold, sqlHold, id); err != nil {
			return out, fmt.Errorf("read who set the stage of customer %d: %w", id, err)
		}
	}
	if err := q.Select(ctx, &out.Moves, sqlMoves, id); err != nil {
		return out, fmt.Errorf("read the moves of customer %d: %w", id, err)
	}
	return out, nil
}

// Counts are the customers of each stage that the actor sees.
func (s *Service) Counts(ctx context.Context) (map[string]int, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	return CountsFor(ctx, s.db.Reader(ctx), actor.Scope())
}

// Settings reads the rules and names.
func (s *Service) Settings(ctx context.Context) (Kept, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Kept{}, err
	}
	return readRules(ctx, s.db.Reader(ctx))
}

// Step is how many would move from one stage to another.
type Step struct {
	From, To string
	N        int
}

// Preview counts who would move if these were the rules; nothing is changed.
func (s *Service) Preview(ctx context.Context, r Rules) (total int, steps []Step, err error) {
	if err := auth.From(ctx).May(Rule); err != nil {
		return 0, nil, err
	}
	if err := r.Validate(); err != nil {
		return 0, nil, err
	}
	q := s.db.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return 0, nil, err
	}
	found := map[Step]int{}
	err = differing(ctx, q, r, cal.Today(s.db.Now(), b.Zone()), func(_ int64, from, to string) {
		total++
		found[Step{From: from, To: to}]++
	})
	for step, n := range found {
		step.N = n
		steps = append(steps, step)
	}
	slices.SortFunc(steps, func(a, b Step) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return slices.Index(All, a.From)*10 + slices.Index(All, a.To) - slices.Index(All, b.From)*10 - slices.Index(All, b.To)
	})
	return total, steps, err
}

// Save changes the rules and names that are still at version. Whoever stands
// elsewhere by them is moved beside the work.
func (s *Service) Save(ctx context.Context, version int64, r Rules, n Names) (Kept, error) {
	if err := auth.From(ctx).May(Rule); err != nil {
		return Kept{}, err
	}
	if err := r.Validate(); err != nil {
		return Kept{}, err
	}
	n = n.Clean()
	if err := n.Validate(); err != nil {
		return Kept{}, err
	}
	return db.WriteOne(ctx, s.db, "stage.rules", func(ctx context.Context, tx *db.Tx) (Kept, error) {
		before, err := readRules(ctx, tx)
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		journal.About(tx, "stage_rule", 1, "")
		if err := writeRules(ctx, tx, r, n); err != nil {
			return before, err
		}
		tx.AfterCommit(s.wake)
		return readRules(ctx, tx)
	})
}

// Named puts an imported customer on the stage that their row names, where they
// do not stand there anyway; it tells whether it did.
func Named(ctx context.Context, tx *db.Tx, customer int64, stage string) (bool, error) {
	var now standing
	if _, err := db.Found(tx.Get(ctx, &now, sqlStanding, customer)); err != nil {
		return false, fmt.Errorf("read the stage of customer %d: %w", customer, err)
	}
	if now.Stage == stage {
		return false, nil
	}
	return true, hold(ctx, tx, customer, Input{Stage: stage})
}

func (s *Service) wake() {
	select {
	case s.nudge <- struct{}{}:
	default:
	}
}

// Start tells beside the work the stage of everybody who has none yet, and
// moves everybody after the rules have changed, until ctx ends.
func (s *Service) Start(ctx context.Context) {
	ctx = auth.With(ctx, auth.System("job"))
	safego.Go("life-cycle stages", func() {
		if err := s.Fill(ctx); err != nil && ctx.Err() == nil {
			slog.Error("the stages of customers were not told", "error", err)
		}
		for {
			select {
			case <-ctx.Done():
				return
			case <-s.nudge:
			}
			if err := s.Renew(ctx); err != nil && ctx.Err() == nil {
				slog.Error("customers were not moved by the new rules", "error", err)
			}
		}
	})
}

// Fill tells the stage of everybody who has none, a few at a time.
func (s *Service) Fill(ctx context.Context) error {
	for ctx.Err() == nil {
		var ids []int64
		if err := s.db.Reader(ctx).Select(ctx, &ids, sqlUntold); err != nil {
			return fmt.Errorf("list customers without a stage: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := s.db.Write(ctx, "stage.fill", func(ctx context.Context, tx *db.Tx) error {
			return s.customers.RefreshQuietly(ctx, tx, ids)
		}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Renew moves everybody whom the rules put elsewhere, a few at a time.
func (s *Service) Renew(ctx context.Context) error {
	q := s.db.Reader(ctx)
	kept, err := readRules(ctx, q)
	if err != nil {
		return err
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	var ids []int64
	err = differing(ctx, q, kept.Rules, cal.Today(s.db.Now(), b.Zone()), func(id int64, _, _ string) { ids = append(ids, id) })
	if err != nil {
		return err
	}
	for part := range slices.Chunk(ids, 200) {
		if err := s.db.Write(ctx, "stage.renew", func(ctx context.Context, tx *db.Tx) error {
			return s.customers.RefreshStats(ctx, tx, part)
		}); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}
