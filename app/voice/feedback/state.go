package feedback

import (
	"slices"

	"regulars/app/kit/errs"
)

// State is where a case stands.
type State string

// The states, in the order in which a case usually meets them.
const (
	Unseen          State = "new"
	Acknowledged    State = "acknowledged"
	Working         State = "working"
	Resolved        State = "resolved"
	AwaitingRecheck State = "awaiting_recheck"
	Recovered       State = "recovered"
	Improved        State = "improved"
	Unchanged       State = "unchanged"
	Worse           State = "worse"
	NoAnswer        State = "no_answer"
	Closed          State = "closed"
	Dismissed       State = "dismissed"
	Merged          State = "merged"
	Reopened        State = "reopened"
)

// States lists them all.
var States = []State{Unseen, Acknowledged, Working, Resolved, AwaitingRecheck, Recovered, Improved, Unchanged, Worse, NoAnswer, Closed, Dismissed, Merged, Reopened}

// outcomes are what the question asked again can show.
var outcomes = []State{Recovered, Improved, Unchanged, Worse, NoAnswer}

// next is the whole machine.
var next = map[State][]State{
	Unseen:          {Acknowledged, Working, Dismissed, Merged},
	Acknowledged:    {Working, Dismissed, Merged},
	Working:         {Resolved, Dismissed, Merged},
	Resolved:        {AwaitingRecheck, Reopened},
	AwaitingRecheck: {Recovered, Improved, Unchanged, Worse, NoAnswer, Reopened},
	Recovered:       {Closed, Reopened},
	Improved:        {Closed, Reopened},
	Unchanged:       {Closed, Reopened},
	Worse:           {Closed, Reopened},
	NoAnswer:        {Closed, Reopened},
	Closed:          {Reopened},
	Dismissed:       {Reopened},
	Reopened:        {Acknowledged, Working, Dismissed, Merged},
}

// Transition is nil when a case may go from one state to the other. It is the
// only place that decides so.
func Transition(from, to State) error {
	if slices.Contains(next[from], to) {
		return nil
	}
	return errs.New(errs.Conflict, "feedback.error.transition", "from", stateName(from), "to", stateName(to))
}

// stateName is a state's name as a message of its own, so that it is
// translated inside another one.
func stateName(s State) errs.Message { return errs.Message{Key: "feedback.state." + string(s)} }

// byPeople are the states that a person may choose; the others follow from the
// question asked again.
var byPeople = []State{Acknowledged, Working, Resolved, Closed, Dismissed, Merged, Reopened}

// Final tells whether nobody has to do anything any more.
func (s State) Final() bool {
	return slices.Contains(outcomes, s) || s == Closed || s == Dismissed || s == Merged
}

// Valid tells whether s is one of the states.
func (s State) Valid() bool { return slices.Contains(States, s) }
