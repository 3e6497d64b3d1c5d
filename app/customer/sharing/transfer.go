package sharing

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// maxParcel is how many customers one hand-over takes.
const maxParcel = 20000

func (p *Parcel) check(today cal.Date) error {
	p.Note = text.Block(p.Note)
	c := &errs.Check{}
	c.That((p.To > 0 || p.Release) && p.To != p.From, "to_id", "error.person")
	c.That(!p.Leaves && !p.Release || p.From > 0 && p.Until == "", "until", "sharing.error.until_leaves")
	c.That(len([]rune(p.Note)) <= 2000, "note", "error.long", "n", 2000)
	if p.Until != "" {
		day, err := cal.ParseDate(p.Until)
		c.That(err == nil && day > today, "until", "sharing.error.until")
	}
	c.That(len(p.Customers) <= maxParcel, "customers", "error.many", "n", maxParcel)
	return c.Err()
}

// HandOver gives customers to somebody else with what is open about them, one
// change for everything. Without customers it is everything that From has. Where a
// rule says so it waits for approval.
func (s *Service) HandOver(ctx context.Context, p Parcel) (Sent, error) {
	return waiting(s.hand(ctx, p))
}

// hand is HandOver inside another change: what waits is no error, so that the
// question is kept.
func (s *Service) hand(ctx context.Context, p Parcel) (Sent, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Sent{}, err
	}
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return Sent{}, err
	}
	if err := p.check(cal.Today(s.DB.Now(), business.Zone())); err != nil {
		return Sent{}, err
	}
	if len(p.Customers) == 0 && p.From != actor.UserID {
		if err := actor.May(Admin); err != nil {
			return Sent{}, err
		}
	}
	if p.Leaves || p.Release {
		if err := actor.May(Admin); err != nil {
			return Sent{}, err
		}
	}
	if p.Release && p.To == 0 {
		p.To = actor.UserID
	}
	if p.To == p.From {
		c := &errs.Check{}
		c.Add("to_id", "error.person")
		return Sent{}, c.Err()
	}
	op := "sharing.transfer"
	if p.Leaves {
		op = "sharing.leave"
	}
	return db.WriteOne(ctx, s.DB, op, func(ctx context.Context, tx *db.Tx) (Sent, error) {
		if err := mustWork(ctx, tx, p.To, "to_id"); err != nil {
			return Sent{}, err
		}
		if len(p.Customers) == 0 {
			if err := tx.Select(ctx, &p.Customers, sqlTheirs, p.From); err != nil {
				return Sent{}, fmt.Errorf("list what they have: %w", err)
			}
			if err := p.check(""); len(p.Customers) > maxParcel {
				return Sent{}, err
			}
		}
		if waits, err := s.ask(ctx, tx, p); err != nil || waits != 0 {
			return Sent{Waits: waits}, err
		}
		sent, err := s.send(ctx, tx, p)
		if err == nil && p.Leaves {
			err = s.Disable(ctx, p.From)
		}
		return sent, err
	})
}

func (s *Service) send(ctx context.Context, tx *db.Tx, p Parcel) (Sent, error) {
	out := Sent{}
	parcels := map[int64]int64{} // by who gives
	parcelOf := func(from int64) (int64, error) {
		if parcels[from] != 0 {
			return parcels[from], nil
		}
		id, err := tx.Insert(ctx, sqlAddParcel, from, p.To, db.ID(auth.From(ctx).UserID), p.Note, p.Until, db.At(tx.Now))
		if err != nil {
			return 0, fmt.Errorf("start a hand-over: %w", err)
		}
		parcels[from], out.ID = id, id
		return id, nil
	}
	for _, id := range p.Customers {
		r, err := s.Customers.MustSee(ctx, id)
		if err != nil {
			return out, err
		}
		from := int64(r.OwnerID)
		if from == 0 {
			return out, errs.New(errs.Conflict, "sharing.error.no_owner")
		}
		if err := disposes(ctx, r); err != nil {
			return out, err
		}
		if from == p.To {
			continue
		}
		parcel, err := parcelOf(from)
		if err != nil {
			return out, err
		}
		journal.About(tx, "customer", id, r.Name)
		to := p.To
		if p.Release {
			to = 0
		}
		if err := s.Customers.Hand(ctx, tx, id, from, to); err != nil {
			return out, err
		}
		if err := part(ctx, tx, parcel, id, 0, 0); err != nil {
			return out, err
		}
		out.Customers++
		if err := s.work(ctx, tx, p, parcel, id, from, &out); err != nil {
			return out, err
		}
	}
	if p.Leaves {
		if err := s.rest(ctx, tx, p, parcelOf, &out); err != nil {
			return out, err
		}
	}
	return out, s.announce(ctx, tx, p, out)
}

// rest moves what somebody who leaves had to do besides.
func (s *Service) rest(ctx context.Context, tx *db.Tx, p Parcel, parcelOf func(int64) (int64, error), out *Sent) error {
	tasks, err := s.Tasks.HandRest(ctx, tx, p.From, p.To)
	if err != nil {
		return err
	}
	cases, err := s.Cases.HandRest(ctx, tx, p.From, p.To)
	if err != nil || len(tasks)+len(cases) == 0 {
		return err
	}
	parcel, err := parcelOf(p.From)
	if err != nil {
		return err
	}
	return s.parts(ctx, tx, parcel, tasks, cases, out)
}

// announce tells who got something.
func (s *Service) announce(ctx context.Context, tx *db.Tx, p Parcel, sent Sent) error {
	if p.Note != "" && sent.ID != 0 {
		journal.Because(tx, p.Note)
	}
	if sent.ID == 0 || p.To == auth.From(ctx).UserID {
		return nil
	}
	n := notify.Notice{UserID: p.To, Kind: notify.HandedOver, Label: p.Note, DedupeKey: fmt.Sprintf("handed_over:%d", tx.Set),
		Args: map[string]any{"who": auth.From(ctx).Name, "n": sent.Customers, "tasks": sent.Tasks, "cases": sent.Cases}}
	if sent.Customers > 0 {
		n.SubjectKind, n.SubjectID = "customer", p.Customers[0]
	} else {
		n.SubjectKind, n.SubjectID = "sharing_parcel", sent.ID
	}
	return s.Notices.Tell(ctx, tx, n)
}

// Summary says what a hand-over would move: of one customer, or (customer 0) of
// everything that a person has.
func (s *Service) Summary(ctx context.Context, customer, from int64) (Summary, error) {
	actor := auth.From(ctx)
	var out Summary
	if customer != 0 {
		r, err := s.Customers.MustSee(ctx, customer)
		if err == nil {
			err = disposes(ctx, r)
		}
		if err != nil {
			return out, err
		}
		return out, db.OrNotFound(s.DB.Reader(ctx).Get(ctx, &out, sqlSummaryOne, customer))
	}
	if from != actor.UserID {
		if err := actor.May(Admin); err != nil {
			return out, err
		}
	}
	return out, db.OrNotFound(s.DB.Reader(ctx).Get(ctx, &out, sqlSummaryAll, from))
}

// work moves what is open about one customer.
func (s *Service) work(ctx context.Context, tx *db.Tx, p Parcel, parcel, id, from int64, out *Sent) error {
	var tasks, cases []int64
	var err error
	if p.Tasks {
		if tasks, err = s.Tasks.HandOver(ctx, tx, id, from, p.To); err != nil {
			return err
		}
	}
	if p.Cases {
		if cases, err = s.Cases.HandOver(ctx, tx, id, from, p.To); err != nil {
			return err
		}
	}
	return s.parts(ctx, tx, parcel, tasks, cases, out)
}

// parts notes what went along.
func (s *Service) parts(ctx context.Context, tx *db.Tx, parcel int64, tasks, cases []int64, out *Sent) error {
	for _, t := range tasks {
		if err := part(ctx, tx, parcel, 0, t, 0); err != nil {
			return err
		}
	}
	for _, c := range cases {
		if err := part(ctx, tx, parcel, 0, 0, c); err != nil {
			return err
		}
	}
	out.Tasks += len(tasks)
	out.Cases += len(cases)
	return nil
}

func part(ctx context.Context, tx *db.Tx, parcel, customer, task, kase int64) error {
	if _, err := tx.Exec(ctx, sqlAddPart, parcel, db.ID(customer), db.ID(task), db.ID(kase)); err != nil {
		return fmt.Errorf("note what is handed over: %w", err)
	}
	return nil
}

// Return gives back what was handed over until today: whatever is still with
// the one who stood in.
func (s *Service) Return(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return err
	}
	var over []struct {
		ID   int64 `db:"id"`
		From int64 `db:"from_id"`
		To   int64 `db:"to_id"`
	}
	if err := s.DB.Reader(ctx).Select(ctx, &over, sqlOver, string(cal.Today(s.DB.Now(), business.Zone()))); err != nil {
		return fmt.Errorf("look which hand-overs are over: %w", err)
	}
	for _, p := range over {
		if err := s.DB.Write(ctx, "sharing.return", func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, sqlReturned, db.At(tx.Now), p.ID); err != nil {
				return err
			}
			return s.giveBack(ctx, tx, p.ID, p.From, p.To)
		}); err != nil {
			return fmt.Errorf("return hand-over %d: %w", p.ID, err)
		}
	}
	return nil
}

func (s *Service) giveBack(ctx context.Context, tx *db.Tx, parcel, from, to int64) error {
	if err := mustWork(ctx, tx, from, "from_id"); err != nil {
		return nil // whoever left gets nothing back
	}
	var parts []struct {
		Customer int64 `db:"customer_id"`
		Task     int64 `db:"task_id"`
		Case     int64 `db:"case_id"`
	}
	if err := tx.Select(ctx, &parts, sqlContent, parcel); err != nil {
		return err
	}
	n, first := 0, int64(0)
	for _, p := range parts {
		if first == 0 {
			first = p.Customer
		}
		var err error
		switch {
		case p.Customer != 0:
			if err = s.Customers.Hand(ctx, tx, p.Customer, to, from); errs.Is(err, errs.Conflict) {
				err = nil // somebody decided otherwise since
			} else if err == nil {
				n++
			}
		case p.Task != 0:
			err = s.Tasks.HandBack(ctx, tx, p.Task, to, from)
		case p.Case != 0:
			err = s.Cases.HandBack(ctx, tx, p.Case, to, from)
		}
		if err != nil {
			return err
		}
	}
	return s.Notices.Tell(ctx, tx, notify.Notice{UserID: from, Kind: notify.HandedOver, SubjectKind: "customer", SubjectID: first,
		Args: map[string]any{"who": "", "n": n, "tasks": 0, "cases": 0}, DedupeKey: fmt.Sprintf("returned:%d", parcel)})
}
