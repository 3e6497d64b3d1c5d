package look

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestEveryColourHasAShadeThatCanBeRead(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		c := rounded(Colour{r.Float64(), r.Float64(), r.Float64()})
		near := c.Near()
		if !near.Passes() {
			t.Fatalf("%s: the nearest shade %s cannot be read", c, near)
		}
		if c.Passes() && near != c {
			t.Fatalf("%s passes and becomes %s", c, near)
		}
		for _, ground := range []Colour{rounded(light.mix(near, 0.1)), rounded(dark.mix(near, 0.22))} {
			if got := Contrast(near.readable(ground), ground); got < textContrast {
				t.Fatalf("%s on %s: %.2f", near.readable(ground), ground, got)
			}
		}
		if css := near.sheet(); len(css) > 400 || strings.Count(css, "#") != 7 {
			t.Fatal(css)
		}
	}
	if got := Contrast(Colour{}, light); got < 20.9 || got > 21.1 {
		t.Fatalf("black on white: %f", got)
	}
	for _, bad := range []string{"", "red", "#12345", "#gggggg", "#1234567", "url(x)"} {
		if _, ok := Parse(bad); ok {
			t.Errorf("%q is a colour", bad)
		}
	}
}
