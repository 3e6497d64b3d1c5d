package followup

import (
	"time"

	"regulars/app/sys/event"
)

// Happened: somebody spoke with a customer.
type Happened struct {
	FollowUpID int64   `json:"follow_up_id"`
	CustomerID int64   `json:"customer_id"`
	Channel    string  `json:"channel"`
	Contact    string  `json:"contact,omitempty"` // the name of the person spoken to
	NextAt     int64   `json:"next_at,omitempty"` // unix ms
	Mentions   []int64 `json:"mentions,omitempty"`
	at         time.Time
	words      string
}

// Meta implements event.Fact.
func (f Happened) Meta() event.Meta {
	return event.Meta{Kind: "followup.happened", CustomerID: f.CustomerID, SubjectKind: "follow_up", SubjectID: f.FollowUpID, At: f.at}
}

// Words implements timeline.Worded.
func (f Happened) Words() string { return f.words }

// Changed: what was written down about an exchange was edited.
type Changed struct {
	FollowUpID int64   `json:"follow_up_id"`
	CustomerID int64   `json:"customer_id"`
	Mentions   []int64 `json:"mentions,omitempty"`
}

// Meta implements event.Fact.
func (f Changed) Meta() event.Meta {
	return event.Meta{Kind: "followup.changed", CustomerID: f.CustomerID, SubjectKind: "follow_up", SubjectID: f.FollowUpID}
}

// Removed: an exchange was deleted.
type Removed struct {
	FollowUpID int64 `json:"follow_up_id"`
	CustomerID int64 `json:"customer_id"`
}

// Meta implements event.Fact.
func (f Removed) Meta() event.Meta {
	return event.Meta{Kind: "followup.removed", CustomerID: f.CustomerID, SubjectKind: "follow_up", SubjectID: f.FollowUpID}
}
