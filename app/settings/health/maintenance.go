package health

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"regulars/app/sys/config"
	"regulars/app/sys/https"
	"regulars/app/sys/i18n"
	"regulars/app/sys/safego"
	"regulars/app/sys/view"
)

// Maintenance answers every request with "back in a moment" while the data is
// being migrated. stop ends it and frees the address.
func Maintenance(cfg config.Config, engine *view.Engine) (stop func() error, err error) {
	listener, err := https.Listen(cfg)
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: closed{engine}, ReadHeaderTimeout: 5 * time.Second}
	safego.Go("maintenance page", func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("serve the maintenance page", "error", err)
		}
	})
	return server.Close, nil
}

// closed is the house while nobody may come in.
type closed struct{ engine *view.Engine }

// ServeHTTP implements http.Handler.
func (h closed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/up" {
		_, _ = w.Write([]byte("ok"))
		return
	}
	if asset, ok := h.engine.Assets().Lookup(strings.TrimPrefix(r.URL.Path, "/assets/")); ok && strings.HasPrefix(r.URL.Path, "/assets/") {
		body, encoding := asset.Encoded(r.Header.Get("Accept-Encoding"))
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		w.Header().Set("Content-Type", asset.ContentType)
		_, _ = w.Write(body)
		return
	}
	w.Header().Set("Retry-After", "10")
	w.Header().Set("Cache-Control", "no-store")
	if strings.HasPrefix(r.URL.Path, "/api/") {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"The data is being upgraded. Try again in a moment."}`))
		return
	}
	locale := i18n.Negotiate(r.Header.Get("Accept-Language"))
	var page bytes.Buffer
	title := h.engine.Bundle().For(locale).T("health.maintenance.title")
	if err := h.engine.Page(&page, locale, "plain", "settings/health_maintenance", view.Data{Title: title, Path: r.URL.Path}); err != nil {
		slog.Error("render the maintenance page", "error", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = page.WriteTo(w)
}
