package https

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// pair is the owner's certificate and key. Whatever renews them replaces the
// files; the next browser gets the new ones without a restart.
type pair struct {
	cert, key string
	mu        sync.Mutex
	loaded    *tls.Certificate
	changed   [2]time.Time // when the files that were last tried were written
}

func (p *pair) load() error {
	c, err := tls.LoadX509KeyPair(p.cert, p.key)
	if err != nil {
		return fmt.Errorf("tls.cert %s with tls.key %s: %w", p.cert, p.key, err)
	}
	p.loaded = &c
	return nil
}

func (p *pair) dates() (changed [2]time.Time, err error) {
	for i, path := range []string{p.cert, p.key} {
		info, err := os.Stat(path)
		if err != nil {
			return changed, err
		}
		changed[i] = info.ModTime()
	}
	return changed, nil
}

// get is the certificate to show now. While new files cannot be used, the old
// certificate stays, and the log says so once.
func (p *pair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	changed, err := p.dates()
	if changed == p.changed {
		return p.loaded, nil
	}
	p.changed = changed
	if err == nil {
		err = p.load()
	}
	if err != nil {
		slog.Warn("the new certificate cannot be used, the old one stays", "error", err)
	}
	return p.loaded, nil
}
