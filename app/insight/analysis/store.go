package analysis

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/filter"
	"regulars/app/sales/order"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

const (
	columns = `a.id, a.user_id, u.name AS user_name, a.name, a.query, a.roles, a.created_at, a.updated_at, a.version`
	tables  = `analysis_report a LEFT JOIN user u ON u.id = a.user_id`
	// seen is who sees a report: whoever made it, and the roles it is shown to. It
	// takes seenArgs.
	seen = `(? = 1 OR a.user_id = ? OR instr(',' || a.roles || ',', ',' || ? || ',') > 0)`
)

func seenArgs(a *auth.Actor) []any {
	house := 0
	if a.UserID == 0 {
		house = 1
	}
	return []any{house, a.UserID, a.Role}
}

var list = field.List{
	Columns: columns, From: tables, ID: "a.id", Sort: "-id",
	Fields: []field.Field{
		{Name: "name", Label: "common.name", Kind: field.Text, Column: "a.name"},
		{Name: "user_id", Label: "common.owner", Kind: field.Ref, Column: "a.user_id", Options: "user"},
	},
}

// Listed is a report in a list.
type Listed struct {
	field.Row
	Report
}

var (
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE a.id = ? AND ` + seen)
	sqlInsert = db.SQL(`INSERT INTO analysis_report (user_id, name, query, roles, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`UPDATE analysis_report SET name = ?, query = ?, roles = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete = db.SQL(`DELETE FROM analysis_report WHERE id = ?`)
)

func get(ctx context.Context, q db.Q, a *auth.Actor, id int64) (Report, error) {
	var r Report
	return r, db.OrNotFound(q.Get(ctx, &r, sqlGet, append([]any{id}, seenArgs(a)...)...))
}

func insert(ctx context.Context, tx *db.Tx, in Input, user int64) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, db.ID(user), in.Name, in.Query, strings.Join(in.Roles, ","), db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("keep report %q: %w", in.Name, err)
	}
	return id, nil
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	if _, err := tx.Exec(ctx, sqlUpdate, in.Name, in.Query, strings.Join(in.Roles, ","), db.At(tx.Now), id); err != nil {
		return fmt.Errorf("change report %d: %w", id, err)
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete report %d: %w", id, err)
	}
	return nil
}

// orderLines is what was ordered, line by line; it has no page of its own.
var orderLines = field.List{
	Columns: "l.id",
	From:    "order_line l JOIN order_head o ON o.id = l.order_id JOIN customer c ON c.id = o.customer_id LEFT JOIN product p ON p.id = l.product_id",
	Lean:    "order_line l JOIN order_head o ON o.id = l.order_id LEFT JOIN product p ON p.id = l.product_id",
	Joined:  "c",
	ID:      "l.id",
	Sort:    "-id",
	Fields: []field.Field{
		{Name: "ordered_on", Label: "order.ordered_on", Kind: field.Date, Column: "o.ordered_on"},
		{Name: "status", Label: "order.status", Kind: field.Choice, Column: "+o.status", Choices: order.Statuses},
		{Name: "product_id", Label: "order.product", Kind: field.Ref, Column: "l.product_id"},
		{Name: "product", Label: "analysis.by.line", Kind: field.Text, Column: "l.name"},
		{Name: "category", Label: "product.category", Kind: field.Text, Column: "p.category"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "o.customer_id"},
		{Name: "line_total", Label: "analysis.figure.line_total", Kind: field.Money, Column: "l.total"},
		{Name: "quantity", Label: "analysis.figure.quantity", Kind: field.Number, Column: "(l.quantity / 1000.0)"},
	},
}

// lines are the lines of orders as something to count.
func lines() listing.Counted {
	return listing.Counted{Title: "analysis.kind.lines", Filters: []string{"ordered_on", "status", "product", "category", "line_total", "quantity"},
		Where: func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
			actor := auth.From(ctx)
			if err := actor.May(order.Read); err != nil {
				return orderLines, nil, err
			}
			where, err := orderLines.Conditions(ctx, conds)
			if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
				where = append(where, field.Where{SQL: sql, Args: args})
			}
			return orderLines, where, err
		},
		Words: func(_ context.Context, l *i18n.Locale) (listing.Words, error) {
			return listing.Words{Locale: l, List: orderLines, Pick: map[string][]view.Option{}, Called: func(l *i18n.Locale, field, value string) string {
				if field == "status" {
					return l.T("order.status." + value)
				}
				return ""
			}}, nil
		}}
}

// steps are the stages that deals reached, each as often as it was reached: the
// list of deals, once for each of its moves.
func steps(deals listing.Counted) listing.Counted {
	moved := func(l field.List) field.List {
		l.From += " JOIN deal_move m ON m.deal_id = d.id"
		l.ID = "m.id"
		l.Fields = append([]field.Field{{Name: "moved_to_at", Label: "deal.moved_at", Kind: field.Time, Column: "m.at"}}, l.Fields...)
		return l
	}
	out := deals
	out.Path, out.Filters = "", append([]string{"moved_to_at"}, deals.Filters...)
	out.Where = func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		l, where, err := deals.Where(ctx, nil)
		if err != nil {
			return l, nil, err
		}
		l = moved(l)
		own, err := l.Conditions(ctx, conds)
		return l, append(where, own...), err
	}
	out.Words = func(ctx context.Context, locale *i18n.Locale) (listing.Words, error) {
		w, err := deals.Words(ctx, locale)
		w.List = moved(w.List)
		return w, err
	}
	return out
}
