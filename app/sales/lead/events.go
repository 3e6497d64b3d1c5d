package lead

import (
	"context"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/timeline"
)

// Fact is what all facts about a lead say.
type Fact struct {
	LeadID     int64  `json:"lead_id"`
	CustomerID int64  `json:"customer_id"`
	OwnerID    int64  `json:"owner_id"`
	DealID     int64  `json:"deal_id"`
	Name       string `json:"name"`
	State      string `json:"state"`
	Source     string `json:"source"`

	At time.Time `json:"-"`
}

// Received: somebody asked.
type Received struct{ Fact }

// Assigned: a lead has another owner, or none.
type Assigned struct{ Fact }

// Became: a lead became a customer.
type Became struct{ Fact }

// GivenUp: a lead was disqualified.
type GivenUp struct{ Fact }

// Reopened: a lead that was given up is not.
type Reopened struct{ Fact }

// Changed: a lead was corrected.
type Changed struct{ Fact }

// Removed: a lead was deleted.
type Removed struct{ Fact }

// Meta implements event.Fact.
func (f Received) Meta() event.Meta { return f.meta("lead.received") }

// Meta implements event.Fact.
func (f Assigned) Meta() event.Meta { return f.meta("lead.assigned") }

// Meta implements event.Fact.
func (f Became) Meta() event.Meta { return f.meta("lead.converted") }

// Meta implements event.Fact.
func (f GivenUp) Meta() event.Meta { return f.meta("lead.disqualified") }

// Meta implements event.Fact.
func (f Reopened) Meta() event.Meta { return f.meta("lead.reopened") }

// Meta implements event.Fact.
func (f Changed) Meta() event.Meta { return f.meta("lead.changed") }

// Meta implements event.Fact.
func (f Removed) Meta() event.Meta { return f.meta("lead.removed") }

func (f Fact) meta(kind string) event.Meta {
	return event.Meta{Kind: kind, CustomerID: f.CustomerID, SubjectKind: "lead", SubjectID: f.LeadID, At: f.At}
}

func (l Lead) fact(at time.Time) Fact {
	return Fact{LeadID: l.ID, CustomerID: int64(l.CustomerID), OwnerID: int64(l.OwnerID), DealID: int64(l.DealID), Name: l.Title(), State: l.State, Source: l.Source, At: at}
}

// publish tells what became of a lead.
func (s *Service) publish(ctx context.Context, tx *db.Tx, what event.Fact, l Lead) error {
	f := l.fact(tx.Now)
	switch what.(type) {
	case Assigned:
		what = Assigned{f}
	case Became:
		what = Became{f}
	case GivenUp:
		what = GivenUp{f}
	case Reopened:
		what = Reopened{f}
	default:
		what = Changed{f}
	}
	return s.Events.Publish(ctx, tx, what)
}

var kinds = []timeline.Kind{{Event: "lead.converted", Icon: "check", Tone: "accent"}}
