//go:build movedclock

package clock

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// Now is the wall time moved by as many seconds as the file says that the
// environment names, so that the whole program can be shown a clock that jumps.
// Only tests build it.
func (System) Now() time.Time {
	now := time.Now().UTC().Truncate(time.Millisecond).Round(0)
	text, err := os.ReadFile(os.Getenv("MOVED_CLOCK"))
	if err != nil {
		panic("clock: no file says how far: " + err.Error())
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		panic("clock: " + err.Error())
	}
	return now.Add(time.Duration(seconds) * time.Second)
}
