// Package photo makes a small portrait of whatever picture somebody hands over:
// decoded, turned upright, scaled down and encoded anew as JPEG, so that nothing
// of what cameras note (place, time, device) and nothing hidden in the file is
// kept.
package photo

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif" // what phones and programs put into address books
	"image/jpeg"
	_ "image/png"
)

// Why a picture is refused.
var (
	ErrType  = errors.New("photo: neither JPEG, PNG nor GIF")
	ErrLarge = errors.New("photo: too many pixels")
)

const (
	// Side is the longest side of a portrait in pixels.
	Side    = 400
	maxSize = 64 << 20 // bytes of a picture's pixels while it is looked at
	quality = 82
)

// turns lets one picture be looked at after the other, whoever hands them over:
// a small file may hold a large picture.
var turns = make(chan struct{}, 1)

// depth is how many bytes a pixel takes once it is decoded.
func depth(m color.Model) int {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.YCbCrModel:
		return 3
	}
	if _, few := m.(color.Palette); few {
		return 1
	}
	return 4
}

// Make turns a picture into a portrait. One that is a portrait already stays as
// it is, byte for byte, so that it may go out and come back.
func Make(raw []byte) ([]byte, error) {
	turns <- struct{}{}
	defer func() { <-turns }()
	picture, turn, bare, err := look(raw)
	if err != nil {
		return nil, err
	}
	if size := picture.Bounds(); bare && max(size.Dx(), size.Dy()) <= Side {
		return raw, nil
	}
	return encode(picture, Side, turn, quality)
}

// Logo makes a picture of at most so many bytes for the head of a page, as large
// and as fine as they allow.
func Logo(raw []byte, most int) ([]byte, error) {
	turns <- struct{}{}
	defer func() { <-turns }()
	picture, turn, _, err := look(raw)
	if err != nil {
		return nil, err
	}
	for _, side := range []int{240, 160, 96, 48} {
		for _, q := range []int{86, 70, 50} {
			out, err := encode(picture, side, turn, q)
			if err != nil || len(out) <= most {
				return out, err
			}
		}
	}
	return nil, ErrLarge
}

// look decodes a picture that is not too large; bare says that a JPEG has
// nothing but its picture.
func look(raw []byte) (picture image.Image, turn int, bare bool, err error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil || config.Width <= 0 || config.Height <= 0 {
		return nil, 0, false, ErrType
	}
	if config.Width > maxSize/depth(config.ColorModel)/config.Height {
		return nil, 0, false, ErrLarge
	}
	if picture, _, err = image.Decode(bytes.NewReader(raw)); err != nil {
		return nil, 0, false, ErrType
	}
	turn = 1
	if format == "jpeg" {
		var facts []byte
		facts, bare = segments(raw)
		turn = orientation(facts)
	}
	return picture, turn, bare, nil
}

func encode(picture image.Image, side, turn, fine int) ([]byte, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, upright(shrink(picture, side), turn), &jpeg.Options{Quality: fine}); err != nil {
		return nil, ErrType
	}
	return out.Bytes(), nil
}

// shrink averages the pixels that fall into one, over white, a strip at a time:
// a second whole picture would take as much room again.
func shrink(src image.Image, side int) *image.RGBA {
	b := src.Bounds()
	longest := max(b.Dx(), b.Dy(), side)
	w, h := max(1, b.Dx()*side/longest), max(1, b.Dy()*side/longest)
	if longest == side {
		w, h = b.Dx(), b.Dy()
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()/h+1))
	for y := range h {
		top, bottom := y*b.Dy()/h, max((y+1)*b.Dy()/h, y*b.Dy()/h+1)
		part := image.Rect(0, 0, b.Dx(), bottom-top)
		draw.Draw(strip, part, image.White, image.Point{}, draw.Src)
		draw.Draw(strip, part, src, image.Pt(b.Min.X, b.Min.Y+top), draw.Over)
		for x := range w {
			left, right := x*b.Dx()/w, max((x+1)*b.Dx()/w, x*b.Dx()/w+1)
			out.SetRGBA(x, y, mean(strip, left, 0, right, bottom-top))
		}
	}
	return out
}

func mean(p *image.RGBA, left, top, right, bottom int) color.RGBA {
	var r, g, b, n uint32
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			i := p.PixOffset(x, y)
			r, g, b, n = r+uint32(p.Pix[i]), g+uint32(p.Pix[i+1]), b+uint32(p.Pix[i+2]), n+1
		}
	}
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 255}
}

// upright turns and mirrors as the camera's note says, 1 to 8.
func upright(p *image.RGBA, turn int) *image.RGBA {
	if turn < 2 || turn > 8 {
		return p
	}
	w, h := p.Bounds().Dx(), p.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if turn >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			to := [...]image.Point{2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y}, 5: {y, x}, 6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x}}[turn]
			out.SetRGBA(to.X, to.Y, p.RGBAAt(x, y))
		}
	}
	return out
}
