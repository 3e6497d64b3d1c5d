package chart

import (
	"html/template"
	"slices"
	"strings"
	"unicode"
)

// Node is a box of a graph.
type Node struct {
	Name string
	Word string // what it is, below the name
	Row  int    // rows stand below each other, smaller ones above
	Here bool   // the one that the graph is about
}

// Graph draws a few boxes in rows with the lines between them, no wider than a
// phone. What it shows stands beside it as a list.
type Graph struct {
	Label string
	Nodes []Node
	Links [][2]int // places in Nodes
}

const (
	boxWidth, boxHeight = 142.0, 40.0
	boxGap, rowGap      = 10.0, 30.0
	boxesInRow          = 3
)

// SVG draws it.
func (g Graph) SVG() template.HTML {
	rows := g.rows()
	width := boxesInRow*boxWidth + (boxesInRow-1)*boxGap
	at := make([]point, len(g.Nodes))
	for y, row := range rows {
		left := (width - float64(len(row))*boxWidth - float64(len(row)-1)*boxGap) / 2
		for x, i := range row {
			at[i] = point{left + float64(x)*(boxWidth+boxGap), float64(y) * (boxHeight + rowGap)}
		}
	}
	var d drawing
	d.open("chart graph", width, float64(len(rows))*(boxHeight+rowGap)-rowGap, g.Label)
	for _, l := range g.Links {
		a, b := at[l[0]], at[l[1]]
		d.line("link", a.x+boxWidth/2, a.y+boxHeight/2, b.x+boxWidth/2, b.y+boxHeight/2)
	}
	for i, n := range g.Nodes {
		class := "box"
		if n.Here {
			class = "box here"
		}
		d.rect(class, at[i].x, at[i].y, boxWidth, boxHeight, 7)
		middle := at[i].x + boxWidth/2
		if n.Word == "" {
			d.text("on", "middle", middle, at[i].y+boxHeight/2+4, cut(n.Name))
			continue
		}
		d.text("on", "middle", middle, at[i].y+17, cut(n.Name))
		d.text("", "middle", middle, at[i].y+32, cut(n.Word))
	}
	return d.close()
}

// rows are the boxes by row, the long rows broken.
func (g Graph) rows() [][]int {
	byRow := map[int][]int{}
	var order []int
	for i, n := range g.Nodes {
		if byRow[n.Row] == nil {
			order = append(order, n.Row)
		}
		byRow[n.Row] = append(byRow[n.Row], i)
	}
	slices.Sort(order)
	var out [][]int
	for _, row := range order {
		out = append(out, slices.Collect(slices.Chunk(byRow[row], boxesInRow))...)
	}
	return out
}

// broken puts a name on two lines where one has no room for it.
func broken(name string, room int) (first, second string) {
	if short(name, room) == name {
		return name, ""
	}
	at := 0
	for i, r := range name {
		if short(name[:i], room) != name[:i] {
			break
		}
		switch {
		case r == ' ':
			at = i
		case unicode.Is(unicode.Han, r):
			at = max(at, i)
		}
	}
	if at == 0 {
		return short(name, room), ""
	}
	return name[:at], short(strings.TrimSpace(name[at:]), room)
}

// cut leaves what fits into a box.
func cut(s string) string { return short(s, 22) }

// short leaves so many letters; a Han character is as wide as two others.
func short(s string, room int) string {
	for i, r := range s {
		room--
		if unicode.Is(unicode.Han, r) {
			room--
		}
		if room < 0 {
			return s[:i] + "…"
		}
	}
	return s
}
