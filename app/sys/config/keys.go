package config

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Key describes one setting: its name in config.yaml, the environment variable
// that sets it (the same name with _FILE at the end reads the value from a
// file), the default and one line of help.
type Key struct {
	Name    string `json:"key"`
	Env     string `json:"env"`
	Default string `json:"default"`
	Help    string `json:"help"`
	Secret  bool   `json:"secret"`

	get func(*Config) string
	set func(*Config, any) error
}

// Value is one setting as it is in force; secrets show as dots.
type Value struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin"`
}

// Keys lists every setting in the order of config.example.yaml.
func Keys() []Key {
	list := []Key{
		text("listen", "127.0.0.1:8080", "the address and port to serve on", func(c *Config) *string { return &c.Listen }, isListen),
		text("base_url", "", "the address customers use, such as https://crm.example.com; links in mail need it", func(c *Config) *string { return &c.BaseURL }, isBaseURL),
		text("data_dir", "", "the folder that holds everything; default is data beside the program, else the system's data folder", func(c *Config) *string { return &c.DataDir }, nil),
		text("log.level", "info", "how much is logged: debug, info, warn or error", func(c *Config) *string { return &c.Log.Level }, oneOf("debug", "info", "warn", "error")),
		text("log.format", "text", "text for people, json for programs", func(c *Config) *string { return &c.Log.Format }, oneOf("text", "json")),
		text("tls.mode", "off", "https by Regulars itself: off, files (your certificate) or auto (Let's Encrypt)", func(c *Config) *string { return &c.TLS.Mode }, oneOf("off", "files", "auto")),
		text("tls.cert", "", "certificate file, for tls.mode files", func(c *Config) *string { return &c.TLS.Cert }, nil),
		text("tls.key", "", "key file, for tls.mode files", func(c *Config) *string { return &c.TLS.Key }, nil),
		text("tls.domain", "", "domain name, for tls.mode auto", func(c *Config) *string { return &c.TLS.Domain }, isDomain),
		text("tls.email", "", "contact for the certificate authority, for tls.mode auto", func(c *Config) *string { return &c.TLS.Email }, isMail),
		{Name: "trusted_proxies", Default: "", Help: "addresses or CIDRs of reverse proxies whose X-Forwarded headers count",
			get: func(c *Config) string { return joinPrefixes(c.TrustedProxies) }, set: setTrustedProxies},
		text("smtp.host", "", "mail server; when set here it wins over the settings page", func(c *Config) *string { return &c.SMTP.Host }, isHost),
		{Name: "smtp.port", Default: "0", Help: "its port; 0 chooses by security: 465 tls, 587 starttls, 25 none",
			get: func(c *Config) string { return strconv.Itoa(c.SMTP.Port) }, set: setPort},
		text("smtp.username", "", "login name; empty sends without login", func(c *Config) *string { return &c.SMTP.Username }, nil),
		{Name: "smtp.password", Default: "", Secret: true, Help: "password or authorisation code; in quotes",
			get: func(c *Config) string { return c.SMTP.Password.String() }, set: setPassword},
		text("smtp.from", "", "sender address, such as shop@example.com; empty uses the one from the settings page", func(c *Config) *string { return &c.SMTP.From }, isSender),
		text("smtp.security", "tls", "tls (from the first byte), starttls, or none (only inside your own network)", func(c *Config) *string { return &c.SMTP.Security }, oneOf("tls", "starttls", "none")),
		size("limits.memory", "256MiB", "memory the process tries to stay below; 0 = off", func(c *Config) *int64 { return &c.Limits.Memory }),
		size("limits.upload", "10MiB", "largest attachment; 0 = off", func(c *Config) *int64 { return &c.Limits.Upload }),
		{Name: "limits.api_per_minute", Default: "600", Help: "API requests a minute for one token; 0 = off",
			get: func(c *Config) string { return strconv.Itoa(c.Limits.APIPerMinute) }, set: setAPIPerMinute},
		text("metrics.listen", "", "loopback address for Prometheus metrics, such as 127.0.0.1:9090; empty = off", func(c *Config) *string { return &c.Metrics.Listen }, isLoopbackListen),
		{Name: "jobs.enabled", Default: "true", Help: "whether scheduled work runs in this process",
			get: func(c *Config) string { return strconv.FormatBool(c.Jobs.Enabled) }, set: setJobsEnabled},
		{Name: "outbound.allow_private", Default: "false", Help: "private addresses that webhooks and mail may reach: true, or host names, addresses and CIDRs",
			get: func(c *Config) string { return c.Outbound.AllowPrivate.String() }, set: setAllowPrivate},
	}
	for i := range list {
		list[i].Env = envName(list[i].Name)
	}
	return list
}

// Values lists what is in force, with secrets as dots.
func Values(cfg Config) []Value {
	var list []Value
	for _, k := range Keys() {
		list = append(list, Value{Key: k.Name, Value: k.get(&cfg), Origin: cfg.Origin(k.Name)})
	}
	return list
}

// Print writes what is in force and where it came from, for people; secrets
// show as dots.
func Print(w io.Writer, cfg Config) error {
	for _, v := range Values(cfg) {
		if _, err := fmt.Fprintf(w, "%-24s %-32s %s\n", v.Key, strconv.Quote(v.Value), v.Origin); err != nil {
			return fmt.Errorf("print configuration: %w", err)
		}
	}
	return nil
}

func envName(key string) string {
	return "REGULARS_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// text makes a key whose value is a string; check answers with the value to
// keep, or with the end of a sentence that begins with the key's name.
func text(name, def, help string, field func(*Config) *string, check func(string) (string, error)) Key {
	return Key{Name: name, Default: def, Help: help,
		get: func(c *Config) string { return *field(c) },
		set: func(c *Config, raw any) error {
			value, err := asText(raw)
			if err != nil {
				return err
			}
			if value != "" && check != nil {
				if value, err = check(value); err != nil {
					return err
				}
			}
			*field(c) = value
			return nil
		}}
}

func size(name, def, help string, field func(*Config) *int64) Key {
	return Key{Name: name, Default: def, Help: help,
		get: func(c *Config) string { return formatSize(*field(c)) },
		set: func(c *Config, raw any) error {
			value, err := asText(raw)
			if err != nil {
				return err
			}
			n, err := parseSize(value)
			if err != nil {
				return err
			}
			*field(c) = n
			return nil
		}}
}
