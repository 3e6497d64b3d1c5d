package https_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/config"
	"regulars/app/sys/https"
)

// write puts a new certificate for the name and its key into two files; the
// serial number tells certificates apart.
func write(t *testing.T, cert, key, name string, serial int64) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), DNSNames: []string{name}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(80 * 24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw})
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if cert == key { // as a fetched one is kept
		certPEM, keyPEM = append(keyPEM, certPEM...), nil
	} else if err := os.WriteFile(key, keyPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cert, certPEM, 0o600); err != nil {
		t.Fatal(err)
	}
}

// serve listens as cfg says and answers "ok" until the test ends.
func serve(t *testing.T, cfg config.Config) (addr string) {
	t.Helper()
	cfg.Listen = "127.0.0.1:0"
	ln, err := https.Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ln) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-ended
	})
	return ln.Addr().String()
}

// shown is the serial number of the certificate that a browser is shown.
func shown(addr, name string, newest uint16) (int64, error) {
	conn, err := tls.Dial("tcp", addr, &tls.Config{ServerName: name, InsecureSkipVerify: true, MaxVersion: newest, MinVersion: tls.VersionTLS10})
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64(), nil
}

func TestTheOwnersCertificate(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "crm.pem"), filepath.Join(dir, "crm.key")
	cfg := config.Config{TLS: config.TLS{Mode: "files", Cert: cert, Key: key}, Listen: "127.0.0.1:0"}
	if ln, err := https.Listen(cfg); err == nil {
		ln.Close()
		t.Fatal("it listens without its certificate")
	}
	write(t, cert, key, "crm.example.com", 1)
	addr := serve(t, cfg)
	is := func(want int64, when string) {
		t.Helper()
		got, err := shown(addr, "crm.example.com", tls.VersionTLS13)
		if err != nil || got != want {
			t.Errorf("%s: certificate %d, %v, want %d", when, got, err, want)
		}
	}
	is(1, "at first")
	if _, err := shown(addr, "crm.example.com", tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	renewed := time.Now().Add(time.Minute)
	redate := func() {
		renewed = renewed.Add(time.Minute)
		for _, f := range []string{cert, key} {
			if err := os.Chtimes(f, renewed, renewed); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(t, cert, key, "crm.example.com", 2)
	redate()
	is(2, "after it was renewed")
	if err := os.WriteFile(cert, []byte("half a certif"), 0o600); err != nil {
		t.Fatal(err)
	}
	redate()
	is(2, "while the new one is damaged")
	if err := os.Remove(cert); err != nil {
		t.Fatal(err)
	}
	is(2, "while there is none")
	write(t, cert, key, "crm.example.com", 3)
	redate()
	is(3, "after it was mended")
}

// One that was fetched before is shown without asking anybody; the answer of an
// authority is not part of this test.
func TestAFetchedCertificate(t *testing.T) {
	data := t.TempDir()
	kept := filepath.Join(data, https.Dir)
	if err := os.Mkdir(kept, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(kept, "crm.example.com"), filepath.Join(kept, "crm.example.com"), "crm.example.com", 7)
	addr := serve(t, config.Config{DataDir: data, TLS: config.TLS{Mode: "auto", Domain: "crm.example.com"}})
	for _, name := range []string{"crm.example.com", "CRM.example.com", ""} {
		if got, err := shown(addr, name, tls.VersionTLS13); err != nil || got != 7 {
			t.Errorf("asked for %q: certificate %d, %v", name, got, err)
		}
	}
	if got, err := shown(addr, "other.example.com", tls.VersionTLS13); err == nil {
		t.Errorf("a stranger's name gets certificate %d", got)
	}
}

func TestOffListensPlainly(t *testing.T) {
	for _, mode := range []string{"off", ""} {
		addr := serve(t, config.Config{TLS: config.TLS{Mode: mode}})
		res, err := http.Get("http://" + addr)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNoContent {
			t.Errorf("%q: %d", mode, res.StatusCode)
		}
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if ln, err := https.Listen(config.Config{Listen: taken.Addr().String()}); err == nil {
		ln.Close()
		t.Error("it listens where somebody else does")
	}
}

// The whole product behind its own certificate: pages tell browsers to come
// this way only, the session's cookie never travels in the open, and a
// connection on which nothing was asked does not hold the stop up.
func TestTheProductSpeaksHTTPS(t *testing.T) {
	a := apptest.New(t)
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "crm.pem"), filepath.Join(dir, "crm.key")
	write(t, cert, key, "crm.example.com", 1)
	a.Web.Config.Listen = "127.0.0.1:0"
	a.Web.Config.TLS = config.TLS{Mode: "files", Cert: cert, Key: key}
	at, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- a.Web.Listen(func(addr net.Addr) { at <- addr.String() }) }()
	addr := <-at
	idle, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}}
	res, err := client.Get("https://" + addr + "/login")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Strict-Transport-Security") == "" || res.ProtoMajor != 1 {
		t.Errorf("%s %s %v", res.Proto, res.Status, res.Header)
	}
	cookies := res.Cookies()
	if len(cookies) == 0 {
		t.Error("no cookie to look at")
	}
	for _, c := range cookies {
		if !c.Secure {
			t.Errorf("the cookie %s may travel in the open", c.Name)
		}
	}
	if err := a.Web.Shutdown(10 * time.Second); err != nil {
		t.Errorf("stop: %v", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
}
