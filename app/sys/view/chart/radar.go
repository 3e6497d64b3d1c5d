package chart

import (
	"html/template"
	"math"
)

// Axis is one dimension of a radar, 0 to 100.
type Axis struct {
	Name  string
	Score float64
	Text  string   // the score as printed; empty without data
	Known bool     // false: no data, drawn dashed, never as a zero
	Low   bool     // the one to look at, in orange
	Peer  *float64 // average of comparable customers, nil when unknown
}

// Radar shows the dimensions of an evaluation. The table or reasons list beside
// it is its text; Label says the same in one sentence.
type Radar struct {
	Label string
	Axes  []Axis
}

const (
	radarWidth, radarHeight   = 312.0, 220.0
	radarX, radarY, radarSize = 156.0, 112.0, 74.0
	radarLetter               = 6.1 // mean width of a letter; a Han character takes two
)

// SVG draws the radar; fewer than three axes make no shape and draw nothing.
func (r Radar) SVG() template.HTML {
	if len(r.Axes) < 3 {
		return ""
	}
	var d drawing
	d.open("radar", radarWidth, radarHeight, r.Label)
	for ring := 1; ring <= 4; ring++ {
		d.shape("polygon", "ring", r.around(func(Axis) float64 { return float64(ring) * 25 }))
	}
	for i, axis := range r.Axes {
		end := r.at(i, 100)
		class := "ring"
		if !axis.Known {
			class = "ring gone"
		}
		d.line(class, radarX, radarY, end.x, end.y)
	}
	r.peers(&d)
	r.area(&d)
	for i, axis := range r.Axes {
		r.name(&d, i, axis)
	}
	return d.close()
}

// peers draws the average of those axes for which there is one.
func (r Radar) peers(d *drawing) {
	var points []point
	for i, axis := range r.Axes {
		if axis.Peer != nil {
			points = append(points, r.at(i, *axis.Peer))
		}
	}
	if len(points) >= 3 {
		d.shape("polygon", "avg", points)
	}
}

// area joins the known scores only: a missing one leaves its corner out.
func (r Radar) area(d *drawing) {
	var points []point
	for i, axis := range r.Axes {
		if axis.Known {
			points = append(points, r.at(i, axis.Score))
		}
	}
	switch {
	case len(points) >= 3:
		d.shape("polygon", "area", points)
	case len(points) == 2:
		d.shape("polyline", "area", points)
	}
}

func (r Radar) name(d *drawing, i int, axis Axis) {
	if axis.Known {
		p := r.at(i, axis.Score)
		class := "pt"
		if axis.Low {
			class = "pt low"
		}
		d.circle(class, p.x, p.y, 3, axis.Name+" "+axis.Text)
	}
	p := r.at(i, 113)
	anchor, side := "middle", p.x-radarX
	switch {
	case side > 5:
		anchor = "start"
	case side < -5:
		anchor = "end"
	}
	class, valueClass := "", "v"
	if !axis.Known {
		class, valueClass = "none", "v none"
	}
	value := axis.Text
	if value == "" {
		value = "–"
	}
	if anchor == "middle" { // above and below there is room for one line only
		y := p.y - 2
		if p.y > radarY {
			y = p.y + 10
		}
		d.WriteString(`<text x="` + num(p.x) + `" y="` + num(y) + `" text-anchor="middle">` + esc(axis.Name) +
			` <tspan class="` + valueClass + `">` + esc(value) + `</tspan></text>`)
		return
	}
	room := int((radarWidth/2 - math.Abs(side)) / radarLetter)
	first, second := broken(axis.Name, room)
	if second == "" {
		d.text(class, anchor, p.x, p.y-3, first)
	} else {
		d.text(class, anchor, p.x, p.y-16, first)
		d.text(class, anchor, p.x, p.y-3, second)
	}
	d.text(valueClass, anchor, p.x, p.y+11, value)
}

func (r Radar) around(score func(Axis) float64) []point {
	points := make([]point, len(r.Axes))
	for i, axis := range r.Axes {
		points[i] = r.at(i, score(axis))
	}
	return points
}

// at is the place of a score on the i-th axis; the first points up.
func (r Radar) at(i int, score float64) point {
	angle := 2*math.Pi*float64(i)/float64(len(r.Axes)) - math.Pi/2
	reach := radarSize * clamp(score, 0, 120) / 100
	return point{radarX + reach*math.Cos(angle), radarY + reach*math.Sin(angle)}
}
