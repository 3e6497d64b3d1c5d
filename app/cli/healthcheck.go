package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"regulars/app/settings/access"
	"regulars/app/sys/clock"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/lock"
)

// healthcheck asks the running server whether it is well; containers and
// service managers call it.
func (e *env) healthcheck() *cobra.Command {
	return &cobra.Command{Use: "healthcheck", Short: "Ask the running server whether it is well", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		cfg, err := e.load()
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(contextOf(cmd), 10*time.Second)
		defer cancel()
		cfg.Listen = wanted(ctx, cfg)
		cfg.BaseURL = "" // this machine's own address, not the public one
		body, status, err := ask(ctx, baseURL(cfg)+"/healthz")
		if err != nil {
			return fmt.Errorf("no server answers at %s", baseURL(cfg))
		}
		if _, err := fmt.Fprintln(e.out, body); err != nil {
			return err
		}
		if status != http.StatusOK {
			return errors.New("the server is not healthy")
		}
		return nil
	}}
}

// wanted is where the server listens: as it says itself, or else as the owner
// and the configuration want it.
func wanted(ctx context.Context, cfg config.Config) string {
	if said := lock.Said(cfg.DataDir); said != "" {
		return said
	}
	path := filepath.Join(cfg.DataDir, "regulars.db")
	if !exists(path) {
		return cfg.Listen
	}
	d, err := db.Open(db.Options{Path: path, Clock: clock.System{}, Readers: 1})
	if err != nil {
		return cfg.Listen
	}
	defer d.Close()
	if listen, err := access.Listen(ctx, d.Reader(ctx), cfg); err == nil {
		return listen
	}
	return cfg.Listen
}

func ask(ctx context.Context, url string) (string, int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", 0, err
	}
	client := http.Client{Transport: &http.Transport{Proxy: nil, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}}} // to itself, by address
	res, err := client.Do(req)
	if err != nil {
		return "", 0, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	return string(body), res.StatusCode, err
}
