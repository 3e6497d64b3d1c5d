package rfm

import (
	"fmt"
	"slices"
)

// Span is a range of scores, both ends included, within 1 and 5.
type Span [2]int

func (s Span) holds(v int) bool { return s[0] <= v && v <= s[1] }

// Segment is a name for some of the 125 triples of scores.
type Segment struct {
	Key     string // names the segment; the words are the catalogue's or the owner's
	R, F, M Span
}

func (g Segment) holds(s Score) bool { return g.R.holds(s.R) && g.F.holds(s.F) && g.M.holds(s.M) }

// Table is a list of segments. The first that holds a triple has it, and the
// last has whatever the others left: every triple has exactly one segment,
// whatever an owner writes into the table.
type Table []Segment

// Default is the table to begin with: the ten names in common use. Tables in
// print overlap and leave gaps; this one settles both by its order.
func Default() Table {
	all, low, high := Span{1, 5}, Span{1, 2}, Span{4, 5}
	return Table{
		{"champions", high, high, high},
		{"cannot_lose", low, high, high},
		{"loyal", Span{3, 5}, Span{3, 5}, Span{3, 5}},
		{"new", high, Span{1, 1}, all},
		{"promising", Span{3, 3}, Span{1, 1}, all},
		{"at_risk", low, Span{2, 5}, Span{3, 5}},
		{"potential", high, Span{2, 5}, all},
		{"need_attention", Span{3, 3}, Span{2, 5}, Span{2, 5}},
		{"about_to_sleep", Span{2, 3}, all, all},
		{"lost", all, all, all},
	}
}

// Of is the segment of a score; empty for an empty table.
func (t Table) Of(s Score) string {
	for i, g := range t {
		if i == len(t)-1 || g.holds(s) {
			return g.Key
		}
	}
	return ""
}

// Cells counts the triples of each segment, as they fall to it in order. The
// counts add up to 125.
func (t Table) Cells() map[string]int {
	cells := map[string]int{}
	for _, g := range t {
		cells[g.Key] = 0
	}
	for s := range Scores {
		cells[t.Of(s)]++
	}
	return cells
}

// Scores goes through all 125 triples.
func Scores(yield func(Score) bool) {
	for r := 1; r <= 5; r++ {
		for f := 1; f <= 5; f++ {
			for m := 1; m <= 5; m++ {
				if !yield(Score{r, f, m}) {
					return
				}
			}
		}
	}
}

// Fault is what is wrong with a segment of an edited table.
type Fault string

// The faults. A segment without a cell is hidden by those above it.
const (
	NoKey     Fault = "no_key"
	TwiceKey  Fault = "twice"
	BadSpan   Fault = "bad_span"
	NoCell    Fault = "no_cell"
	NoSegment Fault = "no_segment"
)

// Problem is a fault and the place of its segment in the table.
type Problem struct {
	At    int
	Fault Fault
}

func (p Problem) Error() string { return fmt.Sprintf("segment %d: %s", p.At+1, p.Fault) }

// Check finds what an owner should mend before a table is used. Of works with
// faults too.
func (t Table) Check() []Problem {
	if len(t) == 0 {
		return []Problem{{0, NoSegment}}
	}
	var out []Problem
	cells := t.Cells()
	for i, g := range t {
		switch {
		case g.Key == "":
			out = append(out, Problem{i, NoKey})
		case slices.ContainsFunc(t[:i], func(o Segment) bool { return o.Key == g.Key }):
			out = append(out, Problem{i, TwiceKey})
		case !g.R.valid() || !g.F.valid() || !g.M.valid():
			out = append(out, Problem{i, BadSpan})
		case cells[g.Key] == 0:
			out = append(out, Problem{i, NoCell})
		}
	}
	return out
}

func (s Span) valid() bool { return 1 <= s[0] && s[0] <= s[1] && s[1] <= 5 }
