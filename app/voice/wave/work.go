package wave

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/safego"
)

// A wave is worked off in short writes of as many members as fit into a moment,
// so that others can save meanwhile. Each member's invitation and their state
// are one write: a kill at any moment asks nobody twice and forgets nobody.

const (
	chunkTime = 80 * time.Millisecond
	maxChunk  = 1000
)

// Run works on whatever is begun, at once and in the background, until ctx ends;
// first on what a kill left behind.
func (s *Service) Run(ctx context.Context) {
	s.nudge()
	safego.Go("waves", func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-s.wake:
			}
			if err := s.Drain(ctx); err != nil && ctx.Err() == nil {
				slog.Error("a wave stopped", "error", err)
			}
		}
	})
}

func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Drain looks at the members of new waves, asks those of running ones and takes
// back what waits of those that were held or stopped, until nothing is left to do.
func (s *Service) Drain(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	var waiting, pending []int64
	if err := s.db.Reader(ctx).Select(ctx, &waiting, sqlWaiting); err != nil {
		return fmt.Errorf("list waves to take back: %w", err)
	}
	for _, id := range waiting {
		if err := s.takeBack(ctx, id); err != nil && s.alone(ctx, id, err) != nil {
			return err
		}
	}
	if err := s.db.Reader(ctx).Select(ctx, &pending, sqlPending); err != nil {
		return fmt.Errorf("list waves: %w", err)
	}
	for _, id := range pending {
		if err := s.work(ctx, id); err != nil && s.alone(ctx, id, err) != nil {
			return fmt.Errorf("wave %d: %w", id, err)
		}
	}
	return nil
}

// alone keeps the trouble of one wave from the others, unless it is everybody's.
func (s *Service) alone(ctx context.Context, id int64, err error) error {
	if s.db.Broken() != nil || ctx.Err() != nil {
		return err
	}
	slog.Error("a wave is in trouble", "wave", id, "error", err)
	return nil
}

func (s *Service) takeBack(ctx context.Context, id int64) error {
	for ctx.Err() == nil {
		n, err := db.WriteOne(ctx, s.db, "wave.take_back", func(ctx context.Context, tx *db.Tx) (int, error) {
			w, err := read(ctx, tx, id)
			if err != nil || w.State != Paused && w.State != Stopped {
				return 0, err
			}
			taken, err := s.surveys.TakeBack(ctx, tx, id, w.State == Paused, maxChunk)
			if err == nil && w.State == Paused {
				err = again(ctx, tx, id, taken)
			}
			return len(taken), err
		})
		if err != nil || n == 0 {
			return err
		}
	}
	return ctx.Err()
}

// work does chunk after chunk of one wave until it is through, held or stopped.
func (s *Service) work(ctx context.Context, id int64) error {
	for size := 20; ctx.Err() == nil; {
		start, more, at := s.db.Now(), false, row{}
		err := s.db.Write(ctx, "wave.step", func(ctx context.Context, tx *db.Tx) error {
			tx.Remember()
			w, err := read(ctx, tx, id)
			if err != nil {
				return err
			}
			switch w.State {
			case Draft:
				more, err = s.look(ctx, tx, w, size, &at)
			case Running:
				over, wrong := s.over(ctx, tx, w, tx.Now)
				if wrong != nil {
					return wrong
				}
				if over { // the next look takes back what waits
					tx.AfterCommit(s.nudge)
					return move(ctx, tx, w, Stopped)
				}
				more, err = s.ask(ctx, tx, w, size, &at)
			}
			return err
		})
		if err != nil && at.ID != 0 && s.alone(ctx, id, err) == nil {
			if err = s.pass(ctx, at); err == nil {
				continue // the others have their turn
			}
		}
		if err != nil || !more {
			return err
		}
		if took := s.db.Now().Sub(start); took > chunkTime {
			size = max(size*2/3, 5)
		} else {
			size = min(size*3/2+1, maxChunk)
		}
	}
	return ctx.Err()
}

// pass spares a member whose row gives trouble, so that it stands in nobody's way.
func (s *Service) pass(ctx context.Context, m row) error {
	return s.db.Write(ctx, "wave.pass", func(ctx context.Context, tx *db.Tx) error {
		tx.Remember()
		return set(ctx, tx, m, Spared, "broken")
	})
}

// look says of the next members whether they will be asked, and why not. On an
// error at is the member it came from.
func (s *Service) look(ctx context.Context, tx *db.Tx, w Wave, size int, at *row) (more bool, err error) {
	var next []row
	if err := tx.Select(ctx, &next, sqlUnseen, w.ID, size); err != nil {
		return false, fmt.Errorf("list whom to look at: %w", err)
	}
	for _, m := range next {
		*at = m
		contact, mayAsk, reason, err := s.surveys.Spare(ctx, tx, w.SurveyID, m.CustomerID, w.Texts)
		if err != nil {
			return false, fmt.Errorf("look at customer %d: %w", m.CustomerID, err)
		}
		m.ContactID = contact
		state := Ask
		if !mayAsk {
			state = Spared
		}
		if err := set(ctx, tx, m, state, reason); err != nil {
			return false, err
		}
	}
	*at = row{}
	return len(next) == size, nil
}

// ask invites the next members. Whoever cannot be asked any more by now is
// spared for that reason. On an error at is the member it came from.
func (s *Service) ask(ctx context.Context, tx *db.Tx, w Wave, size int, at *row) (more bool, err error) {
	if w.PerHour > 0 {
		var taken int
		if err := tx.Get(ctx, &taken, sqlHour, w.ID, db.At(tx.Now.Add(-time.Hour))); err != nil {
			return false, fmt.Errorf("count what wave %d sends in an hour: %w", w.ID, err)
		}
		if size = min(size, w.PerHour-taken); size <= 0 {
			return false, nil // the next look goes on
		}
	}
	var next []row
	if err := tx.Select(ctx, &next, sqlNext, w.ID, size); err != nil {
		return false, fmt.Errorf("list whom to ask: %w", err)
	}
	for _, m := range next {
		*at = m
		asked, reason, err := s.surveys.AskMember(ctx, tx, w.SurveyID, w.ID, m.CustomerID, m.ContactID, w.Texts)
		if err != nil {
			return false, fmt.Errorf("ask customer %d: %w", m.CustomerID, err)
		}
		state := Asked
		if !asked {
			state = Spared
		}
		if err := set(ctx, tx, m, state, reason); err != nil {
			return false, err
		}
	}
	*at = row{}
	if len(next) > 0 {
		return true, nil
	}
	var waits bool
	if err := tx.Get(ctx, &waits, sqlWaits, w.ID); err != nil || waits { // it can still be held or stopped
		return false, err
	}
	return false, move(ctx, tx, w, Done)
}
