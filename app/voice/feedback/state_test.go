package feedback

import (
	"math/rand"
	"slices"
	"testing"
)

func TestTransitions(t *testing.T) {
	legal := []struct{ from, to State }{
		{Unseen, Acknowledged}, {Unseen, Working}, {Acknowledged, Working}, {Working, Resolved}, {Resolved, AwaitingRecheck},
		{AwaitingRecheck, Recovered}, {AwaitingRecheck, Improved}, {AwaitingRecheck, Unchanged}, {AwaitingRecheck, Worse}, {AwaitingRecheck, NoAnswer},
		{Recovered, Closed}, {NoAnswer, Closed}, {Closed, Reopened}, {Dismissed, Reopened}, {Reopened, Working}, {Reopened, Merged}, {Unseen, Dismissed},
	}
	for _, c := range legal {
		if err := Transition(c.from, c.to); err != nil {
			t.Errorf("%s to %s: %v", c.from, c.to, err)
		}
	}
	illegal := []struct{ from, to State }{
		{Unseen, Resolved}, {Unseen, Recovered}, {Unseen, Closed}, {Working, Recovered}, {Working, AwaitingRecheck}, {Resolved, Recovered}, {Resolved, Closed},
		{AwaitingRecheck, Closed}, {Merged, Reopened}, {Merged, Working}, {Closed, Working}, {Dismissed, Working}, {Recovered, Worse}, {Unseen, Unseen},
		{Reopened, Recovered}, {"", Unseen}, {Unseen, ""}, {"nonsense", Working}, {Working, "nonsense"},
	}
	for _, c := range illegal {
		if Transition(c.from, c.to) == nil {
			t.Errorf("%s to %s is allowed", c.from, c.to)
		}
	}
}

// Whatever anybody tries in whatever order, a case is only ever in a state it
// can have reached honestly: an outcome only after asking again, asking again
// only after a resolution, and every state has a way there.
func TestNoIllegalStateIsReachable(t *testing.T) {
	rnd := rand.New(rand.NewSource(7))
	reached := map[State]bool{Unseen: true}
	for range 3000 {
		at, resolved, asked := Unseen, false, false
		for range 30 {
			to := States[rnd.Intn(len(States))]
			if rnd.Intn(20) == 0 {
				to = State("x" + string(to))
			}
			if Transition(at, to) != nil {
				continue
			}
			at = to
			reached[at] = true
			switch {
			case at == Resolved:
				resolved = true
			case at == AwaitingRecheck:
				if !resolved {
					t.Fatal("asked again before it was resolved")
				}
				asked = true
			case slices.Contains(outcomes, at):
				if !asked {
					t.Fatalf("%s without asking again", at)
				}
			case at == Reopened:
				resolved, asked = false, false
			case !at.Valid():
				t.Fatalf("reached %q", at)
			}
		}
	}
	for _, s := range States {
		if !reached[s] {
			t.Errorf("%s is never reached", s)
		}
	}
}

func TestResultOfAskingAgain(t *testing.T) {
	for _, c := range []struct {
		kind          string
		before, after int
		want          State
	}{
		{"nps", 3, 8, Recovered}, {"nps", 6, 7, Improved}, {"nps", 5, 7, Recovered}, {"nps", 2, 6, Improved}, {"nps", 4, 4, Unchanged}, {"nps", 4, 1, Worse},
		{"nps", 0, 10, Recovered}, {"csat", 2, 3, Recovered}, {"csat", 1, 2, Improved}, {"csat", 1, 5, Recovered}, {"csat", 2, 1, Worse},
		{"ces", 3, 4, Recovered}, {"ces", 1, 3, Improved}, {"nps", 8, 10, Improved}, {"nps", 9, 9, Unchanged}, {"custom", 3, 5, Improved},
	} {
		if got := Result(c.kind, c.before, c.after); got != c.want {
			t.Errorf("%s %d to %d is %s, want %s", c.kind, c.before, c.after, got, c.want)
		}
	}
}

func TestWhatOpensACase(t *testing.T) {
	for _, c := range []struct {
		a    Answer
		want bool
	}{
		{Answer{Kind: "nps", Score: 6}, true}, {Answer{Kind: "nps", Score: 7}, false}, {Answer{Kind: "nps", Score: 0}, true},
		{Answer{Kind: "csat", Score: 2}, true}, {Answer{Kind: "csat", Score: 3}, false}, {Answer{Kind: "ces", Score: 3}, true}, {Answer{Kind: "ces", Score: 4}, false},
		{Answer{Kind: "nps", Score: 10, Words: "Lawyer\n迟到\n", Comment: "司机又迟到了"}, true},
		{Answer{Kind: "nps", Score: 10, Words: "Lawyer\n\n", Comment: "I asked my LAWYER."}, true},
		{Answer{Kind: "nps", Score: 10, Words: "\n \n", Comment: "all good"}, false}, {Answer{Kind: "custom", Score: 1}, false},
	} {
		if got := c.a.opens(); got != c.want {
			t.Errorf("%+v opens: %v", c.a, got)
		}
	}
}
