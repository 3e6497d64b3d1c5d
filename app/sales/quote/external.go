package quote

import (
	"context"
	"net/http"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Quotes of another system, known by what it calls them.

// Put makes the quote of an external system what in says, and tells whether it is
// new. Its newest version counts; one that was sent may come again as it is.
func (s *Service) Put(ctx context.Context, in Input) (v Quote, created bool, err error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Quote{}, false, err
	}
	err = s.db.Write(ctx, "quote.put", func(ctx context.Context, tx *db.Tx) error {
		id, found, err := byExternal(ctx, tx, in.ExternalSource, in.ExternalID)
		if err != nil {
			return err
		}
		if !found {
			created = true
			v, err = s.Create(ctx, in)
			return err
		}
		before, err := s.get(ctx, tx, auth.From(ctx).Scope(), id)
		if err != nil {
			return err
		}
		if before.CustomerID != in.CustomerID {
			return wrong("customer_id", "order.error.other_customer")
		}
		if before.State == Draft {
			v, err = s.Update(ctx, id, before.Version, in)
			return err
		}
		v = before
		return s.unchanged(ctx, tx, before, in)
	})
	return v, created, err
}

// unchanged refuses what would change a quote that was sent.
func (s *Service) unchanged(ctx context.Context, tx *db.Tx, before Quote, in Input) error {
	if in.QuotedOn == "" {
		in.QuotedOn = before.QuotedOn
	}
	if _, err := s.check(ctx, tx, &in); err != nil {
		return err
	}
	v := before
	if err := s.fill(ctx, &v, in, before.Lines); err != nil {
		return err
	}
	if in.Fields != nil {
		var err error
		if v.Values, err = s.d.Fields.Apply(ctx, tx, "quote", before.Values, in.Fields, facts(v.State)); err != nil {
			return err
		}
	}
	if !same(before, v) || v.Intro != before.Intro || v.ContactID != before.ContactID || v.DealID != before.DealID {
		return &errs.Error{Kind: errs.Conflict, Message: errs.Message{Key: "quote.error.sent_stays"}, Current: before}
	}
	return nil
}

type externalIn struct {
	api.External
	Body Body
}

type upserted struct {
	Status   int
	Location string `header:"Location"`
	Body     Object
}

func (s *Service) apiPut(ctx context.Context, in *externalIn) (*upserted, error) {
	input, err := s.input(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	input.ExternalSource, input.ExternalID = in.Source, in.ExternalID
	v, created, err := s.Put(ctx, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(v Quote) any { return object(v) })
	}
	out := &upserted{Status: http.StatusOK, Location: location(v.ID), Body: object(v)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}
