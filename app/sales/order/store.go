package order

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	paid    = `(SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = o.id)`
	columns = `o.id, o.number, o.customer_id, c.name AS customer_name, o.ordered_on, o.due_on, o.deliver_on, o.status, o.currency, o.with_tax, o.discount_rate, o.discount_amount, o.tax, o.total,
		` + paid + ` AS paid, o.notes, o.user_id, o.external_id, o.external_src, o.fields, o.created_at, o.updated_at, o.version`
	from        = `order_head o JOIN customer c ON c.id = o.customer_id`
	lineColumns = `l.id, l.order_id, l.product_id, l.name, l.unit, l.quantity, l.unit_price, l.discount_rate, l.discount_amount, l.tax_rate, l.total, l.position`
)

var (
	sqlGet     = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE o.id = ? AND ` + auth.CustomerSQL)
	sqlLines   = db.SQL(`SELECT ` + lineColumns + ` FROM order_line l WHERE l.order_id = ? ORDER BY l.position, l.id`)
	sqlLinesOf = db.SQL(`
		SELECT ` + lineColumns + ` FROM order_line l WHERE l.order_id IN (SELECT value FROM json_each(?)) ORDER BY l.order_id, l.position, l.id`)
	sqlByNumber   = db.SQL(`SELECT id FROM order_head WHERE number = ?`)
	sqlByExternal = db.SQL(`SELECT id FROM order_head WHERE external_src = ? AND external_id = ?`)
	sqlInsert     = db.SQL(`
		INSERT INTO order_head (number, customer_id, ordered_on, due_on, deliver_on, status, currency, with_tax, discount_rate, discount_amount, tax, total, notes,
			user_id, external_id, external_src, fields, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE order_head SET number = ?, customer_id = ?, ordered_on = ?, due_on = ?, deliver_on = ?, status = ?, with_tax = ?, discount_rate = ?,
			discount_amount = ?, tax = ?, total = ?, notes = ?, external_id = ?, external_src = ?,
			fields = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlDelete  = db.SQL(`DELETE FROM order_head WHERE id = ?`)
	sqlAddLine = db.SQL(`
		INSERT INTO order_line (order_id, product_id, name, unit, quantity, unit_price, discount_rate, discount_amount, tax_rate, total, position)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlSetLine = db.SQL(`
		UPDATE order_line SET product_id = ?, name = ?, unit = ?, quantity = ?, unit_price = ?, discount_rate = ?, discount_amount = ?, tax_rate = ?, total = ?, position = ?
		WHERE id = ?`)
	sqlDropLine   = db.SQL(`DELETE FROM order_line WHERE id = ?`)
	sqlNextNumber = db.SQL(`
		INSERT INTO order_number (year, last) VALUES (?, 1) ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last`)
	sqlTakeNumber = db.SQL(`
		INSERT INTO order_number (year, last) VALUES (?, ?) ON CONFLICT (year) DO UPDATE SET last = max(last, excluded.last)`)
	sqlPaymentIDs = db.SQL(`SELECT id FROM payment WHERE order_id = ?`)
	sqlPaidAny    = db.SQL(`SELECT EXISTS (SELECT 1 FROM payment WHERE order_id = ?)`)
)

// Where the journal finds the customer of a row.
const (
	sqlHeadCustomer = `SELECT customer_id FROM order_head WHERE id = ?`
	sqlPaidFor      = `SELECT EXISTS (SELECT 1 FROM payment WHERE order_id = ?)`
	sqlLineCustomer = `SELECT o.customer_id FROM order_line l JOIN order_head o ON o.id = l.order_id WHERE l.id = ?`
)

// list is what a reader can filter and sort orders by.
var list = field.List{
	Columns: columns,
	From:    from,
	Lean:    "order_head o",
	Joined:  "c",
	ID:      "o.id",
	Sort:    "-ordered_on",
	Fields: []field.Field{
		{Name: "number", Label: "order.number", Kind: field.Text, Column: "o.number", Sort: true},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "o.customer_id"},
		{Name: "customer", Label: "common.customer", Kind: field.Text, Column: "c.name"},
		{Name: "team_id", Label: "customer.team", Kind: field.Ref, Column: "y.team_id", Options: "team",
			Within: "o.customer_id IN (SELECT z.id FROM customer z WHERE z.owner_id IN (SELECT y.id FROM user y WHERE y.team_id IS NOT NULL AND %s))"},
		{Name: "status", Label: "order.status", Kind: field.Choice, Column: "o.status", Choices: Statuses},
		{Name: "ordered_on", Label: "order.ordered_on", Kind: field.Date, Column: "o.ordered_on", Sort: true},
		{Name: "due_on", Label: "order.due_on", Kind: field.Date, Ahead: true, Column: "o.due_on"},
		{Name: "deliver_on", Label: "order.deliver_on", Kind: field.Date, Ahead: true, Column: "o.deliver_on"},
		{Name: "total", Label: "order.total", Kind: field.Money, Column: "o.total", Sort: true},
		{Name: "tax", Label: "quote.tax", Kind: field.Money, Column: "o.tax"},
		{Name: "outstanding", Label: "order.outstanding", Kind: field.Money, Column: "(o.total - " + paid + ")"},
		{Name: "unpaid", Label: "order.unpaid", Kind: field.Bool,
			Column: "(o.status IN ('confirmed', 'completed') AND o.total > " + paid + ")"},
		{Name: "product_id", Label: "order.product", Kind: field.Ref, Column: "x.product_id",
			Within: "EXISTS (SELECT 1 FROM order_line x WHERE x.order_id = o.id AND %s)"},
		{Name: "product", Label: "order.product", Kind: field.Text, Column: "x.name",
			Within: "EXISTS (SELECT 1 FROM order_line x WHERE x.order_id = o.id AND %s)"},
		{Name: "category", Label: "product.category", Kind: field.Text, Column: "y.category",
			Within: "EXISTS (SELECT 1 FROM order_line x WHERE x.order_id = o.id AND x.product_id IN (SELECT y.id FROM product y WHERE %s))"},
		{Name: "weekday", Label: "order.weekday", Kind: field.Number, Column: "CAST(strftime('%w', o.ordered_on) AS INTEGER)"}, // 0 = Sunday
		{Name: "external_id", Label: "order.external_id", Kind: field.Text, Column: "coalesce(o.external_id, '')"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "o.created_at", Sort: true},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "o.updated_at", Sort: true},
	},
}

// Row is an order in a list.
type Row struct {
	field.Row
	Order
	Asked bool `db:"-"` // something about it waits for approval
}

// Both ends of an index: whether there is an order in another currency.
var sqlForeign = db.SQL(`SELECT coalesce((SELECT min(currency) FROM order_head) < ?1 OR (SELECT max(currency) FROM order_head) > ?1, 0)`)

// OnlyIn tells whether all orders are in one currency: whoever adds up what hangs
// on them need not look at each.
func OnlyIn(ctx context.Context, q db.Q, currency string) (bool, error) {
	foreign := false
	if err := q.Get(ctx, &foreign, sqlForeign, currency); err != nil {
		return false, fmt.Errorf("look for other currencies: %w", err)
	}
	return !foreign, nil
}

func get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Order, error) {
	var o Order
	if err := db.OrNotFound(q.Get(ctx, &o, sqlGet, append([]any{id}, scope.Args()...)...)); err != nil {
		return o, err
	}
	o.Lines = []Line{}
	if err := q.Select(ctx, &o.Lines, sqlLines, id); err != nil {
		return o, fmt.Errorf("read the lines of order %d: %w", id, err)
	}
	return o, nil
}

// addLines reads the lines of a page of orders at once.
func addLines(ctx context.Context, q db.Q, rows []Row) error {
	ids, at := make([]int64, len(rows)), map[int64]*Row{}
	for i := range rows {
		rows[i].Lines = []Line{}
		ids[i], at[rows[i].ID] = rows[i].ID, &rows[i]
	}
	raw, err := json.Marshal(ids)
	if err != nil {
		return fmt.Errorf("read the lines of orders: %w", err)
	}
	var lines []Line
	if err := q.Select(ctx, &lines, sqlLinesOf, string(raw)); err != nil {
		return fmt.Errorf("read the lines of orders: %w", err)
	}
	for _, l := range lines {
		at[l.OrderID].Lines = append(at[l.OrderID].Lines, l)
	}
	return nil
}

func find(ctx context.Context, q db.Q, query string, args ...any) (int64, bool, error) {
	var id int64
	found, err := db.Found(q.Get(ctx, &id, query, args...))
	return id, found, err
}

// insert stores a new order under its number, or the next free one of its year.
func insert(ctx context.Context, tx *db.Tx, o *Order) error {
	given := o.Number != ""
	for {
		if !given {
			number, err := nextNumber(ctx, tx, o.OrderedOn)
			if err != nil {
				return err
			}
			o.Number = number
		}
		id, err := tx.Insert(ctx, sqlInsert, o.Number, o.CustomerID, o.OrderedOn, string(o.DueOn), string(o.DeliverOn), o.Status, o.Currency, o.WithTax, o.DiscountRate,
			o.DiscountAmount, o.Tax, o.Total, o.Notes, o.UserID, o.ExternalID, o.ExternalSource, o.Values.JSON(), db.At(tx.Now), db.At(tx.Now))
		if err == nil {
			o.ID = id
			break
		}
		_, exists, lookup := find(ctx, tx, sqlByNumber, o.Number)
		if lookup == nil && exists && !given {
			continue // somebody gave this number by hand
		}
		return taken(err, exists)
	}
	if given {
		if err := takeNumber(ctx, tx, o.Number); err != nil {
			return err
		}
	}
	return writeLines(ctx, tx, o.ID, nil, o.Lines)
}

func update(ctx context.Context, tx *db.Tx, before, o Order) error {
	_, err := tx.Exec(ctx, sqlUpdate, o.Number, o.CustomerID, o.OrderedOn, string(o.DueOn), string(o.DeliverOn), o.Status, o.WithTax, o.DiscountRate, o.DiscountAmount, o.Tax, o.Total,
		o.Notes, o.ExternalID, o.ExternalSource,
		o.Values.JSON(), db.At(tx.Now), o.ID)
	if err != nil {
		other, exists, lookup := find(ctx, tx, sqlByNumber, o.Number)
		return taken(err, lookup == nil && exists && other != o.ID)
	}
	if o.Number != before.Number {
		if err := takeNumber(ctx, tx, o.Number); err != nil {
			return err
		}
	}
	return writeLines(ctx, tx, o.ID, before.Lines, o.Lines)
}

// taken says whether it is the number or the external id that another order has.
func taken(err error, number bool) error {
	if !db.IsUnique(err) {
		return fmt.Errorf("store order: %w", err)
	}
	c := &errs.Check{}
	if number {
		c.Add("number", "error.taken")
	} else {
		c.Add("external_id", "error.taken")
	}
	return c.Err()
}

// writeLines makes the lines of an order what they should be, position by
// position, so that the history shows only what really changed.
func writeLines(ctx context.Context, tx *db.Tx, order int64, before, after []Line) error {
	for i, l := range after {
		l.Position, l.OrderID = i, order
		args := []any{l.ProductID, l.Name, l.Unit, int64(l.Quantity), l.UnitPrice, l.DiscountRate, l.DiscountAmount, l.TaxRate, l.Total, l.Position}
		if i >= len(before) {
			id, err := tx.Insert(ctx, sqlAddLine, append([]any{order}, args...)...)
			if err != nil {
				return fmt.Errorf("add line %d of order %d: %w", i, order, err)
			}
			l.ID = id
			after[i] = l
			continue
		}
		l.ID = before[i].ID
		after[i] = l
		if l == before[i] {
			continue
		}
		if _, err := tx.Exec(ctx, sqlSetLine, append(args, l.ID)...); err != nil {
			return fmt.Errorf("change line %d of order %d: %w", i, order, err)
		}
	}
	for i := len(after); i < len(before); i++ {
		if _, err := tx.Exec(ctx, sqlDropLine, before[i].ID); err != nil {
			return fmt.Errorf("drop line %d of order %d: %w", i, order, err)
		}
	}
	return nil
}

// nextNumber counts up within the year of the order. The row is written in
// the order's own transaction, so no two orders ever get the same one.
func nextNumber(ctx context.Context, tx *db.Tx, on cal.Date) (string, error) {
	year, err := strconv.Atoi(string(on[:4]))
	if err != nil {
		return "", fmt.Errorf("number an order of %s: %w", on, err)
	}
	var last int64
	if err := tx.Get(ctx, &last, sqlNextNumber, year); err != nil {
		return "", fmt.Errorf("number an order of %d: %w", year, err)
	}
	return fmt.Sprintf("O-%04d-%04d", year, last), nil
}

var ours = regexp.MustCompile(`^O-(\d{4})-(\d{1,9})$`)

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

// paidAny tells whether an order has any payment or refund.
func paidAny(ctx context.Context, q db.Q, id int64) (yes bool, err error) {
	if err := q.Get(ctx, &yes, sqlPaidAny, id); err != nil {
		return false, fmt.Errorf("look for payments of order %d: %w", id, err)
	}
	return yes, nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete order %d: %w", id, err)
	}
	return nil
}
