package search

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Source lists the records of one kind, so that the index can be made anew.
type Source struct {
	Kind string
	// Docs are at most limit records with an id above after, by id.
	Docs func(ctx context.Context, after int64, limit int) ([]Doc, error)
}

// settingVersion is the token scheme that the whole index follows.
const settingVersion = "search.version"

// chunkTime is how long one write may keep others waiting.
const chunkTime = 20 * time.Millisecond

var sqlStale = db.SQL(`SELECT id FROM search_doc WHERE version <> ? ORDER BY id LIMIT ?`)

// Stale tells whether the index was made by another token scheme.
func (x *Index) Stale(ctx context.Context) (bool, error) {
	version := 0
	err := setting.Get(ctx, x.db.Reader(ctx), settingVersion, &version)
	return version != text.Version, err
}

// Rebuild indexes everything anew when the token scheme has changed, in small
// writes beside the daily work. It may be stopped and begun again at any time;
// search goes on meanwhile, with the old tokens where it has not yet been.
func (x *Index) Rebuild(ctx context.Context, sources []Source) error {
	stale, err := x.Stale(ctx)
	if err != nil || !stale {
		return err
	}
	for _, s := range sources {
		if err := x.fill(ctx, s); err != nil {
			return fmt.Errorf("index all of kind %s: %w", s.Kind, err)
		}
	}
	if err := x.dropStale(ctx); err != nil {
		return err
	}
	return x.db.Write(ctx, "search.rebuild", func(ctx context.Context, tx *db.Tx) error {
		return setting.Put(ctx, tx, settingVersion, text.Version)
	})
}

func (x *Index) fill(ctx context.Context, s Source) error {
	after, size := int64(0), 20
	for {
		docs, err := s.Docs(ctx, after, size)
		if err != nil {
			return err
		}
		if len(docs) == 0 {
			return nil
		}
		took, err := x.timed(ctx, func(ctx context.Context, tx *db.Tx) error {
			return x.PutAll(ctx, tx, docs)
		})
		if err != nil {
			return err
		}
		after, size = docs[len(docs)-1].ID, resize(size, took)
	}
}

// dropStale removes what no source knows any more.
func (x *Index) dropStale(ctx context.Context) error {
	for size := 50; ; {
		var ids []int64
		if err := x.db.Reader(ctx).Select(ctx, &ids, sqlStale, text.Version, size); err != nil {
			return fmt.Errorf("list what is left in the index: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		took, err := x.timed(ctx, func(ctx context.Context, tx *db.Tx) error {
			for _, id := range ids {
				if err := drop(ctx, tx, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("clear the index: %w", err)
		}
		size = resize(size, took)
	}
}

func (x *Index) timed(ctx context.Context, fn func(context.Context, *db.Tx) error) (time.Duration, error) {
	start := x.db.Now()
	err := x.db.Write(ctx, "search.rebuild", fn)
	return x.db.Now().Sub(start), err
}

// resize grows a chunk that was quick and shrinks one that was slow.
func resize(size int, took time.Duration) int {
	if took > chunkTime {
		return max(size/2, 5)
	}
	if took < chunkTime/2 {
		return min(size*2, 500)
	}
	return size
}
