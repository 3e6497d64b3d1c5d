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
	Titles []string  // when pointed at
}

// Stack are columns made of parts, one colour a series; its legend stands beside
// it as text, and the numbers in a table.
type Stack struct {
	Label  string
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
	d.open("chart", chartWidth, barsHeight, c.Label)
	top := c.top()
	for _, tick := range c.Ticks {
		y := barsFloor - clamp(finite(tick.At)/top, 0, 1)*(barsFloor-barsTop)
		d.line("grid", barsLeft, y, chartWidth, y)
		d.text("", "", 0, y+4, tick.Name)
	}
	step := (chartWidth - barsLeft) / float64(len(c.Names))
	width := math.Min(34, step*0.7)
	for i, name := range c.Names {
		x, y := barsLeft+step*(float64(i)+0.5), barsFloor
		for k, s := range c.Series {
			high := clamp(s.at(i)/top, 0, 1) * (barsFloor - barsTop)
			if high == 0 {
				continue
			}
			y -= high
			d.group("s"+strconv.Itoa(k%MaxSeries), func() {
				if i < len(s.Titles) && s.Titles[i] != "" {
					d.WriteString(`<title>` + esc(s.Titles[i]) + `</title>`)
				}
				d.rect("part", x-width/2, y, width, high, 0)
			})
		}
		if name != "" {
			d.text("", "middle", x, 156, name)
		}
	}
	d.line("grid", barsLeft, barsFloor, chartWidth, barsFloor)
	return d.close()
}

func (s Series) at(i int) float64 {
	if i >= len(s.Values) {
		return 0
	}
	return math.Max(0, finite(s.Values[i]))
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
