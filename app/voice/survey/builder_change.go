package survey

import (
	"reflect"
	"slices"

	"regulars/app/voice/question"
)

// Change is one thing that publishing a draft would change, for the page that
// asks whether to.
type Change struct {
	Kind string // added, removed, changed, moved, lead, thanks
	Name question.Texts
}

// Changes lists what is different between what is asked and what would be.
func Changes(now, next Document) []Change {
	var out []Change
	for _, q := range next.Questions {
		old, there := now.Questions.Find(q.Key)
		switch {
		case !there:
			out = append(out, Change{"added", q.Text})
		case !reflect.DeepEqual(old, q):
			out = append(out, Change{"changed", q.Text})
		}
	}
	for _, q := range now.Questions {
		if _, there := next.Questions.Find(q.Key); !there {
			out = append(out, Change{"removed", q.Text})
		}
	}
	if !slices.Equal(kept(now.Questions, next.Questions), kept(next.Questions, now.Questions)) {
		out = append(out, Change{Kind: "moved"})
	}
	lead := func(d Document) Document { d.Questions, d.Actions = nil, nil; return d }
	if !lead(now).same(lead(next)) {
		out = append(out, Change{Kind: "lead"})
	}
	if !reflect.DeepEqual(now.Actions, next.Actions) {
		out = append(out, Change{Kind: "thanks"})
	}
	return out
}

// kept are the keys of one list that the other has too, in order.
func kept(l, other question.List) []string {
	var out []string
	for _, q := range l {
		if _, there := other.Find(q.Key); there {
			out = append(out, q.Key)
		}
	}
	return out
}
