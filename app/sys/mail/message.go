package mail

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail to one person.
type Message struct {
	To       string // address only
	ToName   string
	From     string // address only; empty takes the Settings' sender
	FromName string
	ReplyTo  string
	Subject  string
	Text     string // required: every reader can show it
	HTML     string

	// MessageID is the identity without angle brackets; empty makes a new one.
	// Keep one per attempt, so that replies and bounces find their way back.
	MessageID string
	Headers   map[string]string // List-Unsubscribe and the like
	// AutoSubmitted tells other machines not to answer this one.
	AutoSubmitted bool
	Date          time.Time // zero is the moment of sending
	Files         []File
}

// File is one that goes along. Its name is plain, its type one of ours.
type File struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Data []byte `json:"data"`
}

// NewMessageID makes an identity that is unique, at the domain of the sender.
func NewMessageID(from string) string { return rand.Text() + "@" + domainOf(from) }

// ours are the headers that only this package writes.
var ours = map[string]bool{
	"from": true, "to": true, "cc": true, "bcc": true, "sender": true, "reply-to": true, "subject": true, "date": true,
	"message-id": true, "mime-version": true, "received": true, "return-path": true,
}

// check finds whatever could turn one mail into another: line breaks in a
// header, addresses that are not plain, headers that belong to this package.
func (m Message) check() error {
	for name, value := range map[string]string{"to": m.To, "from": m.From} {
		if err := CheckAddress(value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if m.ReplyTo != "" {
		if err := CheckAddress(m.ReplyTo); err != nil {
			return fmt.Errorf("reply-to: %w", err)
		}
	}
	for name, value := range map[string]string{"to name": m.ToName, "from name": m.FromName, "subject": m.Subject} {
		if !oneLine(value) || len(value) > 900 {
			return fmt.Errorf("the %s holds control characters or is too long", name)
		}
	}
	if m.Subject == "" || m.Text == "" {
		return errors.New("subject and text are required")
	}
	if local, domain, ok := strings.Cut(m.MessageID, "@"); m.MessageID != "" && (!ok || !atoms(local) || !atoms(domain) || len(m.MessageID) > 200) {
		return errors.New("the message id is not one")
	}
	for _, f := range m.Files {
		if !oneLine(f.Name) || f.Name == "" || len(f.Name) > 200 || strings.ContainsAny(f.Name, `/\"`) || !ascii(f.Type) || !oneLine(f.Type) {
			return errors.New("the name or the type of a file is none")
		}
	}
	for name, value := range m.Headers {
		lower := strings.ToLower(name)
		if !token(name) || ours[lower] || strings.HasPrefix(lower, "content-") {
			return fmt.Errorf("the header %q cannot be set", name)
		}
		if !oneLine(value) || value == "" || len(value) > 900 {
			return fmt.Errorf("the header %s holds control characters or is too long", name)
		}
	}
	return nil
}

// CheckAddress says whether a text is one plain e-mail address, without a name.
func CheckAddress(address string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Name != "" || parsed.Address != address || len(address) > 254 || !oneLine(address) {
		return errors.New("not an e-mail address")
	}
	return nil
}

// build makes the MIME message: text and HTML as base64, so that Chinese
// passes every server unharmed, and no header that names a program.
func (m Message) build() *gomail.Msg {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingB64), gomail.WithCharset(gomail.CharsetUTF8))
	msg.FromMailAddress(&mail.Address{Name: m.FromName, Address: m.From})
	msg.ToMailAddress(&mail.Address{Name: m.ToName, Address: m.To})
	if m.ReplyTo != "" {
		msg.ReplyToMailAddress(&mail.Address{Address: m.ReplyTo})
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.MessageID)
	if !m.Date.IsZero() {
		msg.SetDateWithValue(m.Date)
	}
	if m.AutoSubmitted {
		msg.SetGenHeader("Auto-Submitted", "auto-generated")
		msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	}
	for name, value := range m.Headers {
		if ascii(value) {
			msg.SetGenHeaderPreformatted(gomail.Header(name), value) // links stay on one line
			continue
		}
		msg.SetGenHeader(gomail.Header(name), value)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	for _, f := range m.Files {
		msg.AttachReadSeeker(f.Name, bytes.NewReader(f.Data), gomail.WithFileContentType(gomail.ContentType(f.Type)))
	}
	return msg
}

func domainOf(address string) string {
	_, domain, ok := strings.Cut(address, "@")
	if !ok || !atoms(domain) {
		return "localhost"
	}
	return strings.ToLower(domain)
}

func oneLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' })
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e })
}

// atoms is a text that may stand on either side of the @ in a message id.
func atoms(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > 0x7e || strings.ContainsRune(`<>@()[]\,;:"`, r) })
}

// token is a header's name.
func token(s string) bool {
	return s != "" && len(s) < 60 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
	})
}
