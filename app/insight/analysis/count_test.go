package analysis_test

import (
	"testing"

	"regulars/app/apptest"
	"regulars/app/insight/analysis"
	"regulars/app/sys/auth"
)

// Everything that the builder offers can be counted, and every number leads
// somewhere: each kind by each axis with each measure.
func TestEverythingOfferedCanBeCounted(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	ctx := a.As(auth.System("test"))
	s := a.Analysis()
	l := a.View.Bundle().For("en").At(a.Clock.Now())
	kinds := s.Kinds(ctx)
	if len(kinds) < 16 {
		t.Fatalf("only %d kinds", len(kinds))
	}
	for _, k := range kinds {
		offered, err := s.Offered(ctx, l, k.Name)
		if err != nil {
			t.Fatalf("%s: %v", k.Name, err)
		}
		for i := 0; i < len(offered.Measures); i += 4 {
			spec := analysis.Spec{Kind: k.Name, Measures: offered.Measures[i:min(i+4, len(offered.Measures))]}
			if _, err := s.Run(ctx, l, spec); err != nil {
				t.Errorf("%s %v: %v", k.Name, spec.Measures, err)
			}
		}
		for _, axis := range offered.Axes {
			spec := analysis.Spec{Kind: k.Name, Rows: []analysis.Axis{axis}, Measures: []analysis.Measure{{Fn: "count"}, offered.Measures[len(offered.Measures)-1]}}
			table, err := s.Run(ctx, l, spec)
			if err != nil {
				t.Errorf("%s by %s: %v", k.Name, axis, err)
				continue
			}
			sum := 0
			for _, r := range table.Rows {
				sum += int(r.Total[0].Value)
			}
			if whole := int(table.Total.Total[0].Value); sum != whole && !table.Several {
				t.Errorf("%s by %s: the rows are %d, the whole is %d", k.Name, axis, sum, whole)
			}
		}
	}
}
