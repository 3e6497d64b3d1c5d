package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"regulars/app/sys/db"
)

const (
	keepEvery  = 10 * time.Minute   // what was drawn is written down so often
	recallable = 7 * 24 * time.Hour // older ones would say too little of today
	mostDrawn  = 256 << 10          // bytes of one; larger ones are counted after a start
)

// gone tells whether somebody was erased, or is not to be profiled, or is again.
type gone struct {
	Erased int   `db:"erased"`
	At     int64 `db:"at"` // the last of them
	Silent int   `db:"silent"`
	Which  int64 `db:"which"` // the sum of their numbers
}

// notice looks whether what was drawn may name whom it must not name any more.
func (s *Service) notice(ctx context.Context) error {
	now, err := whoIsGone(ctx, s.DB.Reader(ctx))
	if err == nil {
		s.kept.see(now)
	}
	return err
}

// dropped tells whether what was dropped is still written down.
func (s *Service) dropped(ctx context.Context) bool {
	if err := s.notice(ctx); err != nil {
		return false // the next look finds out
	}
	s.kept.lock.Lock()
	defer s.kept.lock.Unlock()
	return s.kept.stale
}

// drawnBy is what wrote down tiles that may be taken up.
func (s *Service) drawnBy(g gone) string { return fmt.Sprint(s.Version, " ", g) }

// Keep writes down what was drawn since, so that the next run of the program has it
// at once. Only for those who see everything: others see what is theirs today.
func (s *Service) Keep(ctx context.Context) error {
	if err := s.notice(ctx); err != nil {
		return err
	}
	var rows []drawnRow
	unkept, before, stale := s.kept.unkept()
	for key, f := range unkept {
		raw, err := json.Marshal(f.drawn)
		if err != nil {
			return fmt.Errorf("write down a tile: %w", err)
		}
		if len(raw) <= mostDrawn {
			rows = append(rows, drawnRow{Key: key, UserID: f.user, Day: f.day, At: db.At(f.at), Took: f.took.Milliseconds(), Drawn: string(raw)})
		}
	}
	if len(rows) == 0 && !stale {
		return nil
	}
	return s.DB.Write(ctx, "dashboard.keep", func(ctx context.Context, tx *db.Tx) error {
		now, err := whoIsGone(ctx, tx)
		if err != nil {
			return err
		}
		if now != before { // who has gone since may stand in any of them
			rows = nil
		}
		return keep(ctx, tx, s.drawnBy(now), rows)
	})
}

// Recall takes up what an earlier run of the same version drew.
func (s *Service) Recall(ctx context.Context) error {
	now, err := whoIsGone(ctx, s.DB.Reader(ctx))
	if err != nil {
		return err
	}
	s.kept.see(now)
	rows, err := recall(ctx, s.DB.Reader(ctx), s.drawnBy(now), s.DB.Now().Add(-recallable))
	if err != nil {
		return err
	}
	for _, r := range rows {
		var d Drawn
		if err := json.Unmarshal([]byte(r.Drawn), &d); err != nil {
			return fmt.Errorf("read a tile: %w", err)
		}
		s.kept.put(r.Key, &figure{drawn: d, has: true, day: r.Day, at: r.At.Time, took: time.Duration(r.Took) * time.Millisecond,
			moved: never, used: s.DB.Now(), user: r.UserID, kept: true})
	}
	return nil
}

// never is no state of the database: whatever was drawn then is drawn anew.
const never = ^uint64(0)

// unkept are the figures that are not written down, and count as written down now,
// with who had gone when they were drawn.
func (k *keeper) unkept() (out map[string]figure, before gone, stale bool) {
	k.lock.Lock()
	defer k.lock.Unlock()
	out, stale, k.stale = map[string]figure{}, k.stale, false
	for key, f := range k.by {
		if f.has && f.err == nil && f.user != 0 && !f.kept {
			out[key] = *f
			f.kept = true
		}
	}
	return out, k.gone, stale
}

// put adds a figure that nobody has asked for yet.
func (k *keeper) put(key string, f *figure) {
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.by[key] == nil {
		k.by[key] = f
	}
}
