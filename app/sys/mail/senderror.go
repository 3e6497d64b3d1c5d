package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strings"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"regulars/app/sys/fetch"
)

// Class says what to do about a failed hand-over.
type Class int

// The classes.
const (
	Retry     Class = iota // try again later
	Throttle               // the server asks for fewer: slow the whole channel down
	Permanent              // this message will never be taken
	Config                 // no message will be taken until someone changes the settings
	Unknown                // handed over, but the answer was lost: it may have arrived
)

// String names the class for logs.
func (c Class) String() string {
	return [...]string{"retry", "throttle", "permanent", "config", "unknown"}[c]
}

// SendError is a failed hand-over.
type SendError struct {
	Class Class
	Code  int    // the server's reply code, 0 when it gave none
	Text  string // the server's or system's own words, for those who can read them
	Key   string // i18n key of what it means in plain words
}

// Error implements error.
func (e *SendError) Error() string { return fmt.Sprintf("mail %s: %s", e.Class, e.Text) }

// Explain gives the i18n key that says what went wrong and what to do about it.
func Explain(err error) string {
	var e *SendError
	if errors.As(err, &e) && e.Key != "" {
		return e.Key
	}
	return "mail.error.other"
}

// classifyConnect judges what happened before a message was begun; nothing was
// handed over.
func classifyConnect(err error, to Settings) *SendError {
	e := &SendError{Class: Config, Text: words(err.Error())}
	var dns *net.DNSError
	var reply *textproto.Error
	switch {
	case errors.Is(err, fetch.ErrPrivate):
		e.Key = "mail.error.private"
	case errors.Is(err, errPlainPassword), errors.Is(err, smtp.ErrUnencrypted):
		e.Key = "mail.error.plain_password"
	case strings.Contains(e.Text, "does not support STARTTLS"):
		e.Key = "mail.error.starttls"
	case errors.As(err, &dns):
		e.Class, e.Key = Retry, "mail.error.dns"
	case isCertificate(err):
		e.Key = "mail.error.certificate"
	case isTLS(err):
		e.Key = "mail.error.tls"
	case errors.As(err, &reply):
		e.Code = reply.Code
		e.judgeGreeting(strings.Contains(e.Text, "SMTP AUTH failed"), to)
	case strings.Contains(e.Text, "AUTH"):
		e.Key = "mail.error.auth_unsupported"
	case isTimeout(err):
		e.Class, e.Key = Retry, "mail.error.timeout"
	default:
		e.Class, e.Key = Retry, "mail.error.connect"
	}
	return e
}

func (e *SendError) judgeGreeting(login bool, to Settings) {
	switch {
	case e.Code < 500 && crowded(e.Code, e.Text):
		e.Class, e.Key = Throttle, "mail.error.throttle"
	case e.Code < 500:
		e.Class, e.Key = Retry, "mail.error.later"
	case login && wantsCode(to.Host):
		e.Key = "mail.error.auth_code"
	case login:
		e.Key = "mail.error.auth"
	default:
		e.Key = "mail.error.refused"
	}
}

// classifySend judges what happened to a message inside a session.
func classifySend(err error, to Settings) *SendError {
	e := &SendError{Class: Retry, Key: "mail.error.connect", Text: words(err.Error())}
	var failed *gomail.SendError
	if !errors.As(err, &failed) {
		return e
	}
	e.Code = failed.ErrorCode()
	stage := failed.Reason
	switch {
	case e.Code == 0 && stage == gomail.ErrSMTPDataClose:
		e.Class, e.Key = Unknown, "mail.error.unknown"
	case e.Code == 0 && (isTimeout(err) || strings.Contains(e.Text, "timeout")):
		e.Key = "mail.error.timeout"
	case e.Code == 0:
	case crowded(e.Code, e.Text):
		e.Class, e.Key = Throttle, "mail.error.throttle"
	case e.Code < 500:
		e.Key = "mail.error.later"
	case e.Code == 530 || e.Code == 535:
		e.Class, e.Key = Config, "mail.error.auth"
		if wantsCode(to.Host) {
			e.Key = "mail.error.auth_code"
		}
	case stage == gomail.ErrSMTPMailFrom:
		e.Class, e.Key = Config, "mail.error.sender"
	case stage == gomail.ErrSMTPRcptTo && strings.Contains(strings.ToLower(e.Text), "relay"):
		e.Class, e.Key = Config, "mail.error.relay"
	case stage == gomail.ErrSMTPRcptTo:
		e.Class, e.Key = Permanent, "mail.error.recipient"
	default:
		e.Class, e.Key = Permanent, "mail.error.content"
	}
	return e
}

// crowded recognises "too many" in what servers say; some say it with a 5xx.
func crowded(code int, text string) bool {
	text = strings.ToLower(text)
	for _, sign := range []string{"frequency", "too many", "rate limit", "ratelimit", "rate-limit", "quota exceeded for sending", "daily limit", "sending limit", "4.7.28", "频率", "过于频繁"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return code == 421
}

func isCertificate(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &hostname) || errors.As(err, &invalid)
}

func isTLS(err error) bool {
	var header tls.RecordHeaderError
	var alert tls.AlertError
	return errors.As(err, &header) || errors.As(err, &alert) || strings.Contains(err.Error(), "tls: ")
}

func isTimeout(err error) bool {
	var netErr net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &netErr) && netErr.Timeout()
}

// words keeps what the server said: without what the library adds about the
// message, in one line, not endless.
func words(text string) string {
	text, _, _ = strings.Cut(text, ", affected recipient(s)")
	text, _, _ = strings.Cut(text, ", affected message ID")
	text = strings.Map(func(r rune) rune {
		if !oneLine(string(r)) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	if runes := []rune(text); len(runes) > 300 {
		return string(runes[:300]) + "…"
	}
	return text
}
