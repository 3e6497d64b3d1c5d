// Package safego is the only place that starts goroutines: a panic in one is
// logged with its stack and never takes the process down.
package safego

import (
	"log/slog"
	"runtime/debug"
	"sync"
)

var running sync.WaitGroup

// Go runs fn in a goroutine named for the log. A panic is logged, not raised.
func Go(name string, fn func()) {
	running.Add(1)
	go func() {
		defer running.Done()
		defer func() {
			if r := recover(); r != nil {
				slog.Error("goroutine panicked", "name", name, "panic", r, "stack", string(debug.Stack()))
			}
		}()
		fn()
	}()
}

// Wait returns when everything that Go started has ended; used at shutdown,
// after the contexts of those functions were cancelled.
func Wait() { running.Wait() }
