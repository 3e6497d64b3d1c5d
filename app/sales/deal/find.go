package deal

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"unicode"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/safego"
	"regulars/app/sys/search"
)

// Deals are found by any part of their name, also by pinyin: whatever changes one
// notes it (triggers), and before the change ends search learns it. Of more than
// a batch the rest is learned beside the work, also after a restart.

const (
	opLearn = "deal.learn"
	batch   = 500
)

// learner is a hook of every write.
type learner struct{ s *Service }

// Begin implements db.Hook.
func (learner) Begin(context.Context, *db.Tx) error { return nil }

// Commit implements db.Hook.
func (l learner) Commit(ctx context.Context, tx *db.Tx) error {
	if tx.Op == opLearn || tx.Op == "journal.remove" { // the latter when an upgrade begins: the tables may be those of an earlier release
		return nil
	}
	n, err := l.s.learn(ctx, tx)
	if n == batch {
		tx.AfterCommit(l.s.learnRest)
	}
	return err
}

// learn makes the next few findable as they now are.
func (s *Service) learn(ctx context.Context, tx *db.Tx) (int, error) {
	list, err := touched(ctx, tx, batch)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	var docs []search.Doc
	for _, d := range list {
		if !d.There {
			if err := s.search.Remove(ctx, tx, "deal", d.ID); err != nil {
				return 0, err
			}
			continue
		}
		doc := search.Doc{Kind: "deal", ID: d.ID, OwnerID: int64(d.OwnerID), Shared: d.Shared, Title: d.Name, Names: spoken(d.Name)}
		if d.ExternalID != "" {
			doc.Names = append(doc.Names, string(d.ExternalID))
		}
		docs = append(docs, doc)
	}
	if err := s.search.PutAll(ctx, tx, docs); err != nil {
		return 0, err
	}
	return len(list), untouch(ctx, tx, list)
}

// spoken is a Chinese name character by character: search learns the pinyin of a
// name from where its parts begin, and of a deal people remember any word.
func spoken(name string) (out []string) {
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

// learnRest goes on beside the work.
func (s *Service) learnRest() {
	safego.Go("deals for search", func() {
		if err := s.Learn(auth.With(context.Background(), auth.System("job"))); err != nil {
			slog.Warn("search did not learn all deals", "error", err)
		}
	})
}

// Learn makes all deals findable that are not yet, in small writes.
func (s *Service) Learn(ctx context.Context) error {
	var any bool
	if err := s.db.Reader(ctx).Get(ctx, &any, sqlAnyTouched); err != nil || !any {
		return err
	}
	for n := batch; n == batch && ctx.Err() == nil; {
		err := s.db.Write(ctx, opLearn, func(ctx context.Context, tx *db.Tx) (err error) {
			tx.Quiet()
			n, err = s.learn(ctx, tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("make deals findable: %w", err)
		}
	}
	return ctx.Err()
}
