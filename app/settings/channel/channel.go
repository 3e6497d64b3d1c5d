// Package channel connects the house to the outside: the owner says which mail
// server to use, the outbox hands its messages over through it, and a page
// shows everything that left, waits or could not be delivered. What the
// configuration file or the environment sets wins over the page.
package channel

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/config"
	sysmail "regulars/app/sys/mail"
	"regulars/app/sys/outbox"
)

// settingSMTP is the stored setting; its password is sealed.
const settingSMTP = "channel.smtp"

// NoSMTP is why mail waits while no server is set.
const NoSMTP = "no_smtp"

// Settings is the mail server as the owner typed it. An empty password keeps
// the stored one.
type Settings struct {
	Preset   string `json:"preset"`
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Security string `json:"security"`
	Username string `json:"username"`
	Password string `json:"-"`
	Sealed   string `json:"password"`
	From     string `json:"from"`
	FromName string `json:"from_name"`
}

// usualPort is the port that goes with each way of encryption.
var usualPort = map[string]int{"tls": 465, "starttls": 587, "none": 25}

// Clean fills in what follows from the rest: the provider from the address,
// the port from the security, the sender from the login.
func (s *Settings) Clean() {
	for _, text := range []*string{&s.Host, &s.Username, &s.From, &s.FromName} {
		*text = strings.TrimSpace(*text)
	}
	s.Host = strings.ToLower(s.Host)
	if s.From == "" && strings.Contains(s.Username, "@") {
		s.From = s.Username
	}
	if s.Host == "" && s.From != "" {
		if p := sysmail.PresetFor(s.From); p.Host != "" {
			s.Preset, s.Host, s.Port, s.Security = p.ID, p.Host, p.Port, p.Security
		}
	}
	if s.Security == "" {
		s.Security = "tls"
	}
	if s.Port == 0 {
		s.Port = usualPort[s.Security]
	}
}

// Validate says what is missing or wrong, field by field.
func (s *Settings) Validate() error {
	c := &errs.Check{}
	c.That(s.Host != "", "host", "error.required")
	c.That(!strings.ContainsAny(s.Host, " /\\:@?#[]<>\"'\r\n\t"), "host", "channel.error.host")
	c.That(s.Port >= 1 && s.Port <= 65535, "port", "channel.error.port")
	c.That(slices.Contains([]string{"tls", "starttls", "none"}, s.Security), "security", "error.choice")
	c.That(s.From != "", "from", "error.required")
	c.That(s.From == "" || sysmail.CheckAddress(s.From) == nil, "from", "error.email")
	for name, text := range map[string]string{"username": s.Username, "from_name": s.FromName, "password": s.Password} {
		c.That(len(text) <= 254, name, "error.long", "n", 254)
		c.That(!strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }), name, "error.control")
	}
	return c.Err()
}

// fixed is what the configuration decides; the page shows these read-only. A
// server set there decides about the whole connection, so that a password
// stored for one server never goes to another.
func fixed(cfg config.Config) map[string]bool {
	out := map[string]bool{}
	for _, name := range []string{"host", "port", "username", "password", "security", "from"} {
		if cfg.Origin("smtp."+name) != "default" {
			out[name] = true
		}
	}
	if out["host"] {
		for _, name := range []string{"port", "username", "password", "security"} {
			out[name] = true
		}
	}
	return out
}

// apply puts what the configuration decides over what was typed.
func apply(cfg config.Config, s *Settings) {
	f := fixed(cfg)
	if f["host"] {
		s.Host, s.Preset = cfg.SMTP.Host, "other"
	}
	if f["port"] {
		s.Port = cfg.SMTP.Port
	}
	if f["security"] {
		s.Security = cfg.SMTP.Security
	}
	if f["username"] {
		s.Username = cfg.SMTP.Username
	}
	if !f["from"] {
		return
	}
	if a, err := mail.ParseAddress(cfg.SMTP.From); err == nil {
		s.From = a.Address
		if a.Name != "" {
			s.FromName = a.Name
		}
	}
}

// decode reads a stored letter.
func decode(payload string) (outbox.Letter, error) {
	var l outbox.Letter
	if err := json.Unmarshal([]byte(payload), &l); err != nil {
		return l, fmt.Errorf("read the letter: %w", err)
	}
	return l, nil
}
