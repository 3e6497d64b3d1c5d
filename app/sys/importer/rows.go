package importer

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
)

// What became of each row of a run, and the record it became. One entry of the
// table holds a whole batch.

// Failing is the outcome of rows that were not taken, in lists.
const Failing = "failed"

var outcomes = map[Outcome]string{Created: "created", Updated: "updated", Skipped: "skipped", 0: Failing}

// Outcomes lists them as lists name them.
var Outcomes = []string{"created", "updated", "skipped", Failing}

// Taken is one row of a file after the run.
type Taken struct {
	Line    int
	Outcome string
	ID      int64 // of the record, 0 = none
}

// Is says which record a row has become or meant.
func (r *Record) Is(id int64) {
	if id > 0 {
		r.record = id
	}
}

var (
	sqlAddRows  = db.SQL(`INSERT INTO import_rows (run_id, rows) VALUES (?, ?)`)
	sqlDropRows = db.SQL(`DELETE FROM import_rows WHERE run_id = ?`)
	sqlRowsOf   = db.List(`SELECT id, rows FROM import_rows WHERE run_id = ? AND id >= ? ORDER BY id LIMIT ?`)
)

func addRows(ctx context.Context, tx *db.Tx, run int64, batch []*Record) error {
	list := make([][3]int64, 0, len(batch))
	for _, r := range batch {
		for _, row := range r.Rows {
			list = append(list, [3]int64{int64(row.Line), int64(r.outcome), r.record})
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("note what became of rows: %w", err)
	}
	if _, err := tx.Insert(ctx, sqlAddRows, run, string(text)); err != nil {
		return fmt.Errorf("note what became of rows: %w", err)
	}
	return nil
}

// Taken lists the rows of a run in the order of the file, all of them or
// those of one outcome. Total is not counted: the run has the counts.
func (e *Engine) Taken(ctx context.Context, id int64, outcome string, req page.Request) (page.Page[Taken], error) {
	out := page.Page[Taken]{Items: []Taken{}}
	run, err := e.Get(ctx, id)
	if err != nil {
		return out, err
	}
	c := &errs.Check{}
	_, known := outcomeNamed(outcome)
	c.That(outcome == "" || known, "outcome", "error.choice")
	if err := c.Err(); err != nil {
		return out, err
	}
	at := struct{ batch, line int64 }{}
	if req.Cursor != "" {
		cur, err := page.Decode(req.Cursor, "id")
		if err != nil {
			return out, err
		}
		at.batch = cur.ID
		if _, err := fmt.Sscan(fmt.Sprint(cur.Value), &at.line); err != nil {
			at.line = 0
		}
	}
	from := at.batch
	for {
		var batches []struct {
			ID   int64  `db:"id"`
			Rows string `db:"rows"`
		}
		if err := e.db.Reader(ctx).Select(ctx, &batches, sqlRowsOf, run.ID, from, 20); err != nil {
			return out, fmt.Errorf("list the rows of import %d: %w", run.ID, err)
		}
		for _, b := range batches {
			var list [][3]int64
			if err := json.Unmarshal([]byte(b.Rows), &list); err != nil {
				return out, fmt.Errorf("read the rows of import %d: %w", run.ID, err)
			}
			for _, r := range list {
				if b.ID == at.batch && r[0] <= at.line {
					continue
				}
				t := Taken{Line: int(r[0]), Outcome: outcomes[Outcome(r[1])], ID: r[2]}
				if outcome != "" && t.Outcome != outcome {
					continue
				}
				if len(out.Items) == req.Limit {
					out.Next = page.Cursor{Sort: "id", Value: fmt.Sprint(at.line), ID: at.batch}.Encode()
					return out, nil
				}
				out.Items = append(out.Items, t)
				at.batch, at.line = b.ID, r[0]
			}
			from = b.ID + 1
		}
		if len(batches) < 20 {
			return out, nil
		}
	}
}

func outcomeNamed(name string) (Outcome, bool) {
	for o, n := range outcomes {
		if n == name {
			return o, true
		}
	}
	return 0, false
}

// Link is where a record of the kind is looked at, "" for none.
func (k Kind) Link(id int64) string {
	if k.Open == "" || id <= 0 {
		return ""
	}
	return k.Open + fmt.Sprint(id)
}
