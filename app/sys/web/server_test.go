package web_test

import (
	"net"
	"testing"
	"time"

	"regulars/app/apptest"
)

// A signal may come between the line that says "ready" and the first accept.
func TestAServerStoppedAtOnceStops(t *testing.T) {
	a := apptest.New(t)
	a.Web.Config.Listen = "127.0.0.1:0"
	ended := make(chan error, 1)
	go func() {
		ended <- a.Web.Listen(func(net.Addr) {
			if err := a.Web.Shutdown(time.Second); err != nil {
				t.Error(err)
			}
		})
	}()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it serves for ever")
	}
}
