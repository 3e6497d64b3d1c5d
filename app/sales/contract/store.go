package contract

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `k.id, k.number, k.customer_id, c.name AS customer_name, k.title, k.order_id, o.number AS order_number, k.deal_id, d.name AS deal_name,
		k.signed_on, k.starts_on, k.ends_on, k.amount, k.currency, k.notice_days, k.renewal, k.renew_months, k.renewed, k.owner_id, u.name AS owner_name,
		k.state, k.cancelled_on, k.reason, k.notes, k.created_at, k.updated_at, k.version,
		u.email AS owner_email, k.fields`
	from = `contract k JOIN customer c ON c.id = k.customer_id LEFT JOIN order_head o ON o.id = k.order_id LEFT JOIN deal d ON d.id = k.deal_id
		LEFT JOIN user u ON u.id = k.owner_id`
)

var (
	sqlGet      = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE k.id = ? AND ` + auth.CustomerSQL)
	sqlNumbered = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE k.number = ? AND ` + auth.CustomerSQL)
	sqlInsert   = db.SQL(`
		INSERT INTO contract (number, customer_id, title, order_id, deal_id, signed_on, starts_on, ends_on, amount, currency, notice_days, renewal,
			renew_months, owner_id, state, notes, fields, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE contract SET number = ?, title = ?, order_id = ?, deal_id = ?, signed_on = ?, starts_on = ?, ends_on = ?, amount = ?, currency = ?,
			notice_days = ?, renewal = ?, renew_months = ?, renewed = ?, owner_id = ?, state = ?, cancelled_on = ?, reason = ?, notes = ?, fields = ?,
			updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlDelete = db.SQL(`DELETE FROM contract WHERE id = ?`)
	sqlTaken  = db.SQL(`SELECT count(*) FROM contract WHERE number = ? AND id <> ?`)
	sqlNext   = db.SQL(`SELECT coalesce(max(id), 0) + 1 FROM contract`)
	sqlOf     = db.List(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE k.customer_id = ? ORDER BY k.state = 'running' DESC, k.state = 'draft' DESC, k.ends_on DESC, k.id DESC LIMIT 20`)
	sqlOver = db.SQL(`SELECT id FROM contract WHERE state = 'running' AND ends_on <> '' AND ends_on < ?`)
	sqlSoon = db.SQL(`
		SELECT count(*) FROM contract k JOIN customer c ON c.id = k.customer_id
		WHERE k.state = 'running' AND k.ends_on <> '' AND date(k.ends_on, '-' || (k.notice_days + 14) || ' days') <= ? AND ` + auth.CustomerSQL)
	sqlOrder = db.SQL(`
		SELECT o.customer_id, o.currency, o.number AS name FROM order_head o JOIN customer c ON c.id = o.customer_id WHERE o.id = ? AND ` + auth.CustomerSQL)
	sqlDeal = db.SQL(`
		SELECT d.customer_id, d.currency, d.name FROM deal d JOIN customer c ON c.id = d.customer_id WHERE d.id = ? AND ` + auth.CustomerSQL)
	sqlOrderNumbered = db.SQL(`SELECT id FROM order_head WHERE customer_id = ? AND number = ?`)
	sqlDealNamed     = db.SQL(`
		SELECT id FROM deal WHERE customer_id = ?1 AND (external_id = ?2 OR name = ?2 COLLATE NOCASE) ORDER BY external_id IS ?2 DESC, id LIMIT 1`)
	sqlOrdersOf = db.List(`
		SELECT id, number AS name FROM order_head WHERE customer_id = ? AND status <> 'cancelled' ORDER BY ordered_on DESC, id DESC LIMIT 20`)
	sqlDealsOf = db.List(`SELECT id, name FROM deal WHERE customer_id = ? ORDER BY id DESC LIMIT 20`)
	sqlTasks   = db.SQL(`SELECT source_key FROM task WHERE source_key >= ? AND source_key < ? AND done_at IS NULL`)
)

// sqlCustomer names the customer of a contract for the journal.
const sqlCustomer = `SELECT customer_id FROM contract WHERE id = ?`

// list is what a reader can filter and sort contracts by.
var list = field.List{
	Columns: columns,
	From:    from,
	ID:      "k.id",
	Sort:    "-ends_on",
	Fields: []field.Field{
		{Name: "number", Label: "contract.number", Kind: field.Text, Column: "k.number"},
		{Name: "ends_on", Label: "contract.ends_on", Kind: field.Date, Ahead: true, Column: "k.ends_on", Sort: true},
		{Name: "starts_on", Label: "contract.starts_on", Kind: field.Date, Ahead: true, Column: "k.starts_on"},
		{Name: "signed_on", Label: "contract.signed_on", Kind: field.Date, Column: "k.signed_on"},
		{Name: "state", Label: "contract.state", Kind: field.Choice, Column: "k.state", Choices: States},
		{Name: "renewal", Label: "contract.renewal", Kind: field.Choice, Column: "k.renewal", Choices: Renewals},
		{Name: "amount", Label: "common.amount", Kind: field.Money, Column: "k.amount"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "k.customer_id"},
		{Name: "order_id", Label: "payment.order", Kind: field.Ref, Column: "k.order_id"},
		{Name: "deal_id", Label: "contract.deal", Kind: field.Ref, Column: "k.deal_id"},
		{Name: "owner_id", Label: "common.owner", Kind: field.Ref, Column: "k.owner_id", Options: "user"},
		{Name: "notice_days", Label: "contract.notice_days", Kind: field.Number, Column: "k.notice_days"},
		{Name: "cancelled_on", Label: "contract.cancelled_on", Kind: field.Date, Column: "k.cancelled_on"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "k.created_at"},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "k.updated_at"},
	},
}

// Row is a contract in a list.
type Row struct {
	field.Row
	Contract
}

func get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Contract, error) {
	var c Contract
	return c, db.OrNotFound(q.Get(ctx, &c, sqlGet, append([]any{id}, scope.Args()...)...))
}

func insert(ctx context.Context, tx *db.Tx, in Input, state string, own custom.Values) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, in.Number, in.CustomerID, in.Title, db.ID(in.OrderID), db.ID(in.DealID), string(in.SignedOn), string(in.StartsOn),
		string(in.EndsOn), in.Amount, in.Currency, in.NoticeDays, in.Renewal, in.RenewMonths, db.ID(in.OwnerID), state, in.Notes, own.JSON(), db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("store contract: %w", err)
	}
	return id, nil
}

func update(ctx context.Context, tx *db.Tx, c Contract) error {
	if _, err := tx.Exec(ctx, sqlUpdate, c.Number, c.Title, c.OrderID, c.DealID, string(c.SignedOn), string(c.StartsOn), string(c.EndsOn), c.Amount, c.Currency,
		c.NoticeDays, c.Renewal, c.RenewMonths, c.Renewed, c.OwnerID, c.State, string(c.CancelledOn), c.Reason, c.Notes, c.Values.JSON(), db.At(tx.Now), c.ID); err != nil {
		return fmt.Errorf("change contract %d: %w", c.ID, err)
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete contract %d: %w", id, err)
	}
	return nil
}

// free refuses a number that another contract has, or gives out the next one.
func free(ctx context.Context, tx *db.Tx, number string, id int64, year string) (string, bool, error) {
	next := int64(0)
	if number == "" {
		if err := tx.Get(ctx, &next, sqlNext); err != nil {
			return "", false, fmt.Errorf("number a contract: %w", err)
		}
	}
	for {
		try := number
		if number == "" {
			try = fmt.Sprintf("C-%s-%04d", year, next)
		}
		var n int
		if err := tx.Get(ctx, &n, sqlTaken, try, id); err != nil {
			return "", false, fmt.Errorf("look for contract %q: %w", try, err)
		}
		if n == 0 || number != "" {
			return try, n == 0, nil
		}
		next++
	}
}
