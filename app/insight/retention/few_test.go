package retention_test

import (
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// Three customers are no half of anybody, and a first week is neither usual nor out
// of the ordinary.
func TestThreeCustomersTellNothingUsual(t *testing.T) {
	a := apptest.New(t)
	on := func(ago ...int) (b apptest.Buyer) {
		for _, n := range ago {
			b.Bought = append(b.Bought, apptest.Bought{On: a.Clock.Now().Add(-time.Duration(n) * 24 * time.Hour), Status: "completed", Total: 1000})
		}
		return b
	}
	a.Buyers([]apptest.Buyer{on(24, 23), on(4), on(1)})
	if err := a.Jobs.RunNow(a.As(auth.System("shell")), "prediction_nightly"); err != nil {
		t.Fatal(err)
	}
	b := a.Owner()
	page := b.Get("/insight/retention").Body
	if strings.Contains(page, "Half of them") || strings.Contains(page, "Half come back") || !strings.Contains(page, "Too few have come back so far") || !strings.Contains(page, "1 of 3") {
		t.Error("three customers tell when half come back")
	}
	page = b.Get("/insight/watch").Body
	if strings.Contains(page, "Nothing is out of the ordinary") || !strings.Contains(page, "Too early to say") {
		t.Error("where nothing can be judged, it is told that nothing is out of the ordinary")
	}
}
