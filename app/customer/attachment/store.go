package attachment

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/timeline"
)

const columns = `a.id, a.subject_kind, a.subject_id, a.customer_id, a.user_id, u.name AS user_name, a.name, a.mime, a.size, a.sha256, a.created_at`

var list = field.List{
	Columns: columns,
	From:    "attachment a JOIN customer c ON c.id = a.customer_id LEFT JOIN user u ON u.id = a.user_id",
	ID:      "a.id",
	Sort:    "-id",
	Fields: []field.Field{
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "a.customer_id"},
		{Name: "name", Label: "common.name", Kind: field.Text, Column: "a.name"},
	},
}

var (
	sqlGet      = db.SQL(`SELECT ` + columns + ` FROM attachment a LEFT JOIN user u ON u.id = a.user_id WHERE a.id = ?`)
	sqlOf       = db.List(`SELECT ` + columns + ` FROM attachment a LEFT JOIN user u ON u.id = a.user_id WHERE a.customer_id = ? ORDER BY a.id DESC LIMIT 200`)
	sqlOfRecord = db.List(`SELECT ` + columns + ` FROM attachment a LEFT JOIN user u ON u.id = a.user_id WHERE a.subject_kind = ? AND a.subject_id = ? ORDER BY a.id DESC LIMIT 200`)
	sqlInsert   = db.SQL(`
		INSERT INTO attachment (subject_kind, subject_id, customer_id, user_id, name, mime, size, sha256, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlDelete = db.SQL(`DELETE FROM attachment WHERE id = ?`)
	sqlClear  = db.SQL(`DELETE FROM attachment WHERE subject_kind = ? AND subject_id = ?`)
)

const sqlOfNotes = `SELECT ` + columns + ` FROM attachment a LEFT JOIN user u ON u.id = a.user_id WHERE a.subject_kind = ? AND a.subject_id IN (?) ORDER BY a.id`

func ofNotes(ctx context.Context, q db.Q, notes []int64) ([]Attachment, error) {
	if len(notes) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(sqlOfNotes, forNote, notes)
	if err != nil {
		return nil, fmt.Errorf("list files of notes: %w", err)
	}
	var out []Attachment
	if err := q.Select(ctx, &out, query, args...); err != nil {
		return nil, fmt.Errorf("list files of notes: %w", err)
	}
	return out, nil
}

func clearNote(ctx context.Context, tx *db.Tx, note int64) error {
	if _, err := tx.Exec(ctx, sqlClear, forNote, note); err != nil {
		return fmt.Errorf("remove the files of note %d: %w", note, err)
	}
	return nil
}

func get(ctx context.Context, q db.Q, id int64) (Attachment, error) {
	var a Attachment
	err := q.Get(ctx, &a, sqlGet, id)
	return a, db.OrNotFound(err)
}

func of(ctx context.Context, q db.Q, customerID int64) ([]Attachment, error) {
	var out []Attachment
	if err := q.Select(ctx, &out, sqlOf, customerID); err != nil {
		return nil, fmt.Errorf("list files of customer %d: %w", customerID, err)
	}
	return out, nil
}

func ofRecord(ctx context.Context, q db.Q, kind string, id int64) ([]Attachment, error) {
	out := []Attachment{}
	if err := q.Select(ctx, &out, sqlOfRecord, kind, id); err != nil {
		return nil, fmt.Errorf("list files of %s %d: %w", kind, id, err)
	}
	return out, nil
}

func insert(ctx context.Context, tx *db.Tx, a Attachment) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, a.Subject, a.SubjectID, a.CustomerID, a.UserID, a.Name, a.Mime, a.Size, a.SHA256, db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("store attachment: %w", err)
	}
	return id, nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("remove attachment %d: %w", id, err)
	}
	return timeline.Drop(ctx, tx, "attachment", id)
}
