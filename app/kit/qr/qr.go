// Package qr draws a link as a QR code, for a counter, a receipt or a phone
// that is held in front of the screen.
package qr

import (
	"fmt"

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
