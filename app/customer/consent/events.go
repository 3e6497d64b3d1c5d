package consent

import "regulars/app/sys/event"

// Changed says that somebody agreed or objected.
type Changed struct {
	ID         int64    `json:"id"` // of the first row
	CustomerID int64    `json:"customer_id"`
	ContactID  int64    `json:"contact_id,omitempty"`
	Purpose    string   `json:"purpose"`
	Channels   []string `json:"channels,omitempty"` // none is every one
	State      string   `json:"state"`
	Source     string   `json:"source"`
}

// Meta implements event.Fact.
func (c Changed) Meta() event.Meta {
	kind := "consent.given"
	switch c.State {
	case Objected:
		kind = "consent.withdrawn"
	case Asked:
		kind = "consent.asked"
	}
	return event.Meta{Kind: kind, CustomerID: c.CustomerID, SubjectKind: "consent", SubjectID: c.ID}
}
