package clock

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// moved names a file that says by how many seconds the clock is moved, so that the
// whole program can be shown a clock that jumps. Only a test links a program that
// has one (-X).
var moved string

// Now is the wall time in UTC, to the millisecond, without monotonic reading.
func (System) Now() time.Time {
	now := time.Now().UTC().Truncate(time.Millisecond).Round(0)
	if moved != "" {
		now = now.Add(ahead())
	}
	return now
}

func ahead() time.Duration {
	text, err := os.ReadFile(moved)
	if err != nil {
		panic("clock: no file says how far: " + err.Error())
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		panic("clock: " + err.Error())
	}
	return time.Duration(seconds) * time.Second
}
