package event

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/safego"
)

const columns = `id, kind, set_id, user_id, customer_id, subject_kind, subject_id, occurred_at, recorded_at, imported, data`

var (
	sqlNext   = db.SQL(`SELECT ` + columns + ` FROM event WHERE id > ? AND void = 0 ORDER BY id LIMIT ?`)
	sqlCursor = db.SQL(`SELECT last_id FROM event_cursor WHERE subscriber = ?`)
	sqlMove   = db.SQL(`INSERT INTO event_cursor (subscriber, last_id) VALUES (?, ?) ON CONFLICT (subscriber) DO UPDATE SET last_id = excluded.last_id`)
	sqlNewest = db.SQL(`SELECT coalesce(max(id), 0) FROM event`)
	sqlFailed = db.SQL(`
		INSERT INTO event_delivery (subscriber, event_id, attempts, next_at, error) VALUES (?, ?, 1, ?, ?)
		ON CONFLICT (subscriber, event_id) DO UPDATE SET attempts = attempts + 1, next_at = excluded.next_at, error = excluded.error`)
	sqlDue    = db.SQL(`SELECT subscriber, event_id, attempts FROM event_delivery WHERE next_at <= ? ORDER BY next_at LIMIT 100`)
	sqlOne    = db.SQL(`SELECT ` + columns + ` FROM event WHERE id = ? AND void = 0`)
	sqlForget = db.SQL(`DELETE FROM event_delivery WHERE subscriber = ? AND event_id = ?`)
	sqlGiveUp = db.SQL(`UPDATE event_delivery SET attempts = attempts + 1, next_at = NULL, error = ? WHERE subscriber = ? AND event_id = ?`)
	sqlStuck  = db.SQL(`SELECT count(*) FROM event_delivery WHERE next_at IS NULL`)
)

const batch = 200

// backoff is the wait before each retry; after the last one it needs a person.
var backoff = []time.Duration{time.Second, 10 * time.Second, time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}

// Start delivers in the background until ctx ends: after every commit that
// published, and every 2 seconds for retries.
func (b *Bus) Start(ctx context.Context) {
	safego.Go("event delivery", func() {
		tick := time.NewTicker(2 * time.Second)
		defer tick.Stop()
		for {
			if err := b.Drain(ctx); err != nil && ctx.Err() == nil {
				slog.Error("deliver events", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-b.wake:
			case <-tick.C:
			}
		}
	})
}

// Drain delivers everything that is waiting and returns when nothing is left.
func (b *Bus) Drain(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	for _, s := range b.subs {
		for {
			more, err := b.step(ctx, s)
			if err != nil {
				return err
			}
			if !more {
				break
			}
		}
	}
	return b.retry(ctx)
}

// step delivers the next batch to one subscriber.
func (b *Bus) step(ctx context.Context, s Subscriber) (more bool, err error) {
	q := b.db.Reader(ctx)
	var last int64
	if _, err := db.Found(q.Get(ctx, &last, sqlCursor, s.Name)); err != nil {
		return false, fmt.Errorf("read the position of %s: %w", s.Name, err)
	}
	var events []Envelope
	if err := q.Select(ctx, &events, sqlNext, last, batch); err != nil {
		return false, fmt.Errorf("read events for %s: %w", s.Name, err)
	}
	moved := last
	for _, e := range events {
		if !s.wants(e) {
			moved = e.ID
			continue
		}
		if err := b.deliver(ctx, s, e); err != nil {
			return false, err
		}
		moved, last = e.ID, e.ID
	}
	if moved > last {
		if err := b.db.Write(ctx, "event.skip", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, sqlMove, s.Name, moved)
			return err
		}); err != nil {
			return false, fmt.Errorf("move %s on: %w", s.Name, err)
		}
	}
	return len(events) == batch, nil
}

func (s Subscriber) wants(e Envelope) bool {
	return slices.Contains(s.Kinds, e.Kind) && !(s.Fresh && e.Stale())
}

// deliver runs the handler and moves the position in one transaction. A
// failing handler is retried later and does not hold up the ones behind it.
func (b *Bus) deliver(ctx context.Context, s Subscriber, e Envelope) error {
	err := b.db.Write(ctx, "event."+s.Name, func(ctx context.Context, tx *db.Tx) error {
		if err := s.Handle(ctx, tx, e); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, sqlMove, s.Name, e.ID)
		return err
	})
	if err == nil || ctx.Err() != nil || b.db.Broken() != nil {
		return errors.Join(err, ctx.Err())
	}
	slog.Warn("event handler failed", "subscriber", s.Name, "event", e.ID, "kind", e.Kind, "error", err)
	return b.db.Write(ctx, "event.failed", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, sqlFailed, s.Name, e.ID, db.At(tx.Now.Add(backoff[0])), err.Error()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, sqlMove, s.Name, e.ID)
		return err
	})
}

// retry runs the failed deliveries that are due.
func (b *Bus) retry(ctx context.Context) error {
	var due []struct {
		Subscriber string `db:"subscriber"`
		EventID    int64  `db:"event_id"`
		Attempts   int    `db:"attempts"`
	}
	if err := b.db.Reader(ctx).Select(ctx, &due, sqlDue, db.At(b.db.Now())); err != nil {
		return fmt.Errorf("list due deliveries: %w", err)
	}
	for _, d := range due {
		err := b.db.Write(ctx, "event."+d.Subscriber, func(ctx context.Context, tx *db.Tx) error {
			var e Envelope
			found, err := db.Found(tx.Get(ctx, &e, sqlOne, d.EventID))
			if err != nil {
				return err
			}
			if s := b.named(d.Subscriber); found && s != nil {
				if err := s.Handle(ctx, tx, e); err != nil {
					return err
				}
			}
			_, err = tx.Exec(ctx, sqlForget, d.Subscriber, d.EventID)
			return err
		})
		if err != nil {
			if ctx.Err() != nil || b.db.Broken() != nil {
				return err
			}
			if err := b.postpone(ctx, d.Subscriber, d.EventID, d.Attempts, err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Bus) postpone(ctx context.Context, subscriber string, event int64, attempts int, cause error) error {
	return b.db.Write(ctx, "event.failed", func(ctx context.Context, tx *db.Tx) error {
		if attempts >= len(backoff) {
			_, err := tx.Exec(ctx, sqlGiveUp, cause.Error(), subscriber, event)
			return err
		}
		_, err := tx.Exec(ctx, sqlFailed, subscriber, event, db.At(tx.Now.Add(backoff[attempts])), cause.Error())
		return err
	})
}

func (b *Bus) named(name string) *Subscriber {
	for i := range b.subs {
		if b.subs[i].Name == name {
			return &b.subs[i]
		}
	}
	return nil
}

// Stuck counts deliveries that were given up, for the health page.
func (b *Bus) Stuck(ctx context.Context) (int, error) {
	var n int
	err := b.db.Reader(ctx).Get(ctx, &n, sqlStuck)
	return n, err
}

// SkipAll puts every subscriber at the newest event: a restored copy or a
// generated demo starts nothing for its past.
func (b *Bus) SkipAll(ctx context.Context) error {
	return b.db.Write(ctx, "event.skip", func(ctx context.Context, tx *db.Tx) error {
		var newest int64
		if err := tx.Get(ctx, &newest, sqlNewest); err != nil {
			return err
		}
		for _, s := range b.subs {
			if _, err := tx.Exec(ctx, sqlMove, s.Name, newest); err != nil {
				return err
			}
		}
		return nil
	})
}
