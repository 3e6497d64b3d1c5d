package order

import (
	"context"
	"fmt"
	"testing"
	"time"
	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
)

func TestSpeedTemp(t *testing.T) {
	h := newHouse(t)
	h.db.Warm()
	var who []int64
	for i := range 200 { who = append(who, h.customer(fmt.Sprintf("c %d", i))) }
	start := time.Now()
	h.must(h.db.Write(event.Importing(h.ctx), "import", func(ctx context.Context, tx *db.Tx) error {
		for i := range 3000 {
			if _, err := h.orders.Create(ctx, Input{CustomerID: who[i%200], Number: fmt.Sprint("N", i), OrderedOn: cal.Date("2025-01-01").AddDays(i%300), Lines: []LineInput{line("a", 1000, 100), line("b", 2000, 100), line("c", 1000, 100)}}); err != nil { return err }
		}
		return nil
	}))
	t.Logf("%.0f orders/s", 3000/time.Since(start).Seconds())
}
