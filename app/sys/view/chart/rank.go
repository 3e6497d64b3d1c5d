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
	Thin   bool // for a phone: the names stand above their bars
	Places []Place
}

const (
	rankRow, rankName, rankText = 26.0, 190.0, 96.0
	rankTall                    = 42.0 // of a name above its bar
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
	wide, row, left := chartWidth, rankRow, rankName
	if c.Thin {
		wide, row, left = thinWidth, rankTall, 0
	}
	d.open("chart", wide, row*float64(len(c.Places)), c.Label)
	for i, p := range c.Places {
		y := row*float64(i+1) - rankRow
		if c.Thin {
			d.text("", "", 0, y, short(p.Name, 48))
		} else {
			d.text("", "end", left-10, y+17, cut(p.Name))
		}
		width := clamp(finite(p.Value)/top, 0, 1) * (wide - left - rankText)
		if p.Href != "" {
			d.WriteString(`<a href="` + esc(safeHref(p.Href)) + `" aria-label="` + esc(p.Name+" "+p.Text) + `">`)
		}
		d.rect("bar", left, y+5, width, rankRow-10, 2)
		if p.Value > 0 {
			d.rect("cap", left+width-2.5, y+5, 2.5, rankRow-10, 0)
		}
		if p.Href != "" {
			d.WriteString(`</a>`)
		}
		d.text("on", "", left+width+8, y+17, p.Text)
	}
	return d.close()
}
