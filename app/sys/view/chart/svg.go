// Package chart draws the product's pictures as SVG on the server: no script,
// exact under the strictest content policy, in print and in dark mode. A chart
// is a plain struct of numbers; SVG() is its picture, coloured by classes only
// and named by a full sentence, so nobody needs to see it to know what it says.
package chart

import (
	"html/template"
	"math"
	"strconv"
	"strings"
)

// drawing collects elements; every text passes the escaper, every number is finite.
type drawing struct{ strings.Builder }

// open starts the picture. A label makes it an image with a name; without one
// it is decoration beside text that says the same.
func (d *drawing) open(class string, width, height float64, label string, attributes ...string) {
	d.WriteString(`<svg class="` + esc(class) + `" viewBox="0 0 ` + num(width) + ` ` + num(height) + `"`)
	for _, attribute := range attributes {
		d.WriteString(" " + attribute)
	}
	if label == "" {
		d.WriteString(` aria-hidden="true">`)
		return
	}
	d.WriteString(` role="img" aria-label="` + esc(label) + `">`)
}

// close ends the picture. What is inside an image cannot be reached, so one with
// links is a group of them.
func (d *drawing) close() template.HTML {
	d.WriteString("</svg>")
	svg := d.String()
	if strings.Contains(svg, "<a href=") {
		svg = strings.Replace(svg, ` role="img"`, ` role="group"`, 1)
	}
	return template.HTML(svg)
}

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	d.WriteString(`<line class="` + class + `" x1="` + num(x1) + `" x2="` + num(x2) + `" y1="` + num(y1) + `" y2="` + num(y2) + `"/>`)
}

func (d *drawing) rect(class string, x, y, width, height, radius float64) {
	d.WriteString(`<rect class="` + class + `" x="` + num(x) + `" y="` + num(y) + `" width="` + num(math.Max(0, width)) + `" height="` + num(math.Max(0, height)) + `"`)
	if radius > 0 {
		d.WriteString(` rx="` + num(radius) + `"`)
	}
	d.WriteString(`/>`)
}

func (d *drawing) circle(class string, x, y, r float64, title string) {
	d.WriteString(`<circle class="` + class + `" cx="` + num(x) + `" cy="` + num(y) + `" r="` + num(r) + `"`)
	if title == "" {
		d.WriteString(`/>`)
		return
	}
	d.WriteString(`><title>` + esc(title) + `</title></circle>`)
}

func (d *drawing) text(class, anchor string, x, y float64, text string) {
	d.WriteString(`<text`)
	if class != "" {
		d.WriteString(` class="` + class + `"`)
	}
	d.WriteString(` x="` + num(x) + `" y="` + num(y) + `"`)
	if anchor != "" {
		d.WriteString(` text-anchor="` + anchor + `"`)
	}
	d.WriteString(`>` + esc(text) + `</text>`)
}

type point struct{ x, y float64 }

func (d *drawing) shape(element, class string, points []point) {
	d.WriteString(`<` + element + ` class="` + class + `" points="`)
	for i, p := range points {
		if i > 0 {
			d.WriteByte(' ')
		}
		d.WriteString(num(p.x) + "," + num(p.y))
	}
	d.WriteString(`"/>`)
}

func (d *drawing) group(class string, inside func()) {
	if class == "" {
		d.WriteString(`<g>`)
	} else {
		d.WriteString(`<g class="` + class + `">`)
	}
	inside()
	d.WriteString(`</g>`)
}

// linked is a group that opens the rows behind it; without a path it is a group.
func (d *drawing) linked(class, href, name string, inside func()) {
	if href == "" {
		d.group(class, inside)
		return
	}
	d.WriteString(`<a href="` + esc(safeHref(href)) + `" class="` + esc(class) + `" aria-label="` + esc(name) + `">`)
	inside()
	d.WriteString(`</a>`)
}

// wideAs is the width of a picture: the usual unless told otherwise. A narrow one
// keeps the size of its letters.
func wideAs(width float64) float64 {
	if width >= 200 {
		return width
	}
	return chartWidth
}

// num writes a coordinate; what is not a number draws at zero instead of
// breaking the whole picture.
func num(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		f = 0
	}
	return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
}

func esc(s string) string { return template.HTMLEscapeString(s) }

// clamp keeps a value inside its scale; NaN becomes the lower end.
func clamp(f, low, high float64) float64 {
	if math.IsNaN(f) || f < low {
		return low
	}
	return math.Min(f, high)
}
