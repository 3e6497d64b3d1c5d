// Package log sets up slog so that nothing private reaches a log: secrets show
// as dots, e-mail addresses and phone numbers are masked, and control
// characters are written out, so that a line in the log is always one line of
// ours.
package log

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"regulars/app/sys/config"
)

// New makes the logger that the configuration asks for.
func New(w io.Writer, cfg config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Level)); err != nil {
		level = slog.LevelInfo
	}
	opts := &slog.HandlerOptions{Level: level, ReplaceAttr: replace}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// replace cleans one attribute; slog calls it for every attribute that is not a
// group, the message included.
func replace(groups []string, a slog.Attr) slog.Attr {
	a.Key = escape(a.Key)
	if sensitive(a.Key) {
		return slog.String(a.Key, hidden)
	}
	for _, g := range groups {
		if sensitive(g) {
			return slog.String(a.Key, hidden)
		}
	}
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(clean(a.Key, a.Value.String()))
	case slog.KindAny:
		a.Value = cleanAny(a.Key, a.Value.Any())
	case slog.KindInt64, slog.KindUint64:
		if personal(a.Key) {
			a.Value = slog.StringValue(hidden)
		}
	}
	return a
}

func cleanAny(key string, value any) slog.Value {
	switch v := value.(type) {
	case slog.Level, *slog.Source, nil:
		return slog.AnyValue(v)
	case config.Secret:
		return slog.StringValue(v.String())
	case error:
		return slog.StringValue(clean(key, v.Error()))
	case fmt.Stringer:
		return slog.StringValue(clean(key, v.String()))
	case []byte:
		return slog.StringValue(clean(key, string(v)))
	}
	// JSON, because fmt would print the unexported fields that types hide.
	raw, err := json.Marshal(value)
	if err != nil {
		return slog.StringValue(fmt.Sprintf("%T", value))
	}
	return slog.StringValue(clean(key, string(raw)))
}

func clean(key, s string) string {
	if personal(key) {
		return hidden
	}
	return escape(Mask(s))
}

var sensitiveWords = []string{"password", "passwd", "passphrase", "token", "secret", "authorization", "cookie", "api_key", "apikey", "credential"}

func sensitive(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	for _, word := range sensitiveWords {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// personal names hold a whole number or address that need not look like one.
func personal(name string) bool {
	switch strings.ToLower(name) {
	case "phone", "mobile", "tel", "wechat", "birthday":
		return true
	}
	return false
}
