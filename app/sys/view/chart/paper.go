package chart

import (
	"encoding/xml"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/pdf"
)

// Size is the width and the height that a picture was drawn for.
func Size(svg template.HTML) (width, height float64) {
	_, rest, _ := strings.Cut(string(svg), ` viewBox="0 0 `)
	box, _, _ := strings.Cut(rest, `"`)
	w, h, _ := strings.Cut(box, " ")
	return size(w), size(h)
}

// Print draws a picture on a sheet, from a corner on and as wide as told: columns,
// lines, stacks and ranks as the page has them, in the colours of daylight.
func Print(s *pdf.Sheet, svg template.HTML, x, y, width float64) error {
	wide, _ := Size(svg)
	if wide <= 0 {
		return nil
	}
	p := press{Sheet: s, x: x, y: y, scale: width / wide}
	in := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		token, err := in.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a picture: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			p.open(t)
		case xml.CharData:
			if len(p.inside) > 0 && p.inside[len(p.inside)-1].name == "text" {
				p.text(p.inside[len(p.inside)-1], string(t))
			}
		case xml.EndElement:
			p.inside = p.inside[:len(p.inside)-1]
		}
	}
}

// press is a sheet with where the picture stands on it.
type press struct {
	*pdf.Sheet
	x, y, scale float64
	inside      []element
}

// element is one of a picture, its classes with those that it stands in.
type element struct {
	name    string
	classes []string
	at      map[string]string
}

func (e element) is(class string) bool { return slices.Contains(e.classes, class) }

func (e element) size(name string) float64 { return size(e.at[name]) }

func size(s string) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return n
}

// The colours of the tokens by day.
var (
	accent     = pdf.Colour{.06, .38, .27}
	accentPale = pdf.Colour{.85, .90, .88}
	series     = [MaxSeries]pdf.Colour{accent, {.91, .44, .14}, {.12, .46, .75}, {.52, .76, .64}, {.48, .35, .06}, {.4, .42, .41}, {.88, .46, .46}, {.73, .74, .74}}
)

const (
	ink   pdf.Gray = .1
	quiet pdf.Gray = .42
	grid  pdf.Gray = .88
	white pdf.Gray = 1
)

func (p *press) open(t xml.StartElement) {
	e := element{name: t.Name.Local, at: map[string]string{}}
	for _, a := range t.Attr {
		e.at[a.Name.Local] = a.Value
	}
	e.classes = strings.Fields(e.at["class"])
	if len(p.inside) > 0 {
		e.classes = append(e.classes, p.inside[len(p.inside)-1].classes...)
	}
	p.inside = append(p.inside, e)
	switch e.name {
	case "line":
		shade := grid
		if e.is("err") {
			shade = .6
		}
		p.Line(p.at(e, "x1", true), p.at(e, "y1", false), p.at(e, "x2", true), p.at(e, "y2", false), .9*p.scale, shade)
	case "rect":
		p.Box(p.at(e, "x", true), p.at(e, "y", false), e.size("width")*p.scale, e.size("height")*p.scale, e.shade())
	case "polyline":
		past := e.is("line")
		shade := pdf.Shade(accent)
		if past {
			shade = quiet
		}
		p.Path(p.points(e.at["points"]), 1.5*p.scale, shade, past)
	case "circle":
		fill := pdf.Shade(white)
		if e.is("on") {
			fill = accent
		}
		p.Dot(p.at(e, "cx", true), p.at(e, "cy", false), e.size("r")*p.scale, fill, accent)
	}
}

// at is a coordinate on the sheet.
func (p *press) at(e element, name string, across bool) float64 {
	if across {
		return p.x + e.size(name)*p.scale
	}
	return p.y + e.size(name)*p.scale
}

func (p *press) points(list string) (out [][2]float64) {
	for _, one := range strings.Fields(list) {
		x, y, _ := strings.Cut(one, ",")
		out = append(out, [2]float64{p.x + size(x)*p.scale, p.y + size(y)*p.scale})
	}
	return out
}

func (e element) shade() pdf.Shade {
	if e.is("part") {
		for i, c := range series {
			if e.is("s" + strconv.Itoa(i)) {
				return c
			}
		}
	}
	if e.is("bar") && !e.is("now") {
		return accentPale
	}
	return accent
}

// text sets a word; one that stands on a colour gets a ground to be read on.
func (p *press) text(e element, words string) {
	f, shade := pdf.Font{Size: 11 * p.scale}, quiet
	if e.is("on") || e.is("lab") {
		f.Bold, shade = true, ink
	}
	x, y := p.at(e, "x", true), p.at(e, "y", false)
	switch e.at["text-anchor"] {
	case "middle":
		x -= f.Width(words) / 2
	case "end":
		x -= f.Width(words)
	}
	if e.is("halo") {
		p.Box(x-2*p.scale, y-9*p.scale, f.Width(words)+4*p.scale, 11.5*p.scale, white)
	}
	p.Text(x, y, f, shade, words)
}

// Swatch is the colour of a part of a stack.
func Swatch(i int) pdf.Shade { return series[i%MaxSeries] }
