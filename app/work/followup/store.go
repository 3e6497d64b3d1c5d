package followup

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `f.id, f.customer_id, c.name AS customer_name, f.contact_id, p.name AS contact_name, f.user_id, u.name AS user_name, f.channel,
	f.content, f.at, f.next_at, f.external_id, f.created_at, f.updated_at, f.version`
	from = `followup f JOIN customer c ON c.id = f.customer_id LEFT JOIN user u ON u.id = f.user_id LEFT JOIN contact p ON p.id = f.contact_id`
)

var list = field.List{
	Columns: columns,
	From:    from,
	Lean:    "followup f",
	Joined:  "c u p",
	ID:      "f.id",
	Sort:    "-at",
	Fields: []field.Field{
		{Name: "at", Label: "followup.field.at", Kind: field.Time, Column: "f.at", Sort: true},
		{Name: "next_at", Label: "followup.field.next_at", Kind: field.Time, Ahead: true, Column: "f.next_at"},
		{Name: "channel", Label: "followup.field.channel", Kind: field.Choice, Column: "f.channel", Choices: Channels},
		{Name: "content", Label: "followup.field.content", Kind: field.Text, Column: "f.content"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "f.customer_id"},
		{Name: "user_id", Label: "followup.field.user", Kind: field.Ref, Column: "f.user_id", Options: "user"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "f.created_at"},
	},
}

var (
	sqlVisible = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE f.id = ? AND ` + auth.CustomerSQL)
	sqlInsert  = db.SQL(`
		INSERT INTO followup (customer_id, contact_id, user_id, channel, content, at, next_at, external_id, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE followup SET contact_id = ?, channel = ?, content = ?, at = ?, next_at = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete   = db.SQL(`DELETE FROM followup WHERE id = ?`)
	sqlNewer    = db.SQL(`SELECT count(*) FROM followup WHERE customer_id = ? AND user_id IS ? AND at > ? AND id <> ?`)
	sqlOwns     = db.SQL(`SELECT count(*) FROM contact WHERE id = ? AND customer_id = ?`)
	sqlContacts = db.SQL(`
		SELECT id, name, title FROM contact WHERE customer_id = ? ORDER BY is_primary DESC, name, id LIMIT 200`)
	sqlQuiet = db.List(`
		SELECT c.id, c.name, s.next_contact_on, s.last_contact_at, u.name AS owner_name
		FROM customer_stat s JOIN customer c ON c.id = s.customer_id LEFT JOIN user u ON u.id = c.owner_id
		WHERE s.next_contact_on <> '' AND s.next_contact_on <= ? AND (? = 0 OR c.owner_id = ?) AND ` + auth.CustomerSQL + `
		ORDER BY s.next_contact_on, s.customer_id LIMIT ?`)
)

func visible(ctx context.Context, q db.Q, scope auth.Scope, id int64) (FollowUp, error) {
	var f FollowUp
	err := q.Get(ctx, &f, sqlVisible, append([]any{id}, scope.Args()...)...)
	return f, db.OrNotFound(err)
}

func insert(ctx context.Context, tx *db.Tx, f FollowUp) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, f.CustomerID, f.ContactID, f.UserID, f.Channel, f.Content, f.At, f.NextAt, f.ExternalID, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add follow-up: %w", err)
	}
	return id, nil
}

func update(ctx context.Context, tx *db.Tx, f FollowUp) error {
	if _, err := tx.Exec(ctx, sqlUpdate, f.ContactID, f.Channel, f.Content, f.At, f.NextAt, db.At(tx.Now), f.ID); err != nil {
		return fmt.Errorf("change follow-up %d: %w", f.ID, err)
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete follow-up %d: %w", id, err)
	}
	return nil
}

// isNewest tells that its author had no later exchange with the customer.
func isNewest(ctx context.Context, q db.Q, f FollowUp) (bool, error) {
	var n int
	if err := q.Get(ctx, &n, sqlNewer, f.CustomerID, f.UserID, f.At, f.ID); err != nil {
		return false, fmt.Errorf("look for later exchanges: %w", err)
	}
	return n == 0, nil
}

// Person is somebody at a customer with whom one speaks.
type Person struct {
	ID    int64  `db:"id"`
	Name  string `db:"name"`
	Title string `db:"title"`
}

// contactsOf lists the people of a customer that the caller may see.
func contactsOf(ctx context.Context, q db.Q, customer int64) ([]Person, error) {
	var out []Person
	if err := q.Select(ctx, &out, sqlContacts, customer); err != nil {
		return nil, fmt.Errorf("list the contacts of customer %d: %w", customer, err)
	}
	return out, nil
}

func ownsContact(ctx context.Context, q db.Q, contact, customer int64) (bool, error) {
	var n int
	err := q.Get(ctx, &n, sqlOwns, contact, customer)
	return n == 1, err
}

func quiet(ctx context.Context, q db.Q, scope auth.Scope, owner int64, today string, limit int) ([]Quiet, error) {
	var out []Quiet
	args := append([]any{today, owner, owner}, scope.Args()...)
	if err := q.Select(ctx, &out, sqlQuiet, append(args, limit)...); err != nil {
		return nil, fmt.Errorf("list who has not been contacted: %w", err)
	}
	return out, nil
}
