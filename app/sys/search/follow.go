package search

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"unicode"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/safego"
)

// Some kinds of records are followed: whatever changes one, an import, an undo or
// the shell, notes it by a trigger, and before the change ends the index learns
// it. Of more than a batch the rest is learned beside the work, also after a restart.

const (
	opLearn = "search.learn"
	batch   = 500
)

var (
	sqlTouched    = db.SQL(`SELECT subject_id FROM search_touched WHERE kind = ? LIMIT ?`)
	sqlAnyTouched = db.SQL(`SELECT EXISTS (SELECT 1 FROM search_touched)`)
	sqlUntouch    = db.SQL(`DELETE FROM search_touched WHERE kind = ? AND subject_id IN (SELECT value FROM json_each(?))`)
)

// Reading reads records as they are to be found; those that are gone are left out.
type Reading func(ctx context.Context, tx *db.Tx, ids []int64) ([]Doc, error)

// followed is a kind of record that triggers note in search_touched.
type followed struct {
	kind string
	read Reading
}

// Follow keeps the records of a kind findable as they are. Triggers on its tables
// note in search_touched which ones changed.
func (x *Index) Follow(kind string, read Reading) {
	if len(x.follows) == 0 {
		x.db.Hook(follower{x})
	}
	x.follows = append(x.follows, followed{kind, read})
}

// follower is a hook of every write.
type follower struct{ x *Index }

// Begin implements db.Hook.
func (follower) Begin(context.Context, *db.Tx) error { return nil }

// Commit implements db.Hook.
func (f follower) Commit(ctx context.Context, tx *db.Tx) error {
	if tx.Op == opLearn || tx.Op == "journal.remove" { // the latter when an upgrade begins: the tables may be those of an earlier release
		return nil
	}
	full, err := f.x.learn(ctx, tx)
	if full {
		tx.AfterCommit(f.x.learnRest)
	}
	return err
}

// learn takes the next few of every kind, and tells whether there may be more.
func (x *Index) learn(ctx context.Context, tx *db.Tx) (full bool, err error) {
	var any bool
	if err := tx.Get(ctx, &any, sqlAnyTouched); err != nil || !any {
		return false, err
	}
	for _, f := range x.follows {
		var ids []int64
		if err := tx.Select(ctx, &ids, sqlTouched, f.kind, batch); err != nil {
			return false, fmt.Errorf("list each %s that search has to learn: %w", f.kind, err)
		}
		if len(ids) == 0 {
			continue
		}
		if err := x.relearn(ctx, tx, f, ids); err != nil {
			return false, err
		}
		full = full || len(ids) == batch
	}
	return full, nil
}

func (x *Index) relearn(ctx context.Context, tx *db.Tx, f followed, ids []int64) error {
	docs, err := f.read(ctx, tx, ids)
	if err != nil {
		return fmt.Errorf("read each %s that search has to learn: %w", f.kind, err)
	}
	there := make(map[int64]bool, len(docs))
	for i := range docs {
		docs[i].Kind = f.kind
		there[docs[i].ID] = true
	}
	for _, id := range ids {
		if there[id] {
			continue
		}
		if err := x.Remove(ctx, tx, f.kind, id); err != nil {
			return err
		}
	}
	if err := x.PutAll(ctx, tx, docs); err != nil {
		return err
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlUntouch, f.kind, string(list)); err != nil {
		return fmt.Errorf("note that search has learned each %s: %w", f.kind, err)
	}
	return nil
}

// learnRest goes on beside the work.
func (x *Index) learnRest() {
	safego.Go("records for search", func() {
		if err := x.Learn(auth.With(context.Background(), auth.System("job"))); err != nil {
			slog.Warn("search did not learn all records", "error", err)
		}
	})
}

// Learn makes all followed records findable that are not yet, in small writes.
func (x *Index) Learn(ctx context.Context) error {
	var more bool
	if err := x.db.Reader(ctx).Get(ctx, &more, sqlAnyTouched); err != nil || !more {
		return err
	}
	for more && ctx.Err() == nil {
		err := x.db.Write(ctx, opLearn, func(ctx context.Context, tx *db.Tx) (err error) {
			tx.Quiet()
			more, err = x.learn(ctx, tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("make records findable: %w", err)
		}
	}
	return ctx.Err()
}

// Anywhere is a Chinese name character by character: the index learns the pinyin
// of a name from where its parts begin, and of a deal or a product people
// remember any word.
func Anywhere(name string) (out []string) {
	const starts, most = 6, 4
	var han []string
	for _, r := range name {
		if unicode.Is(unicode.Han, r) {
			han = append(han, string(r))
		}
	}
	for i := 0; i < len(han) && len(out) < most; i += starts {
		out = append(out, strings.Join(han[i:min(i+2*starts, len(han))], " "))
	}
	return out
}
