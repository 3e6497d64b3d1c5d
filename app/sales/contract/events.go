package contract

import (
	"regulars/app/kit/cal"
	"regulars/app/sys/event"
	"regulars/app/sys/timeline"
)

// Fact is what all facts about a contract say.
type Fact struct {
	ContractID int64    `json:"contract_id"`
	CustomerID int64    `json:"customer_id"`
	Number     string   `json:"number"`
	Title      string   `json:"title"`
	State      string   `json:"state"`
	EndsOn     cal.Date `json:"ends_on,omitempty"`

	name string
}

// Meta implements event.Fact.
func (f Fact) Meta() event.Meta {
	return event.Meta{Kind: f.name, CustomerID: f.CustomerID, SubjectKind: subject, SubjectID: f.ContractID}
}

// fact is what the contract is now: contract.running, contract.ended.
func (c Contract) fact() Fact {
	return Fact{ContractID: c.ID, CustomerID: c.CustomerID, Number: c.Number, Title: c.Title, State: c.State, EndsOn: c.EndsOn, name: "contract." + c.State}
}

// kinds are the timeline's entries: a contract stands there once, as it is now.
var kinds = []timeline.Kind{
	{Event: "contract.draft", Icon: "note", Human: true},
	{Event: "contract.running", Icon: "check", Tone: "accent", Human: true},
	{Event: "contract.ended", Icon: "clock"},
	{Event: "contract.cancelled", Icon: "x", Tone: "warm", Human: true},
}
