package analysis

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
	"regulars/app/sys/safego"
)

// A page waits a moment for its report; a longer one goes on beside, and the page
// looks again. Nothing is kept: what was counted is handed over once.
type run struct {
	key   string
	owner int64
	spec  Spec
	stop  context.CancelFunc
	done  chan struct{}
	table Table
	err   error
	began time.Time
	ended time.Time
}

const (
	mostRuns    = 3               // of one person at a time
	uncollected = 5 * time.Minute // after which a result that nobody came for goes
)

// Wait counts a report for a page that waits so long; ok is false when it is still
// being counted, and key is how it can be stopped.
func (s *Service) Wait(ctx context.Context, l *i18n.Locale, spec Spec, patience time.Duration) (t Table, key string, ok bool, err error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Table{}, "", false, err
	}
	if _, err := s.prepare(ctx, l, spec); err != nil {
		return Table{}, "", false, err
	}
	r, err := s.begin(ctx, l, spec)
	if err != nil {
		return Table{}, "", false, err
	}
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case <-r.done:
		s.forget(r)
		return r.table, "", true, r.err
	case <-wait.C:
	case <-ctx.Done():
	}
	return Table{}, r.key, false, nil
}

// begin starts a report, or finds it at work.
func (s *Service) begin(ctx context.Context, l *i18n.Locale, spec Spec) (*run, error) {
	actor := auth.From(ctx)
	sum := sha256.Sum256([]byte(fmt.Sprintf("%d %v %s %s", actor.UserID, actor.Scope(), l.Tag(), spec.Query().Encode())))
	key := hex.EncodeToString(sum[:16])
	s.lock.Lock()
	defer s.lock.Unlock()
	mine := 0
	for k, r := range s.runs {
		switch {
		case !r.ended.IsZero() && s.DB.Now().Sub(r.ended) > uncollected:
			delete(s.runs, k)
		case r.ended.IsZero() && r.owner == actor.UserID:
			mine++
		}
	}
	if r := s.runs[key]; r != nil {
		return r, nil
	}
	if mine >= mostRuns {
		return nil, errs.New(errs.Unavailable, "analysis.error.busy", "n", mostRuns)
	}
	work, stop := context.WithTimeout(context.WithoutCancel(ctx), s.Bound)
	context.AfterFunc(s.life, stop)
	r := &run{key: key, owner: actor.UserID, spec: spec, began: s.DB.Now(), stop: stop, done: make(chan struct{})}
	s.runs[key] = r
	safego.Go("report", func() {
		defer stop()
		defer s.end(r)
		r.err = errs.New(errs.Internal, "error.internal") // what a panic leaves
		r.table, r.err = s.Run(work, l, spec)
	})
	return r, nil
}

func (s *Service) end(r *run) {
	s.lock.Lock()
	r.ended = s.DB.Now()
	s.lock.Unlock()
	close(r.done)
}

func (s *Service) forget(r *run) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.runs[r.key] == r {
		delete(s.runs, r.key)
	}
}

// Passed is how much of the time that a report may take has passed, from 0 to 1.
func (s *Service) Passed(key string) float64 {
	s.lock.Lock()
	defer s.lock.Unlock()
	r := s.runs[key]
	if r == nil {
		return 0
	}
	return min(1, s.DB.Now().Sub(r.began).Seconds()/s.Bound.Seconds())
}

// Stop ends a report of the actor's that is being counted, and tells which it was.
func (s *Service) Stop(ctx context.Context, key string) (Spec, error) {
	s.lock.Lock()
	r := s.runs[key]
	s.lock.Unlock()
	if r == nil || r.owner != auth.From(ctx).UserID {
		return Spec{}, errs.NotVisible()
	}
	r.stop()
	s.forget(r)
	return r.spec, nil
}
