package duplicate

import "regulars/app/sys/event"

// Happened: other records became part of this customer.
type Happened struct {
	CustomerID int64  `json:"customer_id"`
	Names      string `json:"names"`
	Count      int    `json:"count"`
}

// Meta implements event.Fact.
func (f Happened) Meta() event.Meta {
	return event.Meta{Kind: "customer.merged", CustomerID: f.CustomerID, SubjectKind: "customer", SubjectID: f.CustomerID}
}
