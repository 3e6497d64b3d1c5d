package invoicetitle

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `t.id, t.customer_id, c.name AS customer_name, t.title, t.tax_id, t.address, t.phone, t.bank, t.account, t.is_default, t.created_at, t.updated_at, t.version`
	from    = `invoice_title t CROSS JOIN customer c ON c.id = t.customer_id`
)

var list = field.List{
	Columns: columns,
	From:    from,
	ID:      "t.id",
	Sort:    "-id",
	Fields: []field.Field{
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "t.customer_id"},
		{Name: "title", Label: "invoicetitle.title", Kind: field.Text, Column: "t.title"},
		{Name: "tax_id", Label: "invoicetitle.tax_id", Kind: field.Text, Column: "t.tax_id"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "t.created_at"},
	},
}

var (
	sqlVisible = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE t.id = ? AND ` + auth.CustomerSQL)
	sqlOf      = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE t.customer_id = ? ORDER BY t.is_default DESC, t.id`)
	sqlInsert  = db.SQL(`
		INSERT INTO invoice_title (customer_id, title, tax_id, address, phone, bank, account, is_default, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE invoice_title SET title = ?, tax_id = ?, address = ?, phone = ?, bank = ?, account = ?, is_default = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlOnlyDefault = db.SQL(`UPDATE invoice_title SET is_default = 0, version = version + 1 WHERE customer_id = ? AND id <> ? AND is_default = 1`)
	sqlDelete      = db.SQL(`DELETE FROM invoice_title WHERE id = ?`)
)

func visible(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Title, error) {
	var t Title
	err := q.Get(ctx, &t, sqlVisible, append([]any{id}, scope.Args()...)...)
	return t, db.OrNotFound(err)
}

func of(ctx context.Context, q db.Q, customer int64) ([]Title, error) {
	var out []Title
	if err := q.Select(ctx, &out, sqlOf, customer); err != nil {
		return nil, fmt.Errorf("list invoice titles of customer %d: %w", customer, err)
	}
	return out, nil
}

func insert(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, in.CustomerID, in.Title, in.TaxID, in.Address, in.Phone, in.Bank, in.Account, in.Default, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("store invoice title: %w", err)
	}
	return id, nil
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	_, err := tx.Exec(ctx, sqlUpdate, in.Title, in.TaxID, in.Address, in.Phone, in.Bank, in.Account, in.Default, db.At(tx.Now), id)
	if err != nil {
		return fmt.Errorf("store invoice title %d: %w", id, err)
	}
	return nil
}

func onlyDefault(ctx context.Context, tx *db.Tx, customer, id int64) error {
	_, err := tx.Exec(ctx, sqlOnlyDefault, customer, id)
	return err
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete invoice title %d: %w", id, err)
	}
	return nil
}

var sqlAny = db.SQL(`SELECT EXISTS (SELECT 1 FROM invoice_title)`)

const sqlDefaults = `SELECT customer_id, title, tax_id, address, phone, bank, account FROM invoice_title WHERE is_default = 1 AND customer_id IN (?)`

// anyTitle tells whether the shop keeps any.
func anyTitle(ctx context.Context, q db.Q) (some bool, err error) {
	err = q.Get(ctx, &some, sqlAny)
	return some, err
}

// defaults are the usual titles of customers.
func defaults(ctx context.Context, q db.Q, customers []int64) ([]Title, error) {
	query, args, err := sqlx.In(sqlDefaults, customers)
	if err != nil {
		return nil, fmt.Errorf("list usual invoice titles: %w", err)
	}
	var out []Title
	err = q.Select(ctx, &out, query, args...)
	return out, err
}
