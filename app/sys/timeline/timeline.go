// Package timeline keeps what happened with a customer, in order of when it
// happened. Slices describe their facts; the entries are written in the same
// transaction and journaled, so undo takes them back with the rest.
package timeline

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
)

// Kind is a sort of entry. Its sentence is the i18n key "timeline." + Event,
// filled from the fact's fields.
type Kind struct {
	Event string // the fact's kind
	Icon  string // name in icons.svg
	Tone  string // "", accent, warm or bad
	Human bool   // somebody's words: shown in a box, not as one line
}

// Worded is a fact that carries somebody's words.
type Worded interface{ Words() string }

// Entry is one line or box of the timeline.
type Entry struct {
	ID          int64   `db:"id"`
	CustomerID  int64   `db:"customer_id"`
	At          db.Time `db:"at"`
	Kind        string  `db:"kind"`
	SubjectKind string  `db:"subject_kind"`
	SubjectID   db.ID   `db:"subject_id"`
	UserID      db.ID   `db:"user_id"`
	UserName    db.Null `db:"user_name"`
	Words       string  `db:"words"`
	Data        string  `db:"data"`
}

// Args are the fact's fields, for the entry's sentence.
func (e Entry) Args() map[string]any {
	args := map[string]any{}
	if err := json.Unmarshal([]byte(e.Data), &args); err != nil {
		return map[string]any{}
	}
	return args
}

// Timeline reads and writes entries.
type Timeline struct {
	db    *db.DB
	kinds map[string]Kind
}

var sqlAdd = db.SQL(`
	INSERT INTO timeline_entry (customer_id, at, kind, subject_kind, subject_id, user_id, words, data)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)

// New subscribes to the facts of the kinds.
func New(d *db.DB, bus *event.Bus, kinds []Kind) *Timeline {
	t := &Timeline{db: d, kinds: map[string]Kind{}}
	for _, k := range kinds {
		t.kinds[k.Event] = k
		bus.InTx(t.add, k.Event)
	}
	return t
}

// Kind describes an entry's sort.
func (t *Timeline) Kind(name string) Kind { return t.kinds[name] }

func (t *Timeline) add(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	if e.CustomerID == 0 {
		return nil
	}
	words := ""
	if w, ok := e.Fact.(Worded); ok {
		words = w.Words()
	}
	_, err := tx.Insert(ctx, sqlAdd, e.CustomerID, e.OccurredAt, e.Kind, e.SubjectKind, e.SubjectID, e.UserID, words, e.Data)
	if err != nil {
		return fmt.Errorf("add to the timeline: %w", err)
	}
	return nil
}

var (
	sqlPage = db.List(`
		SELECT t.id, t.customer_id, t.at, t.kind, t.subject_kind, t.subject_id, t.user_id, u.name AS user_name, t.words, t.data
		FROM timeline_entry t LEFT JOIN user u ON u.id = t.user_id
		WHERE t.customer_id = ? AND (t.at, t.id) < (?, ?)
		ORDER BY t.at DESC, t.id DESC LIMIT ?`)
	sqlReword = db.SQL(`UPDATE timeline_entry SET words = ?, at = ? WHERE subject_kind = ? AND subject_id = ? AND kind = ?`)
	sqlAmend  = db.SQL(`
		UPDATE timeline_entry SET data = json_set(data, '$.' || ?, ?) WHERE subject_kind = ? AND subject_id = ? AND kind = ?`)
	sqlForget = db.SQL(`DELETE FROM timeline_entry WHERE customer_id = ? AND kind = ? AND coalesce(json_extract(data, '$.' || ?), 0) = 0`)
	sqlDrop   = db.SQL(`DELETE FROM timeline_entry WHERE subject_kind = ? AND subject_id = ?`)
)

// Page reads a customer's entries, newest first, before the given place
// (at in unix ms and id; zero values start at the newest).
func (t *Timeline) Page(ctx context.Context, customer, at, id int64, limit int) ([]Entry, error) {
	if at == 0 && id == 0 {
		at, id = 1<<62, 1<<62
	}
	var out []Entry
	if err := t.db.Reader(ctx).Select(ctx, &out, sqlPage, customer, at, id, limit); err != nil {
		return nil, fmt.Errorf("read the timeline of customer %d: %w", customer, err)
	}
	return out, nil
}

// Row is an entry in a list.
type Row struct {
	Entry
	field.Row
}

var entries = field.List{
	Columns: "t.id, t.customer_id, t.at, t.kind, t.subject_kind, t.subject_id, t.user_id, u.name AS user_name, t.words, t.data",
	From:    "timeline_entry t LEFT JOIN user u ON u.id = t.user_id",
	ID:      "t.id", Sort: "-at",
	Fields: []field.Field{
		{Name: "at", Kind: field.Time, Column: "t.at", Sort: true},
		{Name: "kind", Kind: field.Text, Column: "t.kind"},
		{Name: "subject_kind", Kind: field.Text, Column: "t.subject_kind"},
		{Name: "user_id", Kind: field.Ref, Column: "t.user_id"},
	},
}

// List reads a customer's entries as a list asks for them, by default newest
// first. Who may see the customer is the caller's to check.
func (t *Timeline) List(ctx context.Context, customer int64, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	where, err := entries.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	where = append(where, field.Where{SQL: "t.customer_id = ?", Args: []any{customer}})
	if req.Q != "" {
		where = append(where, field.Where{SQL: "instr(lower(t.words), lower(?)) > 0", Args: []any{req.Q}})
	}
	return field.Fetch[Row](ctx, t.db.Reader(ctx), entries, req, where)
}

// Reword keeps the entry true when its record was edited.
func Reword(ctx context.Context, tx *db.Tx, subjectKind string, subject int64, kind, words string, at db.Time) error {
	if _, err := tx.Exec(ctx, sqlReword, words, at, subjectKind, subject, kind); err != nil {
		return fmt.Errorf("reword the timeline of %s %d: %w", subjectKind, subject, err)
	}
	return nil
}

// Amend changes one text of what the entry says, such as whom it names.
func Amend(ctx context.Context, tx *db.Tx, subjectKind string, subject int64, kind, name, value string) error {
	if _, err := tx.Exec(ctx, sqlAmend, name, value, subjectKind, subject, kind); err != nil {
		return fmt.Errorf("amend the timeline of %s %d: %w", subjectKind, subject, err)
	}
	return nil
}

// Drop removes the entries of a record that is deleted.
func Drop(ctx context.Context, tx *db.Tx, subjectKind string, subject int64) error {
	if _, err := tx.Exec(ctx, sqlDrop, subjectKind, subject); err != nil {
		return fmt.Errorf("drop the timeline of %s %d: %w", subjectKind, subject, err)
	}
	return nil
}

// Forget removes a customer's entries of a kind, except those whose fact holds true
// under the name except.
func Forget(ctx context.Context, tx *db.Tx, customer int64, kind, except string) error {
	if _, err := tx.Exec(ctx, sqlForget, customer, kind, except); err != nil {
		return fmt.Errorf("forget %s in the timeline of customer %d: %w", kind, customer, err)
	}
	return nil
}
