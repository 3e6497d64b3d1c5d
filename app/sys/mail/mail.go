// Package mail hands one message to an SMTP server and says what came of it:
// accepted, refused for now, refused for good, wrongly set up, or unknown
// because the connection broke after the message had been handed over. Whether
// and when to try again is decided elsewhere.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"regulars/app/sys/config"
	"regulars/app/sys/fetch"
)

const timeout = 30 * time.Second

// Settings is one mail server and the sender it sends for.
type Settings struct {
	Host     string
	Port     int
	Username string // empty sends without login
	Password config.Secret
	From     string // address only
	FromName string
	Security string // tls, starttls, none
}

// Sender hands messages over. Each Send is its own connection; it may be used
// from many goroutines.
type Sender struct {
	// Allow decides about the address that the server's name led to, right
	// before it is dialled; nil opens nothing private.
	Allow func(host string, addr netip.Addr) error

	roots *x509.CertPool // nil means the system's
}

// New makes a sender that connects only where the guard lets it.
func New(guard fetch.Guard) *Sender { return &Sender{Allow: guard.Check} }

// Send hands the message over. A nil error means that the server took it; every
// other error is a *SendError.
func (s *Sender) Send(ctx context.Context, to Settings, m Message) error {
	if m.From == "" {
		m.From, m.FromName = to.From, to.FromName
	}
	if err := m.check(); err != nil {
		return &SendError{Class: Permanent, Key: "mail.error.message", Text: err.Error()}
	}
	if m.MessageID == "" {
		m.MessageID = NewMessageID(m.From)
	}
	return s.with(ctx, to, !ascii(m.To+m.From), func(c *gomail.Client, session *smtp.Client) error {
		return c.SendWithSMTPClient(session, m.build())
	})
}

// Check connects and logs in without sending anything, for the settings page.
func (s *Sender) Check(ctx context.Context, to Settings) error {
	return s.with(ctx, to, false, func(*gomail.Client, *smtp.Client) error { return nil })
}

// with runs fn inside a session that has said hello and logged in. When ctx
// ends, the connection is cut.
func (s *Sender) with(ctx context.Context, to Settings, utf8 bool, fn func(*gomail.Client, *smtp.Client) error) error {
	line := &line{sender: s, to: to}
	client, err := line.client(utf8)
	if err != nil {
		return &SendError{Class: Config, Key: "mail.error.settings", Text: err.Error()}
	}
	defer line.cut()
	defer context.AfterFunc(ctx, line.cut)()
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err() // rather than "use of closed connection"
	}
	if err != nil {
		return classifyConnect(err, to)
	}
	if err := fn(client, session); err != nil {
		return classifySend(err, to)
	}
	_ = session.UpdateDeadline(2 * time.Second) // a server that is slow to say goodbye changes nothing
	_ = client.CloseWithSMTPClient(session)
	return nil
}

// line is one connection to one server.
type line struct {
	sender *Sender
	to     Settings

	mu   sync.Mutex
	conn net.Conn
}

var (
	errSecurity      = errors.New("security must be tls, starttls or none")
	errPort          = errors.New("the port must be between 1 and 65535")
	errPlainPassword = errors.New("a password is never sent unencrypted over the public network")
)

func (l *line) client(utf8 bool) (*gomail.Client, error) {
	if err := fetch.CheckHost(l.to.Host); err != nil {
		return nil, err
	}
	if l.to.Port < 1 || l.to.Port > 65535 {
		return nil, errPort
	}
	options := []gomail.Option{
		gomail.WithPort(l.to.Port), gomail.WithTimeout(timeout), gomail.WithHELO(domainOf(l.to.From)),
		gomail.WithDialContextFunc(l.dial), gomail.WithTLSConfig(l.tls()), gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	if !utf8 {
		options = append(options, gomail.WithoutSMTPUTF8())
	}
	switch l.to.Security {
	case "tls":
		options = append(options, gomail.WithSSL())
	case "starttls":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case "none":
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, errSecurity
	}
	if l.to.Username != "" {
		ways := []gomail.SMTPAuthType{gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthCramMD5}
		if l.to.Security == "none" { // only inside one's own network, see control
			ways = []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc}
		}
		options = append(options, gomail.WithUsername(l.to.Username), gomail.WithPassword(l.to.Password.Reveal()), gomail.WithOpportunisticSMTPAuth(ways...))
	}
	return gomail.NewClient(l.to.Host, options...)
}

func (l *line) tls() *tls.Config {
	return &tls.Config{ServerName: l.to.Host, MinVersion: tls.VersionTLS12, RootCAs: l.sender.roots}
}

func (l *line) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: timeout, Control: l.control}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(l.to.Host, strconv.Itoa(l.to.Port)))
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.conn = conn
	l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err // it ended before cut could see the connection
	}
	if l.to.Security != "tls" {
		return conn, nil
	}
	secure := tls.Client(conn, l.tls())
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return secure, nil
}

// cut closes the connection, whatever state it is in.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		_ = l.conn.Close()
	}
}
