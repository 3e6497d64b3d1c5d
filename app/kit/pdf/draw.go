package pdf

import "fmt"

// Shade is what something is drawn in: a Gray or a Colour.
type Shade interface {
	fill() string
	stroke() string
}

// Gray is how dark something is: 0 black, 1 white.
type Gray float64

func (g Gray) fill() string   { return fmt.Sprintf("%.2f g", g) }
func (g Gray) stroke() string { return fmt.Sprintf("%.2f G", g) }

// Colour is red, green and blue, each from 0 to 1.
type Colour [3]float64

func (c Colour) fill() string   { return fmt.Sprintf("%.2f %.2f %.2f rg", c[0], c[1], c[2]) }
func (c Colour) stroke() string { return fmt.Sprintf("%.2f %.2f %.2f RG", c[0], c[1], c[2]) }

// Line draws a straight line of that width.
func (s *Sheet) Line(x1, y1, x2, y2, width float64, shade Shade) {
	fmt.Fprintf(s.out, "%s %.2f w %.2f %.2f m %.2f %.2f l S\n", shade.stroke(), width, x1, s.height-y1, x2, s.height-y2)
}

// Box fills a rectangle.
func (s *Sheet) Box(x, y, width, height float64, shade Shade) {
	fmt.Fprintf(s.out, "%s %.2f %.2f %.2f %.2f re f\n", shade.fill(), x, s.height-y-height, width, height)
}

// Path draws a line through points, each x and y, with round corners; dotted ones
// stand for what is past.
func (s *Sheet) Path(points [][2]float64, width float64, shade Shade, dotted bool) {
	if len(points) < 2 {
		return
	}
	dash := "[]"
	if dotted {
		dash = fmt.Sprintf("[0 %.2f]", width*2.5)
	}
	fmt.Fprintf(s.out, "q 1 J 1 j %s 0 d %s %.2f w", dash, shade.stroke(), width)
	for i, p := range points {
		fmt.Fprintf(s.out, " %.2f %.2f %c", p[0], s.height-p[1], "ml"[min(i, 1)])
	}
	s.out.WriteString(" S Q\n")
}

// Dot draws a circle around x and y, filled with one shade and ringed with another.
func (s *Sheet) Dot(x, y, r float64, inside, ring Shade) {
	const bend = 0.5523 // of the radius, as Bézier curves come nearest to a circle
	y, k := s.height-y, r*bend
	fmt.Fprintf(s.out, "%s %s %.2f w %.2f %.2f m", inside.fill(), ring.stroke(), r/2.5, x+r, y)
	for _, c := range [][6]float64{{r, k, k, r, 0, r}, {-k, r, -r, k, -r, 0}, {-r, -k, -k, -r, 0, -r}, {k, -r, r, -k, r, 0}} {
		fmt.Fprintf(s.out, " %.2f %.2f %.2f %.2f %.2f %.2f c", x+c[0], y+c[1], x+c[2], y+c[3], x+c[4], y+c[5])
	}
	s.out.WriteString(" b\n")
}
