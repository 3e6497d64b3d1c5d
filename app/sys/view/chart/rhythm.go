package chart

import (
	"html/template"
	"math"
	"time"
)

// Hit is one purchase on a rhythm strip.
type Hit struct {
	At     time.Time
	Amount float64 // in any unit; only the proportions show
}

// Rhythm is the product's signature: one tick per purchase, the last three
// darker, an open ring where the next one is expected, and an orange line as
// long as it is overdue.
type Rhythm struct {
	Label string    // "Usually every 21 days, last 9 days ago"
	From  time.Time // left end; six months in lists, twelve on the record
	Now   time.Time
	Hits  []Hit     // oldest first
	Due   time.Time // zero when nothing is expected yet
	Wide  bool      // the record's size instead of the list's
}

type rhythmSize struct{ width, height, base, now, tick, tallest, shortest, ring float64 }

var (
	listSize   = rhythmSize{width: 120, height: 24, base: 20, now: 106, tick: 2.5, tallest: 18, shortest: 6, ring: 2.75}
	recordSize = rhythmSize{width: 640, height: 58, base: 53, now: 585.5, tick: 4, tallest: 51, shortest: 20, ring: 4}
)

// SVG draws the strip.
func (r Rhythm) SVG() template.HTML {
	s, attributes := listSize, []string{`width="120"`, `height="24"`}
	if r.Wide {
		s, attributes = recordSize, nil
	}
	late := !r.Due.IsZero() && r.Due.Before(r.Now)
	class := "rhythm"
	if late {
		class = "rhythm late"
	}
	var d drawing
	d.open(class, s.width, s.height, r.Label, attributes...)
	d.line("base", 0, s.base, s.width, s.base)
	r.hits(&d, s)
	if r.Wide {
		d.line("now", s.now, 2, s.now, s.height-1)
	}
	if !r.Due.IsZero() {
		due := clamp(r.x(r.Due, s), s.ring, s.width-s.ring)
		if late {
			d.line("gap", due, s.base, s.now, s.base)
		} else {
			d.line("wait", s.now, s.base, due, s.base)
		}
		d.circle("due", due, s.base, s.ring, "")
	}
	return d.close()
}

func (r Rhythm) hits(d *drawing, s rhythmSize) {
	largest := 0.0
	for _, hit := range r.Hits {
		largest = math.Max(largest, hit.Amount)
	}
	for i, hit := range r.Hits {
		if hit.At.Before(r.From) || hit.At.After(r.Now) {
			continue
		}
		height := s.tallest
		if largest > 0 {
			height = s.shortest + (s.tallest-s.shortest)*math.Sqrt(clamp(hit.Amount/largest, 0, 1))
		}
		class := "hit"
		if i >= len(r.Hits)-3 {
			class = "hit new"
		}
		x := clamp(r.x(hit.At, s), s.tick/2, s.now-s.tick/2) - s.tick/2
		d.rect(class, x, s.base-height, s.tick, height, s.tick/2)
	}
}

func (r Rhythm) x(t time.Time, s rhythmSize) float64 {
	whole := r.Now.Sub(r.From).Hours()
	if whole <= 0 {
		return s.now
	}
	return t.Sub(r.From).Hours() / whole * s.now
}
