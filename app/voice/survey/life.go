// A program is held, goes on and is stopped; one that has come to its last day or
// its number of answers stops by itself.

package survey

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

const reasonStopped = "program_stopped"

// Standing are the operations that nobody takes back in the history: what has
// left has left. A program's page has buttons for them.
var Standing = []string{"survey_program.pause", "survey_program.resume", "survey_program.stop"}

// Pause holds a program: nobody is asked or reminded, and whatever has not left
// waits until it goes on. It tells how many that are.
func (s *Service) Pause(ctx context.Context, id int64) (Program, int, error) {
	return s.turn(ctx, "survey_program.pause", id, func(ctx context.Context, tx *db.Tx, p Program) (int, error) {
		if !p.Active {
			return 0, errs.New(errs.Conflict, "survey.program.error.state")
		}
		return s.putBack(ctx, tx, p)
	}, false, false)
}

// Resume lets a program go on, or a stopped one begin again.
func (s *Service) Resume(ctx context.Context, id int64) (Program, int, error) {
	zone, err := s.zone(ctx)
	if err != nil {
		return Program{}, 0, err
	}
	return s.turn(ctx, "survey_program.resume", id, func(ctx context.Context, tx *db.Tx, p Program) (int, error) {
		if p.Active {
			return 0, errs.New(errs.Conflict, "survey.program.error.state")
		}
		if over, err := s.ended(ctx, tx, p, cal.Today(tx.Now, zone)); err != nil || over {
			if err == nil {
				err = errs.New(errs.Conflict, "survey.program.error.ended")
			}
			return 0, err
		}
		waiting, err := s.waitingOf(ctx, tx, p.ID)
		return len(waiting), err
	}, true, false)
}

// Stop ends a program: what has not left is taken back. It tells how many that
// are.
func (s *Service) Stop(ctx context.Context, id int64) (Program, int, error) {
	return s.turn(ctx, "survey_program.stop", id, func(ctx context.Context, tx *db.Tx, p Program) (int, error) {
		if p.State() == Stopped {
			return 0, errs.New(errs.Conflict, "survey.program.error.state")
		}
		return s.takeAllBack(ctx, tx, p, reasonStopped)
	}, false, true)
}

func (s *Service) turn(ctx context.Context, op string, id int64, f func(context.Context, *db.Tx, Program) (int, error), active, stopped bool) (p Program, n int, err error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return p, 0, err
	}
	err = s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		if p, err = readProgram(ctx, tx, id); err != nil {
			return err
		}
		journal.About(tx, "survey_program", id, p.Name)
		if n, err = f(ctx, tx, p); err != nil {
			return err
		}
		if err = put(ctx, tx, id, active, stopped); err != nil {
			return err
		}
		p, err = readProgram(ctx, tx, id)
		return err
	})
	return p, n, err
}

func put(ctx context.Context, tx *db.Tx, id int64, active, stopped bool) error {
	at := db.Time{}
	if stopped {
		at = db.At(tx.Now)
	}
	if _, err := tx.Exec(ctx, sqlTurn, active, at, db.At(tx.Now), id); err != nil {
		return fmt.Errorf("turn program %d: %w", id, err)
	}
	return nil
}

// endDue stops the programs that have come to their end.
func (s *Service) endDue(ctx context.Context) error {
	var ends []Program
	if err := s.db.Reader(ctx).Select(ctx, &ends, sqlEnding); err != nil {
		return fmt.Errorf("list programs that end: %w", err)
	}
	if len(ends) == 0 {
		return nil
	}
	zone, err := s.zone(ctx)
	if err != nil {
		return err
	}
	for _, p := range ends {
		over, err := s.ended(ctx, s.db.Reader(ctx), p, cal.Today(s.db.Now(), zone))
		if err != nil {
			return err
		}
		if !over {
			continue
		}
		if err := s.db.Write(ctx, "survey_program.stop", func(ctx context.Context, tx *db.Tx) error {
			journal.About(tx, "survey_program", p.ID, p.Name)
			if _, err := s.takeAllBack(ctx, tx, p, "closed"); err != nil {
				return err
			}
			return put(ctx, tx, p.ID, false, true)
		}); err != nil {
			return fmt.Errorf("end program %s: %w", p.Name, err)
		}
	}
	return nil
}

// waitingOf lists what has not left of a program; what is leaving this moment is
// not among it.
func (s *Service) waitingOf(ctx context.Context, tx *db.Tx, program int64) ([]Invitation, error) {
	var out []Invitation
	if err := tx.Select(ctx, &out, sqlProgramWaits, program); err != nil {
		return nil, fmt.Errorf("list what waits of program %d: %w", program, err)
	}
	return out, nil
}

func (s *Service) takeAllBack(ctx context.Context, tx *db.Tx, p Program, reason string) (int, error) {
	waiting, err := s.waitingOf(ctx, tx, p.ID)
	if err != nil {
		return 0, err
	}
	for _, i := range waiting {
		if err := s.takeBack(ctx, tx, &i, reason); err != nil {
			return 0, err
		}
	}
	return len(waiting), nil
}

// putBack takes out of the outbox what a paused program gave to it: a question
// about an event is planned again as it was, and who was asked by rhythm is due
// again.
func (s *Service) putBack(ctx context.Context, tx *db.Tx, p Program) (int, error) {
	waiting, err := s.waitingOf(ctx, tx, p.ID)
	if err != nil {
		return 0, err
	}
	zone, err := s.zone(ctx)
	if err != nil {
		return 0, err
	}
	for _, i := range waiting {
		if i.Reason == reasonPlanned {
			continue
		}
		if err := s.d.Outbox.Cancel(ctx, subjectKind, i.ID); err != nil {
			return 0, err
		}
		if _, err := tx.Exec(ctx, sqlForget, i.ID); err != nil {
			return 0, fmt.Errorf("forget invitation %d: %w", i.ID, err)
		}
		if i.EventKey == "" {
			if _, err := tx.Exec(ctx, sqlDueAgain, cal.Today(tx.Now, zone), p.ID, i.CustomerID); err != nil {
				return 0, fmt.Errorf("put customer %d back: %w", i.CustomerID, err)
			}
			continue
		}
		i.State, i.Reason, i.ContactID = Queued, reasonPlanned, 0 // who is asked is decided when it leaves
		if _, err := s.add(ctx, tx, &i); err != nil {
			return 0, err
		}
	}
	return len(waiting), nil
}
