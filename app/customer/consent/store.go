package consent

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `e.id, e.customer_id, e.contact_id, k.name AS contact_name, e.purpose, e.channel, e.state, e.basis, e.source, e.wording, e.wording_id,
		coalesce(w.number, 0) AS wording_no, e.proof, e.attachment_id, f.name AS file_name, e.user_id, u.name AS user_name, e.at`
	from = `consent e LEFT JOIN user u ON u.id = e.user_id LEFT JOIN contact k ON k.id = e.contact_id
		LEFT JOIN consent_wording w ON w.id = e.wording_id LEFT JOIN attachment f ON f.id = e.attachment_id`
)

// list is the ledger of all customers whom a reader sees.
var list = field.List{
	Columns: columns,
	From:    `consent e JOIN customer c ON c.id = e.customer_id LEFT JOIN user u ON u.id = e.user_id LEFT JOIN contact k ON k.id = e.contact_id LEFT JOIN consent_wording w ON w.id = e.wording_id LEFT JOIN attachment f ON f.id = e.attachment_id`,
	ID:      "e.id",
	Sort:    "-id",
	Fields: []field.Field{
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "e.customer_id"},
		{Name: "contact_id", Label: "contact.title", Kind: field.Ref, Column: "e.contact_id"},
		{Name: "purpose", Label: "consent.purpose", Kind: field.Text, Column: "e.purpose"},
		{Name: "channel", Label: "consent.channel", Kind: field.Text, Column: "e.channel"},
		{Name: "state", Label: "consent.decision", Kind: field.Choice, Column: "e.state", Choices: []string{Allowed, Objected, Asked}},
		{Name: "wording_id", Label: "consent.wording", Kind: field.Ref, Column: "e.wording_id"},
		{Name: "at", Label: "consent.at", Kind: field.Time, Column: "e.at"},
	},
}

var (
	sqlAdd = db.SQL(`
		INSERT INTO consent (customer_id, contact_id, purpose, channel, state, basis, source, wording, wording_id, proof, attachment_id, user_id, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	// The two purposes that rest on the relation begin together, for every row of
	// an import.
	sqlAddFirst = db.SQL(`
		INSERT INTO consent (customer_id, purpose, state, basis, source, user_id, at)
		VALUES (?1, '` + ForService + `', '` + Allowed + `', '` + Relation + `', ?2, ?3, ?4),
			(?1, '` + ForSurvey + `', '` + Allowed + `', '` + Relation + `', ?2, ?3, ?4)`)
	sqlOf = db.List(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE e.customer_id = ? AND e.purpose = ? AND (e.contact_id IS NULL OR e.contact_id = ?) ORDER BY e.id DESC`)
	sqlAllOf = db.List(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE e.customer_id = ? ORDER BY e.id DESC`)
	sqlOne         = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE e.id = ?`)
	sqlVisible     = db.SQL(`SELECT c.name FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL)
	sqlBelongs     = db.SQL(`SELECT count(*) FROM contact WHERE id = ? AND customer_id = ?`)
	sqlFile        = db.SQL(`SELECT count(*) FROM attachment WHERE id = ? AND customer_id = ?`)
	sqlNoProfiling = db.SQL(`SELECT no_profiling FROM customer WHERE id = ?`)
	sqlZone        = db.SQL(`SELECT timezone FROM customer WHERE id = ?`)
	sqlAddLink     = db.SQL(`INSERT INTO consent_link (token_hash, customer_id, contact_id, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (token_hash) DO NOTHING`)
	sqlFindLink    = db.SQL(`
		SELECT l.customer_id, l.contact_id, coalesce(p.name, c.name) AS name, c.language, c.no_profiling
		FROM consent_link l JOIN customer c ON c.id = l.customer_id LEFT JOIN contact p ON p.id = l.contact_id
		WHERE l.token_hash = ?`)
	// Where a person of a customer, or the customer, is written to.
	sqlAddress = db.SQL(`
		SELECT coalesce(p.name, c.name) AS name, c.language,
			coalesce((SELECT e.email FROM customer_email e WHERE e.customer_id = c.id AND e.contact_id IS p.id ORDER BY e.position, e.id LIMIT 1), '') AS email
		FROM customer c LEFT JOIN contact p ON p.id = ?2 AND p.customer_id = c.id WHERE c.id = ?1`)
	// What reached a person lately, whatever slice sent it.
	sqlMailed = db.SQL(`
		SELECT count(*) AS n, coalesce(min(attempted_at), 0) AS first FROM outbox
		WHERE customer_id = ? AND coalesce(contact_id, 0) = ? AND purpose IN ('survey', 'marketing') AND state IN ('sent', 'sending', 'unknown')
			AND attempted_at > ?`)
)

func add(ctx context.Context, tx *db.Tx, e *Entry) error {
	var err error
	e.ID, err = tx.Insert(ctx, sqlAdd, e.CustomerID, e.ContactID, e.Purpose, e.Channel, e.State, e.Basis, e.Source, e.Wording, e.WordingID, e.Proof,
		e.AttachmentID, e.UserID, e.At)
	if err != nil {
		return fmt.Errorf("add to the consent ledger of customer %d: %w", e.CustomerID, err)
	}
	return nil
}

func addFirst(ctx context.Context, tx *db.Tx, customer int64, source string, user db.ID) error {
	if _, err := tx.Exec(ctx, sqlAddFirst, customer, source, user, db.At(tx.Now)); err != nil {
		return fmt.Errorf("begin the consent ledger of customer %d: %w", customer, err)
	}
	return nil
}

func of(ctx context.Context, q db.Q, customer, contact int64, purpose string) ([]Entry, error) {
	var rows []Entry
	if err := q.Select(ctx, &rows, sqlOf, customer, purpose, contact); err != nil {
		return nil, fmt.Errorf("read the consent of customer %d: %w", customer, err)
	}
	return rows, nil
}

// ledgerOf is everything that was ever said about a customer, newest first.
func ledgerOf(ctx context.Context, q db.Q, customer int64) ([]Entry, error) {
	var rows []Entry
	if err := q.Select(ctx, &rows, sqlAllOf, customer); err != nil {
		return nil, fmt.Errorf("read the consent ledger of customer %d: %w", customer, err)
	}
	return rows, nil
}

func visible(ctx context.Context, q db.Q, customer int64) (name string, err error) {
	err = db.OrNotFound(q.Get(ctx, &name, sqlVisible, append([]any{customer}, auth.From(ctx).Scope().Args()...)...))
	return name, err
}

// among tells whether a count of one is not none.
func among(ctx context.Context, q db.Q, query string, args ...any) (bool, error) {
	var n int
	err := q.Get(ctx, &n, query, args...)
	return n > 0, err
}
