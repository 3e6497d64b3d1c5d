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
