package dashboard

import (
	"context"
	"sync"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/safego"
)

// keeper keeps what was drawn, in memory: as long as nothing was written it is
// shown again at once. After a write it is drawn anew beside the page, which shows
// the older one with its time meanwhile, and so it is with what an earlier run drew.
type keeper struct {
	lock  sync.Mutex
	by    map[string]*figure
	gone  gone
	stale bool // what was drawn before is still written down
}

// see drops all that was drawn, and what is being drawn, once somebody was erased or
// is not to be profiled since: it may name them.
func (k *keeper) see(now gone) {
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.gone != now {
		k.by, k.gone, k.stale = map[string]*figure{}, now, true
	}
}

// figure is a drawn tile. busy is closed when what is being drawn is done.
type figure struct {
	drawn Drawn
	err   error
	has   bool
	day   cal.Date      // its reader's today
	at    time.Time     // when it was drawn
	took  time.Duration // and how long that took
	moved uint64        // what had been written by then
	used  time.Time
	busy  chan struct{}
	user  int64 // who sees everything and may find it after a restart, else 0
	kept  bool  // it is in the database
}

const (
	mostKept  = 2000
	unused    = 24 * time.Hour
	fresh     = time.Minute            // another process may have written
	slow      = 100 * time.Millisecond // what took longer is not drawn after every write
	rest      = 20                     // but only when it is so many times as old as it took
	drawBound = time.Minute
)

// current tells whether a figure needs no other look.
func (f *figure) current(moved uint64, day cal.Date, now time.Time) bool {
	if !f.has || f.err != nil || f.day != day {
		return false
	}
	age := now.Sub(f.at)
	if age < 0 || age > fresh {
		return false
	}
	return f.moved == moved || f.took > slow && age < rest*f.took
}

// ask finds a figure, and has it drawn where it is not current. wait is nil when
// there is nothing to wait for.
func (s *Service) ask(ctx context.Context, key string, day cal.Date, draw func(ctx context.Context) (Drawn, error)) (wait <-chan struct{}) {
	now, moved := s.DB.Now(), s.DB.Moved()
	user := int64(0)
	if actor := auth.From(ctx); actor.Scope().Everything() {
		user = actor.UserID
	}
	k := &s.kept
	k.lock.Lock()
	defer k.lock.Unlock()
	f := k.by[key]
	if f == nil {
		k.sweep(now)
		f = &figure{}
		k.by[key] = f
	}
	f.used = now
	if f.busy != nil {
		return f.busy
	}
	if f.current(moved, day, now) {
		return nil
	}
	done := make(chan struct{})
	f.busy = done
	work, stop := context.WithTimeout(context.WithoutCancel(ctx), drawBound)
	context.AfterFunc(s.life, stop)
	safego.Go("dashboard tile", func() {
		defer stop()
		var drawn Drawn
		var err error = errs.New(errs.Internal, "error.internal") // what a panic leaves
		defer func() {
			k.lock.Lock()
			f.drawn, f.err, f.has, f.day, f.at, f.took, f.moved, f.busy = drawn, err, true, day, now, s.DB.Now().Sub(now), moved, nil
			f.user, f.kept = user, false
			k.lock.Unlock()
			close(done)
		}()
		drawn, err = draw(work)
	})
	return done
}

// found is what is kept under a key now.
func (k *keeper) found(key string) (f figure, ok bool) {
	k.lock.Lock()
	defer k.lock.Unlock()
	kept := k.by[key]
	if kept == nil || !kept.has {
		return figure{}, false
	}
	return *kept, true
}

// sweep forgets what nobody looked at, the caller holds the lock.
func (k *keeper) sweep(now time.Time) {
	if len(k.by) < mostKept/2 {
		return
	}
	for key, f := range k.by {
		if f.busy == nil && (now.Sub(f.used) > unused || len(k.by) >= mostKept) {
			delete(k.by, key)
		}
	}
}
