package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/spf13/viper"
)

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, yaml string, env ...string) (Config, error) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "config.yaml"), yaml)
	return Load(Options{DataDir: dir, Environ: append([]string{"PATH=/bin"}, env...)})
}

func TestDefaultsAreSafe(t *testing.T) {
	cfg, err := load(t, "")
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Listen != "127.0.0.1:8080" || cfg.Outbound.AllowPrivate.All || len(cfg.TrustedProxies) > 0 || cfg.Metrics.Listen != "" {
		t.Errorf("defaults open a door: %+v", cfg)
	}
	if !cfg.Jobs.Enabled || cfg.Limits.Memory != 256<<20 || cfg.Limits.Upload != 10<<20 || cfg.SMTP.Port != 465 {
		t.Errorf("defaults: %+v", cfg)
	}
}

func TestFlagBeatsEnvironmentBeatsFileBeatsDefault(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "other.yaml"), "listen: 127.0.0.1:1\nlog:\n  level: warn\n  format: json\ndata_dir: "+dir+"\n")
	cfg, err := Load(Options{ConfigFile: file, Environ: []string{"REGULARS_LISTEN=127.0.0.1:2", "REGULARS_LOG_LEVEL=error"},
		Flags: map[string]string{"listen": "127.0.0.1:3"}})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{cfg.Listen, cfg.Log.Level, cfg.Log.Format, cfg.TLS.Mode, cfg.DataDir}
	want := []string{"127.0.0.1:3", "error", "json", "off", dir}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	origins := []string{cfg.Origin("listen"), cfg.Origin("log.level"), cfg.Origin("log.format"), cfg.Origin("tls.mode")}
	if fmt.Sprint(origins) != "[flag environment file default]" {
		t.Errorf("origins %v", origins)
	}
}

func TestEveryKeyCanComeFromAVariableOrAFile(t *testing.T) {
	samples := map[string]string{
		"listen": ":9", "base_url": "https://crm.example.com", "data_dir": "/srv/x", "log.level": "debug", "log.format": "json",
		"tls.mode": "off", "tls.cert": "/c", "tls.key": "/k", "tls.domain": "crm.example.com", "tls.email": "a@example.com",
		"trusted_proxies": "10.0.0.0/8", "smtp.host": "mail.example.com", "smtp.port": "2525", "smtp.username": "u", "smtp.password": "p",
		"smtp.from": "a@example.com", "smtp.security": "none", "limits.memory": "1GiB", "limits.upload": "5MiB", "limits.api_per_minute": "0",
		"metrics.listen": "127.0.0.1:9090", "jobs.enabled": "false", "outbound.allow_private": "mail.lan,192.168.0.0/16",
	}
	dir := t.TempDir()
	var plain, files []string
	for _, k := range Keys() {
		value, ok := samples[k.Name]
		if !ok {
			t.Fatalf("no sample for %s", k.Name)
		}
		plain = append(plain, k.Env+"="+value)
		files = append(files, k.Env+"_FILE="+write(t, filepath.Join(dir, k.Env), value+"\n"))
	}
	for _, environ := range [][]string{plain, files} {
		cfg, err := Load(Options{Environ: environ})
		if err != nil {
			t.Fatal(err)
		}
		if cfg.SMTP.Password.Reveal() != "p" {
			t.Error("the password did not arrive")
		}
		for _, v := range Values(cfg) {
			want := samples[v.Key]
			if v.Key == "smtp.password" {
				want = "•••"
			}
			if sorted(v.Value) != sorted(want) || v.Origin != "environment" {
				t.Errorf("%s = %q from %s, want %q", v.Key, v.Value, v.Origin, want)
			}
		}
	}
}

func sorted(list string) string {
	parts := strings.Split(list, ",")
	sort.Strings(parts)
	return strings.Join(parts, ",")
}

func TestUnknownKeysNameTheNearest(t *testing.T) {
	for yaml, want := range map[string]string{
		"lisen: 127.0.0.1:1":        "did you mean listen?",
		"smtp:\n  pasword: x":       "did you mean smtp.password?",
		"log: debug":                "the key log (file) is unknown",
		"outbound:\n  private: yes": "did you mean outbound.allow_private?",
	} {
		if _, err := load(t, yaml); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gave %v, want %q", yaml, err, want)
		}
	}
	if _, err := load(t, "", "REGULARS_SMPT_HOST=x"); err == nil || !strings.Contains(err.Error(), "did you mean REGULARS_SMTP_HOST?") {
		t.Errorf("environment: %v", err)
	}
	if _, err := load(t, "smtp:\n#  host: x\nlog:\n"); err != nil {
		t.Errorf("an empty section is fine: %v", err)
	}
}

func TestWrongValuesAreSaidPlainly(t *testing.T) {
	for yaml, want := range map[string]string{
		"listen: 8080":                                "listen must be an address and a port",
		"listen: 127.0.0.1:99999":                     "listen must be",
		"base_url: crm.example.com":                   "base_url must be a full address",
		"base_url: ftp://crm.example.com":             "base_url must be a full address",
		"base_url: https://crm.example.com/crm":       "cannot live below a path",
		"base_url: https://u:p@crm.example.com":       "base_url must be",
		"log:\n  level: loud":                         "log.level must be one of debug, info, warn, error",
		"tls:\n  mode: files":                         "tls.mode files needs tls.cert and tls.key",
		"tls:\n  mode: auto":                          "tls.mode auto needs tls.domain",
		"trusted_proxies: [10.0.0.0/99]":              `trusted_proxies must hold addresses or CIDRs such as 10.0.0.0/8, not "10.0.0.0/99"`,
		"smtp:\n  security: ssl":                      "smtp.security must be one of tls, starttls, none",
		"smtp:\n  host: https://mail.example.com":     "smtp.host must be a host name",
		"smtp:\n  host: unix:///run/mail":             "smtp.host must be a host name",
		"smtp:\n  port: many":                         "smtp.port must be a whole number",
		"smtp:\n  password: 0123":                     "smtp.password must be in quotes",
		"limits:\n  memory: lots":                     "limits.memory must be a size",
		"limits:\n  upload: -1":                       "limits.upload must be a size",
		"metrics:\n  listen: 0.0.0.0:9090":            "metrics.listen must be an address of this machine only",
		"jobs:\n  enabled: maybe":                     "jobs.enabled must be true or false",
		"outbound:\n  allow_private: [\"http://x/\"]": "outbound.allow_private must be true",
		"listen: [a, b]":                              "listen must be a single value",
		"listen: \"unclosed":                          "read configuration",
	} {
		if _, err := load(t, yaml); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gave %v, want %q", yaml, err, want)
		}
	}
}

func TestAllProblemsAreNamedAtOnce(t *testing.T) {
	_, err := load(t, "listen: x\njobs:\n  enabled: 7\n")
	var e *Error
	if !errors.As(err, &e) || len(e.Problems) != 2 {
		t.Errorf("got %v", err)
	}
}

func TestTheSameKeyTwiceInTheEnvironmentIsRefused(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "p"), "x")
	_, err := load(t, "", "REGULARS_SMTP_PASSWORD=a", "REGULARS_SMTP_PASSWORD_FILE="+file)
	if err == nil || !strings.Contains(err.Error(), "both set smtp.password") {
		t.Errorf("got %v", err)
	}
	_, err = load(t, "", "REGULARS_SMTP_PASSWORD_FILE=/does/not/exist")
	if err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("got %v", err)
	}
}

func TestConfigFileMustExistWhenNamed(t *testing.T) {
	if _, err := Load(Options{ConfigFile: filepath.Join(t.TempDir(), "no.yaml"), Environ: []string{}}); err == nil {
		t.Error("a missing --config file was accepted")
	}
	dir := t.TempDir()
	if _, err := Load(Options{DataDir: filepath.Join(dir, "new"), Environ: []string{}}); err != nil {
		t.Errorf("a data folder that does not exist yet is fine: %v", err)
	}
	write(t, filepath.Join(dir, "config.yaml"), "data_dir: /elsewhere\n")
	if _, err := Load(Options{DataDir: dir, Environ: []string{}}); err == nil {
		t.Error("the data folder's own file moved the data folder")
	}
}

func TestOutboundAllowList(t *testing.T) {
	cfg, err := load(t, "outbound:\n  allow_private: true\n")
	if err != nil || !cfg.Outbound.AllowPrivate.All {
		t.Errorf("true: %+v %v", cfg.Outbound, err)
	}
	cfg, err = load(t, "outbound:\n  allow_private: [Mail.LAN, 192.168.1.7, 10.0.0.0/8]\n")
	if err != nil || cfg.Outbound.AllowPrivate.String() != "mail.lan,192.168.1.7/32,10.0.0.0/8" {
		t.Errorf("list: %s %v", cfg.Outbound.AllowPrivate, err)
	}
}

func TestSecretNeverShows(t *testing.T) {
	const canary = Secret("canary-4711")
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb, canary)
		fmt.Fprintf(&out, verb, SMTP{Password: canary})
	}
	raw, err := json.Marshal(SMTP{Password: canary})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(raw)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", canary, "smtp", SMTP{Password: canary})
	if err := Print(&out, Config{SMTP: SMTP{Password: canary}}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "canary") || strings.Contains(out.String(), fmt.Sprintf("%x", "canary")) {
		t.Errorf("the secret shows: %s", out.String())
	}
}

func TestExampleFileDocumentsEveryKeyWithItsDefault(t *testing.T) {
	const example = "../../../config.example.yaml"
	v := viper.New()
	v.SetConfigFile(example)
	if err := v.ReadInConfig(); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, k := range Keys() {
		want = append(want, k.Name)
		if k.Help == "" {
			t.Errorf("%s has no help", k.Name)
		}
	}
	got := v.AllKeys()
	sort.Strings(got)
	sort.Strings(want)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("file has\n%v\ncode has\n%v", got, want)
	}

	raw, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	withoutDir := regexp.MustCompile(`(?m)^data_dir:.*$`).ReplaceAllString(string(raw), "")
	fromExample, err := load(t, withoutDir)
	if err != nil {
		t.Fatal(err)
	}
	defaults, err := load(t, "")
	if err != nil {
		t.Fatal(err)
	}
	a, b := Values(fromExample), Values(defaults)
	for i := range a {
		if a[i].Key != "data_dir" && a[i].Value != b[i].Value {
			t.Errorf("%s is %q in the file, %q by default", a[i].Key, a[i].Value, b[i].Value)
		}
	}
}

func TestSystemDataFolder(t *testing.T) {
	env := func(m map[string]string) func(string) string { return func(k string) string { return m[k] } }
	if dir, err := systemDir("linux", env(map[string]string{"HOME": "/home/a"})); err != nil || dir != "/home/a/.local/share/regulars" {
		t.Errorf("linux: %s %v", dir, err)
	}
	if _, err := systemDir("linux", env(nil)); err == nil {
		t.Error("without HOME there is no place")
	}
	if !writable(filepath.Join(t.TempDir(), "data")) || writable("/proc/nowhere/data") {
		t.Error("writable judged wrongly")
	}
}
