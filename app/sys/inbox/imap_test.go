package inbox

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"regulars/app/sys/inbox/inboxtest"
	"regulars/app/sys/safego"
)

func anywhere(string, netip.Addr) error { return nil }

func local(port int) Settings {
	return Settings{Host: "127.0.0.1", Port: port, Security: "none", Username: inboxtest.Username, Password: inboxtest.Password, Folder: "INBOX"}
}

func TestAMailboxIsReadWithoutATrace(t *testing.T) {
	s := inboxtest.New(t)
	s.Deliver(string(eml(t, "gmail")))
	s.Deliver(string(eml(t, "newsletter")))
	d := &Dialer{Allow: anywhere}
	box, err := d.Open(t.Context(), local(s.Port))
	if err != nil {
		t.Fatal(err)
	}
	heads, err := box.Heads(t.Context(), 0, time.Now().Add(-lookBack), 10)
	if err != nil || len(heads) != 2 || !strings.Contains(string(heads[0].Raw), "ada@example.com") || strings.Contains(string(heads[0].Raw), "lovely") {
		t.Fatalf("%v %d", err, len(heads))
	}
	if heads, err = box.Heads(t.Context(), heads[0].UID, time.Time{}, 10); err != nil || len(heads) != 1 {
		t.Fatalf("after the first: %v %d", err, len(heads))
	}
	if heads, err := box.Heads(t.Context(), heads[0].UID, time.Time{}, 10); err != nil || len(heads) != 0 {
		t.Fatalf("after the last: %v %d", err, len(heads))
	}
	raw, err := box.Body(t.Context(), 1)
	if err != nil || Read(raw).Text != "9\n\nThe coffee was lovely." {
		t.Errorf("%v %q", err, raw)
	}
	if err := box.Close(); err != nil {
		t.Error(err)
	}
	if s.Unseen() != 2 {
		t.Error("reading has left a mark")
	}
}

func TestWhyAMailboxCannotBeRead(t *testing.T) {
	s := inboxtest.New(t)
	wrong, folder, shut := local(s.Port), local(s.Port), local(s.Port)
	wrong.Password, folder.Folder, shut.Port = "no", "Nowhere", 1
	for key, st := range map[string]Settings{"inbox.error.auth": wrong, "inbox.error.folder": folder, "inbox.error.connect": shut} {
		_, err := (&Dialer{Allow: anywhere}).Open(t.Context(), st)
		var f *Failure
		if !errors.As(err, &f) || f.Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	_, err := (&Dialer{}).Open(t.Context(), local(s.Port))
	var f *Failure
	if !errors.As(err, &f) || f.Key != "mail.error.private" {
		t.Errorf("inside the own network, unasked: %v", err)
	}
}

// coremail is a server as 163, 126 and yeah.net run it: nobody gets in who does
// not give a name first, and it answers with its own.
func coremail(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	safego.Go("coremail", func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serveCoremail(conn)
		}
	})
	return l.Addr().(*net.TCPAddr).Port
}

func serveCoremail(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	named := false
	say := func(lines ...string) { _, _ = io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n") }
	say("* OK Coremail System IMap Server Ready")
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		tag, rest, _ := strings.Cut(lines.Text(), " ")
		verb, _, _ := strings.Cut(strings.ToUpper(rest), " ")
		switch {
		case verb == "CAPABILITY":
			say("* CAPABILITY IMAP4rev1 ID", tag+" OK done")
		case verb == "ID":
			named = true
			say(`* ID ("name" "Coremail Imap" "vendor" "Mailtech" "TransID" "x(1")`, tag+" OK ID completed")
		case verb == "EXAMINE" && !named:
			say(tag + " NO EXAMINE Unsafe Login. Please contact kefu@188.com for help")
		case verb == "EXAMINE":
			say("* 0 EXISTS", "* OK [UIDVALIDITY 7] ok", "* OK [UIDNEXT 1] ok", tag+" OK [READ-ONLY] done")
		case verb == "UID":
			say("* SEARCH", tag+" OK done")
		case verb == "LOGOUT":
			say("* BYE bye", tag+" OK done")
			return
		default:
			say(tag + " OK done")
		}
	}
}

func TestAServerThatWantsANameGetsOne(t *testing.T) {
	box, err := (&Dialer{Allow: anywhere}).Open(t.Context(), local(coremail(t)))
	if err != nil {
		t.Fatal(err)
	}
	if box.Validity() != 7 {
		t.Errorf("validity %d", box.Validity())
	}
	if heads, err := box.Heads(t.Context(), 0, time.Time{}, 10); err != nil || len(heads) != 0 {
		t.Errorf("%v %d", err, len(heads))
	}
	if err := box.Close(); err != nil {
		t.Error(err)
	}
}

func TestAServerThatIsSilentIsLeft(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := (&Dialer{Allow: anywhere}).Open(ctx, local(l.Addr().(*net.TCPAddr).Port)); err == nil {
		t.Error("a silent server let us in")
	}
}

func TestAMailboxIsReadEncrypted(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	config := &tls.Config{Certificates: web.TLS.Certificates}
	for security, s := range map[string]*inboxtest.Server{"tls": inboxtest.NewTLS(t, config), "starttls": inboxtest.NewStartTLS(t, config)} {
		s.Deliver(string(eml(t, "gmail")))
		st := local(s.Port)
		st.Security = security
		box, err := (&Dialer{Allow: anywhere, roots: roots}).Open(t.Context(), st)
		if err != nil {
			t.Errorf("%s: %v", security, err)
			continue
		}
		if heads, err := box.Heads(t.Context(), 0, time.Now().Add(-lookBack), 10); err != nil || len(heads) != 1 {
			t.Errorf("%s: %v %d", security, err, len(heads))
		}
		_ = box.Close()
		_, err = (&Dialer{Allow: anywhere}).Open(t.Context(), st)
		var f *Failure
		if !errors.As(err, &f) || f.Key != "mail.error.certificate" {
			t.Errorf("%s with a certificate that nobody knows: %v", security, err)
		}
	}
	st := local(inboxtest.New(t).Port)
	st.Security = "starttls"
	_, err := (&Dialer{Allow: anywhere}).Open(t.Context(), st)
	var f *Failure
	if !errors.As(err, &f) || f.Key != "mail.error.tls" {
		t.Errorf("a server that does not encrypt: %v", err)
	}
}
