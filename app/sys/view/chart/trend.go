package chart

import "html/template"

// Estimate is one period of a trend: a value, its interval and what it rests on.
type Estimate struct {
	Name      string // under the axis: "Q2 26"
	Note      string // below it: "n 35"
	Title     string // when pointed at, and the name of its link
	Href      string // the rows behind it, a path of ours
	Value     float64
	Low, High float64 // ends of the interval
	Known     bool    // false: too few answers, the period stays empty
	Text      string  // the value as printed; shown for the last period
}

// Trend joins estimates by a thin line and shows how sure each one is by its
// bar; the last period is solid.
type Trend struct {
	Label    string
	Width    float64 // of the picture; 0 is the usual
	Min, Max float64 // of the scale: -100 and 100 for NPS
	Ticks    []Tick
	Points   []Estimate
}

// Tick is a line across with its name.
type Tick struct {
	At   float64
	Name string
}

const (
	chartWidth                        = 640.0
	trendLeft, trendRight             = 34.0, 50.0
	trendTop, trendFloor, trendHeight = 16.0, 182.0, 236.0
)

// SVG draws the trend.
func (c Trend) SVG() template.HTML {
	if len(c.Points) == 0 || c.Max <= c.Min {
		return ""
	}
	var d drawing
	d.open("chart", wideAs(c.Width), trendHeight, c.Label)
	for _, tick := range c.Ticks {
		y := c.y(tick.At)
		d.line("grid", trendLeft, y, wideAs(c.Width), y)
		d.text("", "", 0, y+4, tick.Name)
	}
	c.path(&d)
	for i, p := range c.Points {
		last := i == len(c.Points)-1
		class := ""
		if last {
			class = "now"
		}
		d.group(class, func() { c.estimate(&d, i, p, last) })
	}
	return d.close()
}

func (c Trend) path(d *drawing) {
	var points []point
	for i, p := range c.Points {
		if p.Known {
			points = append(points, point{c.x(i), c.y(p.Value)})
		}
	}
	if len(points) > 1 {
		d.shape("polyline", "path", points)
	}
}

func (c Trend) estimate(d *drawing, i int, p Estimate, last bool) {
	x := c.x(i)
	if p.Known {
		d.line("err", x, c.y(p.Low), x, c.y(p.High))
		class, r := "pt", 4.0
		if last {
			class, r = "pt on", 5
		}
		d.linked("", p.Href, p.Title, func() { d.circle(class, x, c.y(p.Value), r, p.Title) })
		if last {
			d.text("on", "", x+12, c.y(p.Value)+4, p.Text)
		}
	}
	class := ""
	if last {
		class = "on"
	}
	d.text(class, "middle", x, 210, p.Name)
	d.text("", "middle", x, 228, p.Note)
}

func (c Trend) x(i int) float64 {
	left, right := trendLeft+36, wideAs(c.Width)-trendRight
	if len(c.Points) == 1 {
		return (left + right) / 2
	}
	return left + (right-left)*float64(i)/float64(len(c.Points)-1)
}

func (c Trend) y(value float64) float64 {
	share := (clamp(value, c.Min, c.Max) - c.Min) / (c.Max - c.Min)
	return trendFloor - share*(trendFloor-trendTop)
}
