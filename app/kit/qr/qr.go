// Package qr draws a link as a QR code, for a counter, a receipt or a phone
// that is held in front of the screen.
package qr

import (
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"
)

// PNG is the code as a square picture of that many pixels.
func PNG(text string, pixels int) ([]byte, error) {
	png, err := qrcode.Encode(text, qrcode.Medium, pixels)
	if err != nil {
		return nil, fmt.Errorf("draw a QR code: %w", err)
	}
	return png, nil
}

// SVG is the code as a drawing, sharp at any size on paper. A little more of it
// may be scratched than of PNG's: paper hangs in a shop for months.
func SVG(text string) ([]byte, error) {
	code, err := qrcode.New(text, qrcode.High)
	if err != nil {
		return nil, fmt.Errorf("draw a QR code: %w", err)
	}
	var path strings.Builder
	rows := code.Bitmap()
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x+1 < len(row) && row[x+1] {
				x++
			}
			fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from, y, x-from+1, x-from+1)
		}
	}
	n := len(rows)
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><rect width="%d" height="%d" fill="#fff"/><path d="%s"/></svg>`,
		n, n, n, n, path.String()), nil
}
