package photo

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"runtime"
	"testing"
)

// halves is a picture whose left half is red and whose right half is blue.
func halves(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.SetRGBA(x, y, color.RGBA{255, 0, 0, 255})
			if x >= w/2 {
				p.SetRGBA(x, y, color.RGBA{0, 0, 255, 255})
			}
		}
	}
	return p
}

// held is a JPEG as a camera writes it that was held on its side, with a place.
func held(t *testing.T, p image.Image, turn byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	exif := append([]byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), turn, 0, 0, 0, 0, 0, 0)
	exif = append(exif, "GPS 51.5N 0.1W"...)
	raw := b.Bytes()
	return append(append(append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...), raw[2:]...), "hidden behind the end"...)
}

func TestAPortraitIsSmallUprightAndWithoutNotes(t *testing.T) {
	raw := held(t, halves(1200, 600), 6)
	out, err := Make(raw)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("GPS")) || bytes.Contains(out, []byte("Exif")) || bytes.Contains(out, []byte("hidden")) {
		t.Error("the camera's notes are still there")
	}
	p, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil || p.Bounds().Dx() != Side/2 || p.Bounds().Dy() != Side {
		t.Fatalf("%v %v", p.Bounds(), err)
	}
	if r, _, b, _ := p.At(100, 50).RGBA(); r < b {
		t.Error("it is not upright: the left half belongs on top")
	}
	again, err := Make(out)
	if err != nil || !bytes.Equal(again, out) {
		t.Errorf("a portrait was changed: %v", err)
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, halves(10, 10)); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(b.Bytes()); err != nil {
		t.Errorf("a PNG: %v", err)
	}
	for _, raw := range []string{"", "<svg onload=alert(1)>", "RIFF....WEBP", "\xff\xd8\xff", "%PDF-1.7"} {
		if _, err := Make([]byte(raw)); !errors.Is(err, ErrType) {
			t.Errorf("%q: %v", raw, err)
		}
	}
	bomb := append([]byte{}, b.Bytes()...)
	copy(bomb[16:], "\x00\x01\x00\x00\x00\x01\x00\x00") // 65536 by 65536; its checksum is wrong by now
	if _, err := Make(bomb); err == nil {
		t.Error("a picture of four thousand million pixels was taken")
	}
}

// Whatever arrives, Make ends and never panics, and what it gives is a JPEG.
func FuzzMake(f *testing.F) {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, halves(8, 4), nil)
	f.Add(b.Bytes())
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		segments(raw)
		orientation(raw)
		if c, _, err := image.DecodeConfig(bytes.NewReader(raw)); err != nil || c.Width*c.Height > 1<<20 {
			return
		}
		out, err := Make(raw)
		if err != nil {
			return
		}
		if _, err := jpeg.Decode(bytes.NewReader(out)); err != nil {
			t.Fatal(err)
		}
	})
}

// A small file may hold a large picture: what it takes while it is looked at is
// bounded, whatever its depth.
func TestALargePictureInASmallFileIsRefused(t *testing.T) {
	var deep bytes.Buffer
	if err := png.Encode(&deep, image.NewNRGBA64(image.Rect(0, 0, 3000, 3000))); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(deep.Bytes()); !errors.Is(err, ErrLarge) {
		t.Errorf("72 MB of pixels in %d bytes: %v", deep.Len(), err)
	}
	var flat bytes.Buffer
	wide := image.NewNRGBA(image.Rect(0, 0, 4000, 3000))
	for i := range wide.Pix {
		wide.Pix[i] = 200
	}
	if err := png.Encode(&flat, wide); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	small, err := Make(flat.Bytes())
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("%d bytes were taken for 48 MB of pixels", used)
	}
	if c, err := jpeg.DecodeConfig(bytes.NewReader(small)); err != nil || c.Width != 400 || c.Height != 300 {
		t.Errorf("the portrait is %d by %d: %v", c.Width, c.Height, err)
	}
}
