package chart

import (
	"html/template"
	"math"
)

// Bar is one column.
type Bar struct {
	Name    string // under the axis; empty keeps a crowded axis quiet
	Title   string // when pointed at, and the name of its link
	Href    string // the rows behind it, a path of ours; empty for none
	Value   float64
	Before  float64 // the same period a year ago, dotted; with HasPast
	HasPast bool
	Now     bool // the period that is still running
}

// Bars are soft columns with a firm cap, the current one solid, last year dotted.
type Bars struct {
	Label    string
	Width    float64 // of the picture; 0 is the usual
	Joined   bool    // a histogram: the columns touch
	Ticks    []Tick
	Bars     []Bar
	PastName string // "last year", beside the dotted line
}

const barsFloor, barsTop, barsNames, barsHeight, barsLeft = 196.0, 12.0, 216.0, 224.0, 34.0

// SVG draws the columns.
func (c Bars) SVG() template.HTML {
	if len(c.Bars) == 0 {
		return ""
	}
	var d drawing
	wide := wideAs(c.Width)
	d.open("chart", wide, barsHeight, c.Label)
	top := c.top()
	for _, tick := range c.Ticks {
		y := c.y(tick.At, top)
		d.line("grid", barsLeft, y, wide, y)
		d.text("", "", 0, y+4, tick.Name)
	}
	d.line("grid", barsLeft, barsFloor, wide, barsFloor)
	step := (wide - barsLeft) / float64(len(c.Bars))
	width := math.Min(22, step*0.7)
	if c.Joined {
		width = step - 1
	}
	var past []point
	for i, bar := range c.Bars {
		x := barsLeft + step*(float64(i)+0.5)
		c.bar(&d, bar, x, width, c.y(bar.Value, top))
		if bar.HasPast {
			past = append(past, point{x, c.y(bar.Before, top)})
		}
	}
	if len(past) > 1 {
		d.shape("polyline", "line", past)
		if c.PastName != "" {
			d.text("halo", "end", wide, 6, "··· "+c.PastName)
		}
	}
	return d.close()
}

func (c Bars) bar(d *drawing, bar Bar, x, width, y float64) {
	class := ""
	if bar.Now {
		class = ` class="now"`
	}
	if bar.Href != "" {
		d.WriteString(`<a href="` + esc(safeHref(bar.Href)) + `"` + class + ` aria-label="` + esc(bar.Title) + `">`)
	} else {
		d.WriteString(`<g` + class + `>`)
	}
	if bar.Title != "" {
		d.WriteString(`<title>` + esc(bar.Title) + `</title>`)
	}
	d.rect("bar", x-width/2, y, width, barsFloor-y, 0)
	if bar.Value > 0 {
		d.rect("cap", x-width/2, y, width, 2.5, 0)
	}
	if bar.Href != "" {
		d.WriteString(`</a>`)
	} else {
		d.WriteString(`</g>`)
	}
	if bar.Name != "" {
		name := ""
		if bar.Now {
			name = "on"
		}
		d.text(name, "middle", x, barsNames, bar.Name)
	}
}

// top is the largest value on the scale, never zero.
func (c Bars) top() float64 {
	top := 0.0
	for _, bar := range c.Bars {
		top = math.Max(top, math.Max(finite(bar.Value), finite(bar.Before)))
	}
	for _, tick := range c.Ticks {
		top = math.Max(top, finite(tick.At))
	}
	if top == 0 {
		return 1
	}
	return top
}

func (c Bars) y(value, top float64) float64 {
	return barsFloor - clamp(finite(value)/top, 0, 1)*(barsFloor-barsTop)
}

// safeHref lets only paths of this product through.
func safeHref(href string) string {
	if len(href) > 0 && (href[0] == '?' || href[0] == '#') {
		return href
	}
	if len(href) == 0 || href[0] != '/' || len(href) > 1 && (href[1] == '/' || href[1] == '\\') {
		return "#"
	}
	return href
}

func finite(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}
