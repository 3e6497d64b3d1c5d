package customer

import "regulars/app/sys/event"

// Created: a customer came into the base.
type Created struct {
	CustomerID int64  `json:"customer_id"`
	Name       string `json:"name"`
	Source     string `json:"source,omitempty"`
}

// Meta implements event.Fact.
func (f Created) Meta() event.Meta {
	return event.Meta{Kind: "customer.created", CustomerID: f.CustomerID, SubjectKind: "customer", SubjectID: f.CustomerID}
}

// Changed: somebody edited a customer.
type Changed struct {
	CustomerID int64 `json:"customer_id"`
}

// Meta implements event.Fact.
func (f Changed) Meta() event.Meta {
	return event.Meta{Kind: "customer.changed", CustomerID: f.CustomerID, SubjectKind: "customer", SubjectID: f.CustomerID}
}

// Removed: customers were deleted; one fact with a count.
type Removed struct {
	Count int `json:"count"`
}

// Meta implements event.Fact.
func (f Removed) Meta() event.Meta {
	return event.Meta{Kind: "customer.removed", SubjectKind: "customer"}
}

// Assigned: customers got another owner; one fact with a count.
type Assigned struct {
	Count   int   `json:"count"`
	OwnerID int64 `json:"owner_id,omitempty"`
}

// Meta implements event.Fact.
func (f Assigned) Meta() event.Meta {
	return event.Meta{Kind: "customer.assigned", SubjectKind: "customer"}
}

// Profiling: a person said whether they may be scored, or a colleague for them.
type Profiling struct {
	CustomerID int64 `json:"customer_id"`
	Off        bool  `json:"off"`
}

// Meta implements event.Fact.
func (f Profiling) Meta() event.Meta {
	return event.Meta{Kind: "customer.profiling", CustomerID: f.CustomerID, SubjectKind: "customer", SubjectID: f.CustomerID}
}
