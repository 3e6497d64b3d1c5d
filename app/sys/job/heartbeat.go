//go:build !movedclock

package job

const heartbeat = "@every 20s"
