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

// Keep writes down what was drawn since, so that the next run of the program has it
// at once. Only for those who see everything: others see what is theirs today.
func (s *Service) Keep(ctx context.Context) error {
	var rows []drawnRow
	for key, f := range s.kept.unkept() {
		raw, err := json.Marshal(f.drawn)
		if err != nil {
			return fmt.Errorf("write down a tile: %w", err)
		}
		if len(raw) <= mostDrawn {
			rows = append(rows, drawnRow{Key: key, UserID: f.user, Day: f.day, At: db.At(f.at), Took: f.took.Milliseconds(), Drawn: string(raw)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return s.DB.Write(ctx, "dashboard.keep", func(ctx context.Context, tx *db.Tx) error {
		return keep(ctx, tx, s.Version, rows)
	})
}

// Recall takes up what an earlier run of the same version drew.
func (s *Service) Recall(ctx context.Context) error {
	rows, err := recall(ctx, s.DB.Reader(ctx), s.Version, s.DB.Now().Add(-recallable))
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

// unkept are the figures that are not written down, and count as written down now.
func (k *keeper) unkept() map[string]figure {
	k.lock.Lock()
	defer k.lock.Unlock()
	out := map[string]figure{}
	for key, f := range k.by {
		if f.has && f.err == nil && f.user != 0 && !f.kept {
			out[key] = *f
			f.kept = true
		}
	}
	return out
}

// put adds a figure that nobody has asked for yet.
func (k *keeper) put(key string, f *figure) {
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.by[key] == nil {
		k.by[key] = f
	}
}
