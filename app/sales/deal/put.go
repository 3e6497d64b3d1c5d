package deal

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// What somebody said becomes a deal: whom it names must be there, and it stands
// in a stage of a pipeline.

// put writes what was said into a deal and checks whom it names.
func (s *Service) put(ctx context.Context, tx *db.Tx, d *Deal, in Input, before []Line) error {
	fresh := d.ID == 0
	c := &errs.Check{}
	if in.CustomerID != 0 && in.CustomerID != int64(d.CustomerID) {
		if _, err := s.customers.MustSee(ctx, in.CustomerID); errs.Is(err, errs.NotFound) {
			c.Add("customer_id", "order.error.no_customer")
		} else if err != nil {
			return err
		}
	}
	if in.CustomerID != int64(d.CustomerID) && in.ContactID == int64(d.ContactID) {
		in.ContactID = 0 // whoever it was is of the other customer
	}
	if in.ContactID != 0 && in.ContactID != int64(d.ContactID) {
		theirs, err := counts(ctx, tx, sqlContact, in.ContactID, in.CustomerID)
		if err != nil {
			return fmt.Errorf("look for contact %d: %w", in.ContactID, err)
		}
		c.That(theirs, "contact_id", "error.choice")
	}
	if fresh && in.OwnerID == 0 {
		in.OwnerID = auth.From(ctx).UserID
	}
	if in.OwnerID != 0 && in.OwnerID != int64(d.OwnerID) {
		works, err := counts(ctx, tx, sqlPerson, in.OwnerID)
		if err != nil {
			return fmt.Errorf("look for user %d: %w", in.OwnerID, err)
		}
		c.That(works, "owner_id", "error.choice")
	}
	if !fresh && in.OwnerID != int64(d.OwnerID) {
		if err := ownable(ctx, tx, d.ID); err != nil {
			return err
		}
	}
	if err := c.Err(); err != nil {
		return err
	}
	d.Name, d.CustomerID, d.ContactID, d.Amount = in.Name, db.ID(in.CustomerID), db.ID(in.ContactID), in.Amount
	d.ExpectedClose, d.OpenedOn, d.OwnerID, d.Agent = in.ExpectedClose, in.OpenedOn, db.ID(in.OwnerID), in.Agent
	d.Source, d.Notes, d.ExternalID, d.ExternalSource = in.Source, in.Notes, db.Null(in.ExternalID), in.ExternalSource
	d.Own = nil
	if in.Probability != nil {
		own := int64(*in.Probability)
		d.Own = &own
	}
	if in.Lines != nil {
		var err error
		if d.Lines, err = s.fill(ctx, d, in.Lines, before); err != nil {
			return err
		}
	}
	if len(d.Lines) > 0 {
		sum, err := addUp(d.Lines)
		if err != nil {
			return err
		}
		d.Amount = sum
	}
	var err error
	d.Values, err = s.fields.Apply(ctx, tx, "deal", d.Values, in.Fields, facts(d.Result))
	return err
}

// place finds the stage that was named, the first of a pipeline that was, or the
// first of the standard one.
func (s *Service) place(ctx context.Context, tx *db.Tx, d *Deal, in Input) error {
	all, err := s.ensure(ctx, tx)
	if err != nil {
		return err
	}
	c := &errs.Check{}
	for _, p := range all {
		st, has := p.Stage(in.StageID)
		switch {
		case has && in.PipelineID != 0 && in.PipelineID != p.ID:
			c.Add("stage_id", "deal.error.other_pipeline")
			return c.Err()
		case has:
		case in.StageID == 0 && len(p.Stages) > 0 && (in.PipelineID == p.ID || in.PipelineID == 0 && p.Standard):
			st = p.Stages[0]
		default:
			continue
		}
		d.PipelineID, d.PipelineName, d.StageID, d.StageName = p.ID, p.Name, st.ID, st.Name
		return nil
	}
	if in.StageID != 0 {
		c.Add("stage_id", "error.choice")
	} else {
		c.Add("pipeline_id", "error.choice")
	}
	return c.Err()
}

func decided(now Deal) error {
	return &errs.Error{Kind: errs.Conflict, Message: errs.Message{Key: "deal.error.decided." + now.Result}, Current: now}
}
