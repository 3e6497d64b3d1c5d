package web

import (
	"net"
	"sync"
)

// listener knows the connections on which nothing was asked yet. Browsers open
// some ahead of need, and fasthttp waits at a shutdown for a first request on
// each until it has timed out.
type listener struct {
	net.Listener
	mu      sync.Mutex
	unasked map[*conn]struct{}
	closed  bool
}

func newListener(ln net.Listener) *listener {
	return &listener{Listener: ln, unasked: map[*conn]struct{}{}}
}

func (l *listener) Accept() (net.Conn, error) {
	plain, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: plain, from: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed { // it came while the listener was closing
		_ = plain.Close()
		return nil, net.ErrClosed
	}
	l.unasked[c] = struct{}{}
	return c, nil
}

// Close stops accepting and ends the connections on which nobody has asked for
// anything; the others are left to finish.
func (l *listener) Close() error {
	err := l.Listener.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for c := range l.unasked {
		_ = c.Conn.Close() // nothing was read from it and nothing is lost
	}
	clear(l.unasked)
	return err
}

func (l *listener) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.unasked, c)
}

// conn tells its listener when the first byte has come. Only the worker that
// serves it reads from it.
type conn struct {
	net.Conn
	from  *listener
	asked bool
}

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && !c.asked {
		c.asked = true
		c.from.forget(c)
	}
	return n, err
}

func (c *conn) Close() error {
	c.from.forget(c)
	return c.Conn.Close()
}
