package app

import (
	"context"

	"regulars/app/demo"
	"regulars/app/settings/business"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// sampleSetting keeps which journal set the sample data came in.
const sampleSetting = "sample.set"

// addSample lets a new shop look around: made-up customers, marked on every
// page until they are taken back as a whole.
func (a *App) addSample(ctx context.Context, _ business.Pack, in business.Input) error {
	set, err := demo.Sample(ctx, demo.Options{DB: a.DB, Journal: a.Journal, Events: a.Events, Search: a.Search, Seed: 1, Zone: a.zone(ctx), Currency: in.Currency, More: a.leads.Sample})
	if err != nil {
		return err
	}
	return a.markSample(ctx, true, set)
}

// removeSample takes the sample data back, however old it is. What was added
// to a made-up customer since goes with them.
func (a *App) removeSample(ctx context.Context) error {
	var set int64
	if err := setting.Get(ctx, a.DB.Reader(ctx), sampleSetting, &set); err != nil {
		return err
	}
	if set != 0 {
		if _, err := a.Journal.Undo(ctx, set, journal.Options{SkipConflicts: true, Anytime: true}); err != nil {
			return err
		}
	}
	return a.markSample(ctx, false, 0)
}

func (a *App) markSample(ctx context.Context, there bool, set int64) error {
	return a.DB.Write(ctx, "sample.mark", func(ctx context.Context, tx *db.Tx) error {
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return err
		}
		b.Sample = there
		if err := setting.Put(ctx, tx, setting.BusinessName, b); err != nil {
			return err
		}
		return setting.Put(ctx, tx, sampleSetting, set)
	})
}
