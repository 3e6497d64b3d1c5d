//go:build movedclock

package job

// A test that moves the clock does not wait.
const heartbeat = "@every 1s"
