package question

import "slices"

// Lead is what the survey asked itself: the score, nil when none was given or
// asked, and the comment.
type Lead struct {
	Score   *int
	Comment string
}

// Shown are the questions that a person with these answers is asked, in order:
// those whose rule holds and that no jump leaves out. An answer to a question
// that is not shown counts for no rule.
func (l List) Shown(given Answers, lead Lead) List {
	out := List{}
	said := Answers{}
	if lead.Score != nil {
		n := float64(*lead.Score)
		said[Score] = Answer{N: &n}
	}
	if lead.Comment != "" {
		said[Comment] = Answer{Text: lead.Comment}
	}
	jumping := ""
	for _, q := range l {
		if jumping == q.Key {
			jumping = ""
		}
		if jumping != "" || q.Show != nil && !q.Show.Holds(said) {
			continue
		}
		out = append(out, q)
		if a := given[q.Key]; !a.Empty() {
			said[q.Key] = a
		}
		for _, j := range q.Jump {
			if j.When.Holds(said) {
				jumping = j.To
				break
			}
		}
	}
	return out
}

// Holds tells whether the rule holds for what was said so far.
func (r Rule) Holds(said Answers) bool {
	for _, t := range r.Tests {
		if t.holds(said[t.Question]) == r.Any {
			return r.Any
		}
	}
	return !r.Any
}

// holds compares one answer. Nothing said is neither equal nor unequal to
// anything: only "empty" holds for it, a tick that was not made is one.
func (t Test) holds(a Answer) bool {
	switch t.Op {
	case "answered":
		return !a.Empty()
	case "empty":
		return a.Empty()
	case "yes":
		return a.Yes != nil && *a.Yes
	case "no":
		return a.Yes != nil && !*a.Yes
	case "is":
		return slices.Contains(a.Picks, t.Option)
	case "not":
		return len(a.Picks) > 0 && !slices.Contains(a.Picks, t.Option)
	}
	if a.N == nil {
		return false
	}
	switch t.Op {
	case "eq":
		return *a.N == t.Value
	case "ne":
		return *a.N != t.Value
	case "lte":
		return *a.N <= t.Value
	case "gte":
		return *a.N >= t.Value
	}
	return false
}
