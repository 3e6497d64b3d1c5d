package payment

import (
	"context"
	"log/slog"

	"regulars/app/sys/db"
	"regulars/app/sys/job"
)

// checkSums compares at night what triggers keep (payment_sum) with the payments
// themselves, and makes it anew where it differs. A difference is a fault
// somewhere: it is logged.
func (s *Service) checkSums(ctx context.Context) error {
	n, err := sumsDiffer(ctx, s.db.Reader(ctx))
	if err != nil || n == 0 {
		return err
	}
	slog.Warn("sums of payments differed from their payments and are made anew", "days", n)
	return s.db.Write(ctx, "payment.sums", func(ctx context.Context, tx *db.Tx) error { return makeSums(ctx, tx) })
}

func (s *Service) jobs() []job.Spec {
	return []job.Spec{{Name: "payment_sums", Schedule: job.Daily(3, 45), Run: s.checkSums}}
}
