package analysis

import "slices"

// grid is the table cut into columns: keys first, then numbers.
type grid struct {
	keys   int
	heads  []string
	lines  []Line
	whole  bool // the last of them is the total
	widths []float64
}

// The widths of columns, and the least room between them.
const (
	keyWidest, keyNarrow = 190.0, 110.0
	headWidest           = 86.0
	gap                  = 12.0
)

func newGrid(t Table) grid {
	g := grid{heads: append(slices.Clone(t.Axes), t.Columned()...), keys: len(t.Axes)}
	if g.keys == 0 {
		g.keys, g.heads = 1, append([]string{""}, g.heads...)
	}
	if len(t.Axes) > 0 {
		for _, r := range t.Rows[:min(len(t.Rows), mostPaper)] {
			g.lines = append(g.lines, t.Line(r))
		}
	}
	if whole := t.Whole(); whole != nil {
		whole.Keys = make([]Key, g.keys)
		whole.Keys[0].Label = t.Locale.T("analysis.total")
		g.lines, g.whole = append(g.lines, *whole), true
	}
	for i, h := range g.heads {
		w := 0.0
		for _, word := range boldFont.Wrap(h, headWidest) {
			w = max(w, boldFont.Width(word))
		}
		for _, l := range g.lines {
			if i < g.keys {
				w = max(w, boldFont.Width(l.Keys[i].Label))
			} else {
				c := l.Cells[i-g.keys]
				w = max(w, boldFont.Width(c.Text), smallFont.Width(c.Sub))
			}
		}
		if i < g.keys {
			w = min(w, keyWidest)
		}
		g.widths = append(g.widths, w+gap)
	}
	return g
}

// natural is how wide the table would like to be.
func (g grid) natural() float64 {
	sum := 0.0
	for _, w := range g.widths {
		sum += w
	}
	return sum
}

// fit divides the columns into parts as wide as a page, each with the keys before
// it, and spreads one that leaves room.
func (g *grid) fit(width float64) (parts [][]int) {
	if g.natural() > width {
		for i := range g.keys {
			g.widths[i] = min(g.widths[i], keyNarrow)
		}
	}
	before := 0.0
	var part []int
	for i := range g.keys {
		before += g.widths[i]
	}
	used := before
	for i := g.keys; i < len(g.widths); i++ {
		if len(part) > 0 && used+g.widths[i] > width {
			parts, part, used = append(parts, part), nil, before
		}
		part, used = append(part, i), used+g.widths[i]
	}
	parts = append(parts, part)
	if len(parts) == 1 && used < width {
		more := min(width-used, used*.45) / float64(len(g.widths))
		for i := range g.widths {
			g.widths[i] += more
		}
	}
	return parts
}

// table sets the lines below their headings, which come again on every page. A
// table wider than the paper goes on with its other columns after its last line.
func (s *sheet) table(g grid) {
	if s.Empty() {
		s.y += 10
		s.block(margin, textFont, ink, s.l.T("analysis.nothing_about")+" "+s.l.T(s.Need()))
		return
	}
	parts := g.fit(s.right - margin)
	for n, part := range parts {
		if n > 0 {
			s.page()
		}
		if len(parts) > 1 {
			s.y += 8
			s.put(margin, smallFont, pale, s.l.T("analysis.paper_columns", "from", part[0]-g.keys+1, "to", part[len(part)-1]-g.keys+1, "all", len(g.heads)-g.keys))
			s.y += 10
		}
		s.part(g, part)
	}
}

func (s *sheet) part(g grid, part []int) {
	s.room(70)
	s.headings(g, part)
	for i, l := range g.lines {
		last := g.whole && i == len(g.lines)-1
		height := 14.0
		for _, k := range part {
			if l.Cells[k-g.keys].Sub != "" {
				height = 23
			}
		}
		if s.room(height + 2) {
			s.headings(g, part)
		}
		s.line(g, part, l, last)
		s.y += height
		if i < len(g.lines)-2 || !g.whole {
			s.Last().Line(margin, s.y-9.5, s.end(g, part), s.y-9.5, .4, hair)
		}
	}
	s.y += 4
}

// end is where a part of the table ends.
func (s *sheet) end(g grid, part []int) float64 {
	x := margin
	for i := range g.keys {
		x += g.widths[i]
	}
	for _, i := range part {
		x += g.widths[i]
	}
	return x
}

func (s *sheet) headings(g grid, part []int) {
	lines := 1
	for i, h := range g.heads {
		if i < g.keys || slices.Contains(part, i) {
			lines = max(lines, len(boldFont.Wrap(h, g.widths[i]-gap)))
		}
	}
	top, high := s.y, float64(lines)*11+8
	s.Last().Box(margin, top, s.end(g, part)-margin, high, tint)
	x := margin
	set := func(i int, number bool) {
		rows := boldFont.Wrap(g.heads[i], g.widths[i]-gap)
		for n, row := range rows {
			s.y = top + 13 + float64(lines-len(rows)+n)*11
			if number {
				s.putEnd(x+g.widths[i]-gap/2, boldFont, pale, row)
			} else {
				s.put(x+gap/2, boldFont, pale, row)
			}
		}
		x += g.widths[i]
	}
	for i := range g.keys {
		set(i, false)
	}
	for _, i := range part {
		set(i, true)
	}
	s.y = top + high + 14
}

func (s *sheet) line(g grid, part []int, l Line, total bool) {
	f := textFont
	if total {
		f = boldFont
		s.Last().Line(margin, s.y-11, s.end(g, part), s.y-11, .8, pale)
	}
	x := margin
	for i := range g.keys {
		s.put(x+gap/2, f, ink, f.Clip(l.Keys[i].Label, g.widths[i]-gap))
		x += g.widths[i]
	}
	for _, i := range part {
		c := l.Cells[i-g.keys]
		x += g.widths[i]
		shade := ink
		if c.None {
			shade = pale
		}
		s.putEnd(x-gap/2, f, shade, c.Text)
		if c.Sub != "" {
			s.y += 9
			s.putEnd(x-gap/2, smallFont, pale, c.Sub)
			s.y -= 9
		}
	}
}
