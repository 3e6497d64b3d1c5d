package log

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/sys/config"
)

// Security notes, section 5 "Logs" and ASVS 16.2.5: planted secrets never
// appear, whatever way they are logged and in both formats.
func TestPlantedSecretsNeverAppear(t *testing.T) {
	const canary = "canary4711xyz"
	type hiddenInside struct {
		Name   string
		secret config.Secret
		Key    config.Secret
	}
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		l := New(&out, config.Log{Level: "debug", Format: format})
		l.Info("secret type", "value", config.Secret(canary), "list", []config.Secret{canary}, "struct", hiddenInside{"n", canary, canary})
		l.Info("names", "password", canary, "session_token", canary, "Authorization", canary, "X-Api-Key", canary, "new-passphrase", []byte(canary))
		l.Info("groups", slog.Group("cookie", "value", canary), slog.Group("smtp", slog.Group("secrets", "x", canary)))
		l.With("token", canary).WithGroup("g").Info("with", "secret", canary)
		l.Error("in text: password="+canary+" and token: "+canary, "err", fmt.Errorf("login: %w", errors.New(`{"password":"`+canary+`","old_secret" : "`+canary+`"}`)))
		l.Info("headers", "h", http.Header{"Authorization": {"Bearer " + canary}, "Cookie": {"rg=" + canary + "; x=" + canary}})
		l.Info("GET /s/" + canary + canary + " Authorization: Bearer " + canary)
		l.Info("Cookie: a=b; rg=" + canary)
		l.Info("key rg_pat_1_"+canary, "url", "https://user:"+canary+"@example.com/setup?token="+canary+"&x=1")
		if strings.Contains(out.String(), "canary") {
			t.Errorf("%s: a secret shows:\n%s", format, out.String())
		}
		if !strings.Contains(out.String(), hidden) {
			t.Errorf("%s: nothing was hidden", format)
		}
	}
}

func TestPeopleAreMasked(t *testing.T) {
	for in, want := range map[string]string{
		"mail to anna.blume+x@example.com failed": "mail to a***@example.com failed",
		"收件人 王芳@例子.example.com":                   "收件人 王***@例子.example.com",
		"call 13800138000 now":                    "call 138******00 now",
		"call +86 138 0013 8000":                  "call +86 1** **** **00",
		"call +1 (212) 555-0100.":                 "call +1 (21*) ***-**00.",
		"call 212-555-0100":                       "call 212-***-**00",
		"call (010) 5555 0100":                    "call (010) **** **00",
		"call 555-0100":                           "call 555-**00",
		"at 2026-10-05T12:30:00.123Z took 1.5s":   "at 2026-10-05T12:30:00.123Z took 1.5s",
		"id 1759623000123 hash a13800138000b":     "id 1759623000123 hash a13800138000b",
		"order 2026-10-05 no 12345678901234":      "order 2026-10-05 no 12345678901234",
		"listening on 127.0.0.1:8080":             "listening on 127.0.0.1:8080",
	} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
	var out bytes.Buffer
	New(&out, config.Log{Format: "text"}).Info("x", "phone", int64(13800138000), "mobile", "123", "to", struct{ Email string }{"anna@example.com"})
	if strings.Contains(out.String(), "138") || strings.Contains(out.String(), "123") || strings.Contains(out.String(), "anna") {
		t.Errorf("a person shows: %s", out.String())
	}
}

// ASVS 16.4.1: user text cannot forge a line or hide one.
func TestControlCharactersAreWrittenOut(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		New(&out, config.Log{Format: format}).Info("name\r\nlevel=ERROR msg=forged", "k", "a\x1b[31m\u202eb\u2028c\x00\u0085d", "err", errors.New("one\ntwo"))
		if n := strings.Count(out.String(), "\n"); n != 1 {
			t.Errorf("%s: %d lines: %q", format, n, out.String())
		}
		if strings.ContainsAny(strings.TrimSuffix(out.String(), "\n"), "\r\x1b\x00\u202e\u2028\u0085") {
			t.Errorf("%s: raw control characters: %q", format, out.String())
		}
	}
}

func TestLevelsTimesAndNumbersStay(t *testing.T) {
	var out bytes.Buffer
	l := New(&out, config.Log{Level: "warn", Format: "json"})
	l.Info("not shown")
	l.Warn("shown", "n", 42, "d", time.Second, "ok", true, "list", []int{1, 2}, "nothing", nil)
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if line["level"] != "WARN" || line["msg"] != "shown" || line["n"] != 42.0 || line["ok"] != true || line["time"] == nil || line["list"] != "[1,2]" {
		t.Errorf("got %v", line)
	}
	if l.Enabled(context.Background(), slog.LevelInfo) {
		t.Error("info is on at level warn")
	}
}
