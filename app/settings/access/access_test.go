package access

import (
	"context"
	"slices"
	"testing"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/config"
	"regulars/app/sys/db/dbtest"
)

func load(t *testing.T, flags map[string]string) config.Config {
	t.Helper()
	cfg, err := config.Load(config.Options{DataDir: t.TempDir(), Flags: flags, Environ: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestTheOwnersChoiceCountsUnlessTheStartSaysOtherwise(t *testing.T) {
	d := dbtest.New(t)
	ctx := auth.With(context.Background(), auth.System("shell"))
	cfg := load(t, nil)
	if got, err := Listen(ctx, d.Reader(ctx), cfg); err != nil || got != "127.0.0.1:8080" {
		t.Fatalf("before any choice: %q %v", got, err)
	}
	s := New(d, cfg)
	if err := s.Open(ctx, "everyone"); !errs.Is(err, errs.Invalid) {
		t.Errorf("an unknown choice: %v", err)
	}
	if err := s.Open(context.Background(), Network); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("nobody opened the door: %v", err)
	}
	if err := s.Open(ctx, Network); err != nil {
		t.Fatal(err)
	}
	if got, err := Listen(ctx, d.Reader(ctx), cfg); err != nil || got != "0.0.0.0:8080" {
		t.Errorf("after the choice: %q %v", got, err)
	}
	if st, err := s.State(ctx); err != nil || !st.Restart || st.Open || st.Fixed || len(st.Links) != 0 {
		t.Errorf("before the restart: %+v %v", st, err)
	}
	given := load(t, map[string]string{"listen": "127.0.0.1:9000"})
	if got, err := Listen(ctx, d.Reader(ctx), given); err != nil || got != "127.0.0.1:9000" {
		t.Errorf("with a flag: %q %v", got, err)
	}
	if err := New(d, given).Open(ctx, Local); !errs.Is(err, errs.Conflict) {
		t.Errorf("changing what a flag says: %v", err)
	}
}

func TestLinksForPhones(t *testing.T) {
	lan := []string{"192.168.1.20", "10.0.0.4"}
	for _, c := range []struct {
		listen, tls string
		want        []string
	}{
		{"127.0.0.1:8080", "", nil},
		{"localhost:8080", "", nil},
		{"[::1]:8080", "", nil},
		{"0.0.0.0:8080", "", []string{"http://192.168.1.20:8080/", "http://10.0.0.4:8080/"}},
		{":80", "off", []string{"http://192.168.1.20/", "http://10.0.0.4/"}},
		{"0.0.0.0:443", "files", []string{"https://192.168.1.20/", "https://10.0.0.4/"}},
		{"192.168.1.9:8080", "", []string{"http://192.168.1.9:8080/"}},
	} {
		if got := links(config.Config{Listen: c.listen, TLS: config.TLS{Mode: c.tls}}, lan); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.listen, got, c.want)
		}
	}
}

func TestTheAddressInMailsIsTheOwnersUnlessTheStartSaysOtherwise(t *testing.T) {
	d := dbtest.New(t)
	ctx := auth.With(context.Background(), auth.System("shell"))
	cfg := load(t, nil)
	s := New(d, cfg)
	for _, wrong := range []string{"crm.example.com", "javascript:alert(1)", "https://crm.example.com/path", "https://me@crm.example.com"} {
		if err := s.SetBase(ctx, wrong); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if err := s.SetBase(context.Background(), "https://crm.example.com"); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("nobody set the address: %v", err)
	}
	if err := s.SetBase(ctx, " https://CRM.example.com/ "); err != nil {
		t.Fatal(err)
	}
	if got, err := Base(ctx, d.Reader(ctx), cfg); err != nil || got != "https://crm.example.com" {
		t.Errorf("after the choice: %q %v", got, err)
	}
	given := load(t, map[string]string{"base_url": "https://shop.example.com"})
	if got, err := Base(ctx, d.Reader(ctx), given); err != nil || got != "https://shop.example.com" {
		t.Errorf("with a flag: %q %v", got, err)
	}
	if err := New(d, given).SetBase(ctx, "https://crm.example.com"); !errs.Is(err, errs.Conflict) {
		t.Errorf("changing what a flag says: %v", err)
	}
	if err := s.SetBase(ctx, ""); err != nil {
		t.Fatal(err)
	}
	if got, err := Base(ctx, d.Reader(ctx), cfg); err != nil || got != "" {
		t.Errorf("taken back: %q %v", got, err)
	}
}
