package quote

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"regulars/app/sys/db"
)

var sqlByNumbers = db.SQL(`SELECT id, number, revision FROM quote WHERE number IN (SELECT value FROM json_each(?))`)

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
