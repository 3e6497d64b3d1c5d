package dashboard

import (
	"context"
	"log/slog"
	"runtime/debug"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/safego"
	"regulars/app/sys/setting"
)

const (
	lately     = 7 * 24 * time.Hour // who was here since is counted for ahead
	mostAhead  = 10                 // people
	aheadAfter = 5 * time.Second    // the start comes first
	aheadEvery = time.Minute        // how soon a new day is noticed
)

// Start ties what is being counted to the program's life, and has it counted after
// each start and each midnight before anybody asks: whoever opens a dashboard then
// finds it whole, with the time at which it was counted.
func (s *Service) Start(ctx context.Context) {
	s.life = ctx
	safego.Go("dashboards ahead", func() {
		if err := s.Recall(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("dashboards of the last run are not at hand", "error", err)
		}
		wait, kept := aheadAfter, s.DB.Now()
		for done := cal.Date(""); ; wait = aheadEvery {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
			today, err := s.today(ctx)
			counts := err == nil && today != done
			if counts {
				if err = s.Ahead(ctx); err == nil {
					done = today
				}
				debug.FreeOSMemory() // what was counted is small, counting it was not
			}
			if err != nil && ctx.Err() == nil {
				slog.Warn("dashboards are not counted ahead", "error", err)
			}
			if now := s.DB.Now(); counts || now.Sub(kept) > keepEvery || s.dropped(ctx) {
				kept = now
				if err := s.Keep(ctx); err != nil && ctx.Err() == nil {
					slog.Warn("dashboards are not kept for the next run", "error", err)
				}
			}
		}
	})
}

func (s *Service) today(ctx context.Context) (cal.Date, error) {
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	return cal.Today(s.DB.Now(), b.Zone()), err
}

// Ahead counts the dashboards of those who were here lately, one tile after the
// other, so that pages meanwhile do not wait for it.
func (s *Service) Ahead(ctx context.Context) error {
	ids, err := here(ctx, s.DB.Reader(ctx), s.DB.Now().Add(-lately))
	if err != nil {
		return err
	}
	for _, id := range ids {
		actor, _, err := s.Reports.Users.Actor(ctx, id)
		if err != nil {
			return err
		}
		if actor == nil || !actor.Can(Read) {
			continue
		}
		if err := s.aheadOf(auth.With(ctx, actor)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// aheadOf counts what the actor sees, in their language.
func (s *Service) aheadOf(ctx context.Context) error {
	actor := auth.From(ctx)
	l := s.Bundle.For(actor.Locale).In(actor.Zone).At(s.DB.Now())
	all, err := s.All(ctx, l)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d, err = s.Get(ctx, l, d.Which()); err != nil {
			return err
		}
		for i := range d.Tiles {
			if _, err := s.show(ctx, l, d, Ask{}, d.Tiles[i:i+1], drawBound); err != nil {
				return err
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	return nil
}
