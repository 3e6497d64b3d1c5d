package deal

import (
	"context"
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Way is where a deal goes, and what was said on the way because its stage
// wants it known.
type Way struct {
	StageID int64
	After   *int64 // the deal it will stand below, 0 for the top; nil leaves it to us

	Amount        *int64
	ExpectedClose cal.Date // "" leaves it
	CustomerID    int64    // 0 leaves it
	OwnerID       int64    // 0 leaves it
	Ticked        []string // items of the checklist that are done
	Fields        custom.Typed
}

// Move puts an open deal that is still at version into another stage, or to
// another place of its column. What the stage wants known and nobody has said is
// told field by field. Two who move one card: the second one is told what it is
// now.
func (s *Service) Move(ctx context.Context, id, version int64, w Way) (Deal, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Deal{}, err
	}
	d, err := s.Get(ctx, id)
	if err != nil {
		return d, err
	}
	if w.StageID == d.StageID && d.IsOpen() {
		return s.arrange(ctx, d, w)
	}
	return s.change(ctx, "deal.move", id, &version, func(ctx context.Context, tx *db.Tx, d *Deal) (event.Fact, error) {
		if !d.IsOpen() {
			return nil, decided(*d)
		}
		b, err := s.say(ctx, tx, d, w)
		if err != nil {
			return nil, err
		}
		before := *d
		if err := s.place(ctx, tx, d, Input{StageID: w.StageID}); err != nil {
			return nil, err
		}
		if err := s.leave(ctx, tx, before, d, b); err != nil {
			return nil, err
		}
		if w.After == nil {
			return Moved{}, nil
		}
		d.Position, err = below(ctx, tx, d.StageID, *w.After, d.ID)
		return Moved{}, err
	})
}

// arrange changes only the place in a column: nobody's edit becomes stale of it.
func (s *Service) arrange(ctx context.Context, d Deal, w Way) (Deal, error) {
	if w.After == nil || *w.After == d.ID {
		return d, nil
	}
	return db.WriteOne(ctx, s.db, "deal.arrange", func(ctx context.Context, tx *db.Tx) (Deal, error) {
		if _, err := workable(ctx, tx, auth.From(ctx).Scope(), d.ID); err != nil {
			return d, err
		}
		at, err := below(ctx, tx, d.StageID, *w.After, d.ID)
		if err != nil {
			return d, err
		}
		journal.About(tx, "deal", d.ID, d.Name)
		d.Position = at
		return d, setPosition(ctx, tx, d.ID, at)
	})
}

// say takes over what was said on the way.
func (s *Service) say(ctx context.Context, tx *db.Tx, d *Deal, w Way) (setting.Business, error) {
	in := d.Input()
	if w.Amount != nil {
		in.Amount = *w.Amount
	}
	if w.ExpectedClose != "" {
		in.ExpectedClose = w.ExpectedClose
	}
	if w.CustomerID != 0 {
		in.CustomerID = w.CustomerID
	}
	if w.OwnerID != 0 {
		in.OwnerID = w.OwnerID
	}
	in.Fields = w.Fields
	b, err := s.check(ctx, tx, &in)
	if err != nil {
		return b, err
	}
	for _, item := range w.Ticked {
		if err := tick(ctx, tx, *d, item, true); err != nil {
			return b, err
		}
	}
	return b, s.put(ctx, tx, d, in, d.Lines)
}

// leave checks that the stage lets the deal go and begins its stay in the next.
// Only who goes on is asked; a step back is free.
func (s *Service) leave(ctx context.Context, tx *db.Tx, before Deal, d *Deal, _ setting.Business) error {
	from, err := stageOf(ctx, tx, before.StageID)
	if err != nil {
		return err
	}
	to, err := stageOf(ctx, tx, d.StageID)
	if err != nil {
		return err
	}
	if to.PipelineID != from.PipelineID || to.Position > from.Position {
		if err := s.wants(ctx, tx, from, *d); err != nil {
			return err
		}
	}
	d.MovedAt = db.At(tx.Now)
	if d.Position, err = top(ctx, tx, d.StageID); err != nil {
		return err
	}
	return noteMove(ctx, tx, *d, db.ID(auth.From(ctx).UserID))
}

// wants says field by field what a stage wants known that is not.
func (s *Service) wants(ctx context.Context, q db.Q, st Stage, d Deal) error {
	if len(st.Required) == 0 {
		return nil
	}
	c := &errs.Check{}
	record, err := s.fields.Record(ctx, q, "deal")
	if err != nil {
		return err
	}
	for _, key := range st.Required {
		switch key {
		case needCustomer:
			c.That(d.CustomerID != 0, "customer_id", "deal.error.wanted")
		case needAmount:
			c.That(d.Amount > 0, "amount", "deal.error.wanted")
		case needClose:
			c.That(d.ExpectedClose != "", "expected_close", "deal.error.wanted")
		case needOwner:
			c.That(d.OwnerID != 0, "owner_id", "deal.error.wanted")
		case needNext:
			c.That(d.Next.TaskID != 0, "next_step", "deal.error.wanted_step")
		case needLines:
			c.That(len(d.Lines) > 0, "lines", "deal.error.wanted_lines")
		case needChecklist:
			done, err := ticked(ctx, q, d.ID, st.ID)
			if err != nil {
				return err
			}
			for _, item := range st.Checklist {
				c.That(slices.Contains(done, item), "checklist", "deal.error.wanted_ticks")
			}
		default:
			f, known := record.Set.Find(strings.TrimPrefix(key, ownPrefix))
			record.Values = d.Values
			c.That(!known || len(record.Strings(f)) > 0, f.Input(), "deal.error.wanted")
		}
	}
	return c.Err()
}

// Ending is how a deal is decided.
type Ending struct {
	ReasonID int64
	Note     string
	On       cal.Date // "" is today
}

// Win ends a deal as won, with the reason.
func (s *Service) Win(ctx context.Context, id int64, version *int64, e Ending) (Deal, error) {
	return s.end(ctx, "deal.won", Won, id, version, e)
}

// Lose ends a deal as lost, with the reason.
func (s *Service) Lose(ctx context.Context, id int64, version *int64, e Ending) (Deal, error) {
	return s.end(ctx, "deal.lost", Lost, id, version, e)
}

func (s *Service) end(ctx context.Context, op, result string, id int64, version *int64, e Ending) (Deal, error) {
	return s.change(ctx, op, id, version, func(ctx context.Context, tx *db.Tx, d *Deal) (event.Fact, error) {
		if !d.IsOpen() {
			return nil, decided(*d)
		}
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return nil, err
		}
		today := cal.Today(tx.Now, b.Zone())
		if e.On == "" {
			e.On = today
		}
		e.Note = text.Block(e.Note)
		c := &errs.Check{}
		c.That(e.On.Valid() && e.On >= earliest && e.On <= today, "closed_on", "deal.error.closed_on")
		c.That(len([]rune(e.Note)) <= maxNotes, "reason_note", "error.long", "n", maxNotes)
		r, err := reasonOf(ctx, tx, e.ReasonID)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		c.That(e.ReasonID != 0, "reason_id", "deal.error.reason")
		c.That(e.ReasonID == 0 || err == nil && r.Result == result, "reason_id", "error.choice")
		if err := c.Err(); err != nil {
			return nil, err
		}
		if result == Won {
			st, err := stageOf(ctx, tx, d.StageID)
			if err != nil {
				return nil, err
			}
			if err := s.wants(ctx, tx, st, *d); err != nil {
				return nil, err
			}
		}
		d.Result, d.ReasonID, d.ReasonNote, d.ClosedOn = result, db.ID(e.ReasonID), e.Note, e.On
		return Closed{}, nil
	})
}

// Acceptance is what the accepted quotes of a deal come to.
type Acceptance struct {
	Amount   int64 // what is accepted now
	Before   int64 // what was accepted before
	Standing int64 // of it, what was not cancelled since
}

// Accepted wins an open deal because the customer accepted what was offered: no
// reason is asked and no stage holds it. Without products of its own it amounts to
// what was accepted, all quotes together. A deal that is won already amounts to
// more then, unless somebody entered another amount; one that is lost is a
// conflict. It joins the caller's transaction.
func (s *Service) Accepted(ctx context.Context, id int64, a Acceptance) (Deal, error) {
	d, err := s.Get(ctx, id)
	if err != nil {
		return d, err
	}
	sum := a.Standing + a.Amount
	if d.Result == Won {
		if len(d.Lines) > 0 || d.Amount != a.Before && d.Amount != a.Standing || d.Amount == sum {
			return d, nil
		}
		return s.change(ctx, "deal.update", id, nil, func(_ context.Context, _ *db.Tx, d *Deal) (event.Fact, error) {
			d.Amount = sum
			return Changed{}, nil
		})
	}
	return s.change(ctx, "deal.won", id, nil, func(ctx context.Context, tx *db.Tx, d *Deal) (event.Fact, error) {
		if d.Result == Lost {
			return nil, decided(*d)
		}
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return nil, err
		}
		if sum > 0 && len(d.Lines) == 0 {
			d.Amount = sum
		}
		d.Result, d.ClosedOn = Won, cal.Today(tx.Now, b.Zone())
		return Closed{}, nil
	})
}

// Reopen takes a decided deal up again where it stood.
func (s *Service) Reopen(ctx context.Context, id int64, version *int64) (Deal, error) {
	return s.change(ctx, "deal.reopen", id, version, func(ctx context.Context, tx *db.Tx, d *Deal) (event.Fact, error) {
		if d.IsOpen() {
			return nil, errs.New(errs.Conflict, "deal.error.open")
		}
		var err error
		d.Result, d.ReasonID, d.ReasonNote, d.ClosedOn, d.MovedAt = Open, 0, "", "", db.At(tx.Now)
		if d.Position, err = top(ctx, tx, d.StageID); err != nil {
			return nil, err
		}
		return Reopened{}, noteMove(ctx, tx, *d, db.ID(auth.From(ctx).UserID))
	})
}

// Tick ticks an item of the stage's checklist off, or takes the tick back.
func (s *Service) Tick(ctx context.Context, id int64, item string, done bool) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "deal.check", func(ctx context.Context, tx *db.Tx) error {
		d, err := workable(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		journal.About(tx, "deal", id, d.Name)
		return tick(ctx, tx, d, item, done)
	})
}
