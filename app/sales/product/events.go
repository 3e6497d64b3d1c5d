package product

import "regulars/app/sys/event"

// Created: a product came into the catalogue.
type Created struct {
	ProductID int64 `json:"product_id"`
}

// Meta implements event.Fact.
func (f Created) Meta() event.Meta { return meta("product.created", f.ProductID) }

// Changed: somebody edited a product.
type Changed struct {
	ProductID int64 `json:"product_id"`
}

// Meta implements event.Fact.
func (f Changed) Meta() event.Meta { return meta("product.changed", f.ProductID) }

// Removed: a product was deleted; what was sold of it stays in the orders.
type Removed struct {
	ProductID int64 `json:"product_id"`
}

// Meta implements event.Fact.
func (f Removed) Meta() event.Meta { return meta("product.removed", f.ProductID) }

func meta(kind string, id int64) event.Meta {
	return event.Meta{Kind: kind, SubjectKind: "product", SubjectID: id}
}
