package feedback

import "regulars/app/sys/event"

// fact is what every event of a case tells.
type fact struct {
	CaseID     int64 `json:"case_id"`
	CustomerID int64 `json:"customer_id"`
	OwnerID    int64 `json:"owner_id,omitempty"`
	Score      int   `json:"score"`
}

func (f fact) meta(kind string) event.Meta {
	return event.Meta{Kind: kind, CustomerID: f.CustomerID, SubjectKind: subject, SubjectID: f.CaseID}
}

const subject = "case"

func factOf(c Case) fact {
	return fact{CaseID: c.ID, CustomerID: c.CustomerID, OwnerID: int64(c.OwnerID), Score: c.Score}
}

// Opened: an answer needs somebody.
type Opened struct {
	fact
	ResponseID int64  `json:"response_id"`
	Kind       string `json:"kind"`
	Red        bool   `json:"red"`
}

// Meta implements event.Fact.
func (f Opened) Meta() event.Meta { return f.meta("case.opened") }

// Changed: a case moved on, got another owner or another answer.
type Changed struct {
	fact
	From State `json:"from"`
	To   State `json:"to"`
}

// Meta implements event.Fact.
func (f Changed) Meta() event.Meta { return f.meta("case.changed") }

// Settled: somebody put it right and said how.
type Settled struct {
	fact
	Action string `json:"action"`
}

// Meta implements event.Fact.
func (f Settled) Meta() event.Meta { return f.meta("case.resolved") }

// Words implements timeline.Worded.
func (f Settled) Words() string { return f.Action }

// Ended: nobody has to do anything any more. After is -1 without a second answer.
type Ended struct {
	fact
	State State `json:"state"`
	After int   `json:"after"`
}

// Meta implements event.Fact.
func (f Ended) Meta() event.Meta { return f.meta("case.closed") }

// Outcome: what the question asked again showed; for the timeline, where every
// outcome has a sentence of its own.
type Outcome struct {
	fact
	State State `json:"state"`
	After int   `json:"after"`
}

// Meta implements event.Fact.
func (f Outcome) Meta() event.Meta { return f.meta("case." + string(f.State)) }
