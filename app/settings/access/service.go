package access

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

const (
	settingListen = "access.listen"
	settingBase   = "access.base_url"
)

// Service knows how the house is reached.
type Service struct {
	db    *db.DB
	cfg   config.Config // as it runs now
	hosts func() ([]string, error)
}

// New makes the service for the configuration that the house runs with.
func New(d *db.DB, cfg config.Config) *Service {
	return &Service{db: d, cfg: cfg, hosts: lanHosts}
}

// Listen is the address that serve listens on: the configured one when flag,
// environment or file say so, else what the owner chose on the page. Call it
// before the server is made. Before setup nothing but the default is opened.
func Listen(ctx context.Context, q db.Q, cfg config.Config) (string, error) {
	if cfg.Origin("listen") != "default" {
		return cfg.Listen, nil
	}
	wanted, err := wantedOf(ctx, q)
	if err != nil {
		return "", err
	}
	return listenOn(cfg.Listen, wanted), nil
}

// Base is where mailed links lead: the configured address when flag,
// environment or file say one, else what the owner wrote on the page, else "".
func Base(ctx context.Context, q db.Q, cfg config.Config) (string, error) {
	if cfg.BaseURL != "" {
		return cfg.BaseURL, nil
	}
	var base string
	err := setting.Get(ctx, q, settingBase, &base)
	return base, err
}

func wantedOf(ctx context.Context, q db.Q) (string, error) {
	wanted := Local
	err := setting.Get(ctx, q, settingListen, &wanted)
	return wanted, err
}

// State reads how things stand.
func (s *Service) State(ctx context.Context) (State, error) {
	if err := auth.From(ctx).May("settings.write"); err != nil {
		return State{}, err
	}
	wanted, err := wantedOf(ctx, s.db.Reader(ctx))
	if err != nil {
		return State{}, err
	}
	base, err := Base(ctx, s.db.Reader(ctx), s.cfg)
	if err != nil {
		return State{}, err
	}
	hosts, err := s.hosts()
	if err != nil {
		return State{}, fmt.Errorf("look for this machine's addresses: %w", err)
	}
	st := State{Listen: s.cfg.Listen, Fixed: s.cfg.Origin("listen") != "default", Wanted: wanted, Open: reachable(s.cfg.Listen),
		BaseURL: base, BaseFixed: s.cfg.BaseURL != "", Links: links(s.cfg, hosts)}
	st.Restart = !st.Fixed && (wanted == Network) != st.Open
	st.Plain = !s.cfg.TLS.On() && !strings.HasPrefix(base, "https://")
	for _, p := range s.cfg.TrustedProxies {
		st.Proxies = append(st.Proxies, p.String())
	}
	return st, nil
}

// Open stores whom the house listens to from its next start on.
func (s *Service) Open(ctx context.Context, wanted string) error {
	if err := auth.From(ctx).May("settings.write"); err != nil {
		return err
	}
	c := &errs.Check{}
	c.That(wanted == Local || wanted == Network, "listen", "error.choice")
	if err := c.Err(); err != nil {
		return err
	}
	if s.cfg.Origin("listen") != "default" {
		return errs.New(errs.Conflict, "access.error.fixed")
	}
	return s.db.Write(ctx, "access.open", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "setting", 0, settingListen)
		return setting.Put(ctx, tx, settingListen, wanted)
	})
}

// SetBase stores where links in mail lead from now on; "" takes it back.
func (s *Service) SetBase(ctx context.Context, base string) error {
	if err := auth.From(ctx).May("settings.write"); err != nil {
		return err
	}
	if s.cfg.BaseURL != "" {
		return errs.New(errs.Conflict, "access.error.fixed")
	}
	c := &errs.Check{}
	if base = strings.TrimSpace(base); base != "" {
		checked, err := config.CheckBaseURL(base)
		c.That(err == nil, "base_url", "access.error.base")
		base = checked
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, "access.base", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "setting", 0, settingBase)
		return setting.Put(ctx, tx, settingBase, base)
	})
}
