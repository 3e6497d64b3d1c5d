package relation

import (
	"context"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// Who referred a customer and who is above them, in the row of the customer: by
// name, number in another program, phone or e-mail. Whoever is named must be
// here or stand in an earlier row; the others get a remark, and the row stays.

// named are the columns with what the other one is.
var named = []struct{ column, role string }{{"referred_by", "referrer"}, {"parent", "parent"}}

// PartColumns implements customer.Part.
func (s *Service) PartColumns() []importer.Column {
	return []importer.Column{
		{Name: "referred_by", Synonyms: []string{"Referred by", "Referrer", "Referral from", "Introduced by", "Recommended by", "介绍人", "推荐人", "转介绍人", "引荐人"}},
		{Name: "parent", Synonyms: []string{"Parent", "Parent company", "Parent account", "Head office", "Headquarters", "上级客户", "上级公司", "母公司", "总公司", "总部"}},
	}
}

// MoreColumns implements customer.Part.
func (s *Service) MoreColumns(context.Context) ([]importer.Column, error) { return nil, nil }

// StartPart implements customer.Part.
func (s *Service) StartPart(importer.Options) customer.PartWork { return partWork{s} }

// partWork takes the relations of one run's customers.
type partWork struct{ s *Service }

// Begin implements customer.PartWork.
func (partWork) Begin(context.Context, *db.Tx) error { return nil }

// Read implements customer.PartWork.
func (partWork) Read(context.Context, *db.Tx, *importer.Record) error { return nil }

// Take implements customer.PartWork.
func (w partWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record, id int64, _ bool) (customer.PartAdded, error) {
	var out customer.PartAdded
	for _, n := range named {
		cell := strings.TrimSpace(r.Get(n.column))
		if cell == "" {
			continue
		}
		did, err := w.relate(ctx, tx, r, id, n.column, n.role, cell)
		if err != nil {
			return out, err
		}
		out.Changed = out.Changed || did
	}
	return out, nil
}

func (w partWork) relate(ctx context.Context, tx *db.Tx, r *importer.Record, id int64, column, role, cell string) (bool, error) {
	names, err := w.s.customers.Names(ctx, tx, []string{cell})
	if err != nil {
		return false, err
	}
	other, err := names.Find(cell)
	if err != nil && !errs.Is(err, errs.Invalid) {
		return false, err
	}
	if err != nil || other == 0 { // two of the name, or one who is not theirs to see: no word about which
		r.Remark(column, "import.problem.no_relation", "value", cell)
		return false, nil
	}
	in := Input{Customer: id, Other: other, Role: role}
	if in.Other == in.Customer {
		r.Remark(column, "relation.error.self")
		return false, nil
	}
	if have, err := first(ctx, tx, in); err != nil || have == other {
		return false, err
	}
	_, err = insert(ctx, tx, in)
	if e, ok := errs.As(err); ok && e.Kind == errs.Invalid {
		r.Remark(column, e.Fields["other_id"].Key)
		return false, nil
	}
	return err == nil, err
}

// PartHeader implements customer.Part.
func (s *Service) PartHeader(ctx context.Context, q db.Q, cards bool) ([]string, error) {
	if cards {
		return nil, nil
	}
	if some, err := anyAbove(ctx, q); err != nil || !some {
		return nil, err
	}
	return []string{named[0].column, named[1].column}, nil
}

// PartCells implements customer.Part: only those whom the reader may see.
func (s *Service) PartCells(ctx context.Context, q db.Q, customers []int64) (map[int64][]string, error) {
	list, err := above(ctx, q, auth.From(ctx).Scope(), customers)
	out := map[int64][]string{}
	for _, a := range list {
		if out[a.ID] == nil {
			out[a.ID] = make([]string, len(named))
		}
		at := 1
		if a.Kind == "referral" {
			at = 0
		}
		out[a.ID][at] = a.Name
	}
	return out, err
}
