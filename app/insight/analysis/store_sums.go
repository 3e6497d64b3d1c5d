package analysis

import (
	"regulars/app/sales/order"
	"regulars/app/sys/field"
)

// orderSums is what was ordered on each day, by status and currency.
var orderSums = field.List{
	Columns: "o.id", From: "order_sum o", ID: "o.id", Sort: "-id",
	Fields: []field.Field{
		{Name: "ordered_on", Label: "order.ordered_on", Kind: field.Date, Column: "o.ordered_on"},
		{Name: "status", Label: "order.status", Kind: field.Choice, Column: "o.status", Choices: order.Statuses},
	},
}

// goodsSums is what was ordered of each product on each day, by status and currency.
var goodsSums = field.List{
	Columns: "o.product_id", From: "order_goods o LEFT JOIN product p ON p.id = o.product_id", ID: "o.product_id", Sort: "-id",
	Lean: "order_goods o", Joined: "p",
	Fields: []field.Field{
		{Name: "ordered_on", Label: "order.ordered_on", Kind: field.Date, Column: "o.ordered_on"},
		{Name: "status", Label: "order.status", Kind: field.Choice, Column: "o.status", Choices: order.Statuses},
		{Name: "product_id", Label: "order.product", Kind: field.Ref, Column: "nullif(o.product_id, 0)"},
		{Name: "category", Label: "product.category", Kind: field.Text, Column: "p.category"},
	},
}

// paymentSums is what was paid on each day, by the way of paying.
var paymentSums = field.List{
	Columns: "o.paid_on", From: "payment_sum o", ID: "o.paid_on", Sort: "-id",
	Fields: []field.Field{
		{Name: "paid_on", Label: "payment.paid_on", Kind: field.Date, Column: "o.paid_on"},
		{Name: "method", Label: "payment.method", Kind: field.Text, Column: "o.method"},
	},
}

// sums are the kept sums that reports on a kind of record are read from.
type sums struct {
	list  field.List
	by    map[string]string // what divides, as they have it
	count string            // how many records stand in one
	of    map[string]string // figures, added up
	only  bool              // they do not tell currencies apart
}

var keptSums = map[string]sums{
	"order": {orderSums, map[string]string{"ordered_on": "o.ordered_on", "status": "o.status", "weekday": "strftime('%w', nullif(o.ordered_on, ''))"},
		"o.orders", map[string]string{"total": "o.total"}, false},
	"order-line": {goodsSums, map[string]string{"ordered_on": "o.ordered_on", "status": "o.status", "product_id": "nullif(o.product_id, 0)", "category": "p.category"},
		"o.lines", map[string]string{"line_total": "o.total", "quantity": "(o.quantity / 1000.0)"}, false},
	"payment": {paymentSums, map[string]string{"paid_on": "o.paid_on", "method": "o.method"}, "o.payments", map[string]string{"amount": "o.amount"}, true},
}
