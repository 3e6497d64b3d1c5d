package photo

import (
	"bytes"
	"encoding/binary"
)

// The parts of a JPEG file before its picture: what a camera has noted stands
// there.

// segments gives the camera's notes; bare says that the file has nothing but
// its picture.
func segments(raw []byte) (facts []byte, bare bool) {
	bare = true
	for at := 2; at+4 <= len(raw) && raw[at] == 0xff; {
		kind, size := raw[at+1], int(binary.BigEndian.Uint16(raw[at+2:]))
		if size < 2 || at+2+size > len(raw) {
			return facts, false
		}
		body := raw[at+4 : at+2+size]
		switch {
		case kind == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) && facts == nil:
			facts, bare = body[6:], false
		case kind >= 0xe0 && kind <= 0xef || kind == 0xfe:
			bare = false
		case kind == 0xda: // the picture itself; nothing may follow its end
			end := bytes.Index(raw[at:], []byte{0xff, 0xd9})
			return facts, bare && end >= 0 && at+end+2 == len(raw)
		}
		at += 2 + size
	}
	return facts, false
}

// orientation is how the camera was held, 1 = upright.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > len(tiff) {
		return 1
	}
	for n := int(order.Uint16(tiff[at:])); n > 0 && at+14 <= len(tiff); n-- {
		if order.Uint16(tiff[at+2:]) == 0x0112 {
			return int(order.Uint16(tiff[at+10:]))
		}
		at += 12
	}
	return 1
}
