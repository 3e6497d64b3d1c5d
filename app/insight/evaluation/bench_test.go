package evaluation

import (
	"context"
	"math/rand"
	"runtime"
	"testing"

	"regulars/app/sys/db"
)

// BenchmarkNightly evaluates everybody: 20,000 customers with 80,000 orders,
// as many payments and 12,000 answers. A hundred thousand must take less than
// a minute on two cores.
func BenchmarkNightly(b *testing.B) {
	const customers = 20000
	h := newShop(b, customers)
	rnd := rand.New(rand.NewSource(1))
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for id := range int64(customers) {
			for range int(rnd.ExpFloat64() * 4) {
				h.order(ctx, tx, id+1, rnd.Intn(700), int64(rnd.Intn(90000)), "completed", 0, rnd.Intn(40))
			}
			if rnd.Intn(5) < 3 {
				h.answer(ctx, tx, id+1, int64(1+rnd.Intn(2)), 1+rnd.Intn(5), rnd.Intn(300))
			}
		}
		return nil
	})
	b.ResetTimer()
	for range b.N {
		if err := h.svc.Nightly(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/1e6, "MB-sys")
	b.ReportMetric(float64(customers)*float64(b.N)/b.Elapsed().Seconds(), "customers/s")
}
