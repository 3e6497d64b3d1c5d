package rfm

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestEveryScoreHasOneOfTenSegments(t *testing.T) {
	table := Default()
	if p := table.Check(); len(table) != 10 || len(p) != 0 {
		t.Fatal(len(table), p)
	}
	cells, sum, n := table.Cells(), 0, 0
	for s := range Scores {
		n++
		if table.Of(s) == "" {
			t.Errorf("%v has no segment", s)
		}
	}
	for _, c := range cells {
		sum += c
	}
	if n != 125 || sum != 125 || len(cells) != 10 {
		t.Errorf("%d scores, %d cells in %d segments", n, sum, len(cells))
	}
	// Where tables in print agree, this one agrees with them.
	for number, want := range map[int]string{
		555: "champions", 444: "champions", 155: "cannot_lose", 144: "cannot_lose", 543: "loyal", 333: "loyal",
		511: "new", 411: "new", 311: "promising", 133: "at_risk", 244: "cannot_lose", 233: "at_risk",
		422: "potential", 521: "potential", 322: "need_attention", 221: "about_to_sleep", 211: "about_to_sleep", 111: "lost", 122: "lost",
	} {
		if got := table.Of(Score{number / 100, number / 10 % 10, number % 10}); got != want {
			t.Errorf("%d: %s, want %s", number, got, want)
		}
	}
}

// The scores of terciles, 1, 3 and 5, reach names too.
func TestSegmentsOfTerciles(t *testing.T) {
	table := Default()
	for number, want := range map[int]string{555: "champions", 533: "loyal", 511: "new", 311: "promising", 155: "cannot_lose", 135: "at_risk", 331: "about_to_sleep", 111: "lost"} {
		if got := table.Of(Score{number / 100, number / 10 % 10, number % 10}); got != want {
			t.Errorf("%d: %s, want %s", number, got, want)
		}
	}
}

func TestAnyTableParts125Cells(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		var table Table
		for i := range 1 + r.IntN(12) {
			span := func() Span { return Span{r.IntN(7), r.IntN(7)} }
			table = append(table, Segment{string(rune('a' + i)), span(), span(), span()})
		}
		sum := 0
		for _, c := range table.Cells() {
			sum += c
		}
		if sum != 125 {
			t.Fatalf("%v: %d cells", table, sum)
		}
	}
}

func TestFaultsOfATableAreNamed(t *testing.T) {
	all := Span{1, 5}
	table := Table{
		{"a", all, all, all}, {"a", all, all, all}, {"", all, all, all},
		{"b", Span{4, 3}, all, all}, {"c", Span{0, 5}, all, all}, {"d", Span{5, 5}, all, all}, {"e", all, all, all},
	}
	want := []Problem{{1, TwiceKey}, {2, NoKey}, {3, BadSpan}, {4, BadSpan}, {5, NoCell}, {6, NoCell}}
	if got := table.Check(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if got := (Table{}).Check(); !slices.Equal(got, []Problem{{0, NoSegment}}) || (Table{}).Of(Score{1, 1, 1}) != "" {
		t.Errorf("%v", got)
	}
	if got := want[0].Error(); got != "segment 2: twice" {
		t.Error(got)
	}
}
