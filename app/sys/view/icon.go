package view

// The product's mark (assets/icon.svg) as PNG, in the sizes that phones and
// desktops put among their programs. The mark is three shapes, so it is drawn
// here from their distances, once, when a browser first asks.

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"sync"
)

// Icon is one picture of the mark.
type Icon struct {
	Name    string
	Size    int
	Purpose string // maskable: full-bleed, the mark within the safe circle
	PNG     func() []byte
}

// Icons are the sizes that the manifest names.
var Icons = []Icon{pictureOf("icon-180.png", 180, ""), pictureOf("icon-192.png", 192, "any"), pictureOf("icon-512.png", 512, "any"), pictureOf("icon-maskable.png", 512, "maskable")}

func pictureOf(name string, size int, purpose string) Icon {
	return Icon{name, size, purpose, sync.OnceValue(func() []byte {
		var out bytes.Buffer
		if err := png.Encode(&out, drawIcon(size, purpose != "any")); err != nil {
			return nil // a buffer takes everything
		}
		return out.Bytes()
	})}
}

// drawIcon draws the mark on its green ground; bleed fills the square, because
// the device cuts its own shape from it.
func drawIcon(size int, bleed bool) image.Image {
	green, white := color.NRGBA{0x0d, 0x62, 0x47, 255}, color.NRGBA{255, 255, 255, 255}
	out := image.NewNRGBA(image.Rect(0, 0, size, size))
	unit := 32 / float64(size)
	mark := 1.0
	if bleed {
		mark = 1 / 0.8
	}
	for y := range size {
		for x := range size {
			px, py := (float64(x)+.5)*unit, (float64(y)+.5)*unit
			ground := 1.0
			if !bleed {
				ground = cover(rounded(px-16, py-16, 16, 9), unit)
			}
			ink := cover(markAt((px-16)*mark+12, (py-16)*mark+12), unit*mark)
			c := color.NRGBA{mix(green.R, white.R, ink), mix(green.G, white.G, ink), mix(green.B, white.B, ink), uint8(math.Round(255 * ground))}
			out.SetNRGBA(x, y, c)
		}
	}
	return out
}

// markAt is the distance from the mark: an open ring from the end of its gap
// to the start, with round ends, and a dot in the gap.
func markAt(x, y float64) float64 {
	const cx, cy, r, half = 12, 12.54, 8, 1.5
	startX, startY, endX, endY := 20.0, 12.5, 15.8, 5.5
	ring := math.Abs(math.Hypot(x-cx, y-cy) - r)
	from, to, at := math.Atan2(endY-cy, endX-cx), math.Atan2(startY-cy, startX-cx), math.Atan2(y-cy, x-cx)
	if at > from && at < to {
		ring = min(math.Hypot(x-startX, y-startY), math.Hypot(x-endX, y-endY))
	}
	return min(ring-half, math.Hypot(x-19.3, y-6.3)-2.1)
}

// rounded is the distance from a square of half side h with corners of r.
func rounded(x, y, h, r float64) float64 {
	dx, dy := max(math.Abs(x)-h+r, 0), max(math.Abs(y)-h+r, 0)
	return math.Hypot(dx, dy) - r
}

func cover(distance, unit float64) float64 { return min(max(.5-distance/unit, 0), 1) }

func mix(a, b uint8, share float64) uint8 {
	return uint8(math.Round(float64(a) + (float64(b)-float64(a))*share))
}
