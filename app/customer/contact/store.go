package contact

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"regulars/app/customer/customer"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Row is a contact in a list.
type Row struct {
	field.Row
	Contact
	CustomerName string `db:"customer_name"`
}

const columns = `k.id, k.customer_id, k.name, k.title, k.wechat, k.birthday, k.birthday_lunar, k.is_primary, k.notes, k.fields, k.created_at, k.updated_at, k.version`

var list = field.List{
	Columns: columns + `, c.name AS customer_name`,
	From:    "contact k JOIN customer c ON c.id = k.customer_id",
	ID:      "k.id",
	Sort:    "-id",
	Fields: []field.Field{
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "k.customer_id"},
		{Name: "customer", Label: "common.customer", Kind: field.Text, Column: "c.name"},
		{Name: "name", Label: "customer.name", Kind: field.Text, Column: "k.name", Sort: true},
		{Name: "title", Label: "contact.title", Kind: field.Text, Column: "k.title"},
		{Name: "phone", Label: "customer.phone", Kind: field.Text, Column: "p.raw", Within: "k.id IN (SELECT p.contact_id FROM customer_phone p WHERE p.contact_id IS NOT NULL AND %s)"},
		{Name: "email", Label: "customer.email", Kind: field.Text, Column: "e.email", Within: "k.id IN (SELECT e.contact_id FROM customer_email e WHERE e.contact_id IS NOT NULL AND %s)"},
		{Name: "wechat", Label: "customer.wechat", Kind: field.Text, Column: "k.wechat"},
		{Name: "primary", Label: "contact.first", Kind: field.Bool, Column: "k.is_primary"},
		{Name: "created_at", Label: "customer.created_at", Kind: field.Time, Column: "k.created_at"},
		{Name: "updated_at", Label: "customer.updated_at", Kind: field.Time, Column: "k.updated_at", Sort: true},
	},
}

var (
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM contact k WHERE k.id = ?`)
	sqlOf     = db.SQL(`SELECT ` + columns + ` FROM contact k WHERE k.customer_id = ? ORDER BY k.is_primary DESC, k.id`)
	sqlInsert = db.SQL(`
		INSERT INTO contact (customer_id, name, title, wechat, birthday, birthday_lunar, is_primary, notes, fields, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE contact SET name = ?, title = ?, wechat = ?, birthday = ?, birthday_lunar = ?, is_primary = ?, notes = ?, fields = ?, updated_at = ?,
			version = version + 1 WHERE id = ?`)
	sqlWeChat      = db.SQL(`SELECT wechat FROM contact WHERE id = ?`)
	sqlDelete      = db.SQL(`DELETE FROM contact WHERE id = ?`)
	sqlOnlyPrimary = db.SQL(`UPDATE contact SET is_primary = 0 WHERE customer_id = ? AND id <> ? AND is_primary = 1`)
)

const (
	sqlPhones = `SELECT contact_id, raw, e164, ext, label FROM customer_phone WHERE contact_id IN (?) ORDER BY position`
	sqlEmails = `SELECT contact_id, email FROM customer_email WHERE contact_id IN (?) ORDER BY position`
)

func get(ctx context.Context, q db.Q, id int64) (Contact, error) {
	rows := make([]Row, 1)
	if err := db.OrNotFound(q.Get(ctx, &rows[0].Contact, sqlGet, id)); err != nil {
		return Contact{}, err
	}
	err := reach(ctx, q, rows)
	return rows[0].Contact, err
}

func of(ctx context.Context, q db.Q, customerID int64) ([]Contact, error) {
	var found []Contact
	if err := q.Select(ctx, &found, sqlOf, customerID); err != nil {
		return nil, fmt.Errorf("list contacts of customer %d: %w", customerID, err)
	}
	rows := make([]Row, len(found))
	for i, c := range found {
		rows[i].Contact = c
	}
	if err := reach(ctx, q, rows); err != nil {
		return nil, err
	}
	for i := range rows {
		found[i] = rows[i].Contact
	}
	return found, nil
}

// reach adds the phones and e-mails of several contacts at once.
func reach(ctx context.Context, q db.Q, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	ids := make([]int64, len(rows))
	at := map[int64]*Contact{}
	for i := range rows {
		ids[i] = rows[i].Contact.ID
		at[ids[i]] = &rows[i].Contact
	}
	each := func(sql string, fn func(*sqlx.Rows) error) error {
		query, args, err := sqlx.In(sql, ids)
		if err != nil {
			return fmt.Errorf("read contacts: %w", err)
		}
		return q.Each(ctx, query, args, fn)
	}
	if err := each(sqlPhones, func(r *sqlx.Rows) error {
		var p customer.Phone
		err := r.Scan(&p.ContactID, &p.Raw, &p.E164, &p.Ext, &p.Label)
		c := at[int64(p.ContactID)]
		c.Phones = append(c.Phones, p)
		return err
	}); err != nil {
		return err
	}
	if err := each(sqlEmails, func(r *sqlx.Rows) error {
		var id int64
		var email string
		err := r.Scan(&id, &email)
		at[id].Emails = append(at[id].Emails, email)
		return err
	}); err != nil {
		return err
	}
	for _, c := range at {
		customer.Veil(ctx, c.Phones, c.Emails)
		c.WeChat = customer.VeilWeChat(ctx, c.WeChat)
	}
	return nil
}

func insert(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
	if err := customer.MaskLeft(ctx, in.Phones, in.Emails, in.WeChat); err != nil {
		return 0, err
	}
	id, err := tx.Insert(ctx, sqlInsert, in.CustomerID, in.Name, in.Title, in.WeChat, in.Birthday, in.BirthdayLunar, in.Primary, in.Notes,
		in.values.JSON(), db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("store contact: %w", err)
	}
	return id, nil
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	var err error
	if in.WeChat, err = customer.UnveilWeChat(ctx, tx, sqlWeChat, id, in.WeChat); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlUpdate, in.Name, in.Title, in.WeChat, in.Birthday, in.BirthdayLunar, in.Primary, in.Notes, in.values.JSON(),
		db.At(tx.Now), id); err != nil {
		return fmt.Errorf("store contact %d: %w", id, err)
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete contact %d: %w", id, err)
	}
	return nil
}

func onlyPrimary(ctx context.Context, tx *db.Tx, customerID, id int64) error {
	if _, err := tx.Exec(ctx, sqlOnlyPrimary, customerID, id); err != nil {
		return fmt.Errorf("make contact %d the first: %w", id, err)
	}
	return nil
}

// named matches a part of the name; contacts are listed within reach of few.
func named(q string) field.Where {
	q = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q)
	return field.Where{SQL: `k.name LIKE ? ESCAPE '\'`, Args: []any{"%" + q + "%"}}
}
