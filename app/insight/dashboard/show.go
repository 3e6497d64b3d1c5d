package dashboard

import (
	"context"
	"net/url"
	"slices"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

// Shown is a tile on a page: drawn, or still being counted.
type Shown struct {
	plan
	Drawn
	Waiting bool
	Older   bool      // it is being counted anew; this is what it was
	At      time.Time // when it was counted
	Trouble string    // why there is nothing, in words
	Href    string    // the tile alone
	asked   bool      // this is the answer to its own question
}

// show plans the tiles of a dashboard, has them drawn side by side, and waits so
// long for them. What is not ready by then comes after the page.
func (s *Service) show(ctx context.Context, l *i18n.Locale, d Dashboard, ask Ask, tiles []Tile, patience time.Duration) ([]Shown, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	if err := s.notice(ctx); err != nil {
		return nil, err
	}
	r, err := s.reader(ctx)
	if err != nil {
		return nil, err
	}
	today := cal.Today(l.Now(), l.Zone())
	var plans []plan
	var waits, renewed []<-chan struct{}
	for _, t := range tiles {
		p, ok, err := s.plan(ctx, l, r, t, ask)
		if e, known := errs.As(err); known && e.Kind == errs.Invalid {
			continue // it names what is gone; the report's own page says so
		}
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		plans = append(plans, p)
		if w := s.ask(ctx, p.key, today, func(ctx context.Context) (Drawn, error) { return s.draw(ctx, l, p, ask) }); w != nil {
			if _, kept := s.kept.found(p.key); kept {
				renewed = append(renewed, w)
			} else {
				waits = append(waits, w)
			}
		}
	}
	waitFor(waits, patience)
	waitFor(renewed, patience/3) // there is something to show meanwhile
	var out []Shown
	for _, p := range plans {
		out = append(out, s.shown(l, d, ask, p))
	}
	return out, nil
}

// waitFor returns when all are done, or the patience is at its end.
func waitFor(waits []<-chan struct{}, patience time.Duration) {
	if len(waits) == 0 {
		return
	}
	end := time.NewTimer(patience)
	defer end.Stop()
	for _, w := range waits {
		select {
		case <-w:
		case <-end.C:
			return
		}
	}
}

func (s *Service) shown(l *i18n.Locale, d Dashboard, ask Ask, p plan) Shown {
	out := Shown{plan: p, Href: tilePath(d, p.ID, ask)}
	f, ok := s.kept.found(p.key)
	switch {
	case !ok:
		out.Waiting = true
	case f.err != nil:
		out.Trouble = trouble(l, f.err)
	default:
		out.Drawn, out.At, out.Older = f.drawn, f.at, f.busy != nil
	}
	return out
}

func trouble(l *i18n.Locale, err error) string {
	if e, ok := errs.As(err); ok && (e.Kind == errs.Unavailable || e.Kind == errs.Invalid) {
		return l.Message(e.Message)
	}
	return l.T("dashboard.error.draw")
}

// draw counts a tile.
func (s *Service) draw(ctx context.Context, l *i18n.Locale, p plan, ask Ask) (Drawn, error) {
	if p.special {
		return s.special(ctx, l, p, ask)
	}
	t, err := s.Reports.Run(ctx, l, p.spec)
	if err != nil {
		return Drawn{}, err
	}
	return draw(l, t, p.Look, p.Width), nil
}

// One is a tile of a dashboard by its number.
func (d Dashboard) one(id int64) ([]Tile, error) {
	i := slices.IndexFunc(d.Tiles, func(t Tile) bool { return t.ID == id })
	if i < 0 {
		return nil, errs.NotVisible()
	}
	return d.Tiles[i : i+1], nil
}

// Path is the address of a dashboard, with what its tiles are asked.
func path(d Dashboard, more string, ask Ask) string {
	p := home + "/" + url.PathEscape(d.Which()) + more
	if q := ask.Query().Encode(); q != "" {
		p += "?" + q
	}
	return p
}

// AsOf is when it was counted: the time of today, else the day too.
func (s Shown) AsOf(d view.Data) string { return asOf(d, s.At) }

func asOf(d view.Data, at time.Time) string {
	if cal.Today(at, d.Locale.Zone()) == cal.Today(d.Locale.Now(), d.Locale.Zone()) {
		return d.Time(at)
	}
	return d.DateTime(at)
}

// IsNumber tells whether a tile is one number, also before it is counted.
func (s Shown) IsNumber() bool {
	return !s.special && (s.Look == Number || s.Look == Auto && len(s.spec.Rows) == 0)
}

// Bare tells whether the table is all there is.
func (s Shown) Bare() bool {
	return s.Chart == "" && s.Items == nil && s.Heat == nil && s.Number == nil
}

// Fixed tells whether a tile follows no period though one is asked for.
func (s Shown) Fixed() bool { return s.fixed }

// Missing names the filters that its records do not know.
func (s Shown) Missing() []string { return s.missing }

// Again is when a tile asks for itself: at once, and every two seconds where that
// was not enough.
func (s Shown) Again() string {
	switch {
	case s.asked:
		return "every 2s"
	case s.Waiting:
		return "load"
	}
	return "load delay:1s"
}
