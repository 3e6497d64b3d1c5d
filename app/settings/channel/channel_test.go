package channel

import (
	"context"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/mail/mailtest"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

const root = "../../.."

// pages are the templates this slice needs, taken from the real ones.
func pages(t *testing.T) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	for _, pattern := range []string{"layouts/*", "partials/*", "settings/letter.*", "settings/channel*"} {
		files, err := fs.Glob(os.DirFS(root+"/templates"), pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			raw, err := os.ReadFile(root + "/templates/" + name)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = &fstest.MapFile{Data: raw}
		}
	}
	return out
}

func newService(t *testing.T, environ ...string) (*Service, *db.DB) {
	t.Helper()
	d := dbtest.New(t)
	j := journal.New(d, []journal.Table{{Name: "setting"}})
	if err := j.Install(context.Background()); err != nil {
		t.Fatal(err)
	}
	assets := os.DirFS(root + "/assets")
	bundle, err := i18n.Load(assets)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := view.New(pages(t), assets, bundle)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Load(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(config.Options{DataDir: t.TempDir(), Environ: append(environ, "REGULARS_OUTBOUND_ALLOW_PRIVATE=true")})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{DB: d, Keys: ring, View: engine, Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	s.Attach(outbox.New(d, outbox.Options{Channels: map[string]outbox.Channel{outbox.Email: s}, Host: s.Host, Seed: 1}))
	err = d.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		return setting.Put(ctx, tx, setting.BusinessName, setting.Business{Name: "Kettle & Crane", Locale: "en", Currency: "GBP", Timezone: "UTC", SetupAt: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, d
}

// owner acts as a person who may do everything about mail.
func owner() context.Context {
	a := &auth.Actor{UserID: 1, Name: "Mei Lin", Email: "mei@example.com", Role: auth.Owner, Locale: "zh-CN", Via: "session"}
	a.Grant(map[string]bool{"channel.write": true, "outbox.read": true, "outbox.write": true})
	return auth.With(context.Background(), a)
}

func local(server *mailtest.Server) Settings {
	return Settings{Host: server.Host, Port: server.Port, Security: "none", From: "shop@example.com"}
}

func TestATestMailGoesThroughTheOutboxInTheReadersLanguage(t *testing.T) {
	s, _ := newService(t)
	server := mailtest.New(t)
	server.RequireLogin("shop", "secret-1")
	in := local(server)
	in.Username, in.Password = "shop", "secret-1"
	if _, err := s.Save(owner(), in); err != nil {
		t.Fatal(err)
	}
	if err := s.Test(owner()); err != nil {
		t.Fatal(err)
	}
	if err := s.outbox.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := server.Messages()
	if len(got) != 1 {
		t.Fatalf("%d messages arrived", len(got))
	}
	raw := string(got[0].Raw)
	for _, want := range []string{"<mei@example.com>", "<shop@example.com>", "Kettle & Crane", "Auto-Submitted: auto-generated", "@example.com>"} {
		if !strings.Contains(raw, want) {
			t.Errorf("no %q in\n%s", want, raw)
		}
	}
}

func TestThePasswordIsSealedAndStaysWithItsServer(t *testing.T) {
	s, d := newService(t)
	in := Settings{From: "shop@qq.com", Username: "shop@qq.com", Password: "hunter2"}
	saved, err := s.Save(owner(), in)
	if err != nil {
		t.Fatal(err)
	}
	if saved.Host != "smtp.qq.com" || saved.Port != 465 || saved.Security != "tls" || saved.Preset != "qq" {
		t.Errorf("the provider was not found by the address: %+v", saved)
	}
	var stored string
	if err := d.Reader(owner()).Get(owner(), &stored, "SELECT value FROM setting WHERE name = ?", settingSMTP); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(stored, "hunter2") {
		t.Error("the password is stored readable")
	}
	saved.Password = ""
	if _, err := s.Save(owner(), saved); err != nil {
		t.Errorf("an empty password must keep the stored one: %v", err)
	}
	saved.Host = "smtp.evil.example.com"
	if _, err := s.Save(owner(), saved); fieldKey(err, "password") != "channel.error.password_again" {
		t.Errorf("another server got the stored password: %v", err)
	}
}

func fieldKey(err error, name string) string {
	e, ok := errs.As(err)
	if !ok {
		return ""
	}
	return e.Fields[name].Key
}

func TestWhatCannotBeAMailServerIsRefused(t *testing.T) {
	s, _ := newService(t)
	for name, in := range map[string]Settings{
		"host": {Host: "a/b:25", From: "a@example.com"}, "port": {Host: "smtp.example.com", Port: 70000, From: "a@example.com"},
		"security": {Host: "smtp.example.com", Port: 25, Security: "maybe", From: "a@example.com"}, "from": {Host: "smtp.example.com", From: "a@b\r\nBcc: c@d"},
		"from_name": {Host: "smtp.example.com", From: "a@example.com", FromName: "x\r\nBcc: y"},
	} {
		if _, err := s.Save(owner(), in); fieldKey(err, name) == "" {
			t.Errorf("%s was accepted: %v", name, err)
		}
	}
}

func TestTheConfigurationWins(t *testing.T) {
	s, _ := newService(t, "REGULARS_SMTP_HOST=mail.example.com", "REGULARS_SMTP_FROM=Shop <ops@example.com>", "REGULARS_SMTP_PASSWORD=x")
	got, locked, err := s.Read(owner())
	if err != nil {
		t.Fatal(err)
	}
	if got.Host != "mail.example.com" || got.From != "ops@example.com" || !locked["host"] || !locked["password"] || !locked["from"] || !locked["username"] {
		t.Errorf("read %+v %v", got, locked)
	}
	if _, err := s.Save(owner(), Settings{Host: "elsewhere.example.com", From: "me@example.com", FromName: "Kettle"}); err != nil {
		t.Fatal(err)
	}
	to, ok, err := s.server(owner())
	if err != nil || !ok || to.Host != "mail.example.com" || to.From != "ops@example.com" || to.Password.Reveal() != "x" {
		t.Errorf("server %+v %v %v", to, ok, err)
	}
}

func TestWithoutAServerMailWaitsAndSaysWhy(t *testing.T) {
	s, d := newService(t)
	err := d.Write(owner(), "test", func(ctx context.Context, tx *db.Tx) error {
		return s.QueueSecurity(ctx, tx, "jo@example.com", "Jo", "en", "channel.test.subject", "channel.test.text", "link", "https://crm.example.com/reset/abc")
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.outbox.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	found, err := s.Find(owner(), page.Request{}, []filter.Cond{{Field: "state", Op: "eq", Value: "queued"}})
	if err != nil || len(found.Items) != 1 || found.Items[0].Reason != NoSMTP {
		t.Fatalf("%+v %v", found.Items, err)
	}
	banners, err := s.banners(owner())
	if err != nil || len(banners) != 1 || banners[0].Key != "channel.banner.no_smtp" {
		t.Errorf("banners %+v %v", banners, err)
	}
	server := mailtest.New(t)
	if _, err := s.Save(owner(), local(server)); err != nil {
		t.Fatal(err)
	}
	if err := s.outbox.Drain(context.Background()); err != nil || server.Count("jo@example.com") != 1 {
		t.Errorf("it did not leave once mail was connected: %v", err)
	}
}

func TestFailuresKeepTheirMeaning(t *testing.T) {
	s, d := newService(t)
	server := mailtest.New(t)
	server.Reply("gone@example.com", 550, "no such user")
	if _, err := s.Save(owner(), local(server)); err != nil {
		t.Fatal(err)
	}
	err := d.Write(owner(), "test", func(ctx context.Context, tx *db.Tx) error {
		return s.QueueSecurity(ctx, tx, "gone@example.com", "", "en", "channel.test.subject", "channel.test.text")
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.outbox.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	found, err := s.Find(owner(), page.Request{}, nil)
	if err != nil || len(found.Items) != 1 {
		t.Fatal(found, err)
	}
	e := found.Items[0]
	if e.State != outbox.Failed || e.ErrorCode != "recipient" || !strings.Contains(e.Error, "no such user") {
		t.Errorf("entry %+v", e)
	}
	if err := s.Retry(owner(), e.ID); err != nil {
		t.Errorf("a person may try again: %v", err)
	}
	if err := s.Discard(owner(), e.ID); err != nil {
		t.Errorf("a person may discard: %v", err)
	}
	if err := s.Discard(owner(), e.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("discarded twice: %v", err)
	}
}

func TestAWrongPasswordIsExplained(t *testing.T) {
	s, _ := newService(t)
	server := mailtest.New(t)
	server.RequireLogin("shop", "right")
	in := local(server)
	in.Username, in.Password = "shop", "wrong"
	if _, err := s.Save(owner(), in); err != nil {
		t.Fatal(err)
	}
	e, ok := errs.As(s.Test(owner()))
	if !ok || e.Message.Key != "mail.error.auth" {
		t.Errorf("got %v", e)
	}
}

func TestMembersSeeNothingOfTheOutbox(t *testing.T) {
	s, _ := newService(t)
	member := auth.With(context.Background(), &auth.Actor{UserID: 2, Role: auth.Member})
	_, err := s.Find(member, page.Request{}, nil)
	for what, err := range map[string]error{"find": err, "retry": s.Retry(member, 1), "discard": s.Discard(member, 1), "release": s.Release(member), "test": s.Test(member)} {
		if !errs.Is(err, errs.Denied) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if banners, err := s.banners(member); err != nil || banners != nil {
		t.Errorf("banners %v %v", banners, err)
	}
}

func TestALinkInALetterIsALinkAndNothingElseIs(t *testing.T) {
	s, d := newService(t)
	err := d.Write(owner(), "test", func(ctx context.Context, tx *db.Tx) error {
		_, letter, err := s.plain(ctx, tx, "en", "channel.test.subject", "channel.test.text", []any{"business", "<b>[x](https://evil.example.com)</b>"})
		if err != nil {
			return err
		}
		if strings.Contains(letter.HTML, "<b>") || strings.Contains(letter.HTML, `href="https://evil`) {
			t.Errorf("a name became markup:\n%s", letter.HTML)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got := paragraphs("Hello\n\nOpen https://a.example.com/x now", "https://a.example.com/x")
	if len(got) != 2 || len(got[1]) != 3 || got[1][1].Href != "https://a.example.com/x" {
		t.Errorf("%+v", got)
	}
}
