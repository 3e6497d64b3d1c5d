package https

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"regulars/app/sys/config"
	"regulars/app/sys/safego"
)

// fetcher gets a certificate for one name from Let's Encrypt, keeps it in a
// folder and renews it a month before it ends.
type fetcher struct {
	domain string
	autocert.Manager
}

func newFetcher(c config.TLS, dir string) *fetcher {
	return &fetcher{domain: c.Domain, Manager: autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(dir), HostPolicy: autocert.HostWhitelist(c.Domain), Email: c.Email,
	}}
}

func (f *fetcher) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: append([]string{acme.ALPNProto}, spoken...), GetCertificate: f.get}
}

// get takes whoever names nobody to have asked for us: the healthcheck comes by
// address. What goes wrong with another name is not worth a line in the log.
func (f *fetcher) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if hello.ServerName == "" {
		hello.ServerName = f.domain
	}
	c, err := f.GetCertificate(hello)
	if err != nil && strings.EqualFold(hello.ServerName, f.domain) {
		slog.Warn("there is no certificate", "domain", f.domain, "error", err)
	}
	return c, err
}

// redirect answers on port 80: to the certificate authority, and to browsers
// that come without https.
func (f *fetcher) redirect(ln net.Listener) *http.Server {
	server := &http.Server{Handler: f.HTTPHandler(nil), ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
	safego.Go("redirect to https", func() {
		if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("lead from http to https", "error", err)
		}
	})
	return server
}

// both is the secure listener, which takes the one on port 80 with it.
type both struct {
	net.Listener
	plain    net.Listener
	redirect *http.Server
}

func (b *both) Close() error {
	err := errors.Join(b.Listener.Close(), b.redirect.Close())
	if gone := b.plain.Close(); !errors.Is(gone, net.ErrClosed) { // it was not served yet
		err = errors.Join(err, gone)
	}
	return err
}
