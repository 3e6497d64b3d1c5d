package receivable

import (
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house. Its permissions are those of
// payments.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "receivable",
		Routes: s.routes,
		API:    s.api,
		Journal: []journal.Table{{Name: "instalment", Customer: sqlPartCustomer}, {Name: "receipt", Customer: sqlCustomer},
			{Name: "receipt_back", Customer: sqlBackCustomer}, {Name: "credit_limit", Customer: sqlLimited}},
		Subjects: []web.Subject{{Kind: "receipt", Path: receiptPath}},
	}
}
