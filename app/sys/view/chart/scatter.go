package chart

import "html/template"

// Spot is one point of a scatter; Warm is the one to look at.
type Spot struct {
	Name  string
	Title string // when pointed at
	X, Y  float64
	Warm  bool
}

// Scatter sets two measures beside each other, divided in four by the middle of
// each. The lower right corner is the one to act on. A table beside it says the
// same.
type Scatter struct {
	Label      string
	Width      float64 // of the picture; 0 is the usual
	MinX, MaxX float64
	MinY, MaxY float64
	MidX, MidY float64
	Corners    [4]string // upper left, upper right, lower left, lower right
	Ends       [2]string // of the axis along the bottom
	Top, Floor string    // of the axis on the left
	Spots      []Spot
}

const (
	scatterLeft, scatterGap  = 44.0, 16.0
	scatterTop, scatterFloor = 12.0, 226.0
	scatterHeight            = 262.0
)

// SVG draws the points; without any it is empty.
func (c Scatter) SVG() template.HTML {
	if len(c.Spots) == 0 || !(c.MaxX > c.MinX) || !(c.MaxY > c.MinY) {
		return ""
	}
	var d drawing
	d.open("chart", wideAs(c.Width), scatterHeight, c.Label)
	right := c.right()
	x, y := c.x(c.MidX), c.y(c.MidY)
	d.rect("hot", x, y, right-x, scatterFloor-y, 6)
	d.rect("frame", scatterLeft, scatterTop, right-scatterLeft, scatterFloor-scatterTop, 6)
	d.line("ax", x, scatterTop, x, scatterFloor)
	d.line("ax", scatterLeft, y, right, y)
	d.text("", "", scatterLeft+8, scatterTop+16, c.Corners[0])
	d.text("", "end", right-8, scatterTop+16, c.Corners[1])
	d.text("", "", scatterLeft+8, scatterFloor-8, c.Corners[2])
	d.text("warm", "end", right-8, scatterFloor-8, c.Corners[3])
	for _, s := range c.Spots {
		c.spot(&d, s)
	}
	d.text("", "end", scatterLeft-8, scatterTop+8, c.Top)
	d.text("", "end", scatterLeft-8, scatterFloor, c.Floor)
	d.text("", "", scatterLeft, scatterHeight-12, c.Ends[0])
	d.text("", "end", right, scatterHeight-12, c.Ends[1])
	return d.close()
}

func (c Scatter) spot(d *drawing, s Spot) {
	class := "pt"
	if s.Warm {
		class = "pt warm"
	}
	x, y := c.x(s.X), c.y(s.Y)
	if s.Name == "" { // one of many
		d.circle(class, x, y, 3, s.Title)
		return
	}
	d.circle(class, x, y, 5, s.Title)
	if x > (scatterLeft+c.right())/2 {
		d.text("lab halo", "end", x-11, y+4, s.Name)
		return
	}
	d.text("lab halo", "start", x+11, y+4, s.Name)
}

func (c Scatter) right() float64 { return wideAs(c.Width) - scatterGap }

// x and y keep a margin so that no point sits on the frame.
func (c Scatter) x(v float64) float64 {
	return scatterLeft + 12 + (c.right()-scatterLeft-24)*(clamp(v, c.MinX, c.MaxX)-c.MinX)/(c.MaxX-c.MinX)
}

func (c Scatter) y(v float64) float64 {
	return scatterFloor - 12 - (scatterFloor-scatterTop-24)*(clamp(v, c.MinY, c.MaxY)-c.MinY)/(c.MaxY-c.MinY)
}
