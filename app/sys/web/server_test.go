package web_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
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

// Browsers open connections ahead of need. One on which nothing was asked does
// not hold the stop up until it has timed out.
func TestAConnectionWithoutARequestEndsWithTheServer(t *testing.T) {
	a := apptest.New(t)
	ln, address := apptest.Listen(t)
	ended := make(chan error, 1)
	go func() { ended <- a.Web.Serve(ln, func(net.Addr) {}) }()
	idle, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	res, err := http.Get(address + "/up") // accepted after the idle one
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if err := a.Web.Shutdown(10 * time.Second); err != nil {
		t.Errorf("stop: %v", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
	if err := idle.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := idle.Read(make([]byte, 1)); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the idle connection ends with %v", err)
	}
}
