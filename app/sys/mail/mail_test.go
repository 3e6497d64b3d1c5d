package mail

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/sys/config"
	"regulars/app/sys/fetch"
	"regulars/app/sys/mail/mailtest"
	"regulars/app/sys/safego"
)

const rcpt = "anna@example.com"

func sender() *Sender { return New(fetch.NewGuard(config.AllowPrivate{All: true})) }

func settings(s *mailtest.Server) Settings {
	return Settings{Host: s.Host, Port: s.Port, From: "shop@example.com", FromName: "回头客茶店", Security: "none"}
}

func message() Message {
	return Message{To: rcpt, ToName: "安娜 Blume", Subject: "您对我们的服务满意吗？一个问题，不到一分钟就能答完，谢谢您", Text: "您好，安娜：\n.\n一个问题。", HTML: "<p>您好，安娜</p>"}
}

func failure(t *testing.T, err error) *SendError {
	t.Helper()
	var e *SendError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *SendError", err)
	}
	return e
}

func TestAMessageArrivesAsItWasWritten(t *testing.T) {
	s := mailtest.New(t)
	m := message()
	m.ReplyTo = "reply@example.com"
	m.MessageID = "i7.a1.k2@example.com"
	m.AutoSubmitted = true
	m.Date = time.Date(2026, 10, 5, 9, 0, 0, 0, time.FixedZone("", 8*3600))
	link := "<https://crm.example.com/u/" + strings.Repeat("x", 100) + ">"
	m.Headers = map[string]string{"List-Unsubscribe": link, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "X-Note": "中文"}
	if err := sender().Send(context.Background(), settings(s), m); err != nil {
		t.Fatal(err)
	}
	got := s.Wait(1)[0]
	if got.Err != nil {
		t.Fatalf("not readable: %v\n%s", got.Err, got.Raw)
	}
	if got.From != "shop@example.com" || len(got.To) != 1 || got.To[0] != rcpt || got.UTF8 {
		t.Errorf("envelope %q -> %v utf8=%v", got.From, got.To, got.UTF8)
	}
	if got.Subject != m.Subject || strings.TrimSuffix(strings.ReplaceAll(got.Text, "\r\n", "\n"), "\n") != m.Text || got.HTML != m.HTML || got.MessageID != m.MessageID {
		t.Errorf("content %q %q %q %q", got.Subject, got.Text, got.HTML, got.MessageID)
	}
	to, err := got.Header.AddressList("To")
	if err != nil || to[0].Name != m.ToName || to[0].Address != rcpt {
		t.Errorf("to %v %v", to, err)
	}
	for name, want := range map[string]string{
		"Reply-To": "<reply@example.com>", "List-Unsubscribe": link, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Date": "Mon, 05 Oct 2026 09:00:00 +0800",
		"User-Agent": "", "X-Mailer": "", "Bcc": "",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
		}
	}
	if strings.Contains(got.Raw, "go-mail") || !strings.Contains(got.Raw, "Content-Transfer-Encoding: base64") {
		t.Errorf("raw message:\n%s", got.Raw)
	}
	for _, line := range strings.Split(got.Raw, "\n") {
		if len(line) > 998 || strings.ContainsFunc(line, func(r rune) bool { return r > 0x7e }) {
			t.Errorf("line not fit to travel: %q", line)
		}
	}
}

func TestTwoMessagesHaveTwoIdentities(t *testing.T) {
	s := mailtest.New(t)
	for range 2 {
		if err := sender().Send(context.Background(), settings(s), message()); err != nil {
			t.Fatal(err)
		}
	}
	got := s.Wait(2)
	if got[0].MessageID == got[1].MessageID || !strings.HasSuffix(got[0].MessageID, "@example.com") {
		t.Errorf("%q %q", got[0].MessageID, got[1].MessageID)
	}
}

func TestWhatTheServerSaysDecides(t *testing.T) {
	for name, c := range map[string]struct {
		set   func(*mailtest.Server)
		class Class
		code  int
		key   string
	}{
		"busy for now":         {func(s *mailtest.Server) { s.Reply(rcpt, 450, "try later") }, Retry, 450, "mail.error.later"},
		"greylisted":           {func(s *mailtest.Server) { s.Reply(rcpt, 451, "4.7.1 greylisted") }, Retry, 451, "mail.error.later"},
		"too many":             {func(s *mailtest.Server) { s.Reply(rcpt, 451, "too many messages") }, Throttle, 451, "mail.error.throttle"},
		"QQ too many":          {func(s *mailtest.Server) { s.Reply(rcpt, 550, "Domain frequency limited") }, Throttle, 550, "mail.error.throttle"},
		"no such address":      {func(s *mailtest.Server) { s.Reply(rcpt, 550, "no such user") }, Permanent, 550, "mail.error.recipient"},
		"relay":                {func(s *mailtest.Server) { s.Reply(rcpt, 554, "Relay access denied") }, Config, 554, "mail.error.relay"},
		"sender":               {func(s *mailtest.Server) { s.ReplyMail(553, "Mail from must equal authorized user") }, Config, 553, "mail.error.sender"},
		"content":              {func(s *mailtest.Server) { s.ReplyData(rcpt, 554, "spam") }, Permanent, 554, "mail.error.content"},
		"refused after data":   {func(s *mailtest.Server) { s.ReplyData(rcpt, 452, "disk full") }, Retry, 452, "mail.error.later"},
		"login missing":        {func(s *mailtest.Server) { s.RequireLogin("u", "p") }, Config, 530, "mail.error.auth"},
		"dropped before data":  {func(s *mailtest.Server) { s.DropAtRcpt(rcpt) }, Retry, 0, "mail.error.connect"},
		"dropped after data":   {func(s *mailtest.Server) { s.DropAfterData(rcpt) }, Unknown, 0, "mail.error.unknown"},
		"nobody at that place": {func(s *mailtest.Server) { s.Close() }, Retry, 0, "mail.error.connect"},
	} {
		t.Run(name, func(t *testing.T) {
			s := mailtest.New(t)
			c.set(s)
			e := failure(t, sender().Send(context.Background(), settings(s), message()))
			if e.Class != c.class || e.Code != c.code || e.Key != c.key {
				t.Errorf("got %v %d %s (%s)", e.Class, e.Code, e.Key, e.Text)
			}
			if strings.Contains(e.Text, rcpt) {
				t.Errorf("the text names the recipient: %s", e.Text)
			}
		})
	}
}

func TestALostAnswerLeavesOneMessage(t *testing.T) {
	s := mailtest.New(t)
	gate := make(chan struct{})
	s.Hold(gate)
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	safego.Go("send", func() { result <- sender().Send(ctx, settings(s), message()) })
	s.Wait(1)
	cancel()
	if e := failure(t, <-result); e.Class != Unknown {
		t.Errorf("got %v", e)
	}
	close(gate)
	if s.Count(rcpt) != 1 {
		t.Errorf("%d messages", s.Count(rcpt))
	}
}

func TestLogin(t *testing.T) {
	s := mailtest.New(t)
	s.RequireLogin("shop@example.com", "授权码 x")
	to := settings(s)
	to.Username, to.Password = "shop@example.com", "授权码 x"
	if err := sender().Send(context.Background(), to, message()); err != nil {
		t.Fatal(err)
	}
	if err := sender().Check(context.Background(), to); err != nil || len(s.Messages()) != 1 {
		t.Errorf("check: %v, %d messages", err, len(s.Messages()))
	}
	to.Password = "canary-4711"
	e := failure(t, sender().Check(context.Background(), to))
	if e.Class != Config || e.Code != 535 || e.Key != "mail.error.auth" || strings.Contains(e.Error(), "canary") {
		t.Errorf("got %v %d %s", e.Class, e.Code, e.Key)
	}
	if qq := classifyConnect(errors.New("SMTP AUTH failed"), Settings{Host: "smtp.qq.com"}); qq.Key != "mail.error.auth_unsupported" {
		t.Errorf("no code: %s", qq.Key)
	}
	refused := &SendError{Class: Config, Code: 535}
	refused.judgeGreeting(true, Settings{Host: "SMTP.163.com"})
	if refused.Key != "mail.error.auth_code" {
		t.Errorf("163 wants a code: %s", refused.Key)
	}
}

func TestEncryptionIsCheckedNotAssumed(t *testing.T) {
	for name, c := range map[string]struct {
		server   func(testing.TB) *mailtest.Server
		security string
		trusted  bool
		key      string
	}{
		"tls":                     {mailtest.NewTLS, "tls", true, ""},
		"starttls":                {mailtest.NewStartTLS, "starttls", true, ""},
		"tls, unknown signer":     {mailtest.NewTLS, "tls", false, "mail.error.certificate"},
		"starttls, unknown":       {mailtest.NewStartTLS, "starttls", false, "mail.error.certificate"},
		"starttls not offered":    {mailtest.New, "starttls", true, "mail.error.starttls"},
		"tls to a plain port":     {mailtest.New, "tls", true, "mail.error.tls"},
		"a security we know not":  {mailtest.New, "ssl", true, "mail.error.settings"},
		"plain where TLS offered": {mailtest.NewStartTLS, "none", true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.server(t)
			mailer := sender()
			if c.trusted {
				mailer.roots = s.Roots
			}
			to := settings(s)
			to.Security, to.Username, to.Password = c.security, "u", "p"
			err := mailer.Send(context.Background(), to, message())
			if c.key == "" {
				if err != nil || s.Count(rcpt) != 1 {
					t.Errorf("%v, %d messages", err, s.Count(rcpt))
				}
				return
			}
			if e := failure(t, err); e.Key != c.key || e.Class != Config || s.Count(rcpt) != 0 {
				t.Errorf("got %v %s (%s)", e.Class, e.Key, e.Text)
			}
		})
	}
}

func TestPrivateServersNeedTheList(t *testing.T) {
	s := mailtest.New(t)
	for _, mailer := range []*Sender{New(fetch.NewGuard(config.AllowPrivate{})), {}} {
		for _, host := range []string{"127.0.0.1", "localhost", "::ffff:127.0.0.1"} {
			to := settings(s)
			to.Host = host
			if e := failure(t, mailer.Send(context.Background(), to, message())); e.Key != "mail.error.private" || e.Class != Config {
				t.Errorf("%s: %v", host, e)
			}
		}
	}
	for _, host := range []string{"", "unix:///run/mail.sock", "2130706433", "a b", "mail.example.com:25"} {
		to := settings(s)
		to.Host = host
		if e := failure(t, sender().Send(context.Background(), to, message())); e.Key != "mail.error.settings" {
			t.Errorf("%q: %v", host, e)
		}
	}
	l := line{sender: sender(), to: Settings{Host: "mail.example.com", Security: "none", Username: "u"}}
	if err := l.control("tcp4", "8.8.8.8:25", nil); !errors.Is(err, errPlainPassword) {
		t.Errorf("a password over the open network: %v", err)
	}
	if err := l.control("tcp4", netip.AddrPortFrom(netip.MustParseAddr("192.168.1.2"), 25).String(), nil); err != nil {
		t.Errorf("inside the own network: %v", err)
	}
}

func TestNobodyWritesHeadersThroughAField(t *testing.T) {
	s := mailtest.New(t)
	for name, change := range map[string]func(*Message){
		"to":            func(m *Message) { m.To = "a@example.com\r\nBcc: b@example.com" },
		"to list":       func(m *Message) { m.To = "a@example.com, b@example.com" },
		"to with name":  func(m *Message) { m.To = "A <a@example.com>" },
		"to empty":      func(m *Message) { m.To = "" },
		"to name":       func(m *Message) { m.ToName = "A\r\nBcc: b@example.com" },
		"from":          func(m *Message) { m.From = "a@example.com\nX: y" },
		"from name":     func(m *Message) { m.From, m.FromName = "a@example.com", "A\nX: y" },
		"reply-to":      func(m *Message) { m.ReplyTo = "a@example.com\r\nX: y" },
		"subject":       func(m *Message) { m.Subject = "Hi\r\nBcc: b@example.com\r\n\r\nbody" },
		"subject NUL":   func(m *Message) { m.Subject = "Hi\x00" },
		"subject sep":   func(m *Message) { m.Subject = "Hi\u2028there" },
		"long subject":  func(m *Message) { m.Subject = strings.Repeat("x", 1000) },
		"message id":    func(m *Message) { m.MessageID = "a@b>\r\nX: y" },
		"header value":  func(m *Message) { m.Headers = map[string]string{"X-A": "b\r\nX-C: d"} },
		"header name":   func(m *Message) { m.Headers = map[string]string{"X-A: b\r\nX-C": "d"} },
		"header bcc":    func(m *Message) { m.Headers = map[string]string{"BCC": "b@example.com"} },
		"header type":   func(m *Message) { m.Headers = map[string]string{"Content-Type": "text/html"} },
		"no text":       func(m *Message) { m.Text = "" },
		"invalid utf-8": func(m *Message) { m.Subject = "a\xff" },
	} {
		m := message()
		change(&m)
		if e := failure(t, sender().Send(context.Background(), settings(s), m)); e.Class != Permanent || e.Key != "mail.error.message" || strings.Contains(e.Text, "\n") {
			t.Errorf("%s: %v", name, e)
		}
	}
	if len(s.Messages()) != 0 {
		t.Errorf("%d messages were sent", len(s.Messages()))
	}
}

func TestUTF8AddressesAskForTheExtension(t *testing.T) {
	s := mailtest.New(t)
	m := message()
	m.To = "王芳@例子.example.com"
	if err := sender().Send(context.Background(), settings(s), m); err != nil {
		t.Fatal(err)
	}
	if got := s.Wait(1)[0]; !got.UTF8 || got.To[0] != m.To {
		t.Errorf("%v %v", got.UTF8, got.To)
	}
}

func TestASilentServerIsLeftWhenTheContextEnds(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	to := Settings{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, From: "a@example.com", Security: "none"}
	if e := failure(t, sender().Send(ctx, to, message())); e.Class != Retry || e.Key != "mail.error.timeout" {
		t.Errorf("got %v %s %s", e.Class, e.Key, e.Text)
	}
}

func TestPresetsFitTheirAddresses(t *testing.T) {
	for address, want := range map[string]string{"a@qq.com": "qq", "a@FOXMAIL.com": "qq", "a@163.com": "163", "a@gmail.com": "gmail", "a@example.com": "other", "": "other"} {
		if got := PresetFor(address).ID; got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	for _, p := range Presets() {
		if p.Port == 0 || p.Security != "tls" && p.Security != "starttls" || p.Host == "" && p.ID != "other" {
			t.Errorf("%+v", p)
		}
	}
}

func TestEveryKeyHasItsTextInBothLanguages(t *testing.T) {
	var source strings.Builder
	for _, name := range []string{"mail.go", "senderror.go"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(raw)
	}
	used := regexp.MustCompile(`mail\.error\.[a-z_]+`).FindAllString(source.String(), -1)
	for _, p := range Presets() {
		used = append(used, p.Name, p.Hint)
	}
	used = append(used, Explain(errors.New("x")))
	for _, locale := range []string{"en", "zh-CN"} {
		raw, err := os.ReadFile("../../../assets/i18n/" + locale + ".json")
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{}
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(err)
		}
		for _, key := range used {
			if texts[key] == "" {
				t.Errorf("%s has no text for %s", locale, key)
			}
		}
	}
}
