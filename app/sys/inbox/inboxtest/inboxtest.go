// Package inboxtest is a real IMAP server for tests: it speaks the protocol on a
// loopback port and holds the mails that a test delivers.
package inboxtest

import (
	"bytes"
	"crypto/tls"
	"io"
	"log"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"regulars/app/sys/safego"
)

// The account that the server knows.
const (
	Username = "shop@example.com"
	Password = "kettle"
)

// Server is one running server; it ends with the test.
type Server struct {
	Host string
	Port int

	t     testing.TB
	user  *imapmemserver.User
	mails [][]byte
	close func() error
}

// New starts a server with an empty INBOX, without encryption.
func New(t testing.TB) *Server { return start(t, nil, false) }

// NewTLS starts one that speaks TLS from the first byte, NewStartTLS one that
// wants to be asked for it.
func NewTLS(t testing.TB, config *tls.Config) *Server      { return start(t, config, true) }
func NewStartTLS(t testing.TB, config *tls.Config) *Server { return start(t, config, false) }

func start(t testing.TB, config *tls.Config, implicit bool) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, t: t, user: imapmemserver.NewUser(Username, Password)}
	s.create()
	all := imapmemserver.New()
	all.AddUser(s.user)
	if implicit {
		listener = tls.NewListener(listener, config)
		config = nil
	}
	server := imapserver.New(&imapserver.Options{InsecureAuth: config == nil, TLSConfig: config, Logger: log.New(io.Discard, "", 0),
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return all.NewSession(), nil, nil
		}})
	safego.Go("inboxtest", func() { _ = server.Serve(listener) })
	s.close = server.Close
	t.Cleanup(s.Close)
	return s
}

// Close stops the server.
func (s *Server) Close() { _ = s.close() }

func (s *Server) create() {
	if err := s.user.Create("INBOX", nil); err != nil {
		s.t.Fatal(err)
	}
}

// Deliver puts a mail into the INBOX; lines may end in \n.
func (s *Server) Deliver(mail string) {
	s.t.Helper()
	raw := []byte(strings.ReplaceAll(strings.ReplaceAll(mail, "\r\n", "\n"), "\n", "\r\n"))
	s.mails = append(s.mails, raw)
	s.append(raw)
}

func (s *Server) append(raw []byte) {
	if _, err := s.user.Append("INBOX", literal{bytes.NewReader(raw)}, &imap.AppendOptions{}); err != nil {
		s.t.Fatal(err)
	}
}

// Renumber gives the same mails new numbers, as a server does whose folder was
// rebuilt.
func (s *Server) Renumber() {
	s.t.Helper()
	if err := s.user.Delete("INBOX"); err != nil {
		s.t.Fatal(err)
	}
	s.create()
	for _, raw := range s.mails {
		s.append(raw)
	}
}

// Unseen counts the mails that nobody has marked as read.
func (s *Server) Unseen() int {
	s.t.Helper()
	st, err := s.user.Status("INBOX", &imap.StatusOptions{NumUnseen: true})
	if err != nil {
		s.t.Fatal(err)
	}
	return int(*st.NumUnseen)
}

type literal struct{ *bytes.Reader }

// Size implements imap.LiteralReader.
func (l literal) Size() int64 { return l.Reader.Size() }
