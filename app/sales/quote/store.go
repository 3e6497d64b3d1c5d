package quote

import (
	"context"
	"fmt"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `q.id, q.number, q.revision, q.customer_id, c.name AS customer_name, c.language, q.contact_id, q.deal_id, q.title, q.quoted_on, q.valid_until,
		q.state, q.currency, q.with_tax, q.discount_rate, q.discount_amount, q.gross, q.discount, q.tax, q.total, q.intro, q.terms, q.user_id,
		coalesce((SELECT u.name FROM user u WHERE u.id = q.user_id), '') AS user_name, q.order_id, q.sent_at, q.decided_at, q.signer, q.signature,
		q.reason, q.nonce, q.fields, q.created_at, q.updated_at, q.version, q.external_id, q.external_src`
	// CROSS keeps the quotes outside: a list never reads all customers to find theirs.
	from        = `quote q CROSS JOIN customer c ON c.id = q.customer_id`
	lineColumns = `l.id, l.quote_id, l.product_id, l.name, l.unit, l.quantity, l.unit_price, l.discount_rate, l.discount_amount, l.tax_rate, l.total,
		l.optional, l.chosen, l.price_list, l.price_least, l.position`
)

var (
	sqlGet        = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE q.id = ? AND ` + auth.CustomerSQL)
	sqlByToken    = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE q.token_hash = ?`)
	sqlLines      = db.SQL(`SELECT ` + lineColumns + ` FROM quote_line l WHERE l.quote_id = ? ORDER BY l.position, l.id`)
	sqlVersions   = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE q.number = ? AND ` + auth.CustomerSQL + ` ORDER BY q.revision DESC`)
	sqlOfCustomer = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE q.customer_id = ? AND q.state <> 'replaced' AND ` + auth.CustomerSQL + `
		ORDER BY q.quoted_on DESC, q.id DESC LIMIT 5`)
	sqlOfDeal = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE q.deal_id = ? AND q.state <> 'replaced' AND ` + auth.CustomerSQL + ` ORDER BY q.id DESC LIMIT 10`)
	sqlAccepting = db.SQL(`
		SELECT coalesce(sum(q.total), 0) AS before, coalesce(sum(CASE WHEN o.status = 'cancelled' THEN 0 ELSE q.total END), 0) AS standing
		FROM quote q LEFT JOIN order_head o ON o.id = q.order_id WHERE q.deal_id = ? AND q.state = 'accepted' AND q.id <> ? AND q.currency = ?`)
	sqlStanding = db.SQL(`
		SELECT count(*) AS n, coalesce(sum(q.total), 0) AS sum FROM quote q JOIN deal d ON d.id = q.deal_id LEFT JOIN order_head o ON o.id = q.order_id
		WHERE q.deal_id = ? AND q.state = 'accepted' AND q.currency = d.currency AND (o.id IS NULL OR o.status <> 'cancelled')`)
	sqlOverdue = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE q.state = 'sent' AND q.valid_until > '' AND q.valid_until < ? ORDER BY q.valid_until LIMIT 200`)
	sqlInsert = db.SQL(`
		INSERT INTO quote (number, revision, customer_id, contact_id, deal_id, title, quoted_on, valid_until, state, currency, with_tax, discount_rate,
			discount_amount, gross, discount, tax, total, intro, terms, user_id, nonce, token_hash, fields, external_id, external_src, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE quote SET customer_id = ?, contact_id = ?, deal_id = ?, title = ?, quoted_on = ?, valid_until = ?, discount_rate = ?, discount_amount = ?,
			gross = ?, discount = ?, tax = ?, total = ?, intro = ?, terms = ?, fields = ?, external_id = ?, external_src = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlState = db.SQL(`
		UPDATE quote SET state = ?, gross = ?, discount = ?, tax = ?, total = ?, order_id = ?, sent_at = ?, decided_at = ?, signer = ?, signature = ?,
			reason = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlDelete  = db.SQL(`DELETE FROM quote WHERE id = ?`)
	sqlAddLine = db.SQL(`
		INSERT INTO quote_line (quote_id, product_id, name, unit, quantity, unit_price, discount_rate, discount_amount, tax_rate, total, optional, chosen,
			price_list, price_least, position)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlSetLine = db.SQL(`
		UPDATE quote_line SET product_id = ?, name = ?, unit = ?, quantity = ?, unit_price = ?, discount_rate = ?, discount_amount = ?, tax_rate = ?,
			total = ?, optional = ?, chosen = ?, price_list = ?, price_least = ?, position = ?
		WHERE id = ?`)
	sqlDropLine   = db.SQL(`DELETE FROM quote_line WHERE id = ?`)
	sqlNextNumber = db.SQL(`
		INSERT INTO quote_number (year, last) VALUES (?, 1) ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last`)
	sqlTraces   = db.SQL(`SELECT id, at, kind, text FROM quote_trace WHERE quote_id = ? ORDER BY id DESC LIMIT 200`)
	sqlAddTrace = db.SQL(`INSERT INTO quote_trace (quote_id, at, kind, text) VALUES (?, ?, ?, ?)`)
	sqlHuman    = db.SQL(`UPDATE quote_trace SET kind = 'person' WHERE id = ? AND quote_id = ? AND kind = 'program'`)
)

// Where the journal finds the customer of a row.
const (
	sqlCustomer     = `SELECT customer_id FROM quote WHERE id = ?`
	sqlLineCustomer = `SELECT q.customer_id FROM quote_line l JOIN quote q ON q.id = l.quote_id WHERE l.id = ?`
)

// list is what a reader can filter and sort quotes by.
var list = field.List{
	Columns: columns,
	From:    from,
	ID:      "q.id",
	Sort:    "-quoted_on",
	Fields: []field.Field{
		{Name: "number", Label: "quote.number", Kind: field.Text, Column: "q.number"},
		{Name: "title", Label: "quote.title", Kind: field.Text, Column: "q.title"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "q.customer_id"},
		{Name: "customer", Label: "common.customer", Kind: field.Text, Column: "c.name"},
		{Name: "state", Label: "quote.state", Kind: field.Choice, Column: "q.state", Choices: States},
		{Name: "quoted_on", Label: "quote.quoted_on", Kind: field.Date, Column: "q.quoted_on", Sort: true},
		{Name: "valid_until", Label: "quote.valid_until", Kind: field.Date, Ahead: true, Column: "q.valid_until"},
		{Name: "total", Label: "quote.total", Kind: field.Money, Column: "q.total", Sort: true},
		{Name: "user_id", Label: "quote.by", Kind: field.Ref, Column: "q.user_id", Options: "user"},
		{Name: "deal_id", Label: "quote.deal", Kind: field.Ref, Column: "q.deal_id"},
		{Name: "product_id", Label: "order.product", Kind: field.Ref, Column: "x.product_id",
			Within: "EXISTS (SELECT 1 FROM quote_line x WHERE x.quote_id = q.id AND %s)"},
		{Name: "product", Label: "order.product", Kind: field.Text, Column: "x.name",
			Within: "EXISTS (SELECT 1 FROM quote_line x WHERE x.quote_id = q.id AND %s)"},
		{Name: "external_id", Label: "order.external_id", Kind: field.Text, Column: "coalesce(q.external_id, '')"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "q.created_at", Sort: true},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "q.updated_at", Sort: true},
	},
}

// Row is a quote in a list.
type Row struct {
	field.Row
	Quote
	Asked bool `db:"-"` // it waits for approval
}

// everything is the scope of who has been let in already.
var everything = auth.Scope{Reach: auth.All}

func get(ctx context.Context, q db.Q, query string, args ...any) (Quote, error) {
	var v Quote
	if err := db.OrNotFound(q.Get(ctx, &v, query, args...)); err != nil {
		return v, err
	}
	v.Lines = []Line{}
	if err := q.Select(ctx, &v.Lines, sqlLines, v.ID); err != nil {
		return v, fmt.Errorf("read the lines of quote %d: %w", v.ID, err)
	}
	return v, nil
}

func several(ctx context.Context, q db.Q, query string, args ...any) ([]Quote, error) {
	out := []Quote{}
	if err := q.Select(ctx, &out, query, args...); err != nil {
		return nil, fmt.Errorf("list quotes: %w", err)
	}
	return out, nil
}

// accepting is what the deal of a quote comes to with it.
func accepting(ctx context.Context, q db.Q, v Quote) (Accepting, error) {
	a := Accepting{}
	if err := q.Get(ctx, &a, sqlAccepting, int64(v.DealID), v.ID, v.Currency); err != nil {
		return a, fmt.Errorf("add up the accepted quotes of deal %d: %w", v.DealID, err)
	}
	a.Amount = v.Total
	return a, nil
}

func insert(ctx context.Context, tx *db.Tx, v Quote, token string) (int64, error) {
	n, err := tx.Insert(ctx, sqlInsert, v.Number, v.Revision, v.CustomerID, v.ContactID, v.DealID, v.Title, string(v.QuotedOn), string(v.ValidUntil), v.State,
		v.Currency, v.WithTax, v.DiscountRate, v.DiscountAmount, v.Gross, v.Discounts, v.Tax, v.Total, v.Intro, v.Terms, v.UserID, v.Nonce, id.Hash(token),
		v.Values.JSON(), v.ExternalID, v.ExternalSource, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, alreadyCalled(err, v)
	}
	return n, writeLines(ctx, tx, n, nil, v.Lines)
}

func update(ctx context.Context, tx *db.Tx, before, v Quote) error {
	_, err := tx.Exec(ctx, sqlUpdate, v.CustomerID, v.ContactID, v.DealID, v.Title, string(v.QuotedOn), string(v.ValidUntil), v.DiscountRate, v.DiscountAmount,
		v.Gross, v.Discounts, v.Tax, v.Total, v.Intro, v.Terms, v.Values.JSON(), v.ExternalID, v.ExternalSource, db.At(tx.Now), v.ID)
	if err != nil {
		return alreadyCalled(err, v)
	}
	return writeLines(ctx, tx, v.ID, before.Lines, v.Lines)
}

// move stores a new state with what goes with it.
func move(ctx context.Context, tx *db.Tx, before, v Quote) error {
	_, err := tx.Exec(ctx, sqlState, v.State, v.Gross, v.Discounts, v.Tax, v.Total, v.OrderID, v.SentAt, v.DecidedAt, v.Signer, v.Signature, v.Reason,
		db.At(tx.Now), v.ID)
	if err != nil {
		return fmt.Errorf("move quote %d to %s: %w", v.ID, v.State, err)
	}
	return writeLines(ctx, tx, v.ID, before.Lines, v.Lines)
}

// writeLines makes the lines of a quote what they should be, position by
// position, so that the history shows only what really changed.
func writeLines(ctx context.Context, tx *db.Tx, quote int64, before, after []Line) error {
	for i, l := range after {
		l.Position, l.QuoteID = i, quote
		args := []any{l.ProductID, l.Name, l.Unit, int64(l.Quantity), l.UnitPrice, l.DiscountRate, l.DiscountAmount, l.TaxRate, l.Total, l.Optional, l.Chosen,
			l.PriceList, int64(l.PriceLeast), l.Position}
		if i >= len(before) {
			if _, err := tx.Insert(ctx, sqlAddLine, append([]any{quote}, args...)...); err != nil {
				return fmt.Errorf("add line %d of quote %d: %w", i, quote, err)
			}
			continue
		}
		if l.ID = before[i].ID; l == before[i] {
			continue
		}
		if _, err := tx.Exec(ctx, sqlSetLine, append(args, l.ID)...); err != nil {
			return fmt.Errorf("change line %d of quote %d: %w", i, quote, err)
		}
	}
	for i := len(after); i < len(before); i++ {
		if _, err := tx.Exec(ctx, sqlDropLine, before[i].ID); err != nil {
			return fmt.Errorf("drop line %d of quote %d: %w", i, quote, err)
		}
	}
	return nil
}

// nextNumber counts up within the year of the quote.
func nextNumber(ctx context.Context, tx *db.Tx, on cal.Date) (string, error) {
	year, err := strconv.Atoi(string(on[:4]))
	if err != nil {
		return "", fmt.Errorf("number a quote of %s: %w", on, err)
	}
	var last int64
	if err := tx.Get(ctx, &last, sqlNextNumber, year); err != nil {
		return "", fmt.Errorf("number a quote of %d: %w", year, err)
	}
	return fmt.Sprintf("Q-%04d-%04d", year, last), nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete quote %d: %w", id, err)
	}
	return nil
}

// Trace is one thing that happened behind the link.
type Trace struct {
	ID   int64   `db:"id"`
	At   db.Time `db:"at"`
	Kind string  `db:"kind"` // program, person or asked
	Text string  `db:"text"`
}

func traces(ctx context.Context, q db.Q, quote int64) ([]Trace, error) {
	out := []Trace{}
	if err := q.Select(ctx, &out, sqlTraces, quote); err != nil {
		return nil, fmt.Errorf("read who looked at quote %d: %w", quote, err)
	}
	return out, nil
}

func addTrace(ctx context.Context, tx *db.Tx, quote int64, kind, text string) (int64, error) {
	n, err := tx.Insert(ctx, sqlAddTrace, quote, db.At(tx.Now), kind, text)
	if err != nil {
		return 0, fmt.Errorf("note who looked at quote %d: %w", quote, err)
	}
	return n, nil
}
