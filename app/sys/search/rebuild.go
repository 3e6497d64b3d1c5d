package search

import (
	"context"
	"fmt"
	"strings"
	"time"

	"regulars/app/kit/text"
	"regulars/app/sys/db"
)

// chunkTime is how long one write may keep others waiting.
const chunkTime = 20 * time.Millisecond

var (
	sqlStale = db.SQL(`
		SELECT id, kind, subject_id, coalesce(owner_id, 0) AS owner_id, shared, title, words FROM search_doc WHERE version <> ? ORDER BY id LIMIT ?`)
	sqlSetVersion = db.SQL(`UPDATE search_doc SET version = ? WHERE id = ?`)
)

// stored is a record as the index keeps it.
type stored struct {
	Row     int64  `db:"id"`
	Kind    string `db:"kind"`
	ID      int64  `db:"subject_id"`
	OwnerID int64  `db:"owner_id"`
	Shared  string `db:"shared"`
	Title   string `db:"title"`
	Words   string `db:"words"`
}

// Rebuild makes the tokens anew of all that was indexed by another token
// scheme, from what the index keeps of each record, in small writes beside the
// daily work. It may be stopped and begun again at any time; search goes on
// meanwhile, with the old tokens where it has not yet been.
func (x *Index) Rebuild(ctx context.Context) error {
	for size := 50; ctx.Err() == nil; {
		var docs []stored
		if err := x.db.Reader(ctx).Select(ctx, &docs, sqlStale, text.Version, size); err != nil {
			return fmt.Errorf("list what was indexed before: %w", err)
		}
		if len(docs) == 0 {
			return nil
		}
		start := x.db.Now()
		err := x.db.Write(ctx, "search.rebuild", func(ctx context.Context, tx *db.Tx) error { return renew(ctx, tx, docs) })
		if err != nil {
			return fmt.Errorf("index anew: %w", err)
		}
		size = resize(size, x.db.Now().Sub(start))
	}
	return ctx.Err()
}

func renew(ctx context.Context, tx *db.Tx, docs []stored) error {
	for _, d := range docs {
		if _, err := tx.Exec(ctx, sqlPutTokens, d.Row, tokens(d.Kind, d.OwnerID, d.Shared, d.Title, d.Words)); err != nil {
			return err
		}
	}
	for _, d := range docs {
		if _, err := tx.Exec(ctx, sqlSetVersion, text.Version, d.Row); err != nil {
			return err
		}
	}
	return nil
}

// tokens is the text that goes into the index for what Doc.words keeps.
func tokens(kind string, owner int64, shared, title, words string) string {
	list := []string{kindToken(kind), ownerToken(owner)}
	for id := range strings.FieldsFuncSeq(shared, func(r rune) bool { return r == ',' }) {
		list = append(list, ownerMark+id)
	}
	list = append(list, text.SearchTokens(title)...)
	for line := range strings.SplitSeq(words, "\n") {
		switch {
		case line == "":
		case line[0] == 'p':
			for digits := range strings.FieldsSeq(line[1:]) {
				list = append(list, phoneMark+digits)
			}
		default:
			list = append(list, text.SearchTokens(line[1:])...)
		}
	}
	return strings.Join(list, " ")
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
