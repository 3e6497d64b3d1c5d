package lead

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// What somebody said becomes a lead.

// put writes what was said into a lead and checks whom it names.
func (s *Service) put(ctx context.Context, tx *db.Tx, l *Lead, in Input, b setting.Business) error {
	c := &errs.Check{}
	if in.OwnerID != 0 && in.OwnerID != int64(l.OwnerID) {
		n, err := counts(ctx, tx, sqlPerson, in.OwnerID)
		if err != nil {
			return fmt.Errorf("look for user %d: %w", in.OwnerID, err)
		}
		c.That(n > 0, "owner_id", "error.choice")
	}
	if err := c.Err(); err != nil {
		return err
	}
	l.Phones, l.Emails, l.WeChat = in.Phones, in.Emails, in.WeChat
	l.Name, l.Company, l.Source, l.Need, l.Amount, l.Region = in.Name, in.Company, in.Source, in.Need, in.Amount, in.Region
	l.ExternalID, l.ExternalSource = db.Null(in.ExternalID), in.ExternalSource
	if err := s.interested(ctx, l, in); err != nil {
		return err
	}
	if in.OwnerID != int64(l.OwnerID) {
		why := ""
		if l.ID == 0 { // whoever makes it knows why
			why = l.AssignedWhy
		}
		own(l, in.OwnerID, why, tx.Now)
	}
	l.Words = findable(*l, b.Region)
	var err error
	l.Values, err = s.fields.Apply(ctx, tx, "lead", l.Values, in.Fields, facts(l.State))
	return err
}

// interested finds the product that was named, by its id or in words.
func (s *Service) interested(ctx context.Context, l *Lead, in Input) error {
	if in.ProductID != 0 && in.ProductID == int64(l.ProductID) && in.Interest == l.Interest {
		return nil
	}
	l.Interest, l.ProductID = in.Interest, 0
	if in.Interest == "" {
		return nil
	}
	p, found, err := s.Products.Named(auth.As(ctx, "lead"), in.Interest)
	if err != nil {
		return fmt.Errorf("look for the product of a lead: %w", err)
	}
	if found {
		l.ProductID = db.ID(p.ID)
	}
	return nil
}
