package chart

import (
	"html/template"
	"math"
)

// Sparkline is a tiny line for a table cell; the last point is marked.
type Sparkline struct {
	Label  string
	Values []float64
}

// SVG draws the line; a single value is a dot.
func (s Sparkline) SVG() template.HTML {
	if len(s.Values) == 0 {
		return ""
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range s.Values {
		low, high = math.Min(low, finite(v)), math.Max(high, finite(v))
	}
	points := make([]point, len(s.Values))
	for i, v := range s.Values {
		x, y := 77.0, 12.0
		if len(s.Values) > 1 {
			x = 3 + 74*float64(i)/float64(len(s.Values)-1)
		}
		if high > low {
			y = 21 - 18*(finite(v)-low)/(high-low)
		}
		points[i] = point{x, y}
	}
	var d drawing
	d.open("spark", 80, 24, s.Label, `width="80"`, `height="24"`)
	if len(points) > 1 {
		d.shape("polyline", "path", points)
	}
	last := points[len(points)-1]
	d.circle("pt", last.x, last.y, 2.5, "")
	return d.close()
}

// Segment is a part of a meter. Class is fg, mid, soft, low or warm.
type Segment struct {
	Share float64 // of the whole, 0 to 1
	Class string
}

// Meter is a thin bar: how much of the whole, in one or several parts, with an
// optional mark (a target, the pace one should have). Without a label it is
// decoration beside the number that says the same.
type Meter struct {
	Label string
	Parts []Segment
	Mark  float64 // 0 to 1; 0 for none
}

var meterClasses = map[string]bool{"fg": true, "mid": true, "soft": true, "low": true, "warm": true}

// SVG draws the bar.
func (m Meter) SVG() template.HTML {
	var d drawing
	d.open("pace", 100, 6, m.Label, `preserveAspectRatio="none"`)
	d.rect("bg", 0, 0, 100, 6, 1)
	at := 0.0
	for i, part := range m.Parts {
		width := clamp(part.Share, 0, 1-at/100) * 100
		class := part.Class
		if !meterClasses[class] {
			class = "fg"
		}
		gap := 0.0
		if i < len(m.Parts)-1 && width > 1 {
			gap = 0.6
		}
		if width > 0 {
			d.rect(class, at, 0, width-gap, 6, 1)
		}
		at += width
	}
	if m.Mark > 0 {
		d.rect("mk", clamp(m.Mark, 0, 1)*99.2, -3, 0.8, 12, 0)
	}
	return d.close()
}

// Interval is a rate with its 95% interval: a soft band and a dark mark.
type Interval struct {
	Label            string
	Low, Value, High float64 // 0 to 1
}

// SVG draws the band.
func (i Interval) SVG() template.HTML {
	low, high := clamp(i.Low, 0, 1)*100, clamp(i.High, 0, 1)*100
	var d drawing
	d.open("pace ci", 100, 6, i.Label, `preserveAspectRatio="none"`)
	d.rect("bg", 0, 0, 100, 6, 1)
	d.rect("soft", low, 0, high-low, 6, 1)
	d.rect("mk", clamp(i.Value, 0, 1)*99, -2, 1, 10, 0)
	return d.close()
}
