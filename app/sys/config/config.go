// Package config reads what the person who runs the machine decides: where to
// listen, where the data lives, which mail server to use. A flag beats a
// REGULARS_ environment variable, which beats config.yaml, which beats the
// default. What an owner changes while using the product is not here but in
// the database.
package config

import (
	"net/netip"
	"strings"
)

// Config is everything the outside may set, checked and ready to use.
type Config struct {
	Listen         string // host:port
	BaseURL        string // without a slash at the end; empty when not set
	DataDir        string // absolute
	Log            Log
	TLS            TLS
	TrustedProxies []netip.Prefix
	SMTP           SMTP
	Limits         Limits
	Metrics        Metrics
	Jobs           Jobs
	Outbound       Outbound

	origin map[string]string
}

// Log says how much is logged and in which form.
type Log struct {
	Level  string // debug, info, warn, error
	Format string // text, json
}

// TLS says whether Regulars itself speaks https.
type TLS struct {
	Mode      string // off, files, auto
	Cert, Key string // files
	Domain    string // auto
	Email     string // auto
}

// On tells whether it does.
func (t TLS) On() bool { return t.Mode != "off" && t.Mode != "" }

// SMTP is the mail server when it is set outside the product; it then wins over
// the settings page. Host is empty when it is not.
type SMTP struct {
	Host     string
	Port     int
	Username string
	Password Secret
	From     string
	Security string // tls, starttls, none
}

// Limits keeps one installation from eating its machine; 0 means no limit.
type Limits struct {
	Memory       int64 // bytes
	Upload       int64 // bytes
	APIPerMinute int   // requests of one API token
}

// Metrics is the listener for numbers about the process; empty means none.
type Metrics struct{ Listen string }

// Jobs says whether this process runs the scheduled work.
type Jobs struct{ Enabled bool }

// Outbound says which private addresses Regulars may call.
type Outbound struct{ AllowPrivate AllowPrivate }

// AllowPrivate names the addresses inside one's own network that webhooks and
// mail may reach: all of them, or some by host name, address or CIDR.
type AllowPrivate struct {
	All      bool
	Hosts    []string // lower case
	Prefixes []netip.Prefix
}

// String writes it the way config.yaml does.
func (a AllowPrivate) String() string {
	if a.All {
		return "true"
	}
	parts := append([]string{}, a.Hosts...)
	for _, p := range a.Prefixes {
		parts = append(parts, p.String())
	}
	if len(parts) == 0 {
		return "false"
	}
	return strings.Join(parts, ",")
}

// Origin says where a key's value came from: flag, environment, file or default.
func (c Config) Origin(key string) string {
	if o, ok := c.origin[key]; ok {
		return o
	}
	return "default"
}

// Error lists everything that is wrong with the configuration, each as one
// plain sentence.
type Error struct{ Problems []string }

// Error implements error.
func (e *Error) Error() string { return strings.Join(e.Problems, "; ") }
