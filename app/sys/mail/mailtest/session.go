package mailtest

import (
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one client's conversation.
type session struct {
	server   *Server
	conn     *smtp.Conn
	loggedIn bool
	from     string
	utf8     bool
	to       []string
}

var errDropped = errors.New("dropped")

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(mech string) (sasl.Server, error) {
	check := func(username, password string) error {
		r := s.server.look()
		if r.username != "" && (username != r.username || password != r.password) {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Authentication failed"}
		}
		s.loggedIn = true
		return nil
	}
	if mech == sasl.Plain {
		return sasl.NewPlainServer(func(_, username, password string) error { return check(username, password) }), nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	r := s.server.look()
	if r.username != "" && !s.loggedIn {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	if r.mail != nil {
		return r.mail
	}
	s.from, s.utf8 = from, opts != nil && opts.UTF8
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	r := s.server.look()
	if r.dropMidway[strings.ToLower(to)] {
		_ = s.conn.Conn().Close()
		return errDropped
	}
	if e := r.rcpt[strings.ToLower(to)]; e != nil {
		return e
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(body io.Reader) error {
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	r := s.server.look()
	for _, to := range s.to {
		if e := r.data[strings.ToLower(to)]; e != nil {
			return e
		}
	}
	s.server.keep(parse(s.from, s.to, s.utf8, raw))
	if r.gate != nil {
		select {
		case <-r.gate:
		case <-s.server.closed:
		}
	}
	for _, to := range s.to {
		if r.drop[strings.ToLower(to)] {
			_ = s.conn.Conn().Close()
			return errDropped
		}
	}
	return nil
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }

func (s *Server) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	s.arrived.Broadcast()
}
