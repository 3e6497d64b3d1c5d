// Package golden holds figures that others published, or that were computed
// once with other programs, for the tests of the arithmetic in app/kit. No
// code of the product imports it.
package golden

import (
	_ "embed" // golden.json
	"encoding/json"
	"math"
	"testing"
)

//go:embed golden.json
var figures []byte

// Read fills into with the figures of one group.
func Read(t testing.TB, group string, into any) {
	t.Helper()
	if err := json.Unmarshal(groups(t)[group], into); err != nil {
		t.Fatalf("figures of %s: %v", group, err)
	}
}

// Near fails the test when got lies further than tol from want, or is no number.
func Near(t testing.TB, what string, got, want, tol float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tol {
		t.Errorf("%s: got %v, want %v +- %v", what, got, want, tol)
	}
}

func groups(t testing.TB) map[string]json.RawMessage {
	t.Helper()
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(figures, &all); err != nil {
		t.Fatal(err)
	}
	return all
}
