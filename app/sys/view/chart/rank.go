package chart

import (
	"html/template"
	"math"
)

// Place is one line of a ranking.
type Place struct {
	Name  string
	Text  string // the value as printed
	Value float64
	Href  string // the rows behind it, a path of ours; empty for none
}

// Ranks are lying bars with their names before them: for what has no order in
// time and names too long for an axis.
type Ranks struct {
	Label  string
	Places []Place
}

const (
	rankRow, rankName, rankText = 26.0, 190.0, 96.0
)

// SVG draws the bars; what is below zero has none.
func (c Ranks) SVG() template.HTML {
	if len(c.Places) == 0 {
		return ""
	}
	top := 0.0
	for _, p := range c.Places {
		top = math.Max(top, finite(p.Value))
	}
	if top == 0 {
		top = 1
	}
	var d drawing
	d.open("chart", chartWidth, rankRow*float64(len(c.Places)), c.Label)
	for i, p := range c.Places {
		y := rankRow * float64(i)
		d.text("", "end", rankName-10, y+17, cut(p.Name))
		width := clamp(finite(p.Value)/top, 0, 1) * (chartWidth - rankName - rankText)
		if p.Href != "" {
			d.WriteString(`<a href="` + esc(safeHref(p.Href)) + `" aria-label="` + esc(p.Name+" "+p.Text) + `">`)
		}
		d.rect("bar", rankName, y+5, width, rankRow-10, 2)
		if p.Value > 0 {
			d.rect("cap", rankName+width-2.5, y+5, 2.5, rankRow-10, 0)
		}
		if p.Href != "" {
			d.WriteString(`</a>`)
		}
		d.text("on", "", rankName+width+8, y+17, p.Text)
	}
	return d.close()
}
