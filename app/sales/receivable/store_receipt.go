package receivable

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sales/payment"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	receiptUsed    = `(SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.receipt_id = r.id)`
	receiptBack    = `(SELECT coalesce(sum(b.amount), 0) FROM receipt_back b WHERE b.receipt_id = r.id)`
	receiptColumns = `r.id, r.customer_id, c.name AS customer_name, r.amount, r.currency, r.received_on, r.method, r.note,
		` + receiptUsed + ` AS used, ` + receiptBack + ` AS back, r.created_at, r.updated_at, r.version, r.set_off_id`
	receiptFrom = `receipt r JOIN customer c ON c.id = r.customer_id`
)

var (
	sqlReceipt   = db.SQL(`SELECT ` + receiptColumns + ` FROM ` + receiptFrom + ` WHERE r.id = ? AND ` + auth.CustomerSQL)
	sqlAllocated = db.SQL(`
		SELECT p.receipt_id, p.id AS payment_id, p.order_id, o.number, p.amount, p.paid_on FROM payment p JOIN order_head o ON o.id = p.order_id
		WHERE p.receipt_id = ? ORDER BY p.paid_on, p.id`)
	sqlBacks      = db.SQL(`SELECT id, receipt_id, amount, paid_on, method, note FROM receipt_back WHERE receipt_id = ? ORDER BY paid_on, id`)
	sqlAddReceipt = db.SQL(`
		INSERT INTO receipt (customer_id, amount, currency, received_on, method, note, user_id, set_off_id, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlSetOff     = db.SQL(`SELECT p.id AS payment_id, p.order_id, o.number FROM payment p JOIN order_head o ON o.id = p.order_id WHERE p.id = ?`)
	sqlSetReceipt = db.SQL(`
		UPDATE receipt SET amount = ?, received_on = ?, method = ?, note = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlCutReceipt = db.SQL(`DELETE FROM receipt WHERE id = ?`)
	sqlAddBack    = db.SQL(`INSERT INTO receipt_back (receipt_id, amount, paid_on, method, note, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlCutBack    = db.SQL(`DELETE FROM receipt_back WHERE id = ? AND receipt_id = ?`)
	sqlSame       = db.SQL(`
		SELECT EXISTS (SELECT 1 FROM receipt WHERE customer_id = ? AND received_on = ? AND amount = ? AND currency = ?)`)
	sqlPaidFor = db.SQL(`
		SELECT id, order_id, amount, paid_on, method, note, receipt_id, version FROM payment WHERE order_id = ? ORDER BY paid_on DESC, id DESC`)
	sqlKept = db.SQL(`
		SELECT coalesce(sum(r.amount - ` + receiptUsed + ` - ` + receiptBack + `), 0) FROM ` + receiptFrom + ` WHERE r.currency = ? AND ` + auth.CustomerSQL)
	sqlOpenReceipts = db.SQL(`
		SELECT ` + receiptColumns + ` FROM ` + receiptFrom + ` WHERE r.customer_id = ? AND r.amount > ` + receiptUsed + ` + ` + receiptBack + ` ORDER BY r.received_on, r.id`)
)

// receipts is what a reader can filter and sort receipts by.
var receipts = field.List{
	Columns: receiptColumns,
	From:    receiptFrom,
	ID:      "r.id",
	Sort:    "-received_on",
	Fields: []field.Field{
		{Name: "received_on", Label: "payment.paid_on", Kind: field.Date, Column: "r.received_on", Sort: true},
		{Name: "amount", Label: "common.amount", Kind: field.Money, Column: "r.amount"},
		{Name: "credit", Label: "receivable.credit", Kind: field.Money, Column: "(r.amount - " + receiptUsed + " - " + receiptBack + ")"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "r.customer_id"},
		{Name: "method", Label: "payment.method", Kind: field.Text, Column: "r.method"},
	},
}

// ReceiptRow is a receipt in a list.
type ReceiptRow struct {
	field.Row
	Receipt
}

func receiptOf(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Receipt, error) {
	r := Receipt{Parts: []Allocated{}, Backs: []PaidBack{}}
	if err := db.OrNotFound(q.Get(ctx, &r, sqlReceipt, append([]any{id}, scope.Args()...)...)); err != nil {
		return r, err
	}
	if r.SetOffID != 0 {
		r.From = &SetOff{}
		if err := q.Get(ctx, r.From, sqlSetOff, int64(r.SetOffID)); err != nil {
			return r, fmt.Errorf("read the return of receipt %d: %w", id, err)
		}
	}
	if err := q.Select(ctx, &r.Parts, sqlAllocated, id); err != nil {
		return r, fmt.Errorf("read what receipt %d paid for: %w", id, err)
	}
	if err := q.Select(ctx, &r.Backs, sqlBacks, id); err != nil {
		return r, fmt.Errorf("read what was paid back of receipt %d: %w", id, err)
	}
	return r, nil
}

// kept is the credit of the customers that the actor sees, in a currency.
func (s *Service) kept(ctx context.Context, currency string) (sum int64, err error) {
	if err := s.DB.Reader(ctx).Get(ctx, &sum, sqlKept, append([]any{currency}, auth.From(ctx).Scope().Args()...)...); err != nil {
		return 0, fmt.Errorf("add up the credit of customers: %w", err)
	}
	return sum, nil
}

func insertReceipt(ctx context.Context, tx *db.Tx, in ReceiptInput, user int64) (int64, error) {
	id, err := tx.Insert(ctx, sqlAddReceipt, in.CustomerID, in.Amount, in.Currency, string(in.ReceivedOn), in.Method, in.Note, db.ID(user), db.ID(in.setOff), db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("store a receipt of customer %d: %w", in.CustomerID, err)
	}
	return id, nil
}

func updateReceipt(ctx context.Context, tx *db.Tx, id int64, in ReceiptInput) error {
	if _, err := tx.Exec(ctx, sqlSetReceipt, in.Amount, string(in.ReceivedOn), in.Method, in.Note, db.At(tx.Now), id); err != nil {
		return fmt.Errorf("correct receipt %d: %w", id, err)
	}
	return nil
}

func removeReceipt(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlCutReceipt, id); err != nil {
		return fmt.Errorf("delete receipt %d: %w", id, err)
	}
	return nil
}

func insertBack(ctx context.Context, tx *db.Tx, receipt int64, in ReceiptInput) error {
	if _, err := tx.Insert(ctx, sqlAddBack, receipt, in.Amount, string(in.ReceivedOn), in.Method, in.Note, db.At(tx.Now), db.At(tx.Now)); err != nil {
		return fmt.Errorf("store what was paid back of receipt %d: %w", receipt, err)
	}
	return nil
}

func removeBack(ctx context.Context, tx *db.Tx, receipt, id int64) error {
	n, err := tx.Exec(ctx, sqlCutBack, id, receipt)
	if err != nil {
		return fmt.Errorf("delete what was paid back of receipt %d: %w", receipt, err)
	}
	if n == 0 {
		return errs.NotVisible()
	}
	return nil
}

// sameMoney tells whether the same sum of the same day stands there already:
// perhaps somebody else wrote it down.
func sameMoney(ctx context.Context, q db.Q, in ReceiptInput) (yes bool, err error) {
	if err := q.Get(ctx, &yes, sqlSame, in.CustomerID, string(in.ReceivedOn), in.Amount, in.Currency); err != nil {
		return false, fmt.Errorf("look for the same receipt: %w", err)
	}
	return yes, nil
}

func paidFor(ctx context.Context, q db.Q, order int64) ([]payment.Payment, error) {
	out := []payment.Payment{}
	if err := q.Select(ctx, &out, sqlPaidFor, order); err != nil {
		return nil, fmt.Errorf("read the payments of order %d: %w", order, err)
	}
	return out, nil
}

func openReceipts(ctx context.Context, q db.Q, customer int64) ([]Receipt, error) {
	out := []Receipt{}
	if err := q.Select(ctx, &out, sqlOpenReceipts, customer); err != nil {
		return nil, fmt.Errorf("read the credit of customer %d: %w", customer, err)
	}
	return out, nil
}
