package chart

import (
	"html/template"
	"math"
	"strconv"
)

// Series is one kind of part in a stack.
type Series struct {
	Name   string
	Values []float64 // one for each column
	Titles []string  // when pointed at, and the names of their links
	Hrefs  []string  // the rows behind each, paths of ours
}

// Stack are columns made of parts, one colour and one number a series; its legend
// stands beside it as text, and the numbers in a table.
type Stack struct {
	Label  string
	Width  float64  // of the picture; 0 is the usual
	Names  []string // under the axis; empty keeps a crowded axis quiet
	Ticks  []Tick
	Series []Series // at most MaxSeries
}

// MaxSeries is how many colours can be told apart.
const MaxSeries = 8

// SVG draws the columns; what is below zero is not drawn.
func (c Stack) SVG() template.HTML {
	if len(c.Names) == 0 || len(c.Series) == 0 {
		return ""
	}
	var d drawing
	wide := wideAs(c.Width)
	d.open("chart", wide, barsHeight, c.Label)
	top := c.top()
	for _, tick := range c.Ticks {
		y := barsFloor - clamp(finite(tick.At)/top, 0, 1)*(barsFloor-barsTop)
		d.line("grid", barsLeft, y, wide, y)
		d.text("", "", 0, y+4, tick.Name)
	}
	step := (wide - barsLeft) / float64(len(c.Names))
	width := math.Min(34, step*0.7)
	for i, name := range c.Names {
		x, y := barsLeft+step*(float64(i)+0.5), barsFloor
		for k, s := range c.Series {
			high := clamp(s.at(i)/top, 0, 1) * (barsFloor - barsTop)
			if high == 0 {
				continue
			}
			y -= high
			d.linked("s"+strconv.Itoa(k%MaxSeries), s.href(i), s.title(i), func() {
				if title := s.title(i); title != "" {
					d.WriteString(`<title>` + esc(title) + `</title>`)
				}
				d.rect("part", x-width/2, y, width, high, 0)
				if high >= 14 && width >= 10 && len(c.Series) > 1 {
					d.text("lab halo", "middle", x, y+high/2+4, strconv.Itoa(k+1))
				}
			})
		}
		if name != "" {
			d.text("", "middle", x, barsNames, name)
		}
	}
	d.line("grid", barsLeft, barsFloor, wide, barsFloor)
	return d.close()
}

func (s Series) at(i int) float64 {
	if i >= len(s.Values) {
		return 0
	}
	return math.Max(0, finite(s.Values[i]))
}

func (s Series) title(i int) string {
	if i >= len(s.Titles) {
		return ""
	}
	return s.Titles[i]
}

func (s Series) href(i int) string {
	if i >= len(s.Hrefs) {
		return ""
	}
	return s.Hrefs[i]
}

// top is the highest column on the scale, never zero.
func (c Stack) top() float64 {
	top := 0.0
	for i := range c.Names {
		sum := 0.0
		for _, s := range c.Series {
			sum += s.at(i)
		}
		top = math.Max(top, sum)
	}
	for _, tick := range c.Ticks {
		top = math.Max(top, finite(tick.At))
	}
	if top == 0 {
		return 1
	}
	return top
}
