package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"regulars/app"
	"regulars/app/sys/auth"
	"regulars/app/sys/config"
	"regulars/app/voice/wave"
)

// mostForWave is how long a hundred thousand invitations may take to be queued,
// once everybody was looked at.
const mostForWave = time.Minute

// measureWave asks everybody at once: all have an address and nobody was asked
// lately, so that each of them costs what an invitation costs.
func measureWave(ctx context.Context, o options, work string, raw *raws, t *table) error {
	for _, q := range []string{
		`INSERT INTO customer_email (customer_id, email, position) SELECT id, 'wave' || id || '@example.com', 0 FROM customer c
			WHERE NOT EXISTS (SELECT 1 FROM customer_email e WHERE e.customer_id = c.id AND e.contact_id IS NULL)`,
		`UPDATE survey_invitation SET sent_at = sent_at - 500 * 86400000 WHERE sent_at IS NOT NULL`,
		`UPDATE outbox SET sent_at = sent_at - 500 * 86400000 WHERE sent_at IS NOT NULL`,
	} {
		if _, err := raw.db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("prepare a wave: %w", err)
		}
	}
	cfg, err := config.Load(config.Options{DataDir: work, Environ: []string{"REGULARS_BASE_URL=https://shop.example.com"}})
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Options{Config: cfg, Files: os.DirFS("."), Version: "bench"})
	if err != nil {
		return err
	}
	if err := a.Migrate(ctx); err != nil {
		return errors.Join(err, a.Close())
	}
	return errors.Join(askAll(auth.With(ctx, auth.System("shell")), o, a, t), a.Close())
}

func askAll(ctx context.Context, o options, a *app.App, t *table) error {
	s := a.Waves()
	w, err := s.Create(ctx, wave.Input{SurveyID: 1, Name: "Bench"})
	if err != nil {
		return err
	}
	looked, err := timed(o.profile, "wave-look", func() error { return s.Drain(ctx) })
	if err != nil {
		return err
	}
	if _, err := s.Start(ctx, w.ID); err != nil {
		return err
	}
	asked, err := timed(o.profile, "wave-ask", func() error { return s.Drain(ctx) })
	if err != nil {
		return err
	}
	_, f, err := s.Get(ctx, w.ID)
	if err != nil {
		return err
	}
	t.note("a wave looks at everybody", "%.1f s for %d customers, %d are spared", looked.Seconds(), f.Total, f.Spared)
	t.note("a wave queues its invitations", "%.1f s for %d", asked.Seconds(), f.Asked)
	if asked > mostForWave*time.Duration(max(f.Asked, 1))/imported {
		return fmt.Errorf("%d invitations were queued in %s; %d in %s are too slow", f.Asked, asked, imported, mostForWave)
	}
	return nil
}
