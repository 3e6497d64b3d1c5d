package notify

import (
	"context"
	"fmt"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

var list = field.List{
	Columns: `n.id, n.kind, n.subject_kind, n.subject_id, n.customer_id, c.name AS customer_name, n.label, n.data, n.created_at, n.read_at, n.snoozed_until`,
	From:    `notification n LEFT JOIN customer c ON c.id = n.customer_id`,
	ID:      "n.id",
	Sort:    "-id",
	Fields: []field.Field{
		{Name: "kind", Label: "notification.field.kind", Kind: field.Choice, Column: "n.kind", Choices: Kinds},
		{Name: "read", Label: "notification.field.read", Kind: field.Bool, Column: "(n.read_at IS NOT NULL)"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "n.created_at"},
	},
}

var (
	sqlInsert = db.SQL(`
		INSERT INTO notification (user_id, kind, subject_kind, subject_id, customer_id, label, data, dedupe_key, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (dedupe_key) DO NOTHING`)
	sqlUnread = db.SQL(`SELECT count(*) FROM notification WHERE user_id = ? AND read_at IS NULL AND coalesce(snoozed_until, 0) <= ?`)
	sqlOne    = db.SQL(`
		SELECT n.id, n.kind, n.subject_kind, n.subject_id, n.customer_id, c.name AS customer_name, n.label, n.data, n.created_at, n.read_at, n.snoozed_until
		FROM notification n LEFT JOIN customer c ON c.id = n.customer_id WHERE n.id = ? AND n.user_id = ?`)
	sqlSnooze     = db.SQL(`UPDATE notification SET snoozed_until = ?, read_at = NULL WHERE id = ? AND user_id = ?`)
	sqlRead       = db.SQL(`UPDATE notification SET read_at = ? WHERE id = ? AND user_id = ? AND read_at IS NULL`)
	sqlReadAll    = db.SQL(`UPDATE notification SET read_at = ? WHERE user_id = ? AND read_at IS NULL`)
	sqlSweep      = db.SQL(`DELETE FROM notification WHERE created_at < ?`)
	sqlActive     = db.SQL(`SELECT count(*) FROM user WHERE id = ? AND status <> 'disabled'`)
	sqlColleagues = db.List(`SELECT id, name FROM user WHERE status <> 'disabled' ORDER BY name, id`)
	sqlOwners     = db.SQL(`SELECT id FROM user WHERE role = 'owner' AND status <> 'disabled'`)
	sqlName       = db.SQL(`SELECT name FROM user WHERE id = ?`)
	sqlCustomer   = db.SQL(`SELECT name, owner_id FROM customer WHERE id = ?`)
	sqlVisible    = db.SQL(`SELECT count(*) FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL)
)

func insert(ctx context.Context, tx *db.Tx, n Notice, label, data string) error {
	_, err := tx.Exec(ctx, sqlInsert, n.UserID, n.Kind, n.SubjectKind, db.ID(n.SubjectID), db.ID(n.CustomerID), label, data, n.DedupeKey, db.At(tx.Now))
	if err != nil {
		return fmt.Errorf("keep a notification: %w", err)
	}
	return nil
}

func owners(ctx context.Context, q db.Q) (ids []int64, err error) {
	if err := q.Select(ctx, &ids, sqlOwners); err != nil {
		return nil, fmt.Errorf("list the owners: %w", err)
	}
	return ids, nil
}

func unread(ctx context.Context, q db.Q, user int64, now time.Time) (n int, err error) {
	if err := q.Get(ctx, &n, sqlUnread, user, db.At(now)); err != nil {
		return 0, fmt.Errorf("count unread notifications: %w", err)
	}
	return n, nil
}

func one(ctx context.Context, q db.Q, id, user int64) (Notification, error) {
	var n Notification
	err := q.Get(ctx, &n, sqlOne, id, user)
	return n, db.OrNotFound(err)
}

func markRead(ctx context.Context, tx *db.Tx, id, user int64) error {
	_, err := tx.Exec(ctx, sqlRead, db.At(tx.Now), id, user)
	return err
}

func snooze(ctx context.Context, tx *db.Tx, id, user int64, until time.Time) error {
	_, err := tx.Exec(ctx, sqlSnooze, db.At(until), id, user)
	return err
}

func markAllRead(ctx context.Context, tx *db.Tx, user int64) error {
	_, err := tx.Exec(ctx, sqlReadAll, db.At(tx.Now), user)
	return err
}

func forget(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, sqlSweep, db.At(before))
	return err
}

func isActive(ctx context.Context, q db.Q, user int64) (bool, error) {
	var n int
	if err := q.Get(ctx, &n, sqlActive, user); err != nil {
		return false, fmt.Errorf("look for user %d: %w", user, err)
	}
	return n == 1, nil
}

func colleagues(ctx context.Context, q db.Q) ([]Colleague, error) {
	out := []Colleague{}
	if err := q.Select(ctx, &out, sqlColleagues); err != nil {
		return nil, fmt.Errorf("list colleagues: %w", err)
	}
	return out, nil
}

// nameOf is a person's name, "" when there is none.
func nameOf(ctx context.Context, q db.Q, user db.ID) (name string, err error) {
	if user == 0 {
		return "", nil
	}
	_, err = db.Found(q.Get(ctx, &name, sqlName, user))
	return name, err
}

// customerOf is a customer's name and owner; both empty when they are gone.
func customerOf(ctx context.Context, q db.Q, id db.ID) (name string, owner int64, err error) {
	var row struct {
		Name  string `db:"name"`
		Owner db.ID  `db:"owner_id"`
	}
	_, err = db.Found(q.Get(ctx, &row, sqlCustomer, id))
	return row.Name, int64(row.Owner), err
}

// sees tells whether a person's scope holds the customer.
func sees(ctx context.Context, q db.Q, scope auth.Scope, customer int64) (bool, error) {
	var n int
	err := q.Get(ctx, &n, sqlVisible, append([]any{customer}, scope.Args()...)...)
	return n == 1, err
}
