package duplicate

import (
	"context"
	"fmt"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
)

// chunkTime is how long one step of the check may keep other writers waiting.
const chunkTime = 40 * time.Millisecond

// onFact notes, in the transaction of the fact, whom to look at again.
func (s *Service) onFact(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	return s.MarkDirty(ctx, tx, []int64{int64(e.CustomerID)})
}

// MarkDirty asks for a new look at customers, within a minute; for facts and
// undo. Ids that are gone are left out.
func (s *Service) MarkDirty(ctx context.Context, tx *db.Tx, ids []int64) error {
	for _, id := range ids {
		if _, err := tx.Exec(ctx, sqlMark, db.At(tx.Now), id); err != nil {
			return fmt.Errorf("mark customer %d for the duplicate check: %w", id, err)
		}
	}
	return nil
}

// Scan looks at the whole base: whoever shares something with somebody.
func (s *Service) Scan(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	var last int64
	if err := s.db.Reader(ctx).Get(ctx, &last, sqlLast); err != nil {
		return fmt.Errorf("find the last customer: %w", err)
	}
	size := int64(1000)
	for from := int64(0); from < last && ctx.Err() == nil; {
		start := s.db.Now()
		err := s.db.Write(ctx, "duplicate.scan", func(ctx context.Context, tx *db.Tx) error {
			tx.Quiet()
			if from == 0 {
				if _, err := tx.Exec(ctx, sqlForget, db.At(tx.Now.Add(-journal.Window-10*24*time.Hour))); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, sqlMarkAll, db.At(tx.Now), from, from+size)
			return err
		})
		if err != nil {
			return fmt.Errorf("look for shared values: %w", err)
		}
		from += size
		size = resize(size, s.db.Now().Sub(start), 200, 5000)
	}
	return s.Drain(ctx)
}

// Drain compares everybody who waits for it, in short steps beside the daily
// work; it may be stopped at any time.
func (s *Service) Drain(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	for size := int64(100); ctx.Err() == nil; {
		start := s.db.Now()
		more := false
		err := s.db.Write(ctx, "duplicate.check", func(ctx context.Context, tx *db.Tx) error {
			tx.Quiet()
			var ids []int64
			if err := tx.Select(ctx, &ids, sqlDirty, size); err != nil {
				return err
			}
			if more = len(ids) == int(size); len(ids) == 0 {
				return nil
			}
			return compare(ctx, tx, ids)
		})
		if err != nil {
			return fmt.Errorf("compare customers: %w", err)
		}
		if !more {
			return nil
		}
		size = resize(size, s.db.Now().Sub(start), 10, 400)
	}
	return ctx.Err()
}

func resize(size int64, took time.Duration, least, most int64) int64 {
	if took > chunkTime {
		return max(size/2, least)
	}
	if took < chunkTime/2 {
		return min(size*2, most)
	}
	return size
}

// compare makes the pairs of these customers what they are now.
func compare(ctx context.Context, tx *db.Tx, ids []int64) error {
	records := map[int64]*record{}
	if err := load(ctx, tx, records, ids); err != nil {
		return err
	}
	have, err := known(ctx, tx, ids)
	if err != nil {
		return err
	}
	look := map[couple]bool{}
	for c := range have {
		look[c] = true
	}
	crowded := map[key]bool{}
	blocks := map[key][]int64{}
	for _, id := range ids {
		if records[id] == nil {
			continue
		}
		for _, k := range records[id].keys() {
			block, seen := blocks[k]
			if !seen {
				if err := tx.Select(ctx, &block, sqlSharing[k.by], k.value); err != nil {
					return fmt.Errorf("look who shares a %s: %w", k.by, err)
				}
				blocks[k], crowded[k] = block, len(block) > crowd
			}
			if crowded[k] {
				block = block[:1] // everybody with the first one, not with all
			}
			for _, other := range block {
				if other != id {
					look[coupleOf(id, other)] = true
				}
			}
		}
	}
	var others []int64
	for c := range look {
		others = append(others, c.A, c.B)
	}
	if err := load(ctx, tx, records, others); err != nil {
		return err
	}
	for c := range look {
		if err := settle(ctx, tx, c, records, crowded, have[c]); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, sqlUnmark, ids[len(ids)-1]) // they are the first ones in order
	return err
}

// settle keeps a pair, or forgets one that is none any more.
func settle(ctx context.Context, tx *db.Tx, c couple, records map[int64]*record, crowded map[key]bool, have verdict) error {
	a, b := records[c.A], records[c.B]
	if a == nil || b == nil {
		return nil
	}
	n, reasons := score(*a, *b, crowded)
	now := verdict{n, join(reasons)}
	if now == have {
		return nil
	}
	if n < Least {
		if have == (verdict{}) {
			return nil
		}
		_, err := tx.Exec(ctx, sqlDropPair, c.A, c.B)
		return err
	}
	if _, err := tx.Exec(ctx, sqlPutPair, c.A, c.B, now.score, now.reasons, db.At(tx.Now)); err != nil {
		return fmt.Errorf("keep pair %d, %d: %w", c.A, c.B, err)
	}
	return nil
}
