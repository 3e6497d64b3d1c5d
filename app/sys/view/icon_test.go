package view

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"strings"
	"testing"
)

// What is drawn follows assets/icon.svg; whoever changes the picture comes by here.
func TestIconsShowTheMark(t *testing.T) {
	svg, err := os.ReadFile("../../../assets/icon.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`rx="9" fill="#0d6247"`, `M20 12.5a8 8 0 1 1-4.2-7`, `cx="19.3" cy="6.3" r="2.1"`, `stroke-width="3"`} {
		if !strings.Contains(string(svg), part) {
			t.Errorf("icon.svg no longer has %s: draw that in icon.go too", part)
		}
	}
	for _, icon := range Icons {
		picture, err := png.Decode(bytes.NewReader(icon.PNG()))
		if err != nil || picture.Bounds() != image.Rect(0, 0, icon.Size, icon.Size) {
			t.Fatalf("%s: %v", icon.Name, err)
		}
		corner := color.NRGBAModel.Convert(picture.At(0, 0)).(color.NRGBA)
		if bleed := icon.Purpose != "any"; bleed != (corner.A == 255) {
			t.Errorf("%s: corner %v", icon.Name, corner)
		}
		left := picture.At(icon.Size*(16-8)/32, icon.Size*16/32) // on the ring, left of the middle
		if icon.Purpose == "any" {
			if got := color.NRGBAModel.Convert(left).(color.NRGBA); got != (color.NRGBA{255, 255, 255, 255}) {
				t.Errorf("%s: the ring is %v", icon.Name, got)
			}
		}
	}
}
