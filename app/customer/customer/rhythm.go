package customer

import (
	"context"
	"slices"

	"regulars/app/sys/field"
)

// expected is the field of when somebody is likely to buy next.
const expected = "expected_on"

// OnUnheard says which alarms mean nothing in the shop: then nobody is called late,
// or told when they come next.
func (s *Service) OnUnheard(tried func(ctx context.Context) (late, due bool, err error)) {
	s.unheard = tried
}

// heed takes away when somebody is due where the trial on the shop's own past
// refused it, and of those who are not to be profiled.
func (s *Service) heed(ctx context.Context, rows []Row) error {
	late, due, err := s.tried(ctx)
	for i := range rows {
		r := &rows[i]
		r.Calm = late
		if due || r.NoProfiling {
			r.ExpectedOn = ""
		}
	}
	return err
}

func (s *Service) tried(ctx context.Context) (late, due bool, err error) {
	if s.unheard == nil {
		return false, false, nil
	}
	return s.unheard(ctx)
}

// dueOff tells that nobody's next purchase is foretold in this shop.
func (s *Service) dueOff(ctx context.Context) (bool, error) {
	_, due, err := s.tried(ctx)
	return due, err
}

// undue is the list where nobody's next purchase is foretold: its field holds
// nothing then, so that no filter chooses by it.
func undue(l field.List) field.List {
	l.Fields = slices.Clone(l.Fields)
	i := slices.IndexFunc(l.Fields, func(f field.Field) bool { return f.Name == expected })
	l.Fields[i].Column, l.Fields[i].Off = "''", "customer.expected_off"
	return l
}
