//go:build !linux && !darwin && !freebsd

package health

// diskFree is the space left for the data folder, -1 when unknown.
func diskFree(string) int64 { return -1 }
