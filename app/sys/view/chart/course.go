package chart

import (
	"html/template"
	"math"
)

// Mark is one period of a course.
type Mark struct {
	Name      string // under the axis, where there is room
	Title     string // when pointed at
	Value     float64
	Low, High float64 // of what may come
	Beside    float64 // what something simpler says of it
}

// Course is a line that goes on: what was, firm; what may come, dashed within
// its band; and beside it, dotted, what something simpler says.
type Course struct {
	Label       string
	Past, Ahead []Mark
	Grid        []Tick
}

const courseLeft = 60.0

// Ticks are up to four round values from nought to the top.
func (c Course) Ticks() []float64 {
	top := c.top()
	if top <= 0 {
		return nil
	}
	step := math.Pow(10, math.Floor(math.Log10(top/3)))
	for _, by := range []float64{5, 2} {
		if top/(step*by) >= 2 {
			step *= by
			break
		}
	}
	var out []float64
	for v := 0.0; v <= top; v += step {
		out = append(out, v)
	}
	return out
}

func (c Course) top() float64 {
	top := 0.0
	for _, m := range c.Past {
		top = math.Max(top, finite(m.Value))
	}
	for _, m := range c.Ahead {
		top = math.Max(top, math.Max(finite(m.High), finite(m.Beside)))
	}
	return top
}

// SVG draws it.
func (c Course) SVG() template.HTML {
	n, top := len(c.Past)+len(c.Ahead), c.top()
	if n < 2 || top <= 0 {
		return ""
	}
	x := func(i int) float64 { return courseLeft + (chartWidth-courseLeft-12)*float64(i)/float64(n-1) }
	y := func(v float64) float64 { return trendFloor - clamp(finite(v)/top, 0, 1)*(trendFloor-trendTop) }
	var d drawing
	d.open("chart", chartWidth, trendHeight-18, c.Label)
	for _, t := range c.Grid {
		d.line("grid", courseLeft, y(t.At), chartWidth, y(t.At))
		d.text("", "", 0, y(t.At)+4, t.Name)
	}
	c.ahead(&d, x, y)
	var was []point
	for i, m := range c.Past {
		was = append(was, point{x(i), y(m.Value)})
	}
	if len(was) > 1 {
		d.shape("polyline", "was", was)
	}
	for i, m := range c.Past {
		c.dot(&d, m, "pt on", was[i])
	}
	every := (n + 5) / 6
	for i, m := range append(append([]Mark{}, c.Past...), c.Ahead...) {
		if i%every == 0 && i < n-every/2 {
			d.text("", "middle", x(i), 206, m.Name)
		}
	}
	return d.close()
}

// ahead draws the band, the middle of it and what stands beside.
func (c Course) ahead(d *drawing, x func(int) float64, y func(float64) float64) {
	if len(c.Ahead) == 0 {
		return
	}
	var high, low, middle, beside []point
	if n := len(c.Past); n > 0 {
		last := point{x(n - 1), y(c.Past[n-1].Value)}
		high, middle, beside = append(high, last), append(middle, last), append(beside, last)
	}
	for i, m := range c.Ahead {
		at := x(len(c.Past) + i)
		high, low = append(high, point{at, y(m.High)}), append(low, point{at, y(m.Low)})
		middle, beside = append(middle, point{at, y(m.Value)}), append(beside, point{at, y(m.Beside)})
	}
	for i := len(low) - 1; i >= 0; i-- {
		high = append(high, low[i])
	}
	d.shape("polygon", "may", high)
	d.shape("polyline", "line", beside)
	d.shape("polyline", "ghost", middle)
	for i, m := range c.Ahead {
		c.dot(d, m, "pt", point{x(len(c.Past) + i), y(m.Value)})
	}
}

func (Course) dot(d *drawing, m Mark, class string, at point) {
	d.circle(class, at.x, at.y, 3.5, m.Title)
}
