package survey

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// A survey may end by itself: after a day, or once enough have answered. From
// then on nobody is asked and nobody reminded, and whoever still comes finds a
// page that says so. Who has answered may change it until their link runs out.

var errClosed = errs.New(errs.Conflict, "survey.error.closed")

// closed tells whether a survey has ended by its last day or its number.
func (s *Service) closed(ctx context.Context, q db.Q, v Survey, now time.Time) (bool, error) {
	if v.ClosesOn != "" {
		b, err := setting.ReadBusiness(ctx, q)
		if err != nil {
			return false, err
		}
		if cal.Today(now, b.Zone()) > cal.Date(v.ClosesOn) {
			return true, nil
		}
	}
	if v.ClosesAtN == 0 {
		return false, nil
	}
	var enough bool
	if err := q.Get(ctx, &enough, sqlEnough, v.ID, v.ClosesAtN); err != nil {
		return false, fmt.Errorf("count the answers to survey %d: %w", v.ID, err)
	}
	return enough, nil
}

// open refuses what would ask anybody a survey that has ended.
func (s *Service) open(ctx context.Context, tx *db.Tx, v Survey) error {
	over, err := s.closed(ctx, tx, v, tx.Now)
	if err == nil && over {
		err = errClosed
	}
	return err
}

// over tells whether a survey is asked no more: switched off, past its last day
// or answered often enough.
func (s *Service) over(ctx context.Context, q db.Q, v Survey, now time.Time) (bool, error) {
	if !v.Active {
		return true, nil
	}
	return s.closed(ctx, q, v, now)
}

// Over tells whether a survey is asked no more, for who asks it from elsewhere.
func (s *Service) Over(ctx context.Context, q db.Q, survey int64, now time.Time) (bool, error) {
	v, err := readSurvey(ctx, q, survey)
	if err != nil {
		return false, err
	}
	return s.over(ctx, q, v, now)
}

// idle tells whether a program asks nobody because every survey of it is over.
func (s *Service) idle(ctx context.Context, q db.Q, p Program, now time.Time) (bool, error) {
	for _, id := range []int64{p.SurveyID, int64(p.AlternateID)} {
		if id == 0 {
			continue
		}
		if over, err := s.Over(ctx, q, id, now); err != nil || !over {
			return false, err
		}
	}
	return true, nil
}

// ended tells whether a program has come to its last day or its number.
func (s *Service) ended(ctx context.Context, q db.Q, p Program, today cal.Date) (bool, error) {
	if p.ClosesOn != "" && today > cal.Date(p.ClosesOn) {
		return true, nil
	}
	if p.ClosesAtN == 0 {
		return false, nil
	}
	var enough bool
	if err := q.Get(ctx, &enough, sqlProgramEnough, p.ID, p.ClosesAtN); err != nil {
		return false, fmt.Errorf("count the answers to program %d: %w", p.ID, err)
	}
	return enough, nil
}
