package quote

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

var sqlByNumbers = db.SQL(`SELECT id, number, revision FROM quote WHERE number IN (SELECT value FROM json_each(?))`)

var (
	sqlByExternal  = db.SQL(`SELECT id FROM quote WHERE external_src = ? AND external_id = ? ORDER BY revision DESC LIMIT 1`)
	sqlByExternals = db.SQL(`
		SELECT id, external_id FROM quote WHERE external_src = '' AND external_id IS NOT NULL AND external_id IN (SELECT value FROM json_each(?)) ORDER BY revision`)
)

// byExternal is the newest version of what another system calls a quote.
func byExternal(ctx context.Context, q db.Q, source, external string) (int64, bool, error) {
	var id int64
	found, err := db.Found(q.Get(ctx, &id, sqlByExternal, source, external))
	return id, found, err
}

// called finds the newest versions of quotes by what files call them.
func called(ctx context.Context, q db.Q, names []string) (map[string]int64, error) {
	list, err := json.Marshal(names)
	if err != nil {
		return nil, fmt.Errorf("look for quotes: %w", err)
	}
	var rows []Quote
	if err := q.Select(ctx, &rows, sqlByExternals, string(list)); err != nil {
		return nil, fmt.Errorf("look for quotes: %w", err)
	}
	found := make(map[string]int64, len(rows))
	for _, r := range rows {
		found[string(r.ExternalID)] = r.ID
	}
	return found, nil
}

// alreadyCalled says that another quote is called so.
func alreadyCalled(err error, v Quote) error {
	if !db.IsUnique(err) || v.ExternalID == "" {
		return fmt.Errorf("store quote %s: %w", v.Number, err)
	}
	c := &errs.Check{}
	c.Add("external_id", "error.taken")
	return c.Err()
}

// numbered finds the quotes of these numbers with one query, by their names.
func numbered(ctx context.Context, q db.Q, numbers []string) (map[string]int64, error) {
	list, err := json.Marshal(numbers)
	if err != nil {
		return nil, fmt.Errorf("look for quotes: %w", err)
	}
	var rows []Quote
	if err := q.Select(ctx, &rows, sqlByNumbers, string(list)); err != nil {
		return nil, fmt.Errorf("look for quotes: %w", err)
	}
	found := make(map[string]int64, len(rows))
	for _, r := range rows {
		found[r.Name()] = r.ID
	}
	return found, nil
}

// sqlLinesOf reads the lines of several quotes.
var sqlLinesOf = db.SQL(`
	SELECT ` + lineColumns + ` FROM quote_line l WHERE l.quote_id IN (SELECT value FROM json_each(?)) ORDER BY l.quote_id, l.position, l.id`)

// addLines reads the lines of a page of quotes at once.
func addLines(ctx context.Context, q db.Q, rows []Row) error {
	ids, at := make([]int64, len(rows)), map[int64]*Row{}
	for i := range rows {
		rows[i].Lines = nil
		ids[i], at[rows[i].ID] = rows[i].ID, &rows[i]
	}
	raw, err := json.Marshal(ids)
	if err != nil {
		return fmt.Errorf("read the lines of quotes: %w", err)
	}
	var lines []Line
	if err := q.Select(ctx, &lines, sqlLinesOf, string(raw)); err != nil {
		return fmt.Errorf("read the lines of quotes: %w", err)
	}
	for _, l := range lines {
		at[l.QuoteID].Lines = append(at[l.QuoteID].Lines, l)
	}
	return nil
}

var (
	ours          = regexp.MustCompile(`^Q-(\d{4})-(\d{1,9})$`)
	sqlTakeNumber = db.SQL(`
		INSERT INTO quote_number (year, last) VALUES (?, ?) ON CONFLICT (year) DO UPDATE SET last = max(last, excluded.last)`)
)

// takeNumber lets the count go on behind a number of our form that was given.
func takeNumber(ctx context.Context, tx *db.Tx, number string) error {
	m := ours.FindStringSubmatch(number)
	if m == nil {
		return nil
	}
	year, _ := strconv.Atoi(m[1]) // digits only
	last, _ := strconv.Atoi(m[2])
	if _, err := tx.Exec(ctx, sqlTakeNumber, year, last); err != nil {
		return fmt.Errorf("count on behind %s: %w", number, err)
	}
	return nil
}
