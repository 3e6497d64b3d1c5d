package evaluation

import (
	"regulars/app/sys/field"
)

// checks is the list of what was answered in checklists about customers.
var checks = field.List{
	Columns: `k.id, k.customer_id, c.name, k.dimension_id, k.item, k.yes, k.note, k.until, u.name AS by, k.updated_at, k.version`,
	From:    "evaluation_check k CROSS JOIN customer c ON c.id = k.customer_id AND c.no_profiling = 0 LEFT JOIN user u ON u.id = k.user_id",
	ID:      "k.id",
	Sort:    "until",
	Fields: []field.Field{
		{Name: "until", Label: "evaluation.check.until", Kind: field.Date, Column: "k.until", Sort: true},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "k.customer_id"},
		{Name: "dimension_id", Label: "evaluation.dimension", Kind: field.Ref, Column: "k.dimension_id"},
		{Name: "yes", Label: "common.yes", Kind: field.Bool, Column: "k.yes"},
	},
}
