package demo

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// sampleSize is how many made-up customers a new shop may look around with.
const sampleSize = 24

// Sample adds a few made-up customers to somebody's own new shop, as one
// journal set, so that they can be taken back as a whole. It returns the set.
func Sample(ctx context.Context, o Options) (set int64, err error) {
	o.Customers = sampleSize
	office, err := usualHours(o.Zone)
	if err != nil {
		return 0, err
	}
	g := &generator{Options: o, today: cal.Today(o.DB.Now(), o.Zone), now: o.DB.Now(), office: office, sample: true}
	err = o.DB.Write(ctx, "sample.add", func(ctx context.Context, tx *db.Tx) error {
		set = tx.Set
		journal.About(tx, "setting", 0, "sample")
		if err := g.shop(ctx, tx); err != nil {
			return err
		}
		for i := range sampleSize {
			if err := g.customer(ctx, tx, i); err != nil {
				return fmt.Errorf("make up customer %d: %w", i, err)
			}
		}
		if err := g.numbers(ctx, tx); err != nil || o.More == nil {
			return err
		}
		return o.More(ctx, tx)
	})
	return set, err
}
