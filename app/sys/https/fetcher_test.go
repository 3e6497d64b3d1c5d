package https

import (
	"net"
	"net/http"
	"testing"

	"regulars/app/sys/config"
)

func TestHTTPLeadsToHTTPS(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := newFetcher(config.TLS{Mode: "auto", Domain: "crm.example.com"}, t.TempDir())
	server := f.redirect(ln)
	req, err := http.NewRequest(http.MethodGet, "http://"+ln.Addr().String()+"/customers?q=a", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "crm.example.com"
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusFound || to != "https://crm.example.com/customers?q=a" {
		t.Errorf("%s to %s", res.Status, to)
	}
	secure, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := (&both{Listener: secure, plain: ln, redirect: server}).Close(); err != nil {
		t.Error(err)
	}
	if again, err := net.Listen("tcp", ln.Addr().String()); err != nil {
		t.Errorf("the address is not free again: %v", err)
	} else {
		again.Close()
	}
}
