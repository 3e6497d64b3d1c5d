// What a person sees and does in the outbox.

package channel

import (
	"context"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/outbox"
	"regulars/app/sys/web"
)

// Find lists messages in pages.
func (s *Service) Find(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Entry], error) {
	if err := auth.From(ctx).May("outbox.read"); err != nil {
		return page.Page[Entry]{}, err
	}
	return find(ctx, s.db.Reader(ctx), req, conds)
}

// Get reads one message.
func (s *Service) Get(ctx context.Context, id int64) (outbox.Row, error) {
	if err := auth.From(ctx).May("outbox.read"); err != nil {
		return outbox.Row{}, err
	}
	r, err := s.outbox.Get(ctx, id)
	e := Entry{ToAddress: r.ToAddress, Error: r.Error}
	e.veil(auth.From(ctx).Masked())
	r.ToAddress, r.Error = e.ToAddress, e.Error
	return r, err
}

// Retry queues a message again that failed, is unknown or was set aside.
func (s *Service) Retry(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May("outbox.write"); err != nil {
		return err
	}
	return s.outbox.Retry(ctx, id)
}

// Discard takes back a message that has not left.
func (s *Service) Discard(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May("outbox.write"); err != nil {
		return err
	}
	return s.outbox.Discard(ctx, id)
}

// DiscardHeld takes back everything that was set aside.
func (s *Service) DiscardHeld(ctx context.Context) error {
	if err := auth.From(ctx).May("outbox.write"); err != nil {
		return err
	}
	return s.outbox.DiscardHeld(ctx)
}

// Release lets messages leave again after a restore.
func (s *Service) Release(ctx context.Context) error {
	if err := auth.From(ctx).May("channel.write"); err != nil {
		return err
	}
	return s.outbox.Release(ctx)
}

// Hold stops everything from leaving.
func (s *Service) Hold(ctx context.Context) error {
	if err := auth.From(ctx).May("channel.write"); err != nil {
		return err
	}
	return s.outbox.Hold(ctx, "owner")
}

// banners tells on every page what keeps messages from leaving, to those who
// can do something about it.
func (s *Service) banners(ctx context.Context) ([]web.Banner, error) {
	if !auth.From(ctx).Can("outbox.read") {
		return nil, nil
	}
	st, err := s.outbox.Status(ctx)
	if err != nil {
		return nil, err
	}
	if st.Hold.Since != 0 {
		return []web.Banner{{Kind: "warm", Key: "channel.banner.held", Href: outboxPath, Action: "channel.banner.look"}}, nil
	}
	if st.ClockBack {
		return []web.Banner{{Kind: "warm", Key: "channel.banner.clock", Href: outboxPath, Action: "channel.banner.look"}}, nil
	}
	var out []web.Banner
	for _, c := range st.Channels {
		switch {
		case !c.Ready && c.Reason == NoSMTP:
			waiting, err := s.outbox.List(ctx, outbox.Filter{State: outbox.Queued, Limit: 1})
			if err != nil {
				return nil, err
			}
			if len(waiting) > 0 {
				out = append(out, web.Banner{Kind: "warm", Key: "channel.banner.no_smtp", Href: mailPath, Action: "channel.banner.connect"})
			}
		case !c.Ready:
			out = append(out, web.Banner{Kind: "bad", Key: "channel.banner.settings", Href: mailPath, Action: "channel.banner.connect"})
		case c.Pause.Since != 0:
			out = append(out, web.Banner{Kind: "bad", Key: "channel.banner.failing", Href: outboxPath, Action: "channel.banner.look"})
		}
	}
	return out, nil
}

// check is what doctor and the health page ask about mail.
func (s *Service) check(ctx context.Context) (string, []any, error) {
	st, err := s.outbox.Status(ctx)
	if err != nil {
		return "", nil, err
	}
	if st.Hold.Since != 0 {
		return "channel.banner.held", nil, nil
	}
	for _, c := range st.Channels {
		if !c.Ready && c.Reason != NoSMTP {
			return "channel.banner.settings", nil, nil
		}
		if c.Pause.Since != 0 {
			return "channel.banner.failing", nil, nil
		}
	}
	return "", nil, nil
}
