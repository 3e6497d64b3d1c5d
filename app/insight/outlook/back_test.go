package outlook_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/sys/api"
)

// A large return is in the past as it was, but nobody is told to expect that more
// comes back than is sold, and nothing is measured in percent of it.
func TestNoReturnsAreForetold(t *testing.T) {
	back, n := -60000.0, 0
	sum := func(time.Time) float64 {
		if n++; n == 95 {
			return back
		}
		return 5000 + float64(n/7%2)*4000
	}
	a := shop(t, 98, sum)
	weeks := read(a).Weeks
	for _, ahead := range weeks.Ahead {
		for _, v := range []*api.Money{ahead.Value, ahead.Low, ahead.High} {
			if v == nil || strings.HasPrefix(v.Amount, "-") {
				t.Errorf("%s: %+v", ahead.From, v)
			}
		}
	}
	below := 0
	for _, c := range weeks.Checks {
		if strings.HasPrefix(c.Was.Amount, "-") {
			below++
		}
	}
	page := a.Owner().Get("/insight/outlook?by=week").Body
	if share := regexp.MustCompile(`[\d,]{5,}%`).FindString(page); share != "" || below == 0 {
		t.Errorf("of %d weeks below nought one is told as %s", below, share)
	}
	back, n = -200000, 0
	a = shop(t, 98, sum)
	if weeks := read(a).Weeks; weeks.Shown || weeks.Ahead[0].Value != nil {
		t.Errorf("from a week of returns it foretells %+v", weeks.Ahead)
	}
	if page := a.Owner().Get("/insight/outlook?by=week").Body; !strings.Contains(page, "More came back") {
		t.Error("the page does not say why nothing is foretold")
	}
}
