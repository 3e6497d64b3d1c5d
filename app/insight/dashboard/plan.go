package dashboard

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"

	"regulars/app/insight/analysis"
	"regulars/app/insight/evaluation"
	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
	"regulars/app/voice/survey"
)

// The pictures that other pages of insight have.
const (
	cohorts = "cohorts"
	drivers = "drivers"
	radar   = "radar"
	scores  = "scores"
)

// specials are they, in the order in which they are offered.
var specials = []string{cohorts, drivers, radar, scores}

// reader is what somebody may look at.
type reader struct {
	actor   *auth.Actor
	kinds   map[string]bool
	library map[string]analysis.Ready
}

func (s *Service) reader(ctx context.Context) (reader, error) {
	r := reader{actor: auth.From(ctx), kinds: map[string]bool{}, library: map[string]analysis.Ready{}}
	if !r.actor.Can(analysis.Read) {
		return r, nil
	}
	for _, k := range s.Reports.Kinds(ctx) {
		r.kinds[k.Name] = true
	}
	all, err := s.Reports.Library(ctx)
	for _, one := range all {
		if one.Link == "" {
			r.library[one.Key] = one
		}
	}
	return r, err
}

// may tells whether there is such a source of the program's and it is theirs to see.
func (r reader) may(source string) bool {
	switch source {
	case cohorts:
		return r.actor.Can(prediction.Read) && r.actor.Scope().Everything()
	case drivers:
		return r.actor.Can(survey.Read)
	case radar, scores:
		return r.actor.Can(evaluation.Read)
	}
	if _, ok := r.library[source]; ok {
		return true
	}
	q, err := url.ParseQuery(own[source])
	return err == nil && r.kinds[q.Get("kind")]
}

// plan is a tile that its reader may see, with what it takes to draw it.
type plan struct {
	Tile
	Title   string
	Open    string // where it stands in full
	spec    analysis.Spec
	special bool
	fixed   bool     // it is about now and follows no period
	missing []string // what its records do not have
	key     string   // of what is kept
}

// plan looks a tile up; ok is false where its reader may not see it.
func (s *Service) plan(ctx context.Context, l *i18n.Locale, r reader, t Tile, ask Ask) (p plan, ok bool, err error) {
	p = plan{Tile: t, Title: t.Title}
	name := func(own string) {
		if p.Title == "" {
			p.Title = own
		}
	}
	switch {
	case t.ReportID != 0:
		kept, err := s.Reports.Get(ctx, int64(t.ReportID))
		if e, known := errs.As(err); known && (e.Kind == errs.NotFound || e.Kind == errs.Denied) {
			return p, false, nil
		}
		if err != nil {
			return p, false, err
		}
		name(kept.Name)
		if p.spec, err = kept.Spec(); err != nil {
			return p, false, nil // what it named is gone; its own page says so
		}
		if !r.kinds[p.spec.Kind] {
			return p, false, nil
		}
	case !r.may(t.Source):
		return p, false, nil
	case slices.Contains(specials, t.Source):
		name(l.T("dashboard.special." + t.Source))
		p.special, p.fixed = true, ask.Span != "" && (t.Source == radar || t.Source == scores)
		p.Open = specialPages[t.Source]
		p.missing = ask.missing(t.Source)
		p.key = s.key(r, l, p, ask)
		return p, true, nil
	case own[t.Source] != "":
		name(l.T("dashboard.own." + t.Source))
		q, err := url.ParseQuery(own[t.Source])
		if err != nil {
			return p, false, err
		}
		if p.spec, err = analysis.Parse(q); err != nil {
			return p, false, err
		}
	default:
		one := r.library[t.Source]
		name(l.T(one.Title()))
		if p.spec, err = one.Spec(); err != nil {
			return p, false, err
		}
	}
	p.spec, p.fixed = ask.period(p.spec, cal.Today(l.Now(), l.Zone()))
	if len(ask.whose()) == 0 {
		p.Open = "/reports/new?" + p.spec.Query().Encode()
		p.key = s.key(r, l, p, ask)
		return p, true, nil
	}
	if p.spec, p.missing, err = s.Reports.Narrow(ctx, l, p.spec, analysis.About{Person: ask.Person, Region: ask.Region, Tag: ask.Tag}); err != nil {
		return p, false, err
	}
	p.Open = "/reports/new?" + p.spec.Query().Encode()
	p.key = s.key(r, l, p, ask)
	return p, true, nil
}

// whose names what is asked about whose records.
func (a Ask) whose() []string {
	var out []string
	for _, one := range []struct{ what, value string }{{"person", a.Person}, {"region", a.Region}, {"tag", a.Tag}} {
		if one.value != "" {
			out = append(out, one.what)
		}
	}
	return out
}

// missing names what a picture of another page does not follow: cohorts are those
// of the night, answers have no tags.
func (a Ask) missing(source string) []string {
	switch {
	case source == cohorts:
		return a.whose()
	case source == drivers && a.Tag != "":
		return []string{"tag"}
	}
	return nil
}

// key is by what a drawn tile is found again: what it counts, how it looks, and
// everything of its reader that decides what they see.
func (s *Service) key(r reader, l *i18n.Locale, p plan, ask Ask) string {
	sql, args := r.actor.Scope().Where("o")
	parts := []any{r.actor.UserID, r.actor.Role, sql, args, l.Tag(), l.Zone(), p.Look, p.Width, p.Title}
	if p.special {
		parts = append(parts, p.Source, ask.Query().Encode())
	} else {
		parts = append(parts, p.spec.Query().Encode())
	}
	sum := sha256.New()
	for _, one := range parts {
		fmt.Fprint(sum, one, "\x00")
	}
	return hex.EncodeToString(sum.Sum(nil))
}
