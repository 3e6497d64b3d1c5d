package channel

import (
	"context"

	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/outbox"
)

// Bounced says that nothing is sent to an address of a customer from now on.
type Bounced struct {
	ID         int64  `json:"id"`
	CustomerID int64  `json:"customer_id"`
	Class      string `json:"class"`
	Code       string `json:"code,omitempty"`
}

// Meta implements event.Fact.
func (b Bounced) Meta() event.Meta {
	return event.Meta{Kind: "mail.bounced", CustomerID: b.CustomerID, SubjectKind: "customer", SubjectID: b.CustomerID}
}

// bounced tells the house, when somebody on record is concerned.
func (s *Service) bounced(ctx context.Context, tx *db.Tx, one outbox.Suppression) error {
	if s.events == nil || one.CustomerID == 0 {
		return nil
	}
	return s.events.Publish(ctx, tx, Bounced{ID: one.ID, CustomerID: int64(one.CustomerID), Class: one.Class, Code: one.Code})
}

// Doubted says that somebody reported, without proof, that a mail to a customer
// came back.
type Doubted struct {
	OutboxID   int64 `json:"outbox_id"`
	CustomerID int64 `json:"customer_id"`
}

// Meta implements event.Fact.
func (d Doubted) Meta() event.Meta {
	return event.Meta{Kind: "mail.doubted", CustomerID: d.CustomerID, SubjectKind: "customer", SubjectID: d.CustomerID}
}

// doubted tells the house that a colleague may want to look.
func (s *Service) doubted(ctx context.Context, tx *db.Tx, row outbox.Row) error {
	if s.events == nil {
		return nil
	}
	return s.events.Publish(ctx, tx, Doubted{OutboxID: row.ID, CustomerID: int64(row.CustomerID)})
}
