package customer

import (
	"context"
	"testing"
)

// When somebody is due is told only where the shop's own past bears it out, and of
// nobody who is not to be profiled.
func TestWhoIsDueIsToldOnlyWhereItMeansSomething(t *testing.T) {
	for _, c := range []struct{ late, due bool }{{false, false}, {true, false}, {false, true}} {
		s := &Service{}
		s.OnUnheard(func(context.Context) (bool, bool, error) { return c.late, c.due, nil })
		rows := []Row{{ExpectedOn: "2026-03-01"}, {ExpectedOn: "2026-03-01", NoProfiling: true}}
		if err := s.heed(context.Background(), rows); err != nil {
			t.Fatal(err)
		}
		if told := rows[0].ExpectedOn != ""; told == c.due || rows[0].Calm != c.late || rows[1].ExpectedOn != "" {
			t.Errorf("late off %v, due off %v: %+v", c.late, c.due, rows)
		}
	}
}
