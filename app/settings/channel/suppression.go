// Addresses that do not take mail, for whoever minds the outbox.

package channel

import (
	"context"
	"fmt"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	words "regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/field"
	"regulars/app/sys/log"
	"regulars/app/sys/outbox"
)

// Dead is an address in a list.
type Dead struct {
	field.Row
	outbox.Suppression
}

// Suppressions lists the addresses that do not take mail.
func (s *Service) Suppressions(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Dead], error) {
	if err := auth.From(ctx).May("outbox.read"); err != nil {
		return page.Page[Dead]{}, err
	}
	l := suppressions
	if auth.From(ctx).Masked() {
		l = l.Masked("address")
	}
	where, err := l.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Dead]{}, err
	}
	out, err := field.Fetch[Dead](ctx, s.db.Reader(ctx), l, req, where)
	for i := range out.Items {
		out.Items[i].Suppression = veiled(ctx, []outbox.Suppression{out.Items[i].Suppression})[0]
	}
	return out, err
}

// Lift lets an address be tried again.
func (s *Service) Lift(ctx context.Context, id int64) (outbox.Suppression, error) {
	if err := auth.From(ctx).May("outbox.write"); err != nil {
		return outbox.Suppression{}, err
	}
	one, err := s.outbox.Lift(ctx, id)
	return veiled(ctx, []outbox.Suppression{one})[0], err
}

// veiled masks addresses for a role that sees them so.
func veiled(ctx context.Context, list []outbox.Suppression) []outbox.Suppression {
	if !auth.From(ctx).Masked() {
		return list
	}
	for i := range list {
		list[i].Address, list[i].Error = words.MaskEmail(list[i].Address), log.Mask(list[i].Error)
	}
	return list
}

// panelBody is what a customer's record says about their addresses.
type panelBody struct {
	List    []outbox.Suppression
	MayLift bool
	Next    string // the record, to come back to
}

// panel is nothing when all addresses of a customer take mail.
func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	list, err := s.outbox.Suppressions(ctx, customer)
	if err != nil {
		return nil, err
	}
	b := panelBody{MayLift: auth.From(ctx).Can("outbox.write"), Next: fmt.Sprintf("/customers/%d", customer)}
	for _, one := range veiled(ctx, list) {
		if one.Active(s.db.Now()) {
			b.List = append(b.List, one)
		}
	}
	return b, nil
}
