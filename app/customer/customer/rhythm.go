package customer

import "context"

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
