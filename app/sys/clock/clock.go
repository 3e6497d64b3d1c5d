// Package clock is the only place that asks the machine what time it is, so
// that every schedule can be tested with a clock that jumps.
package clock

import (
	"sync"
	"time"
)

// Clock tells the wall time. Times carry no monotonic reading: a laptop that
// slept must see the hours that passed.
type Clock interface{ Now() time.Time }

// System is the machine's clock.
type System struct{}

// Fake is a clock that tests move by hand. Safe for concurrent use.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake starts a fake clock at t.
func NewFake(t time.Time) *Fake { return &Fake{now: t.UTC().Truncate(time.Millisecond).Round(0)} }

// Now is the time the test set.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set moves the clock to t, forwards or backwards.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t.UTC().Truncate(time.Millisecond).Round(0)
}

// Add moves the clock by d.
func (f *Fake) Add(d time.Duration) { f.Set(f.Now().Add(d)) }
