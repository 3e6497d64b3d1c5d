package payment

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var (
	sqlOrdersNumbered = db.SQL(`
		SELECT o.id, o.number, o.customer_id, o.currency, o.status, o.total FROM order_head o JOIN customer c ON c.id = o.customer_id
		WHERE o.number IN (SELECT value FROM json_each(?)) AND ` + auth.CustomerSQL)
	sqlOfOrders = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE p.order_id IN (SELECT value FROM json_each(?)) ORDER BY p.id`)
)

// numbered finds the orders of these numbers that the actor sees.
func numbered(ctx context.Context, q db.Q, scope auth.Scope, numbers []string) (map[string]Order, error) {
	list, err := json.Marshal(numbers)
	if err != nil {
		return nil, fmt.Errorf("look for orders: %w", err)
	}
	var rows []Order
	if err := q.Select(ctx, &rows, sqlOrdersNumbered, append([]any{string(list)}, scope.Args()...)...); err != nil {
		return nil, fmt.Errorf("look for orders: %w", err)
	}
	found := make(map[string]Order, len(rows))
	for _, o := range rows {
		found[o.Number] = o
	}
	return found, nil
}

// key is what a payment of a file is known by, besides being the first, second
// or third such payment.
type key struct {
	order  int64
	paidOn cal.Date
	amount int64
}

// paidFor are the payments of these orders, oldest first, and tells the orders
// what was paid for them.
func paidFor(ctx context.Context, q db.Q, orders map[string]Order) (map[key][]Payment, error) {
	ids := []int64{}
	for _, o := range orders {
		ids = append(ids, o.ID)
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("look for payments: %w", err)
	}
	var rows []Payment
	if err := q.Select(ctx, &rows, sqlOfOrders, string(list)); err != nil {
		return nil, fmt.Errorf("look for payments: %w", err)
	}
	found := map[key][]Payment{}
	for _, p := range rows {
		k := key{p.OrderID, p.PaidOn, p.Amount}
		found[k] = append(found[k], p)
		o := orders[p.OrderNumber]
		o.add(p.Amount)
		orders[p.OrderNumber] = o
	}
	return found, nil
}
