package apptest

import (
	"net"
	"testing"
	"time"

	"regulars/app/sys/auth"
)

// Listen takes a free port, so that its address can go into the configuration
// before the product is opened.
func Listen(t testing.TB) (net.Listener, string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln, "http://" + ln.Addr().String()
}

// Serve serves the product on a real port until the test ends. Time stands
// still and nothing happens in the background but by Settle.
func (a *App) Serve(ln net.Listener) {
	go func() { _ = a.Web.Serve(ln, func(net.Addr) {}) }() // ends with the shutdown below
	a.T.Cleanup(func() { _ = a.Web.Shutdown(5 * time.Second) })
}

// Settle lets everything happen that is due now: facts are delivered, jobs
// run, mail leaves.
func (a *App) Settle() {
	a.T.Helper()
	ctx := a.As(auth.System("job"))
	for range 4 { // a fact may make a job due, whose mail makes a fact
		if err := a.Events.Drain(ctx); err != nil {
			a.T.Fatalf("deliver facts: %v", err)
		}
		if err := a.Jobs.Tick(ctx); err != nil {
			a.T.Fatalf("run jobs: %v", err)
		}
		if err := a.Outbox.Drain(ctx); err != nil {
			a.T.Fatalf("send: %v", err)
		}
	}
}

// Pass moves the clock on and settles.
func (a *App) Pass(d time.Duration) {
	a.T.Helper()
	a.Clock.Add(d)
	a.Settle()
}
