package look

import (
	"fmt"
	"math"
	"strconv"
)

// Colour is a colour of the screen, each part from 0 to 1.
type Colour struct{ R, G, B float64 }

// The grounds on which a public page may stand, and the contrasts that make
// words and buttons readable on them (WCAG 2.2: 4.5 for text, 3 for shapes).
var (
	light = Colour{1, 1, 1}
	dark  = Colour{0.071, 0.094, 0.086}
	black = Colour{0.04, 0.05, 0.05}
)

const (
	textContrast  = 4.5
	shapeContrast = 3
)

// Parse reads #rrggbb.
func Parse(s string) (Colour, bool) {
	if len(s) != 7 || s[0] != '#' {
		return Colour{}, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return Colour{}, false
	}
	return Colour{float64(n>>16) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}, true
}

// String writes #rrggbb.
func (c Colour) String() string {
	part := func(v float64) int { return int(math.Round(min(max(v, 0), 1) * 255)) }
	return fmt.Sprintf("#%02x%02x%02x", part(c.R), part(c.G), part(c.B))
}

// luminance is how bright the eye finds it.
func (c Colour) luminance() float64 {
	linear := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// Contrast between two colours, 1 to 21.
func Contrast(a, b Colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func (c Colour) mix(other Colour, share float64) Colour {
	at := func(a, b float64) float64 { return a + (b-a)*share }
	return Colour{at(c.R, other.R), at(c.G, other.G), at(c.B, other.B)}
}

// On is what is written on the colour: white or nearly black.
func (c Colour) On() Colour {
	if Contrast(c, light) >= Contrast(c, black) {
		return light
	}
	return black
}

// Passes tells whether buttons of the colour can be read and found on a light
// and on a dark page.
func (c Colour) Passes() bool {
	return Contrast(c, c.On()) >= textContrast && Contrast(c, light) >= shapeContrast && Contrast(c, dark) >= shapeContrast
}

// Near is the nearest shade that passes: the colour itself, darker or lighter.
func (c Colour) Near() Colour { return c.until(Colour.Passes) }

// until darkens or lightens by the smallest step that does.
func (c Colour) until(ok func(Colour) bool) Colour {
	for step := 0; step <= 200; step++ {
		share := float64(step) / 200
		for _, towards := range []Colour{{}, {1, 1, 1}} {
			if shade := rounded(c.mix(towards, share)); ok(shade) {
				return shade
			}
		}
	}
	return c
}

// rounded is the colour as the screen gets it.
func rounded(c Colour) Colour {
	out, ok := Parse(c.String())
	if !ok {
		return c
	}
	return out
}

// readable is the nearest shade that can be read as text on a ground.
func (c Colour) readable(ground Colour) Colour {
	return c.until(func(shade Colour) bool { return Contrast(shade, ground) >= textContrast })
}

// sheet is the stylesheet of the public pages in this colour.
func (c Colour) sheet() string {
	softLight, softDark := rounded(light.mix(c, 0.1)), rounded(dark.mix(c, 0.22))
	hover := rounded(c.mix(c.On(), 0.1))
	if Contrast(hover, c.On()) < textContrast {
		hover = rounded(c.mix(Colour{}, 0.1))
		if c.On() != light {
			hover = rounded(c.mix(light, 0.1))
		}
	}
	return fmt.Sprintf(":root{--accent:%s;--accent-hover:%s;--on-accent:%s;--accent-soft:light-dark(%s,%s);--accent-text:light-dark(%s,%s)}\n",
		c, hover, c.On(), softLight, softDark, c.readable(softLight), c.readable(softDark))
}
