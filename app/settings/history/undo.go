package history

import (
	"context"
	"log/slog"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/safego"
)

// run is a large action being taken back, set by set.
type run struct {
	Done, Total int
	Outcome     journal.Outcome
	Err         error
	finished    chan struct{}
}

// Progress is how far taking back a large action is.
type Progress struct {
	Done, Total int
	Running     bool
	Failed      bool
	Outcome     journal.Outcome
}

// mayUndo is nil when the actor may take the change back: their own or, with
// the permission, anybody's; and only where they may write.
func (s *Service) mayUndo(ctx context.Context, set journal.Set) error {
	me := auth.From(ctx)
	if me.ReadOnly {
		return errs.New(errs.Denied, "error.denied")
	}
	if me.UserID == 0 || int64(set.UserID) != me.UserID {
		if err := me.May("history.undo_all"); err != nil {
			return err
		}
	}
	tables, err := tablesOf(ctx, s.DB.Reader(ctx), set.Group)
	if err != nil {
		return err
	}
	for _, name := range append(tables, set.Op) {
		if noun := nounOf(name, s.known); noun != "" {
			if err := me.May(noun + ".write"); err != nil {
				return err
			}
		}
	}
	return s.stillTheirs(ctx, set)
}

// stillTheirs refuses a member the undo of a change to a record that has since
// been given to somebody else. A record that is gone was theirs when they
// deleted it.
func (s *Service) stillTheirs(ctx context.Context, set journal.Set) error {
	if auth.From(ctx).Scope().Everything() || s.MaySee == nil || set.SubjectID == 0 {
		return nil
	}
	gone, err := deletes(ctx, s.DB.Reader(ctx), set)
	if err != nil || gone {
		return err
	}
	if _, hangs := sqlCustomerOf[set.SubjectKind]; hangs && int64(set.UserID) == auth.From(ctx).UserID {
		customer, _, err := customerOf(ctx, s.DB.Reader(ctx), set.SubjectKind, int64(set.SubjectID))
		if errs.Is(err, errs.NotFound) || err == nil && customer == 0 {
			return nil // their own change to what is gone or hangs on nobody
		}
	}
	return s.mayRecord(ctx, set.SubjectKind, int64(set.SubjectID))
}

// Undo takes one change back, wholly or only some rows. Conflicts stop it
// unless they are to be left alone. A large action goes on in the background;
// then the answer has no set yet and Progress tells how far it is.
func (s *Service) Undo(ctx context.Context, id int64, o journal.Options, patience time.Duration) (journal.Outcome, bool, error) {
	set, err := s.journal.One(ctx, id)
	if err != nil {
		return journal.Outcome{}, false, err
	}
	if err := s.mayLook(ctx, set); err != nil {
		return journal.Outcome{}, false, err
	}
	if err := s.mayUndo(ctx, set); err != nil {
		return journal.Outcome{}, false, err
	}
	size := set.Rows
	if set.Group == set.ID {
		if size, err = s.journal.Size(ctx, set.ID); err != nil {
			return journal.Outcome{}, false, err
		}
	}
	if size == set.Rows || len(o.Only) > 0 || len(o.Force) > 0 {
		out, err := s.journal.Undo(ctx, id, o)
		return out, true, err
	}
	if set.UndoneBy == 0 && s.DB.Now().Sub(set.At.Time) > journal.Window {
		return journal.Outcome{}, false, errs.New(errs.Conflict, "history.error.too_old", "days", int(journal.Window.Hours()/24))
	}
	return s.undoGroup(ctx, id, patience)
}

// undoGroup takes all sets of an action back in the background and waits a
// little for the end.
func (s *Service) undoGroup(ctx context.Context, group int64, patience time.Duration) (journal.Outcome, bool, error) {
	r, fresh := s.begin(group)
	if fresh {
		work := auth.With(s.ctx, auth.From(ctx))
		safego.Go("undo", func() {
			defer close(r.finished)
			out, err := s.journal.UndoGroup(work, group, func(done, total int) {
				s.mu.Lock()
				defer s.mu.Unlock()
				r.Done, r.Total = done, total
			})
			if err != nil {
				slog.Error("take back a large change", "group", group, "error", err)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			r.Outcome, r.Err = out, err
		})
	}
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case <-r.finished:
		s.mu.Lock()
		defer s.mu.Unlock()
		return r.Outcome, true, r.Err
	case <-wait.C:
		return journal.Outcome{}, false, nil
	case <-ctx.Done():
		return journal.Outcome{}, false, nil
	}
}

// begin gives the run of a group; fresh when it is not running already.
func (s *Service) begin(group int64) (r *run, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r = s.running[group]; r != nil && !r.over() {
		return r, false
	}
	r = &run{finished: make(chan struct{})}
	s.running[group] = r
	return r, true
}

func (r *run) over() bool {
	select {
	case <-r.finished:
		return true
	default:
		return false
	}
}

// Progress tells how far taking back a large action is; ok is false when this
// process never began it.
func (s *Service) Progress(group int64) (p Progress, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.running[group]
	if r == nil {
		return p, false
	}
	over := r.over()
	return Progress{Done: r.Done, Total: r.Total, Running: !over, Failed: over && r.Err != nil, Outcome: r.Outcome}, true
}
