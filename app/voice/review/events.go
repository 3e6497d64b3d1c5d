package review

import (
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/event"
)

// Given says that a customer wrote about the shop elsewhere.
type Given struct {
	ID         int64  `json:"id"`
	CustomerID int64  `json:"customer_id"`
	Platform   string `json:"platform"`
	Rated      string `json:"rated"`
	CaseID     int64  `json:"case_id,omitempty"`
	words      string
	at         time.Time
}

// Meta implements event.Fact.
func (f Given) Meta() event.Meta {
	return event.Meta{Kind: "review.given", CustomerID: f.CustomerID, SubjectKind: subject, SubjectID: f.ID, At: f.at}
}

// Words implements timeline.Worded.
func (f Given) Words() string { return f.words }

// fact is the review on its customer's timeline, on the day it was posted.
func (r Review) fact(now time.Time, zone *time.Location) Given {
	at := now
	if r.PostedOn != cal.Today(now, zone) {
		at = cal.At(r.PostedOn, 12, 0, zone)
	}
	return Given{ID: r.ID, CustomerID: int64(r.CustomerID), Platform: r.Platform, Rated: r.Rated(), CaseID: int64(r.CaseID), words: r.Words, at: at}
}
