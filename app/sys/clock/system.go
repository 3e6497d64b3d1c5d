//go:build !movedclock

package clock

import "time"

// Now is the wall time in UTC, to the millisecond, without monotonic reading.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond).Round(0) }
