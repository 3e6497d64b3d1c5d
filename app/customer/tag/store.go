package tag

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const columns = `t.id, t.name, t.colour, t.created_at, t.updated_at, t.version, t.preference`

// carriers counts along the index of customer_tag.
const carriers = `(SELECT count(*) FROM customer_tag x WHERE x.tag_id = t.id)`

var list = field.List{
	Columns: columns + ", " + carriers + " AS customers", From: "tag t", ID: "t.id", Sort: "id",
	Fields: []field.Field{
		{Name: "name", Label: "common.name", Kind: field.Text, Column: "t.name", Sort: true},
		{Name: "colour", Label: "tag.colour", Kind: field.Number, Column: "t.colour"},
		{Name: "customers", Label: "nav.customers", Kind: field.Number, Column: carriers, Sort: true},
		{Name: "preference", Label: "tag.preference", Kind: field.Bool, Column: "t.preference"},
		{Name: "used", Label: "nav.customers", Kind: field.Bool, Column: "EXISTS (SELECT 1 FROM customer_tag x WHERE x.tag_id = t.id)"},
	},
}

// seen is the list as an actor may ask of it: how many customers carry a tag is
// counted for each row within their scope, so nothing is found or sorted by what
// the whole shop's count is.
func seen(scope auth.Scope) field.List {
	l := list
	if !scope.Everything() {
		l.Fields = slices.DeleteFunc(slices.Clone(l.Fields), func(f field.Field) bool { return f.Name == "customers" || f.Name == "used" })
	}
	return l
}

var (
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM tag t WHERE t.id = ?`)
	sqlInsert = db.SQL(`INSERT INTO tag (name, colour, preference, created_at, updated_at) VALUES (?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`UPDATE tag SET name = ?, colour = ?, preference = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete = db.SQL(`DELETE FROM tag WHERE id = ?`)
	sqlUnused = db.SQL(`SELECT t.id FROM tag t WHERE NOT EXISTS (SELECT 1 FROM customer_tag x WHERE x.tag_id = t.id) ORDER BY t.id LIMIT ?`)
)

func get(ctx context.Context, q db.Q, id int64) (Tag, error) {
	var t Tag
	err := q.Get(ctx, &t, sqlGet, id)
	return t, db.OrNotFound(err)
}

func insert(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, in.Name, in.Colour, in.Preference, db.At(tx.Now), db.At(tx.Now))
	return id, taken(err)
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	_, err := tx.Exec(ctx, sqlUpdate, in.Name, in.Colour, in.Preference, db.At(tx.Now), id)
	return taken(err)
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete tag %d: %w", id, err)
	}
	return nil
}

func unused(ctx context.Context, q db.Q) ([]int64, error) {
	var ids []int64
	if err := q.Select(ctx, &ids, sqlUnused, maxDelete); err != nil {
		return nil, fmt.Errorf("look for tags that nobody carries: %w", err)
	}
	return ids, nil
}

// taken says that another tag has the name.
func taken(err error) error {
	if db.IsUnique(err) {
		c := &errs.Check{}
		c.Add("name", "tag.error.taken")
		return c.Err()
	}
	if err != nil {
		return fmt.Errorf("store tag: %w", err)
	}
	return nil
}

func named(q string) field.Where {
	q = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q)
	return field.Where{SQL: `t.name LIKE ? ESCAPE '\'`, Args: []any{"%" + q + "%"}}
}
