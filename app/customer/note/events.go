package note

import "regulars/app/sys/event"

// Written: somebody noted something about a customer.
type Written struct {
	NoteID     int64   `json:"note_id"`
	CustomerID int64   `json:"customer_id"`
	Mentions   []int64 `json:"mentions,omitempty"`
	Channel    string  `json:"channel,omitempty"` // "visible" when the customer may see it
	text       string
}

// Meta implements event.Fact.
func (f Written) Meta() event.Meta {
	return event.Meta{Kind: "note.written", CustomerID: f.CustomerID, SubjectKind: "note", SubjectID: f.NoteID}
}

// Words implements timeline.Worded.
func (f Written) Words() string { return f.text }

// Changed: a note was edited.
type Changed struct {
	NoteID     int64   `json:"note_id"`
	CustomerID int64   `json:"customer_id"`
	Mentions   []int64 `json:"mentions,omitempty"`
}

// Meta implements event.Fact.
func (f Changed) Meta() event.Meta {
	return event.Meta{Kind: "note.changed", CustomerID: f.CustomerID, SubjectKind: "note", SubjectID: f.NoteID}
}

// Removed: a note was deleted.
type Removed struct {
	NoteID     int64 `json:"note_id"`
	CustomerID int64 `json:"customer_id"`
}

// Meta implements event.Fact.
func (f Removed) Meta() event.Meta {
	return event.Meta{Kind: "note.removed", CustomerID: f.CustomerID, SubjectKind: "note", SubjectID: f.NoteID}
}
