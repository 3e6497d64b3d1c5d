// Package mailtest is a real SMTP server for tests: it speaks the protocol on a
// loopback port, keeps what it is given, and misbehaves on demand.
package mailtest

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"regulars/app/sys/safego"
)

// Server is one running server; it ends with the test.
type Server struct {
	Host string // 127.0.0.1
	Port int
	Addr string // host:port

	Roots *x509.CertPool // of NewTLS and NewStartTLS: trusts the server's certificate

	t        testing.TB
	server   *smtp.Server
	listener net.Listener
	mu       sync.Mutex
	arrived  *sync.Cond
	messages []Message
	rules    rules
	once     sync.Once
	closed   chan struct{}
}

// rules is how the server misbehaves.
type rules struct {
	rcpt, data         map[string]*smtp.SMTPError
	mail               *smtp.SMTPError
	drop, dropMidway   map[string]bool
	username, password string
	gate               <-chan struct{}
}

// New starts a server without encryption.
func New(t testing.TB) *Server { return start(t, nil, false) }

// NewStartTLS starts a server that offers STARTTLS.
func NewStartTLS(t testing.TB) *Server { return start(t, certificate(t), false) }

// NewTLS starts a server that speaks TLS from the first byte.
func NewTLS(t testing.TB) *Server { return start(t, certificate(t), true) }

func start(t testing.TB, cert *tls.Certificate, implicit bool) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, closed: make(chan struct{}), Host: "127.0.0.1", Addr: listener.Addr().String(), Port: listener.Addr().(*net.TCPAddr).Port}
	s.arrived = sync.NewCond(&s.mu)
	s.rules = noRules()
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	s.server.Domain = "mail.example.com"
	s.server.AllowInsecureAuth = true
	s.server.EnableSMTPUTF8 = true
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	if cert != nil {
		s.Roots = x509.NewCertPool()
		s.Roots.AddCert(cert.Leaf)
		s.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12}
		if implicit {
			listener = tls.NewListener(listener, s.server.TLSConfig)
		}
	}
	s.listener = listener
	safego.Go("mailtest", func() { _ = s.server.Serve(listener) })
	t.Cleanup(s.Close)
	return s
}

// Close stops the server: from now on nobody answers at its address.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.closed)
		_ = s.listener.Close()
		_ = s.server.Close()
	})
}

// Reply answers RCPT TO for an address with a code from 400 on; 0 stops that.
func (s *Server) Reply(rcpt string, code int, text string) {
	if code == 0 {
		s.change(func(r *rules) { delete(r.rcpt, strings.ToLower(rcpt)) })
		return
	}
	s.change(func(r *rules) { r.rcpt[strings.ToLower(rcpt)] = reply(code, text) })
}

// ReplyData answers with a code after the message for an address was received.
func (s *Server) ReplyData(rcpt string, code int, text string) {
	s.change(func(r *rules) { r.data[strings.ToLower(rcpt)] = reply(code, text) })
}

// ReplyMail answers every MAIL FROM with a code; 0 stops that.
func (s *Server) ReplyMail(code int, text string) {
	s.change(func(r *rules) {
		r.mail = nil
		if code != 0 {
			r.mail = reply(code, text)
		}
	})
}

// DropAfterData cuts the connection after the message for an address was taken,
// so that the final 250 never arrives.
func (s *Server) DropAfterData(rcpt string) {
	s.change(func(r *rules) { r.drop[strings.ToLower(rcpt)] = true })
}

// DropAtRcpt cuts the connection instead of answering RCPT TO for an address.
func (s *Server) DropAtRcpt(rcpt string) {
	s.change(func(r *rules) { r.dropMidway[strings.ToLower(rcpt)] = true })
}

// Hold makes every message wait for the gate between its arrival and the final
// 250; closing the gate, or nil, lets all pass. The message already counts.
func (s *Server) Hold(gate <-chan struct{}) { s.change(func(r *rules) { r.gate = gate }) }

// RequireLogin takes mail only from this account.
func (s *Server) RequireLogin(username, password string) {
	s.change(func(r *rules) { r.username, r.password = username, password })
}

// Heal forgets every rule but the login.
func (s *Server) Heal() {
	s.change(func(r *rules) {
		username, password := r.username, r.password
		*r = noRules()
		r.username, r.password = username, password
	})
}

// Messages gives everything that arrived, in order of arrival.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message{}, s.messages...)
}

// Count says how many messages arrived for an address.
func (s *Server) Count(rcpt string) int {
	n := 0
	for _, m := range s.Messages() {
		for _, to := range m.To {
			if strings.EqualFold(to, rcpt) {
				n++
			}
		}
	}
	return n
}

// Wait blocks until n messages arrived and gives them; the test fails after ten
// seconds.
func (s *Server) Wait(n int) []Message {
	s.t.Helper()
	late := false
	alarm := time.AfterFunc(10*time.Second, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.arrived.Broadcast()
	})
	defer alarm.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.messages) < n && !late {
		s.arrived.Wait()
	}
	if len(s.messages) < n {
		s.t.Fatalf("%d messages arrived, waited for %d", len(s.messages), n)
	}
	return append([]Message{}, s.messages...)
}

func (s *Server) change(fn func(*rules)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fn(&s.rules)
}

func (s *Server) look() rules {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rules
	r.rcpt, r.data, r.drop, r.dropMidway = maps.Clone(r.rcpt), maps.Clone(r.data), maps.Clone(r.drop), maps.Clone(r.dropMidway)
	return r
}

func noRules() rules {
	return rules{rcpt: map[string]*smtp.SMTPError{}, data: map[string]*smtp.SMTPError{}, drop: map[string]bool{}, dropMidway: map[string]bool{}}
}

func reply(code int, text string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: text}
}
