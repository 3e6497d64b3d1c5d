package product

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const columns = `p.id, p.code, p.name, p.unit, p.price, p.category, p.use_up_days, p.active, p.tax_rate, p.cost, p.stock_note,
	p.warranty_months, p.once, p.parent_id, p.external_id, p.external_src,
	p.fields, p.created_at, p.updated_at, p.version`

var (
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM product p WHERE p.id = ?`)
	sqlInsert = db.SQL(`
		INSERT INTO product (code, name, unit, price, category, use_up_days, active, tax_rate, cost, stock_note, warranty_months, once, parent_id, external_id,
			external_src, fields, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, coalesce(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE product SET code = ?, name = ?, unit = ?, price = ?, category = ?, use_up_days = ?, active = ?, tax_rate = ?, cost = coalesce(?, cost),
			stock_note = ?, warranty_months = ?, once = ?, parent_id = ?, external_id = ?, external_src = ?, fields = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlDelete   = db.SQL(`DELETE FROM product WHERE id = ?`)
	sqlExternal = db.SQL(`SELECT id FROM product WHERE external_src = ? AND external_id = ?`)
	sqlByCode   = db.SQL(`SELECT ` + columns + ` FROM product p WHERE p.code = ?`)
	sqlByName   = db.SQL(`SELECT ` + columns + ` FROM product p WHERE p.name = ? COLLATE NOCASE ORDER BY p.active DESC, p.id LIMIT 1`)
	sqlNames    = db.SQL(`SELECT id, name, code, fields FROM product`)
	sqlOffered  = db.SQL(`SELECT ` + columns + ` FROM product p WHERE p.active = 1 ORDER BY p.name COLLATE NOCASE LIMIT ?`)
	sqlGroups   = db.SQL(`SELECT DISTINCT category FROM product WHERE category > '' ORDER BY category LIMIT 200`)
	sqlUnits    = db.SQL(`SELECT unit FROM product WHERE unit > '' GROUP BY unit ORDER BY count(*) DESC LIMIT 20`)
)

// list is what a reader can filter and sort products by.
var list = field.List{
	Columns: columns,
	From:    "product p",
	ID:      "p.id",
	Sort:    "name",
	Fields: []field.Field{
		{Name: "name", Label: "common.name", Kind: field.Text, Column: "p.name COLLATE NOCASE", Sort: true},
		{Name: "code", Label: "product.code", Kind: field.Text, Column: "coalesce(p.code, '')"},
		{Name: "unit", Label: "product.unit", Kind: field.Text, Column: "p.unit"},
		{Name: "category", Label: "product.category", Kind: field.Text, Column: "p.category", Sort: true},
		{Name: "price", Label: "product.price", Kind: field.Money, Column: "p.price", Sort: true},
		{Name: "use_up_days", Label: "product.use_up_days", Kind: field.Number, Column: "p.use_up_days"},
		{Name: "active", Label: "product.active", Kind: field.Bool, Column: "p.active"},
		{Name: "tax_rate", Label: "product.tax", Kind: field.Number, Column: "(p.tax_rate / 100.0)"},
		{Name: "stock_note", Label: "product.stock", Kind: field.Text, Column: "p.stock_note"},
		{Name: "warranty_months", Label: "product.warranty", Kind: field.Number, Column: "p.warranty_months"},
		{Name: "once", Label: "product.once", Kind: field.Bool, Column: "p.once"},
		{Name: "parent_id", Label: "product.variant_of", Kind: field.Ref, Column: "p.parent_id"},
		{Name: "external_id", Label: "product.external_id", Kind: field.Text, Column: "coalesce(p.external_id, '')"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "p.created_at", Sort: true},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "p.updated_at", Sort: true},
	},
}

// Row is a product in a list.
type Row struct {
	field.Row
	Product
}

func get(ctx context.Context, q db.Q, id int64) (Product, error) {
	var p Product
	return p, db.OrNotFound(q.Get(ctx, &p, sqlGet, id))
}

func (in Input) row() []any {
	return []any{db.Null(in.Code), in.Name, in.Unit, in.Price, in.Category, in.UseUpDays, in.Active, in.TaxRate, in.Cost, in.StockNote, in.Warranty, in.Once,
		db.ID(in.ParentID), db.Null(in.ExternalID), in.ExternalSource, in.values.JSON()}
}

func insert(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
	now := db.At(tx.Now)
	id, err := tx.Insert(ctx, sqlInsert, append(in.row(), now, now)...)
	if err != nil {
		return id, taken(ctx, tx, err, in)
	}
	return id, putUnits(ctx, tx, id, in.Units)
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	if _, err := tx.Exec(ctx, sqlUpdate, append(in.row(), db.At(tx.Now), id)...); err != nil {
		return taken(ctx, tx, err, in)
	}
	return putUnits(ctx, tx, id, in.Units)
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete product %d: %w", id, err)
	}
	return nil
}

// taken says which of the two unique names another product has.
func taken(ctx context.Context, q db.Q, err error, in Input) error {
	if err == nil {
		return nil
	}
	if !db.IsUnique(err) {
		return fmt.Errorf("store product: %w", err)
	}
	c := &errs.Check{}
	if _, found, lookup := byCode(ctx, q, in.Code); lookup == nil && found {
		c.Add("code", "error.taken")
	} else {
		c.Add("external_id", "error.taken")
	}
	return c.Err()
}

func byExternal(ctx context.Context, q db.Q, source, external string) (int64, bool, error) {
	var id int64
	found, err := db.Found(q.Get(ctx, &id, sqlExternal, source, external))
	return id, found, err
}

func byCode(ctx context.Context, q db.Q, code string) (Product, bool, error) {
	var p Product
	found, err := db.Found(q.Get(ctx, &p, sqlByCode, code))
	return p, found, err
}

func byName(ctx context.Context, q db.Q, name string) (Product, bool, error) {
	var p Product
	found, err := db.Found(q.Get(ctx, &p, sqlByName, name))
	return p, found, err
}

// matching is the condition that a name or code answers the query, by its
// letters or by pinyin. A catalogue is small enough to look at all of it.
func matching(ctx context.Context, q db.Q, query string) (field.Where, error) {
	var names []struct {
		ID   int64   `db:"id"`
		Name string  `db:"name"`
		Code db.Null `db:"code"`

		Values custom.Values `db:"fields"`
	}
	set, err := custom.Of(ctx, q, "product")
	if err != nil {
		return field.Where{}, err
	}
	if err := q.Select(ctx, &names, sqlNames); err != nil {
		return field.Where{}, fmt.Errorf("search products: %w", err)
	}
	ids := []int64{}
	for _, n := range names {
		_, byName := text.Match(query, n.Name)
		_, byCode := text.Match(query, string(n.Code))
		byOwn := slices.ContainsFunc(set.SearchText(n.Values), func(own string) bool {
			_, ok := text.Match(query, own)
			return ok
		})
		if byName || byCode || byOwn {
			ids = append(ids, n.ID)
		}
	}
	raw, err := json.Marshal(ids)
	if err != nil {
		return field.Where{}, fmt.Errorf("search products: %w", err)
	}
	return field.Where{SQL: "p.id IN (SELECT value FROM json_each(?))", Args: []any{string(raw)}}, nil
}

func words(ctx context.Context, q db.Q, query string) ([]string, error) {
	out := []string{}
	if err := q.Select(ctx, &out, query); err != nil {
		return nil, fmt.Errorf("list words of products: %w", err)
	}
	return out, nil
}
