package inbox

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
)

// The IMAP library stumbles over every server that answers the ID command with
// its own name (Dovecot, Coremail): the connection is unreadable after it. So
// that answer, which says nothing that we need, is taken out of what the library
// reads. STARTTLS is done here too, because the filter must see plain lines.

// greeted is a connection as the library reads it: line by line until calm, and
// without the server's name.
type greeted struct {
	net.Conn
	lines *bufio.Reader
	rest  []byte
	calm  atomic.Bool
}

func newGreeted(conn net.Conn) *greeted { return &greeted{Conn: conn, lines: bufio.NewReader(conn)} }

// Read implements net.Conn.
func (g *greeted) Read(p []byte) (int, error) {
	for len(g.rest) == 0 {
		if g.calm.Load() {
			return g.lines.Read(p)
		}
		line, err := g.lines.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if len(line) == 0 {
				return 0, err
			}
			return copy(p, line), err
		}
		if !bytes.HasPrefix(bytes.ToUpper(line[:min(len(line), 5)]), []byte("* ID ")) {
			g.rest = append(g.rest[:0], line...)
		}
	}
	n := copy(p, g.rest)
	g.rest = g.rest[n:]
	return n, nil
}

// secured asks the server to encrypt from here on. What the server said first is
// said again to whoever reads the encrypted connection.
func secured(conn net.Conn, config *tls.Config) (*greeted, error) {
	plain := bufio.NewReader(conn)
	hello, err := plain.ReadString('\n')
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("t STARTTLS\r\n")); err != nil {
		return nil, err
	}
	for {
		line, err := plain.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(line, "t ") {
			continue
		}
		if !strings.HasPrefix(strings.ToUpper(line), "T OK") {
			return nil, fmt.Errorf("tls: the server does not encrypt here: %s", strings.TrimSpace(line))
		}
		break
	}
	if plain.Buffered() > 0 { // somebody put words in before the encryption began
		return nil, errors.New("tls: the server said more than it should")
	}
	secure := tls.Client(conn, config)
	if err := secure.Handshake(); err != nil {
		return nil, err
	}
	g := newGreeted(secure)
	g.rest = []byte(withoutCapabilities(hello))
	return g, nil
}

// withoutCapabilities is a greeting whose list no longer holds: what a server can
// do is asked again once the line is encrypted.
func withoutCapabilities(hello string) string {
	word, _, _ := strings.Cut(strings.TrimPrefix(hello, "* "), " ")
	return "* " + word + " ready\r\n"
}
