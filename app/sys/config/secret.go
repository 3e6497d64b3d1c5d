package config

import (
	"fmt"
	"log/slog"
)

const hidden = "•••"

// Secret is a text that must never be shown: every way of printing it, in logs,
// JSON, YAML or fmt, gives dots. Reveal is the one way to the text.
type Secret string

// Reveal gives the text itself, for the code that logs in somewhere with it.
func (s Secret) Reveal() string { return string(s) }

// String shows dots, or nothing when no secret is set.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// Format covers every fmt verb, %x and %#v included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText covers JSON, YAML and everything else that asks for text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue covers slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
