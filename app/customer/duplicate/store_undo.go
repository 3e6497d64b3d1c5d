package duplicate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"regulars/app/sys/db"
)

// The journal does not watch events, the outbox, notifications, traces and
// derived figures. For those a merge notes which rows moved, and keeps whole
// what goes with the losing record; an undo of the merge, which takes its row
// away, ends here.

const (
	sqlNoteKeys = `INSERT INTO duplicate_moved (merge_id, survivor, loser, tbl, col, row_key, at)
		SELECT ?, ?, ?, ?, ?, json_array(%s), ? FROM %s WHERE %s = ?%s ON CONFLICT DO NOTHING`
	sqlNoteRows = `INSERT INTO duplicate_moved (merge_id, survivor, loser, tbl, col, row_key, data, at)
		SELECT ?, ?, ?, ?, ?, json_array(%s), json_object(%s), ? FROM %s WHERE %s = ?%s ON CONFLICT (merge_id, tbl, col, row_key) DO UPDATE SET data = excluded.data`
	sqlMoveBack = `UPDATE OR IGNORE %s SET %s = ? WHERE %s`
	sqlPutBack  = `INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING`
)

// moveNoted moves rows that the journal does not watch.
func (l link) moveNoted(ctx context.Context, tx *db.Tx, m Merged) error {
	if slices.Contains(fleeting, l.Table) {
		return nil // goes with the losing record
	}
	about := ""
	if l.Subject {
		about = aboutOne
	}
	var keys, pairs []string
	for _, k := range l.keys {
		keys = append(keys, quote(k))
	}
	for _, c := range l.columns {
		pairs = append(pairs, "'"+c+"', "+quote(c))
	}
	args := []any{m.ID, m.SurvivorID, m.LoserID, l.Table, l.Column, tx.Now.UnixMilli(), m.LoserID}
	if !l.derived {
		query := fmt.Sprintf(sqlNoteKeys, strings.Join(keys, ", "), quote(l.Table), quote(l.Column), about)
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return fmt.Errorf("note the rows of %s: %w", l.Table, err)
		}
		if err := l.move(ctx, tx, m.SurvivorID, m.LoserID); err != nil {
			return err
		}
	}
	query := fmt.Sprintf(sqlNoteRows, strings.Join(keys, ", "), strings.Join(pairs, ", "), quote(l.Table), quote(l.Column), about)
	if _, err := tx.Exec(ctx, query, args...); err != nil {
		return fmt.Errorf("keep the rows of %s: %w", l.Table, err)
	}
	return l.drop(ctx, tx, m.LoserID)
}

// note is one row of duplicate_moved.
type note struct {
	Survivor int64   `db:"survivor"`
	Loser    int64   `db:"loser"`
	Table    string  `db:"tbl"`
	Column   string  `db:"col"`
	Key      string  `db:"row_key"`
	Data     db.Null `db:"data"`
}

var (
	sqlStands = db.SQL(`SELECT id, survivor_id, loser_id, name, at FROM duplicate_merge WHERE id = ?`)
	sqlNotes  = db.SQL(`
		SELECT survivor, loser, tbl, col, row_key, data FROM duplicate_moved
		WHERE merge_id = ? AND EXISTS (SELECT 1 FROM customer WHERE id = loser) ORDER BY id`)
	sqlEventBack = db.SQL(`UPDATE event SET data = json_set(data, '$.customer_id', ?2) WHERE customer_id = ?2 AND data ->> '$.customer_id' = ?1`)
)

// split follows the journal: merges that are gone are taken back in the tables
// it does not watch, and those that stand again are done there once more.
func (s *Service) split(ctx context.Context, tx *db.Tx, merges []int64) error {
	links, err := linksOf(ctx, tx)
	if err != nil {
		return err
	}
	for _, id := range merges {
		var m Merged
		found, err := db.Found(tx.Get(ctx, &m, sqlStands, id))
		if err != nil {
			return fmt.Errorf("look at merge %d: %w", id, err)
		}
		if !found {
			if err := giveBack(ctx, tx, links, id); err != nil {
				return fmt.Errorf("split merge %d: %w", id, err)
			}
			continue
		}
		if _, err := tx.Exec(ctx, sqlEventOn, m.SurvivorID, m.LoserID); err != nil {
			return fmt.Errorf("merge %d again: %w", id, err)
		}
		for _, l := range links {
			if l.Watched || handled[l.Table] != "" {
				continue
			}
			if err := l.moveNoted(ctx, tx, m); err != nil {
				return fmt.Errorf("merge %d again: %w", id, err)
			}
		}
	}
	return nil
}

func giveBack(ctx context.Context, tx *db.Tx, links []link, merge int64) error {
	var notes []note
	if err := tx.Select(ctx, &notes, sqlNotes, merge); err != nil {
		return fmt.Errorf("read what moved: %w", err)
	}
	if len(notes) == 0 {
		return nil
	}
	for _, n := range notes {
		at := slices.IndexFunc(links, func(l link) bool { return l.Table == n.Table && l.Column == n.Column })
		if at < 0 {
			continue // a table that is no more
		}
		if err := links[at].giveBack(ctx, tx, n); err != nil {
			return fmt.Errorf("give a row of %s back: %w", n.Table, err)
		}
	}
	_, err := tx.Exec(ctx, sqlEventBack, notes[0].Survivor, notes[0].Loser)
	return err
}

// giveBack moves one row back, or puts it back when it went with the record.
func (l link) giveBack(ctx context.Context, tx *db.Tx, n note) error {
	var parts []string
	var args []any
	if n.Data == "" {
		args = append(args, n.Loser)
		for i, k := range l.keys {
			if k != l.Column {
				parts, args = append(parts, quote(k)+" IS json_extract(?, '$["+fmt.Sprint(i)+"]')"), append(args, n.Key)
			}
		}
		parts, args = append(parts, quote(l.Column)+" = ?"), append(args, n.Survivor)
		_, err := tx.Exec(ctx, fmt.Sprintf(sqlMoveBack, quote(l.Table), quote(l.Column), strings.Join(parts, " AND ")), args...)
		return err
	}
	var names []string
	for _, c := range l.columns {
		names, parts, args = append(names, quote(c)), append(parts, "json_extract(?, '$."+c+"')"), append(args, string(n.Data))
	}
	_, err := tx.Exec(ctx, fmt.Sprintf(sqlPutBack, quote(l.Table), strings.Join(names, ", "), strings.Join(parts, ", ")), args...)
	return err
}
