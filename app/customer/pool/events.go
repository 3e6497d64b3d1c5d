package pool

import "regulars/app/sys/event"

// Handed: a customer was claimed, assigned, released or recycled.
type Handed struct {
	CustomerID int64  `json:"customer_id"`
	How        string `json:"how"`
	From       string `json:"from,omitempty"`
	To         string `json:"to,omitempty"`
	Reason     string `json:"reason,omitempty"`
	Days       int    `json:"days,omitempty"`
}

// Meta implements event.Fact.
func (f Handed) Meta() event.Meta {
	kind := map[string]string{Claim: "customer.claimed", Release: "customer.released", Recycle: "customer.recycled"}[f.How]
	if kind == "" {
		kind = "customer.handed"
	}
	return event.Meta{Kind: kind, CustomerID: f.CustomerID, SubjectKind: "customer", SubjectID: f.CustomerID}
}
