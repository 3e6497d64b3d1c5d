package consent

import (
	"context"
	"slices"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// What customers said about consent, in the files that leave and in the API. It
// is the last word of each pair; what rests on the relation alone is no word.

// PartHeader implements customer.Part: the pairs about which anybody said a word.
func (s *Service) PartHeader(ctx context.Context, q db.Q, cards bool) ([]string, error) {
	if cards || !auth.From(ctx).Can(Read) {
		return nil, nil
	}
	all, err := purposesIn(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range all {
		for _, ch := range Channels {
			some, err := anyWord(ctx, q, p.Key+"."+ch)
			if err != nil {
				return nil, err
			}
			if some {
				out = append(out, part+"."+p.Key+"."+ch)
			}
		}
	}
	return out, nil
}

// PartCells implements customer.Part, in words that an import reads back.
func (s *Service) PartCells(ctx context.Context, q db.Q, customers []int64) (map[int64][]string, error) {
	header, err := s.PartHeader(ctx, q, false)
	if err != nil {
		return nil, err
	}
	said, err := s.States(ctx, q, customers)
	out := map[int64][]string{}
	for id, states := range said {
		out[id] = make([]string, len(header))
		for what, state := range states {
			if at := slices.Index(header, part+"."+what); at >= 0 {
				out[id][at] = map[string]string{Allowed: "yes", Objected: "no"}[state]
			}
		}
	}
	return out, err
}

// States are the last words of customers: allowed or objected by
// purpose.channel. Who asks has looked at whether they may see them.
func (s *Service) States(ctx context.Context, q db.Q, customers []int64) (map[int64]map[string]string, error) {
	out := map[int64]map[string]string{}
	if len(customers) == 0 || !auth.From(ctx).Can(Read) {
		return out, nil
	}
	rows, err := lastWords(ctx, q, customers)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if out[r.ID] == nil {
			out[r.ID] = map[string]string{}
		}
		out[r.ID][r.What] = r.State
	}
	return out, nil
}
