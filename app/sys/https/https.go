// Package https listens as the configuration says: plainly, with the owner's
// certificate, or with one that it fetches and renews by itself.
package https

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"

	"regulars/app/sys/config"
)

// Dir is where fetched certificates are kept, in the data folder.
const Dir = "certificates"

// Listen listens on the configured address, with TLS 1.2 or newer unless
// tls.mode is off. A certificate that cannot be read is an error here; one that
// cannot be fetched is a warning in the log each time a browser comes.
func Listen(cfg config.Config) (net.Listener, error) {
	switch cfg.TLS.Mode {
	case "files":
		return files(cfg)
	case "auto":
		return auto(cfg)
	}
	return listen(cfg.Listen)
}

func listen(addr string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return ln, nil
}

func files(cfg config.Config) (net.Listener, error) {
	p := &pair{cert: cfg.TLS.Cert, key: cfg.TLS.Key}
	var err error
	if p.changed, err = p.dates(); err != nil { // before they are read: what replaces them meanwhile is seen
		return nil, fmt.Errorf("tls.cert or tls.key: %w", err)
	}
	if err := p.load(); err != nil {
		return nil, err
	}
	ln, err := listen(cfg.Listen)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(ln, &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: spoken, GetCertificate: p.get}), nil
}

func auto(cfg config.Config) (net.Listener, error) {
	f := newFetcher(cfg.TLS, filepath.Join(cfg.DataDir, Dir))
	ln, err := listen(cfg.Listen)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		_ = ln.Close()
		return nil, fmt.Errorf("listen on %s: %w", cfg.Listen, err)
	}
	secure := tls.NewListener(ln, f.config())
	plain, err := net.Listen("tcp", net.JoinHostPort(host, "80"))
	if err != nil { // the authority can also ask on port 443
		slog.Warn("nobody is led from http to https", "error", err)
		return secure, nil
	}
	return &both{Listener: secure, plain: plain, redirect: f.redirect(plain)}, nil
}

// spoken is what fasthttp speaks: HTTP/2 is not among it.
var spoken = []string{"http/1.1"}
