package order

import (
	"context"
	"log/slog"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/job"
)

// checkSums compares at night what triggers keep (order_day, order_sum, order_goods) with the
// orders themselves, and makes it anew where it differs. A difference is a fault
// somewhere: it is logged.
func (s *Service) checkSums(ctx context.Context) error {
	if _, err := s.checkMonths(ctx); err != nil {
		return err
	}
	n, err := sumsDiffer(ctx, s.db.Reader(ctx))
	if err != nil || n == 0 {
		return err
	}
	slog.Warn("sums of orders differed from their orders and are made anew", "days", n)
	return s.db.Write(ctx, "order.sums", func(ctx context.Context, tx *db.Tx) error { return makeSums(ctx, tx) })
}

func (s *Service) jobs() []job.Spec {
	return []job.Spec{
		{Name: "order_sums", Schedule: job.Daily(3, 40), Run: s.checkSums},
		{Name: "order_months", Schedule: job.Every(5 * time.Minute), Run: s.countMonths},
	}
}
