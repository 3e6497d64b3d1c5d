package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

// frame is what stands around every page of one person and costs queries: the
// counts of the sidebar, the banners, the unread notifications. It is read
// again when something was written, and after a while because the time moves
// and other processes write too.
type frame struct {
	moved   uint64
	read    time.Time
	counts  map[string]count // by the entry's key
	away    map[string]bool  // entries that have no place now
	banners []Banner
	pins    []Pin
	unread  int
}

type count struct {
	n    int
	warm bool
}

const frameLife = 10 * time.Second

// frame is the reader's, from memory when nothing moved.
func (s *Server) frame(c *fiber.Ctx) *frame {
	user, now, moved := Actor(c).UserID, s.DB.Now(), s.DB.Moved()
	if v, ok := s.frames.Load(user); ok {
		f := v.(*frame)
		if age := now.Sub(f.read); f.moved == moved && age >= 0 && age < frameLife {
			return f
		}
	}
	f := &frame{moved: moved, read: now, counts: map[string]count{}, away: map[string]bool{}}
	for _, n := range Places(c) {
		if n.Here != nil {
			here, err := n.Here(Ctx(c))
			if err != nil {
				logFault(c, err)
			}
			f.away[n.Key] = !here
		}
		if n.Count == nil {
			continue
		}
		amount, warm, err := n.Count(Ctx(c))
		if err != nil {
			logFault(c, err)
			continue
		}
		f.counts[n.Key] = count{amount, warm}
	}
	for _, m := range s.Modules {
		if m.Pins == nil {
			continue
		}
		pins, err := m.Pins(Ctx(c))
		if err != nil {
			logFault(c, err)
		}
		f.pins = append(f.pins, pins...)
	}
	for _, m := range s.Modules {
		if m.Banners == nil {
			continue
		}
		list, err := m.Banners(Ctx(c))
		if err != nil {
			logFault(c, err)
			continue
		}
		f.banners = append(f.banners, list...)
	}
	if s.Unread != nil {
		n, err := s.Unread(Ctx(c))
		if err != nil {
			logFault(c, err)
		}
		f.unread = n
	}
	s.frames.Store(user, f)
	return f
}

// shown is the banners in the reader's words.
func (f *frame) shown(l *i18n.Locale) []view.Banner {
	var out []view.Banner
	for _, b := range f.banners {
		v := view.Banner{Kind: b.Kind, Text: l.T(b.Key, b.Args...), Href: b.Href}
		if b.Action != "" {
			v.Action = l.T(b.Action)
		}
		for _, p := range b.Press {
			press := view.Press{Href: p.Href, Action: l.T(p.Action)}
			if p.Ask != "" {
				press.Ask, press.Effect = l.T(p.Ask), l.T(p.Effect, b.Args...)
			}
			v.Press = append(v.Press, press)
		}
		out = append(out, v)
	}
	return out
}

// Audience is whom the reader may show a view to; nobody to choose from in a shop
// of one.
func Audience(c *fiber.Ctx) ([]view.Option, error) {
	var out []view.Option
	for _, m := range From(c).Modules {
		if m.Audience == nil {
			continue
		}
		list, err := m.Audience(c)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// SavedViews are the views of a list that the reader sees.
func SavedViews(c *fiber.Ctx, kind string) ([]SavedView, error) {
	var out []SavedView
	for _, m := range From(c).Modules {
		if m.SavedViews == nil {
			continue
		}
		list, err := m.SavedViews(Ctx(c), kind)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}
