package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"regulars/app/sys/config"
)

func client(allow config.AllowPrivate) *Client { return New(NewGuard(allow)) }

// Security notes 1.2 "SSRF": the ways in which 127.0.0.1 and its neighbours
// have been written past such guards.
func TestNoSpellingOfAPrivateAddressGetsThrough(t *testing.T) {
	reached := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{
		"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", // dialled
		"[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254", // carried or metadata
		"2130706433", "0x7f000001", "0177.0.0.1", "127.1", // odd spellings
		"10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "198.18.0.1", "240.0.0.1", "255.255.255.255", "224.0.0.1",
		"[fe80::1]", "[fc00::1]", "[ff02::1]", "[2001::1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "127.0.0.1.", "0x7f.1", "[fe80::1%25lo]",
	} {
		_, err := client(config.AllowPrivate{}).Do(context.Background(), Request{URL: "http://" + host + ":" + port + "/"})
		if !errors.Is(err, ErrPrivate) && !errors.Is(err, ErrHost) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if reached {
		t.Error("the server inside was reached")
	}
}

func TestOnlyWebAddressesAreCalled(t *testing.T) {
	for _, raw := range []string{"", "example.com", "ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1/", "http://", "http://user@example.com/", "http://example.com@127.0.0.1/", "http://exa mple.com/", "http://127.0.0.1\\@example.com/", "//example.com"} {
		if _, err := client(config.AllowPrivate{All: true}).Do(context.Background(), Request{URL: raw}); !errors.Is(err, ErrURL) {
			t.Errorf("Do(%q) = %v", raw, err)
		}
		if err := NewGuard(config.AllowPrivate{All: true}).CheckURL(raw); !errors.Is(err, ErrURL) {
			t.Errorf("CheckURL(%q) = %v", raw, err)
		}
	}
	g := NewGuard(config.AllowPrivate{})
	for raw, want := range map[string]error{"https://example.com/hook?x=1": nil, "http://10.0.0.1/": ErrPrivate, "http://0x7f.1/": ErrHost, "http://8.8.8.8/": nil} {
		if err := g.CheckURL(raw); !errors.Is(err, want) {
			t.Errorf("CheckURL(%q) = %v, want %v", raw, err, want)
		}
	}
}

func TestTheListOpensWhatItNames(t *testing.T) {
	for _, c := range []struct {
		allow config.AllowPrivate
		host  string
		addr  string
		ok    bool
	}{
		{config.AllowPrivate{All: true}, "x", "127.0.0.1", true},
		{config.AllowPrivate{All: true}, "x", "192.168.1.9", true},
		{config.AllowPrivate{All: true}, "x", "::ffff:10.0.0.1", true},
		{config.AllowPrivate{All: true}, "x", "169.254.169.254", false},
		{config.AllowPrivate{All: true}, "x", "0.0.0.0", false},
		{config.AllowPrivate{Hosts: []string{"mail.lan"}}, "Mail.LAN", "192.168.1.9", true},
		{config.AllowPrivate{Hosts: []string{"mail.lan"}}, "evil.example.com", "192.168.1.9", false},
		{config.AllowPrivate{Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}}, "x", "192.168.1.9", true},
		{config.AllowPrivate{Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}}, "x", "192.168.2.9", false},
		{config.AllowPrivate{}, "x", "8.8.8.8", true},
		{config.AllowPrivate{}, "x", "2606:4700::1111", true},
		{config.AllowPrivate{}, "x", "172.32.0.1", true},
	} {
		err := NewGuard(c.allow).Check(c.host, netip.MustParseAddr(c.addr))
		if (err == nil) != c.ok {
			t.Errorf("%+v %s %s: %v", c.allow, c.host, c.addr, err)
		}
		if private := IsPrivate(netip.MustParseAddr(c.addr)); !c.ok && !private {
			t.Errorf("%s is not private", c.addr)
		}
	}
}

func TestARedirectIsAnAnswer(t *testing.T) {
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
	}))
	defer server.Close()
	got, err := client(config.AllowPrivate{All: true}).Do(context.Background(), Request{URL: server.URL})
	if err != nil || got.Status != http.StatusFound || calls != 1 {
		t.Errorf("%+v %v after %d calls", got, err, calls)
	}
}

func TestRequestAndAnswerPassUnchanged(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := new(strings.Builder)
		buf := make([]byte, 100)
		n, _ := r.Body.Read(buf)
		body.Write(buf[:n])
		w.Header().Set("X-Seen", r.Method+" "+r.Header.Get("X-Sent")+" "+body.String()+" "+r.UserAgent())
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte(strings.Repeat("a", bodyLimit+10)))
	}))
	defer server.Close()
	got, err := client(config.AllowPrivate{All: true}).Do(context.Background(),
		Request{Method: "POST", URL: server.URL, Header: map[string]string{"X-Sent": "yes"}, Body: []byte("hello")})
	if err != nil || got.Status != http.StatusTeapot || got.Header.Get("X-Seen") != "POST yes hello Regulars" {
		t.Errorf("%d %q %v", got.Status, got.Header.Get("X-Seen"), err)
	}
	if len(got.Body) != bodyLimit || !got.Truncated {
		t.Errorf("%d bytes, truncated %v", len(got.Body), got.Truncated)
	}
}

func TestNoProxyFromTheEnvironment(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("ALL_PROXY", "http://127.0.0.1:1")
	transport, ok := client(config.AllowPrivate{}).http.Transport.(*http.Transport)
	if !ok || transport.Proxy != nil {
		t.Error("a proxy would be used")
	}
}

func TestErrorsDoNotRepeatTheURL(t *testing.T) {
	const secret = "bot-key-4711"
	_, err := client(config.AllowPrivate{}).Do(context.Background(), Request{URL: "http://127.0.0.1:1/hook?key=" + secret})
	var where *url.Error
	if err == nil || strings.Contains(err.Error(), secret) || errors.As(err, &where) {
		t.Errorf("got %v", err)
	}
}
